"""Is getrf faster than scipy.linalg.lu_factor and the bare dgetrf, called from Python?

    python benchmarks/bench_lu.py [--quick] [--json FILE]

Both work in place, on copies made outside the readings: ours stored by rows, LAPACK's by columns,
called with a keyword as lu_factor calls it; `no keyword` is without, which f2py takes 0.2 us less
for. The array of pivots is ours to reuse; LAPACK makes a new one. `copied` is with the copy: made
by us in row order, by LAPACK's wrapper from whichever order of its input is faster for it. Of
small matrices most of that is the call from Python: `compiled` is with both called from compiled
code.
"""

from collections.abc import Iterator
from typing import Any

import _compiled_lu
import _timing
import numpy as np
from scipy.linalg import lu_factor
from scipy.linalg.lapack import dgetrf

from nbrbf_kernels.linalg import getrf

SIZES = [4, 5, 8, 12, 16, 24, 32, 33, 48, 64, 65, 96, 100, 128, 150, 200, 256]
SIZES += [300, 400, 500, 700, 1000, 1500, 2000]
# Up to where the call from Python is more than a twentieth of it.
SMALL = 64
QUICK = [4, 8, 16, 33, 64, 100, 200, 500]
# From where a reading takes so long that there would be few.
LARGE = 1000


def in_place(ipiv: np.ndarray) -> _timing.Calls:
    """What is timed: each factors all of a list of matrices, see `_timing.interleaved`."""

    def ours(matrices: list[np.ndarray]) -> None:
        for A in matrices:
            getrf(A, ipiv)

    def lapack(matrices: list[np.ndarray]) -> None:
        for A in matrices:
            dgetrf(A, overwrite_a=1)

    def no_keyword(matrices: list[np.ndarray]) -> None:
        for A in matrices:
            dgetrf(A, 1)

    return {"getrf": ours, "dgetrf": lapack, "dgetrf, no keyword": no_keyword}


def compare(n: int, threads: str, seconds: float) -> dict[str, Any]:
    """One row: microseconds, and how many times faster getrf is."""
    A = np.random.default_rng(n).normal(size=(n, n))
    A_by_columns, ipiv = np.asfortranarray(A), np.empty(n, np.int64)

    LU, (expected, pivots) = A.copy(), lu_factor(A)
    getrf(LU, ipiv)
    _timing.agree(LU, expected, 1e-9, f"n = {n}")
    _timing.agree(ipiv + 1, pivots + 1, 0.0, f"pivots, n = {n}")

    on = _timing.one_thread if threads == "one" else _timing.default_threads
    t = _timing.interleaved(
        {
            **in_place(ipiv),
            "getrf, copied": lambda: getrf(A.copy(), ipiv),
            "dgetrf, copied": lambda: dgetrf(A),
            "dgetrf F, copied": lambda: dgetrf(A_by_columns),
            "lu_factor": lambda: lu_factor(A, check_finite=False),
        },
        seconds,
        on,
        fresh={
            "getrf": A.copy,
            "dgetrf": lambda: A_by_columns.copy(order="F"),
            "dgetrf, no keyword": lambda: A_by_columns.copy(order="F"),
        },
    )
    copied = min(t["dgetrf, copied"], t["dgetrf F, copied"])
    B, C = A.copy(), np.empty_like(A)
    compiled: dict[str, float] = {}
    if n <= SMALL:
        times = 20_000 // n**2
        calls = _compiled_lu.calls(A, times)
        _timing.agree(calls["getrf"](), LU, 0.0, f"n = {n}, compiled")
        _timing.agree(calls["dgetrf"]().T, lu_factor(A.T)[0], 0.0, f"n = {n}, LAPACK, compiled")
        compiled = _timing.interleaved(calls, seconds / 2, on)
    product = _timing.interleaved({"A B": lambda: np.matmul(A, B, out=C)}, seconds / 4, on)["A B"]
    operations = 2.0 / 3.0 * n**3
    return {
        "n": n,
        "BLAS threads": threads,
        "getrf [us]": t["getrf"] * 1e6,
        "dgetrf [us]": t["dgetrf"] * 1e6,
        "lu_factor [us]": t["lu_factor"] * 1e6,
        "x dgetrf": t["dgetrf"] / t["getrf"],
        "x dgetrf, no keyword": t["dgetrf, no keyword"] / t["getrf"],
        "x dgetrf, copied": copied / t["getrf, copied"],
        "x lu_factor": t["lu_factor"] / t["getrf, copied"],
        "compiled [us]": compiled["getrf"] / times * 1e6 if compiled else "-",
        "x dgetrf, compiled": compiled["dgetrf"] / compiled["getrf"] if compiled else "-",
        "getrf [GFLOP/s]": operations / t["getrf"] * 1e-9,
        "dgetrf [GFLOP/s]": operations / t["dgetrf"] * 1e-9,
        "A B [GFLOP/s]": 3.0 * operations / product * 1e-9,
    }


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All sizes on one BLAS thread, then with as many as BLAS takes."""
    for threads in ("one",) if quick else ("one", "default"):
        for n in QUICK if quick else SIZES:
            yield compare(n, threads, 0.1 if quick else 0.5 if n < LARGE else 2.0)


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(chosen.json, rows=_timing.table(rows(chosen.quick)))
