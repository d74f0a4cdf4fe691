"""What the main job works on: the airports, or columns of a user's file."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nbrbf import _survey, datasets
from nbrbf._plot import label
from nbrbf._table import column_names, read_columns


class Mistake(Exception):
    """Something the user can put right, in one line."""


class Problem(NamedTuple):
    """The data, whatever they came from, and how to speak of them."""

    y: _survey.Array
    d: _survey.Array
    x_names: list[str]
    value_name: str
    source: str
    credit: str
    title: str
    point: int | None
    point_name: str


def airports() -> Problem:
    """Terrain elevation at 435 airports."""
    data = datasets.us_airports()
    return Problem(
        y=np.column_stack([data.longitude_deg, data.latitude_deg]),
        d=data.elevation_m,
        x_names=["longitude_deg", "latitude_deg"],
        value_name="elevation_m",
        source=f"elevation of {len(data.iata)} airports of the contiguous United States",
        credit=datasets.US_AIRPORTS_CREDIT,
        title=f"Terrain of the United States, from the elevation of {len(data.iata)} airports",
        point=int(np.flatnonzero(data.iata == "DEN")[0]),
        point_name="Denver (DEN)",
    )


def user_file(path: Path, columns: list[str], value: str | None, distinct: bool) -> Problem:
    """Columns of a CSV file; points that coincide are refused where they must be `distinct`."""
    if not columns or not value:
        there = ", ".join(repr(name) for name in column_names(path))
        raise Mistake(f"{path}: which columns? give --x and --value; the columns are {there}")
    if len(set(columns)) < len(columns):
        raise Mistake(f"--x names a column twice: {' '.join(columns)}")
    table = read_columns(path, [*columns, value])
    y, d = table.values[:, :-1], table.values[:, -1]
    if distinct:
        _refuse_duplicates(path, y, table.lines)
    point = _survey.central_point(y)
    return Problem(
        y=np.ascontiguousarray(y),
        d=np.ascontiguousarray(d),
        x_names=columns,
        value_name=value,
        source=f"{path}: {len(y)} rows, {value} over {', '.join(columns)}",
        credit="",
        title=f"{label(value)} from {len(y)} points",
        point=point,
        point_name="" if point is None else f"the point on line {table.lines[point]}",
    )


def _refuse_duplicates(path: Path, y: _survey.Array, lines: list[int]) -> None:
    order = np.lexsort(y.T)
    same = np.flatnonzero((y[order[1:]] == y[order[:-1]]).all(axis=1))
    if len(same):
        pairs = np.sort([order[same], order[same + 1]], axis=0)
        first, second = (lines[row] for row in pairs[:, pairs[0].argmin()])
        raise Mistake(
            f"{path}, lines {first} and {second}: the same point twice; keep one of them, "
            "or give a --smoothing above 0"
        )
