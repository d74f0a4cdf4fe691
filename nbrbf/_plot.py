"""Pictures of an interpolant: a shaded surface over two axes, a curve over one."""

import importlib.util
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

Array = npt.NDArray[np.float64]

_UNITS = {"deg": "°", "m": "m", "km": "km", "s": "s", "h": "h", "K": "K", "Pa": "Pa", "hPa": "hPa"}
_HEIGHTS = ("elevation", "altitude", "height", "terrain", "topo")


class Words(NamedTuple):
    """What is written in a picture: column names of x and of the value, title, credit."""

    x: Sequence[str]
    value: str
    title: str
    credit: str = ""


def available() -> bool:
    """Whether matplotlib can be imported."""
    return importlib.util.find_spec("matplotlib") is not None


def formats() -> list[str]:
    """File name endings that matplotlib can write."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    return sorted(FigureCanvasAgg.get_supported_filetypes())


def label(column: str) -> str:
    """Name of a column for people: ``elevation_m`` is ``elevation (m)``."""
    name, _, unit = column.rpartition("_")
    text = f"{name} ({_UNITS[unit]})" if name and unit in _UNITS else column
    return text.replace("_", " ")


def save_curve(path: Path, x: Array, f: Array, y: Array, d: Array, words: Words) -> None:
    """Save the curve f(x) with the data (y, d) on it."""
    figure, axes = _figure(8.0, 4.5, words)
    axes.plot(x, f, color="#1f5a7a", linewidth=1.6, zorder=2)
    axes.plot(y, d, "o", color="#c8502d", markeredgecolor="white", markersize=6, zorder=3)
    _name_axes(axes, words.x[0], words.value)
    axes.margins(x=0.01)
    axes.grid(color="0.9", zorder=0)
    _save(figure, path)


def save_surface(
    path: Path, x: Sequence[Array], f: Array, y: Array, d: Array, words: Words
) -> None:
    """Save the surface f, shape (len(x[1]), len(x[0])), with the data (y, d) on it.

    Heights are coloured as land and lit from the north-west; the colours span the data. The
    surface fades where it is further from any point than the points are from each other. A
    degree of longitude is drawn shorter than one of latitude, as it is in the middle of the map.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    extent = (x[0][0], x[0][-1], x[1][0], x[1][-1])
    aspect = _aspect(words.x, extent)
    shape = aspect * np.ptp(x[1]) / np.ptp(x[0]) if aspect else 0.6
    figure, axes = _figure(9.5, float(np.clip(9.5 * 0.84 * shape + 1.1, 3.0, 14.0)), words)
    colours, norm = _colours(words.value), Normalize(d.min(), d.max())
    image = _shaded(f, colours, norm)
    image[..., 3] = _certainty(x, y, aspect)[::-1]
    axes.imshow(image, extent=extent, aspect=aspect or "auto", interpolation="bicubic")
    size = float(np.clip(4000 / len(y), 1.0, 22.0))
    axes.scatter(
        *y.T,
        c=d,
        s=size,
        cmap=colours,
        norm=norm,
        edgecolors="black",
        linewidths=0.5,
        clip_on=False,
    )
    bar = figure.colorbar(ScalarMappable(norm, colours), ax=axes, shrink=0.85, pad=0.02)
    bar.set_label(label(words.value), parse_math=False)
    bar.outline.set_visible(False)
    _name_axes(axes, words.x[0], words.x[1])
    _save(figure, path)


def _figure(width: float, height: float, words: Words) -> tuple[Any, Any]:
    # A Figure of its own, not pyplot's: no window, no display, no state left behind.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(words.title, loc="left", fontsize=13, parse_math=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if words.credit:
        figure.supxlabel(f"Data: {words.credit}", x=0.99, ha="right", fontsize=7, color="0.4")
    return figure, axes


def _name_axes(axes: Any, x: str, y: str) -> None:
    # parse_math=False: a dollar sign in a column's name is a dollar sign.
    axes.set_xlabel(label(x), parse_math=False)
    axes.set_ylabel(label(y), parse_math=False)


def _save(figure: Any, path: Path) -> None:
    with warnings.catch_warnings():
        # A column's name may have letters that the font lacks: the picture shows boxes instead.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(path, dpi=160)


def _aspect(columns: Sequence[str], extent: tuple[float, ...]) -> float:
    """Height of a unit of y over width of a unit of x; 0 where they have little in common."""
    if columns[0].lower().startswith("lon") and columns[1].lower().startswith("lat"):
        middle = np.deg2rad((extent[2] + extent[3]) / 2)
        return float(1 / max(np.cos(middle), 0.1))
    width, height = extent[1] - extent[0], extent[3] - extent[2]
    return 1.0 if 0.2 < height / width < 5.0 else 0.0


def _certainty(x: Sequence[Array], y: Array, aspect: float) -> Array:
    """Opacity on the grid: 1 near the points, 0.15 far outside, shape (len(x[1]), len(x[0]))."""
    unit = np.array([1.0, aspect]) if aspect else 1 / np.array([np.ptp(x[0]), np.ptp(x[1])])
    tree = KDTree(np.unique(y * unit, axis=0))
    reach = tree.query(tree.data, k=[2])[0].max()
    mesh = np.stack(np.meshgrid(*x), axis=-1)
    beyond = 2.0 * tree.query(mesh * unit)[0] / reach - 1.8
    return np.asarray(1.0 - 0.85 * np.clip(beyond, 0.0, 1.0))


def _colours(value: str) -> Any:
    from matplotlib import colormaps
    from matplotlib.colors import LinearSegmentedColormap

    if any(word in value.lower() for word in _HEIGHTS):
        # The blue quarter of "terrain" is water; the data are points on land.
        land = colormaps["terrain"](np.linspace(0.25, 1.0, 256))
        return LinearSegmentedColormap.from_list("land", land)
    return colormaps["viridis"]


def _shaded(f: Array, colours: Any, norm: Any) -> Any:
    from matplotlib.colors import LightSource

    if not np.ptp(f) > 0:
        return colours(norm(f[::-1]))
    # LightSource takes rows from north to south. Slopes are scaled to the range of f, so that
    # the relief shows whatever the units are.
    steepness = 0.12 * min(f.shape) / float(np.ptp(f))
    light = LightSource(azdeg=315, altdeg=45)
    return light.shade(f[::-1], colours, norm, blend_mode="soft", vert_exag=steepness)
