"""How fast is an interpolant evaluated, against SciPy's?

    python benchmarks/bench_evaluate.py [--quick] [--json FILE]

Points in the unit square, one column of data; ours on one thread, SciPy with one BLAS thread
and with the default, the better of the two. Times are nanoseconds for a pair of a data point
and an evaluation point. `two workers` is our time with one over that with two. epsilon is 0.5 / the
points' distance on a grid, so from 1000 points on a gaussian leaves out data that are lost in
rounding: how much that is for others says the second table. Then the workload of a public
comparison: 100 points, evaluated on a grid.
"""

import copy
import importlib.util
import time
from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np
import scipy.interpolate

from nbrbf import RBFInterpolator
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS

# The Matern kernels are in SciPy's main branch, but in no release.
IN_SCIPY = [name for name in RADIAL_FUNCTIONS if not name.startswith("matern")]
TOLERANCE = 1e-12
# Seconds of calls in a reading of one worker and of two: the threads are awake then.
READING = 0.03
# The widest grid for torchrbf, which holds several matrices of 100 n^2 numbers.
FITS_MEMORY = 500


# Data count to this distance times epsilon, where exp(-r^2) falls below 2^-57.
REACH = (57 * np.log(2.0)) ** 0.5


def interpolant(
    kernel: str, N: int, rng: np.random.Generator, narrow: float = 0.5
) -> tuple[Any, Any]:
    """Ours and SciPy's (None if it has no such kernel), with the same random weights.

    Any weights do. Those of a fit cancel, and two fits differ by their matrix's condition.
    """
    y, d = rng.random((N, 2)), rng.standard_normal(N)
    kwargs = {"kernel": kernel, "epsilon": narrow * N**0.5}
    ours = RBFInterpolator(y, d, **kwargs)
    ours._weights = rng.standard_normal(ours._weights.shape)
    if kernel not in IN_SCIPY:
        return ours, None
    theirs = scipy.interpolate.RBFInterpolator(y, d, **kwargs)
    theirs._coeffs = np.ascontiguousarray(ours._weights.T)
    return ours, theirs


def prepare(kernel: str, N: int, Q: int) -> tuple[dict[str, Any], _timing.Calls, _timing.Calls]:
    """What is known of a kernel and a size before it is timed; calls beside SciPy's, workers'."""
    rng = np.random.default_rng(N)
    ours, theirs = interpolant(kernel, N, rng)
    x = rng.random((Q, 2))
    start = time.perf_counter()
    values = ours(x)
    first_call = time.perf_counter() - start
    difference = _timing.agree(values, theirs(x), TOLERANCE, f"{kernel}, N = {N}")
    two = _with_workers(ours, 2)
    if not np.array_equal(two(x), values):
        raise SystemExit(f"{kernel}, N = {N}: two workers give other values, nothing was timed")
    known = {"kernel": kernel, "N": N, "difference": difference, "first call [s]": first_call}
    mine = {"ours": lambda: ours(x)}
    beside = mine | dict.fromkeys(("one", "default"), lambda: theirs(x))
    return known, beside, {"one worker": lambda: ours(x), "two workers": lambda: two(x)}


def compared(known: dict[str, Any], Q: int, t: dict[str, float]) -> dict[str, Any]:
    """One row of the comparison with SciPy."""
    scipys, pairs = min(t["one"], t["default"]), known["N"] * Q
    return known | {
        "ours [ns]": t["ours"] * 1e9 / pairs,
        "SciPy [ns]": scipys * 1e9 / pairs,
        "speed-up": scipys / t["ours"],
        "two workers": t["one worker"] / t["two workers"],
    }


def _with_workers(f: Any, workers: int) -> Any:
    other = copy.copy(f)
    other._weights, other.workers = f._weights, workers  # found anew they may differ
    return other


