from pathlib import Path

import numpy as np
import pytest

from nbrbf._table import TableError, column_names, read_columns

GOOD = "name,lon,lat,height\nA,1,2,3\nB,4,5,6.5e0\n"


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "data.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def complaint(path: Path, *names: str) -> str:
    with pytest.raises(TableError) as caught:
        read_columns(path, names or ("lon", "lat", "height"))
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(str(path))
    return text.removeprefix(str(path))


def test_columns_in_the_order_asked_for(tmp_path: Path) -> None:
    table = read_columns(write(tmp_path, GOOD), ["height", "lon"])
    np.testing.assert_array_equal(table.values, [[3, 1], [6.5, 4]])
    assert table.lines == [2, 3]
    assert column_names(tmp_path / "data.csv") == ["name", "lon", "lat", "height"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_byte_order_mark(
    tmp_path: Path, line_end: str, mark: bytes, last: bool
) -> None:
    text = GOOD if last else GOOD.rstrip("\n")
    path = write(tmp_path, mark + text.replace("\n", line_end).encode())
    table = read_columns(path, ["lon", "lat", "height"])
    np.testing.assert_array_equal(table.values, [[1, 2, 3], [4, 5, 6.5]])
    assert column_names(path)[0] == "name"


def test_blank_lines_spaces_and_quotes_are_read_over(tmp_path: Path) -> None:
    path = write(tmp_path, '\n lon , "lat"\n\n 1 , " 2"\n\n3,4\n   \n\n')
    table = read_columns(path, ["lon", "lat"])
    np.testing.assert_array_equal(table.values, [[1, 2], [3, 4]])
    assert table.lines == [4, 6]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_through_quoted_line_breaks(tmp_path: Path, line_end: str) -> None:
    text = 'note,lon\n"one\ntwo",1\nx,2\n"three\n\nfour",no\n'.replace("\n", line_end)
    assert complaint(write(tmp_path, text), "lon") == ", line 7, column 'lon': 'no' is not a number"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", "empty, but a number is needed"),
        ("   ", "empty, but a number is needed"),
        ("high", "'high' is not a number"),
        ("1_000", "'1_000' is not a number"),
        ("0x10", "'0x10' is not a number"),
        ("nan", "'nan' is not a finite number"),
        ("-inf", "'-inf' is not a finite number"),
        ("1e999", "'1e999' is not a finite number"),
        ('"3,5"', "'3,5' is not a number"),
        ("x" * 500, f"'{'x' * 30}...' is not a number"),
    ],
)
def test_a_cell_without_a_finite_number(tmp_path: Path, cell: str, problem: str) -> None:
    path = write(tmp_path, f"lon,lat,height\n1,2,3\n4,{cell},6\n")
    assert complaint(path) == f", line 3, column 'lat': {problem}"


def test_cells_of_other_columns_may_hold_anything(tmp_path: Path) -> None:
    path = write(tmp_path, "a,a,lon\nx,,1\n,nan,2\n")
    np.testing.assert_array_equal(read_columns(path, ["lon"]).values, [[1], [2]])


@pytest.mark.parametrize(
    ("row", "cells"), [("4,5", "2 cells"), ("4,5,6,7", "4 cells"), ("4", "1 cell")]
)
def test_a_ragged_row(tmp_path: Path, row: str, cells: str) -> None:
    path = write(tmp_path, f"lon,lat,height\n1,2,3\n{row}\n")
    assert complaint(path) == f", line 3: {cells}, but the header has 3"


def test_a_missing_column_lists_those_there(tmp_path: Path) -> None:
    path = write(tmp_path, "lon,lat,altitude\n1,2,3\n")
    assert complaint(path) == (
        ", line 1: no column 'height'; the columns are 'lon', 'lat', 'altitude'"
    )


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_recognised(tmp_path: Path, separator: str) -> None:
    path = write(tmp_path, separator.join(["lon", "lat", "height"]) + "\n")
    assert complaint(path).endswith("; cells must be separated by commas")


def test_a_name_that_two_columns_have(tmp_path: Path) -> None:
    path = write(tmp_path, "lon,lat,height,lat\n1,2,3,4\n")
    assert complaint(path) == ", line 1: 2 columns are called 'lat'"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", ": the file is empty"),
        (b"\n \n", ": the file is empty"),
        (b"\xef\xbb\xbf", ": the file is empty"),
        (b"lon,lat,height\n", ": a header but no rows"),
        (b"lon,lat,height", ": a header but no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ": not a text file (zero byte at offset 8)"),
        ("lon,lat,height\n".encode("utf-16"), ": encoded as UTF-16; save it as UTF-8"),
        (
            "lon,lat,height,place\r\n1,2,3,x\r\n4,5,6,Zürich\r\n".encode("latin-1"),
            ", line 3: byte 0xfc is not UTF-8; save the file as UTF-8",
        ),
        (
            b"\xef\xbb\xbflon,lat,height\n1,2,\xff\n",
            ", line 2: byte 0xff is not UTF-8; save the file as UTF-8",
        ),
        (
            b'lon,lat,height\n1,2,3\n4,"5,6\n7,8,9\n',
            ", line 3: not well-formed CSV (unexpected end of data)",
        ),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes, problem: str) -> None:
    assert complaint(write(tmp_path, content)) == problem


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert complaint(tmp_path / "absent.csv") == ": no such file"
    assert complaint(tmp_path) == ": a directory, not a file"
    under_a_file = write(tmp_path, GOOD) / "data.csv"
    assert complaint(under_a_file) == ": cannot be read (Not a directory)"
