import os
import re
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import nbrbf
import nbrbf_kernels
from nbrbf import _plot
from nbrbf.__main__ import main

needs_matplotlib = pytest.mark.skipif(not _plot.available(), reason="matplotlib is not installed")
USUAL = ["--x", "x", "y", "--value", "z"]
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
    done = program(["data.csv", *USUAL], tmp_path)
    assert done.returncode == 0
    assert "data.csv: 25 rows, z over x, y" in done.stdout
    assert (tmp_path / "surface.png").exists() == _plot.available()
    failed = program(["data.csv", "--x", "x", "--value", "w"], tmp_path)
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
    assert main([*command, "--kernel", "Thin_Plate_Spline", "--grid", *["30"] * len(axes)]) == 0
    assert "thin_plate_spline, rcond" in capsys.readouterr().out
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
    options = ["--epsilon", "2", "3", "--out", str(tmp_path / "a.png")]
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


@pytest.mark.parametrize("scale", [(1.0, 1.0, 1.7e308), (1e300, 1e300, 1.0)])
def test_numbers_too_large_to_be_squared(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    scale: tuple[float, float, float],
) -> None:
    table(tmp_path, ROWS * scale)
    message = complaint(["data.csv", *USUAL], tmp_path, capsys, monkeypatch)
    assert "numbers overflow in the fit of data.csv: 25 rows, z over x, y: scale them" in message


def test_a_reader_who_leaves_ends_the_program_quietly(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = program([str(table(tmp_path)), *USUAL], tmp_path, stdout=write)
    os.close(write)
    assert done.returncode == 1
    assert "Error" not in done.stderr


def program(arguments: list[str], folder: Path, **streams: int) -> subprocess.CompletedProcess[str]:
    """``python -m nbrbf`` on the packages as this process sees them, installed or not."""
    roots = [str(Path(package.__path__[0]).parent) for package in (nbrbf, nbrbf_kernels)]
    path = os.pathsep.join([*roots, os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "nbrbf", *arguments]
    environment = {**os.environ, "PYTHONPATH": path}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(command, cwd=folder, env=environment, text=True, **options)


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


def test_precompile_fills_the_cache_and_says_where_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert main(["--precompile", "--kernel", "thin_plate_spline"]) == 0
    lines = capsys.readouterr().out.splitlines()
    compiled = [line for line in lines if re.fullmatch(r"compiled    .+: \d+\.\d s", line)]
    folders = [Path(line.removeprefix("cache       ")) for line in lines[len(compiled) :]]
    assert {"thin_plate_spline, gradients", "solve, dual"} <= {
        line[12:].rpartition(":")[0] for line in compiled
    }
    for folder, kernel in zip(folders, ("fit_points", "solve_system"), strict=True):
        assert any(kernel in index.name for index in folder.glob("*.nbi"))


def test_precompile_shows_a_bar_where_tqdm_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []

    class Bar(list):  # type: ignore[type-arg]
        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *error: object) -> None:
            shown.append("closed")

        def set_description(self, name: str) -> None:
            shown.append(name)

    module = types.ModuleType("tqdm")
    module.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", module)
    assert main(["--precompile", "--kernel", "thin_plate_spline"]) == 0
    assert "compiled" not in capsys.readouterr().out
    assert shown[0] == "thin_plate_spline, fit and values"
    assert shown[-1] == "closed"


def test_precompile_names_a_kernel_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--precompile", "--kernel", "nonsense"]) == 2
    text, error = capsys.readouterr()
    assert text == ""
    assert error.startswith("nbrbf: `kernel` must be one of")
    assert error.count("\n") == 1
