"""The main job: fit scattered data, compare with SciPy, differentiate, and draw.

``python -m nbrbf`` runs on the elevations of 435 airports, ``python -m nbrbf data.csv --x COLUMN
... --value COLUMN`` on a user's own file. With ``--precompile`` it only fills Numba's cache.
"""

import argparse
import io
import math
import os
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import scipy

from nbrbf import _plot, _survey
from nbrbf._precompile import precompile
from nbrbf._problem import Mistake, Problem, airports, user_file
from nbrbf._table import TableError

KERNEL = "thin_plate_spline"

# 80 MB of values; more is a slip of the keyboard rather than a picture.
MOST_POINTS = 10_000_000


class Parser(argparse.ArgumentParser):
    """argparse, with errors of one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"nbrbf: {message} (nbrbf --help says more)\n")


def main(arguments: list[str] | None = None) -> int:
    """Run the main job; returns the exit status, 2 for anything the user can put right."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        run(options)
        sys.stdout.flush()
    except (Mistake, TableError) as mistake:
        print("nbrbf: " + " ".join(str(mistake).split()), file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our pipe has left; the flush at exit must not complain of it again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def run(options: argparse.Namespace) -> None:
    """Load, fit, compare, differentiate, draw; or compile."""
    if options.precompile:
        _precompile_into_cache(options.kernel)
        return
    problem = _problem(options)
    axes = _grid_axes(problem, options.grid)
    _check_out(options.out, drawn=_plot.available() and len(axes) in (1, 2))
    x = _survey.grid(axes) if axes else problem.y
    print(f"data        {problem.source}")
    if problem.credit:
        print(f"credit      {problem.credit}")
    sys.stdout.flush()
    print(
        "nbrbf: fitting; where kernels are not compiled yet this takes some seconds more",
        file=sys.stderr,
    )
    fit = _fit_options(options, problem)
    comparison = _solved(problem, fit, x)
    _print_comparison(comparison, fit["kernel"], axes, len(x))
    _print_slopes(problem, x, fit)
    _draw(problem, axes, comparison.values, options.out)


def _parser() -> Parser:
    parser = Parser(
        prog="nbrbf",
        description="Fit scattered data with radial basis functions, compare with SciPy, "
        "differentiate, and draw. Without a file: terrain elevation at 435 airports.",
    )
    add = parser.add_argument
    add("file", nargs="?", type=Path, help="CSV file with a header (UTF-8, commas)")
    add("--x", nargs="+", metavar="COLUMN", help="columns of the coordinates")
    add("--value", metavar="COLUMN", help="column of the values")
    add("--kernel", type=str.lower, help=f"default: {KERNEL}")
    add("--epsilon", nargs="+", type=_finite, help="shape parameter, or one for each coordinate")
    add("--smoothing", type=_finite, default=0.0, help="default: 0, through every point")
    add("--degree", type=int, help="of the added polynomial; -1: none")
    add("--grid", nargs="+", type=int, metavar="COUNT", help="points along each axis (200 100)")
    add("--out", type=Path, default=Path("surface.png"), help="picture (default: %(default)s)")
    add(
        "--precompile",
        action="store_true",
        help="compile what the examples use, or that for --kernel in the plane, and stop",
    )
    return parser


def _precompile_into_cache(kernel: str | None) -> None:
    """The kernels of the README, or those of one radial function, ready for later processes."""
    try:
        folders = precompile([kernel] if kernel else [KERNEL, "gaussian"])
    except ValueError as error:
        raise Mistake(str(error)) from None
    for folder in folders:
        print(f"cache       {folder}")


def _finite(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"must be a finite number, got {text!r}")
    return number


def _problem(options: argparse.Namespace) -> Problem:
    if options.file:
        distinct = options.smoothing == 0
        return user_file(options.file, options.x or [], options.value, distinct)
    if options.x or options.value:
        raise Mistake("--x and --value name the columns of a file, but no file comes before them")
    return airports()


def _grid_axes(problem: Problem, counts: list[int] | None) -> list[_survey.Array]:
    """Axes of the grid to evaluate on; none in three dimensions and more unless asked for."""
    ndim = problem.y.shape[1]
    if counts is None:
        counts = {1: [1000], 2: [200, 100]}.get(ndim, [])
    elif len(counts) != ndim:
        raise Mistake(f"--grid needs one count for each of the {ndim} axes, got {len(counts)}")
    if any(count < 2 for count in counts):
        raise Mistake(f"--grid: counts must be at least 2, got {min(counts)}")
    if math.prod(counts) > MOST_POINTS:
        raise Mistake(f"--grid: at most {MOST_POINTS} points, got {math.prod(counts)}")
    return _survey.box(problem.y, counts) if counts else []


def _fit_options(options: argparse.Namespace, problem: Problem) -> dict[str, Any]:
    epsilon = options.epsilon
    if epsilon is not None and len(epsilon) not in (1, problem.y.shape[1]):
        raise Mistake(
            f"--epsilon: one number, or one for each of the {problem.y.shape[1]} axes, "
            f"got {len(epsilon)}"
        )
    if epsilon is not None:
        epsilon = epsilon[0] if len(epsilon) == 1 else np.array(epsilon)
    fit = {"kernel": options.kernel or KERNEL, "epsilon": epsilon, "degree": options.degree}
    return {**fit, "smoothing": options.smoothing}


def _solved(problem: Problem, fit: dict[str, Any], x: _survey.Array) -> _survey.Comparison:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            comparison = _survey.compare(problem.y, problem.d, x, fit)
        except (ValueError, np.linalg.LinAlgError, MemoryError) as error:
            raise Mistake(f"cannot fit {problem.source}: {error}") from None
    with np.errstate(over="ignore", invalid="ignore"):
        finite = np.isfinite(np.ptp(comparison.values) + np.ptp(problem.d))
    if not finite:
        raise Mistake(f"numbers overflow in the fit of {problem.source}: scale them towards 1")
    for message in sorted({str(each.message) for each in caught}):
        print(f"nbrbf: warning: {message}", file=sys.stderr)
    return comparison


def _print_comparison(
    comparison: _survey.Comparison, kernel: str, axes: list[_survey.Array], count: int
) -> None:
    where = f"a grid of {' x '.join(str(len(a)) for a in axes)}" if axes else "the data"
    print(f"fit         {kernel}, rcond {comparison.rcond:.1e}; evaluated at {where} points")
    ours = f"nbrbf {1e3 * comparison.seconds:.3g} ms"
    if comparison.difference is None or comparison.scipy_seconds is None:
        print(f"beside      SciPy {scipy.__version__} has no answer to compare with")
    else:
        print(
            f"beside      SciPy {scipy.__version__}: largest difference "
            f"{comparison.difference:.1e} of the largest |value|"
        )
        ours += f", SciPy {1e3 * comparison.scipy_seconds:.3g} ms"
        ours += f", ratio {comparison.scipy_seconds / comparison.seconds:.1f}"
    print(f"time        one fit and {count} values: {ours}")
    print(
        "            (warm, medians of alternating runs; the first call, compiling or loading "
        f"kernels, took {comparison.first_seconds:.1f} s)"
    )


def _print_slopes(problem: Problem, x: _survey.Array, fit: dict[str, Any]) -> None:
    if problem.point is None:
        print("derivative  none: no point has a neighbour at a distance above 0")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the degree: said once already
        slopes = _survey.slopes(problem.y, problem.d, x, fit, problem.point)
    print(f"derivative  of the mean of these values, by {problem.point_name}:")
    names = [*problem.x_names, problem.value_name]
    width = max(len(name) for name in names)
    for name, forward, difference in zip(names, slopes.forward, slopes.difference, strict=True):
        print(f"            {name:{width}}  {forward:+.9e}   5-point difference {difference:+.9e}")
    print(f"            they differ by {slopes.disagreement:.1e}, relative")


def _check_out(path: Path, drawn: bool) -> None:
    """What can be said of --out before the work is done."""
    if not drawn:
        return
    # os.path: pathlib's is_dir raises for a name that is too long.
    if os.path.isdir(path):
        raise Mistake(f"--out {path}: a directory, a file name is needed")
    if not os.path.isdir(path.parent):
        raise Mistake(f"--out {path}: no such directory {path.parent}")
    if path.suffix[1:].lower() not in _plot.formats():
        endings = ", ".join(_plot.formats())
        raise Mistake(f"--out {path}: the name must end in one of {endings}")


def _draw(problem: Problem, axes: list[_survey.Array], values: _survey.Array, path: Path) -> None:
    if len(axes) not in (1, 2):
        print(f"picture     none: {problem.y.shape[1]} coordinates are more than a picture has")
    elif any(axis[0] == axis[-1] for axis in axes):
        print("picture     none: the points do not extend along every axis")
    elif not _plot.available():
        print("picture     none: matplotlib is missing, which `pip install nbrbf[plot]` brings")
    else:
        words = _plot.Words(problem.x_names, problem.value_name, problem.title, problem.credit)
        try:
            if len(axes) == 1:
                _plot.save_curve(path, axes[0], values, problem.y[:, 0], problem.d, words)
            else:
                surface = values.reshape(len(axes[1]), len(axes[0]))
                _plot.save_surface(path, axes, surface, problem.y, problem.d, words)
        except OSError as error:
            raise Mistake(f"--out {path}: cannot be written ({error.strerror})") from None
        print(f"picture     {path}")


if __name__ == "__main__":
    sys.exit(main())
