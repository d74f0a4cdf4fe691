"""Columns of numbers from a CSV file, with errors that name file, line and column."""

import codecs
import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class TableError(ValueError):
    """What is wrong with the file, and where, in one line."""


class Table(NamedTuple):
    """Columns asked for: `values` of shape (rows, columns), and the line each row starts on."""

    values: npt.NDArray[np.float64]
    lines: list[int]


def read_columns(path: Path, names: Sequence[str]) -> Table:
    """Read the columns `names` of a comma separated file with a header.

    Parameters
    ----------
    path : Path
        UTF-8 text, with or without a byte order mark; lines end in LF, CRLF or CR. Blank lines
        are skipped, quoted cells may hold line breaks.
    names : sequence of str
        Columns to read, as they stand in the header. Other columns may hold anything.

    Returns
    -------
    Table
        The numbers, all finite, in the order of `names`.

    Raises
    ------
    TableError
        With the file, and the line and column where there is one.
    """
    header_line, header, rows = _records(path)
    columns = [_column(f"{path}, line {header_line}", header, name) for name in names]
    values, lines = [], []
    for line, row in rows:
        if len(row) != len(header):
            cells = "1 cell" if len(row) == 1 else f"{len(row)} cells"
            raise TableError(f"{path}, line {line}: {cells}, but the header has {len(header)}")
        values.append([_number(path, line, header, row, column) for column in columns])
        lines.append(line)
    if not values:
        raise TableError(f"{path}: a header but no rows")
    return Table(np.array(values), lines)


def column_names(path: Path) -> list[str]:
    """The header of the file."""
    return _records(path)[1]


def _records(path: Path) -> tuple[int, list[str], Iterator[tuple[int, list[str]]]]:
    """Line of the header, header, and the rows that follow, each with the line it starts on."""
    rows = _rows(path, _text(path))
    line, header = next(rows, (0, []))
    if not header:
        raise TableError(f"{path}: the file is empty")
    return line, [name.strip() for name in header], rows


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    # newline="" leaves line breaks inside quotes as they are, and still splits at CR, LF, CRLF.
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    start = 1
    try:
        for row in reader:
            if row and (len(row) > 1 or row[0].strip()):
                yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        # A quote that is never closed runs to the end of the file: it starts where its row does.
        raise TableError(f"{path}, line {start}: not well-formed CSV ({error})") from None


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise TableError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise TableError(f"{path}: a directory, not a file") from None
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from None
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(f"{path}: encoded as UTF-16; save it as UTF-8")
    if b"\0" in raw:
        raise TableError(f"{path}: not a text file (zero byte at offset {raw.index(0)})")
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(_LINE_BREAK.findall(error.object[: error.start].decode("utf-8"))) + 1
        byte = error.object[error.start]
        raise TableError(
            f"{path}, line {line}: byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"
        ) from None


_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def _column(where: str, header: list[str], name: str) -> int:
    count = header.count(name)
    if count == 1:
        return header.index(name)
    if count > 1:
        raise TableError(f"{where}: {count} columns are called {name!r}")
    there = ", ".join(repr(each) for each in header)
    hint = "; cells must be separated by commas" if re.search("[;\t]", header[0]) else ""
    raise TableError(f"{where}: no column {name!r}; the columns are {there}{hint}")


def _number(path: Path, line: int, header: list[str], row: list[str], column: int) -> float:
    cell = row[column].strip()
    problem = _problem(cell)
    if not problem:
        return float(cell)
    line += sum(len(_LINE_BREAK.findall(each)) for each in row[:column])
    raise TableError(f"{path}, line {line}, column {header[column]!r}: {problem}")


def _problem(cell: str) -> str:
    """Why the cell holds no finite number; nothing if it does."""
    if not cell:
        return "empty, but a number is needed"
    shown = repr(cell if len(cell) <= 30 else f"{cell[:30]}...")
    try:
        finite = math.isfinite(float(cell))
    except ValueError:
        return f"{shown} is not a number"
    # float() takes the underscores of Python's own literals; in a file they are a slip.
    if "_" in cell:
        return f"{shown} is not a number"
    return "" if finite else f"{shown} is not a finite number"
