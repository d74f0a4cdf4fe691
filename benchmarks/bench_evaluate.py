"""How fast is a fitted interpolant evaluated, against SciPy's, and what do partials cost?

    python benchmarks/bench_evaluate.py [--quick] [--json FILE]

Points in the unit square, one column of data, one thread on our side; SciPy with one BLAS
thread and with the default, the better of the two counts.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

# Both can be set to something slow, and are read when the BLAS is loaded.
for _name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(_name, None)

import numba  # noqa: E402
import numpy as np  # noqa: E402
import scipy  # noqa: E402
from scipy.interpolate import RBFInterpolator as SciPyInterpolator  # noqa: E402

from nbrbf import DualArray, RBFInterpolator  # noqa: E402
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS  # noqa: E402

# The Matern functions are in SciPy's main branch, but in no release.
IN_SCIPY = [name for name in RADIAL_FUNCTIONS if not name.startswith("matern")]
SIZES = {True: (30, 300, 2000), False: (30, 100, 300, 1000, 2000, 4000)}
WIDTHS = (1, 2, 4, 8)
# Well conditioned, so that both fits give the same weights.
SMOOTHING = 1.0
PAUSE = 0.05
AGREEMENT = 1e-12


def one_blas_thread() -> AbstractContextManager[Any]:
    """SciPy's product with the weights on one thread, where threadpoolctl is installed."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    return threadpool_limits(1)


def interleaved(
    calls: dict[str, tuple[Callable[[], Any], Callable[[], AbstractContextManager[Any]]]],
    seconds: float,
) -> dict[str, float]:
    """Median time of each call, taken in turns A B A B for about `seconds`, at least 5 times.

    After a threaded product OpenBLAS's threads spin for some 30 ms, in the way of whoever
    comes next: hence the pause.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[next(iter(times))]) < 5:
        for name, (call, context) in calls.items():
            time.sleep(PAUSE)
            with context():
                start = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def against_scipy(name: str, N: int, Q: int, seconds: float) -> dict[str, Any]:
    """Time of a pair of points in both, for one radial function and size."""
    rng = np.random.default_rng(N)
    y, d, x = rng.random((N, 2)), rng.standard_normal(N), rng.random((Q, 2))
    options = {"kernel": name, "epsilon": 0.5 * N**0.5}
    ours, theirs = RBFInterpolator(y, d, **options), SciPyInterpolator(y, d, **options)
    # Any weights do: those of a fit cancel, and two fits differ by their matrix's condition.
    theirs._coeffs = rng.standard_normal(theirs._coeffs.shape)
    ours._weights = np.ascontiguousarray(theirs._coeffs.T)
    start = time.perf_counter()
    values = ours(x)
    first_call = time.perf_counter() - start
    expected = theirs(x)
    difference = float(np.max(np.abs(values - expected)) / np.max(np.abs(expected)))
    assert difference < AGREEMENT, f"{name}, N = {N}: differs from SciPy by {difference:.1e}"
    calls = {
        "nbrbf": (lambda: ours(x), nullcontext),
        "scipy, 1 thread": (lambda: theirs(x), one_blas_thread),
        "scipy": (lambda: theirs(x), nullcontext),
    }
    times = interleaved(calls, seconds)
    scipy_time = min(times["scipy"], times["scipy, 1 thread"])
    return {
        "kernel": name, "N": N, "Q": Q, "difference": difference, "first_call_s": first_call,
        "nbrbf_ns_per_pair": times["nbrbf"] * 1e9 / (N * Q),
        "scipy_ns_per_pair": scipy_time * 1e9 / (N * Q),
        "speedup": scipy_time / times["nbrbf"],
    }  # fmt: skip


def cost_of_partials(name: str, N: int, Q: int, seconds: float) -> dict[str, Any]:
    """Time of an evaluation at points with partials, over that at real points."""
    rng = np.random.default_rng(N)
    f = RBFInterpolator(rng.random((N, 2)), rng.random(N), kernel=name, epsilon=0.5 * N**0.5)
    f._weights = rng.standard_normal(f._weights.shape)
    x = rng.random((Q, 2))
    real = f(x)
    calls: dict[str, Any] = {"0": (lambda: f(x), nullcontext)}
    for p in WIDTHS:
        dual = DualArray(x, rng.standard_normal((p, Q, 2)))
        difference = np.max(np.abs(f(dual).value - real)) / np.max(np.abs(real))
        assert difference < AGREEMENT, (
            f"{name}, {p} partials: differs from real by {difference:.1e}"
        )
        calls[str(p)] = (lambda dual=dual: f(dual), nullcontext)
    times = interleaved(calls, seconds)
    ratios = {str(p): times[str(p)] / times["0"] for p in WIDTHS}
    return {"kernel": name, "N": N, "Q": Q, "over_real": ratios}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two sizes, short runs")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results/evaluate.json"))
    arguments = parser.parse_args()
    Q, seconds = (1000, 0.3) if arguments.quick else (5000, 1.0)

    machine = {
        "machine": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "numba": numba.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    print(f"Q = {Q}, dimension 2, nbrbf on one thread\n")
    print(f"{'kernel':22s}{'N':>6s}{'nbrbf':>10s}{'SciPy':>10s}  ns a pair   speed-up  first call")
    rows = []
    for name in IN_SCIPY:
        for N in SIZES[arguments.quick]:
            row = against_scipy(name, N, Q, seconds)
            rows.append(row)
            print(
                f"{name:22s}{N:6d}{row['nbrbf_ns_per_pair']:10.2f}{row['scipy_ns_per_pair']:10.2f}"
                f"{row['speedup']:20.1f} x{row['first_call_s']:10.2f} s"
            )
    print("\npartials" + "".join(f"{p:>8d}" for p in WIDTHS) + "   times the real evaluation")
    partials = []
    for name in ("cubic", "multiquadric", "gaussian", "matern5_2"):
        partials.append(cost_of_partials(name, 2000, Q, seconds))
        ratios = partials[-1]["over_real"]
        print("        " + "".join(f"{ratios[str(p)]:8.2f}" for p in WIDTHS) + f"   {name}")
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(
        json.dumps({"machine": machine, "values": rows, "partials": partials}, indent=1)
    )


if __name__ == "__main__":
    main()
