import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nbrbf import _plot
from nbrbf.__main__ import main

needs_matplotlib = pytest.mark.skipif(not _plot.available(), reason="matplotlib is not installed")
ROWS = np.random.default_rng(3).uniform(-1, 1, (25, 3))


def table(folder: Path, rows: np.ndarray = ROWS, header: str = "x,y,z") -> Path:
    path = folder / "data.csv"
    lines = [header, *(",".join(repr(float(each)) for each in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found, text
    return float(found[1])


def test_the_airports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "surface.png"
    assert main(["--out", str(out)]) == 0
    text, progress = capsys.readouterr()
    assert progress.count("\n") == 1
    assert "435 airports" in text
    assert "OurAirports (ourairports.com/data), public domain" in text
    assert "a grid of 200 x 100 points" in text
    assert number(r"largest difference (\S+) of the largest", text) < 1e-9
    assert number(r"they differ by (\S+), relative", text) < 1e-4
    assert number(r"rcond (\S+);", text) > 0
    if _plot.available():
        assert out.read_bytes().startswith(b"\x89PNG")
    else:
        assert "pip install nbrbf[plot]" in text


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    table(tmp_path)
    # The packages as this process sees them, whether from a checkout or installed.
    roots = [
        str(Path(importlib.util.find_spec(name).submodule_search_locations[0]).parent)
        for name in ("nbrbf", "nbrbf_kernels")
    ]
    path = os.pathsep.join([*roots, os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "nbrbf", "data.csv", "--x", "x", "y", "--value"]
    options = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": path}, "text": True}
    done = subprocess.run([*command, "z"], capture_output=True, check=True, **options)
    assert "data.csv: 25 rows, z over x, y" in done.stdout
    assert (tmp_path / "surface.png").exists() == _plot.available()
    failed = subprocess.run([*command, "w"], capture_output=True, **options)
    assert failed.returncode == 2
    assert failed.stdout == ""
    assert failed.stderr == (
        "nbrbf: data.csv, line 1: no column 'w'; the columns are 'x', 'y', 'z'\n"
    )


@needs_matplotlib
@pytest.mark.parametrize("axes", [["x"], ["x", "y"]])
def test_a_curve_or_a_surface(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], axes: list[str]
) -> None:
    out = tmp_path / "picture.svg"
    command = [str(table(tmp_path)), "--x", *axes, "--value", "z", "--out", str(out)]
    assert main([*command, "--kernel", "Cubic", "--grid", *["30"] * len(axes)]) == 0
    assert "cubic, rcond" in capsys.readouterr().out
    assert out.read_text().startswith("<?xml")


def test_three_coordinates_are_evaluated_without_a_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = np.random.default_rng(4).uniform(-1, 1, (30, 4))
    path = table(tmp_path, rows, "a,b,c,v")
    out = tmp_path / "none.png"
    assert main([str(path), "--x", "a", "b", "c", "--value", "v", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "evaluated at the data points" in text
    assert "3 coordinates are more than a picture has" in text
    assert not out.exists()


def test_an_epsilon_for_each_axis_which_scipy_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--kernel", "gaussian", "--epsilon", "2", "3", "--out", str(tmp_path / "a.png")]
    assert main([str(table(tmp_path)), "--x", "x", "y", "--value", "z", *options]) == 0
    assert "has no answer to compare with" in capsys.readouterr().out


def test_doubled_points_with_smoothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = table(tmp_path, np.vstack([ROWS, ROWS[:3]]))
    command = [str(path), "--x", "x", "y", "--value", "z", "--out", str(tmp_path / "a.png")]
    assert main([*command, "--smoothing", "0.1"]) == 0
    assert main(command) == 2
    assert "lines 2 and 27: the same point twice" in capsys.readouterr().err


def test_a_degree_below_the_smallest_warns_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [str(table(tmp_path)), "--x", "x", "y", "--value", "z", "--degree", "0"]
    assert main([*command, "--out", str(tmp_path / "a.png")]) == 0
    warned = [line for line in capsys.readouterr().err.splitlines() if "warning:" in line]
    assert len(warned) == 1
    assert "`degree` should not be below 1" in warned[0]


def test_without_matplotlib_a_line_names_the_extra(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_plot, "available", lambda: False)
    monkeypatch.chdir(tmp_path)
    assert main([str(table(tmp_path)), "--x", "x", "y", "--value", "z"]) == 0
    assert "pip install nbrbf[plot]" in capsys.readouterr().out
    assert not Path("surface.png").exists()


USUAL = ["--x", "x", "y", "--value", "z"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.csv", *USUAL], "absent.csv: no such file"),
        ([".", *USUAL], ".: a directory, not a file"),
        (["data.csv"], "data.csv: which columns? give --x and --value; the columns are 'x', 'y',"),
        (USUAL, "--x and --value name the columns of a file, but no file comes before them"),
        (["data.csv", "--x", "x", "x", "--value", "z"], "--x names a column twice: x x"),
        (["data.csv", "--x", "x", "lat", "--value", "z"], "data.csv, line 1: no column 'lat'; the"),
        (["data.csv", *USUAL, "--kernel", "cubist"], "cannot fit data.csv: 25 rows, z over x, y: "),
        (["data.csv", *USUAL, "--kernel", "gaussian"], "`epsilon` must be specified if"),
        (["data.csv", *USUAL, "--degree", "7"], "At least 36 data points are required when"),
        (["data.csv", *USUAL, "--degree", "-2"], "`degree` must be at least -1"),
        (
            ["data.csv", *USUAL, "--epsilon", "wide"],
            "--epsilon: must be a finite number, got 'wide'",
        ),
        (["data.csv", *USUAL, "--epsilon", "nan"], "--epsilon: must be a finite number, got 'nan'"),
        (
            ["data.csv", *USUAL, "--epsilon", "1", "2", "3"],
            "--epsilon: one number, or one for each",
        ),
        (["data.csv", *USUAL, "--grid", "9"], "--grid needs one count for each of the 2 axes"),
        (["data.csv", *USUAL, "--grid", "9", "1"], "--grid: counts must be at least 2, got 1"),
        (["data.csv", *USUAL, "--grid", "99999", "99999"], "--grid: at most 10000000 points, got "),
        (["data.csv", *USUAL, "--colour", "red"], "unrecognized arguments: --colour red"),
        (["--kernel"], "argument --kernel: expected one argument"),
    ],
)
def test_mistakes_take_one_line_and_status_2(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    message: str,
) -> None:
    table(tmp_path)
    assert message in complaint(arguments, tmp_path, capsys, monkeypatch)


@needs_matplotlib
@pytest.mark.parametrize(
    ("out", "message"),
    [
        (".", "--out .: a directory, a file name is needed"),
        ("absent/a.png", "--out absent/a.png: no such directory absent"),
        ("a.xyz", "--out a.xyz: the name must end in one of "),
        ("surface", "--out surface: the name must end in one of "),
        ("a" * 300 + ".png", "cannot be written (File name too long)"),
    ],
)
def test_a_picture_that_cannot_be_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    out: str,
    message: str,
) -> None:
    table(tmp_path)
    arguments = ["data.csv", *USUAL, "--grid", "5", "5", "--out", out]
    assert message in complaint(arguments, tmp_path, capsys, monkeypatch)


def test_points_on_a_line_cannot_carry_a_plane(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    t = np.arange(8.0)
    table(tmp_path, np.column_stack([t, 2 * t, t**2]))
    message = complaint(["data.csv", *USUAL], tmp_path, capsys, monkeypatch)
    assert "data.csv: 8 rows, z over x, y: Singular matrix." in message


def complaint(
    arguments: list[str],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """The line on stderr, the announcement of the fit left out; the exit status must be 2."""
    monkeypatch.chdir(folder)
    try:
        status = main(arguments)
    except SystemExit as stopped:  # argparse
        status = int(stopped.code or 0)
    assert status == 2
    lines = [s for s in capsys.readouterr().err.splitlines() if "fitting;" not in s]
    assert len(lines) == 1
    assert lines[0].startswith("nbrbf: ")
    return lines[0]