def grid(n: int, seconds: float, torchrbf: Any) -> dict[str, Any]:
    """The thin plate spline of 100 points in the plane on a grid of n x n (scipy PR 23447)."""
    rng = np.random.default_rng(0)
    y = rng.uniform(-1.0, 1.0, (100, 2))
    d = np.exp(-6.0 * (y**2).sum(axis=1))
    axis = np.linspace(-1.0, 1.0, n)
    x = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    ours, theirs = RBFInterpolator(y, d), scipy.interpolate.RBFInterpolator(y, d)
    difference = _timing.agree(ours(x), theirs(x), 1e-10, f"grid, n = {n}")
    mine, scipys = _timing.better_of_threads(lambda: theirs(x), lambda: ours(x), seconds)
    row = {"n": n, "difference": difference, "ours [ms]": mine * 1e3, "SciPy [ms]": scipys * 1e3}
    row["x SciPy"] = scipys / mine
    two = _with_workers(ours, 2)
    own = {"one": lambda: ours(x), "two": lambda: two(x)}
    t = _timing.interleaved(own, seconds / 2, reading=READING)
    row["two workers"] = t["one"] / t["two"]
    if torchrbf is None or n > FITS_MEMORY:
        return row | {"x torchrbf": "-"}
    evaluate = torchrbf.evaluator(y, d, x)
    _timing.agree(ours(x), evaluate(), 1e-8, f"grid, n = {n}, torchrbf")
    t = _timing.interleaved({"ours": lambda: ours(x), "torchrbf": evaluate}, seconds)
    return row | {"x torchrbf": t["torchrbf"] / t["ours"]}


def grids(quick: bool) -> Iterator[dict[str, Any]]:
    """From 50 x 50 to 1000 x 1000 points, beside torchrbf too if it is installed."""
    torchrbf = None
    if importlib.util.find_spec("torchrbf") is None:
        print("torchrbf is not installed: left out")
    else:
        torchrbf = importlib.import_module("_evaluate_torchrbf")
    for n in (50, 200) if quick else (50, 100, 200, 500, 1000):
        yield grid(n, 0.2 if quick else 1.0, torchrbf)


def reach(narrow: float, Q: int, seconds: float) -> dict[str, Any]:
    """A gaussian of 2000 points, as narrow as epsilon times their distance on a grid says."""
    N, rng = 2000, np.random.default_rng(0)
    ours, theirs = interpolant("gaussian", N, rng, narrow)
    x = rng.random((Q, 2))
    difference = _timing.agree(ours(x), theirs(x), TOLERANCE, f"gaussian, {narrow}")
    mine, scipys = _timing.better_of_threads(lambda: theirs(x), lambda: ours(x), seconds)
    return {
        "epsilon x distance": narrow,
        "reach / side": REACH / (narrow * N**0.5),
        "difference": difference,
        "ours [ns]": mine * 1e9 / (N * Q),
        "SciPy [ns]": scipys * 1e9 / (N * Q),
        "speed-up": scipys / mine,
    }


def reaches(quick: bool) -> Iterator[dict[str, Any]]:
    """From so wide that all data count everywhere to so narrow that few do."""
    Q, seconds = (1000, 0.3) if quick else (5000, 1.5)
    for narrow in (0.125, 0.5) if quick else (0.0625, 0.125, 0.25, 0.5, 1.0):
        yield reach(narrow, Q, seconds)


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All kernels at all sizes."""
    Q, seconds = (1000, 0.3) if quick else (5000, 1.5)
    for N in (30, 300, 2000) if quick else (30, 100, 300, 1000, 2000, 4000):
        made = {kernel: prepare(kernel, N, Q) for kernel in IN_SCIPY}
        beside = {kernel: calls for kernel, (_, calls, _) in made.items()}
        t = _timing.in_turns(beside, seconds, {"default": _timing.default_threads})
        # Apart, since threads of BLAS keep a core busy for 0.1 s after their work.
        workers = {kernel: calls for kernel, (*_, calls) in made.items()}
        own = _timing.in_turns(workers, seconds / 3, {}, READING)
        for kernel, (known, *_) in made.items():
            yield compared(known, Q, t[kernel] | own[kernel])


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(
        chosen.json,
        rows=_timing.table(rows(chosen.quick)),
        reaches=_timing.table(reaches(chosen.quick)),
        grids=_timing.table(grids(chosen.quick)),
    )
