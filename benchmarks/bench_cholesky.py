"""Is potrf as fast as LAPACK's dpotrf, called from Python, and what does a partial cost?

    python benchmarks/bench_cholesky.py [--quick] [--json FILE]

Both work in place, on copies made outside the readings: ours stored by rows, LAPACK's by columns,
called with keywords as cho_factor calls it, of which it has the better time of the two triangles;
`no keyword` is without, which f2py takes 0.3 us less for. `copied` is with the copy, where LAPACK
may also begin with a matrix stored by rows. A count of operations says that p partials cost 1 + 2p
times the real factorisation.
"""

from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np
from scipy.linalg.lapack import dpotrf

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.linalg import potrf

SIZES = [4, 5, 8, 12, 16, 24, 32, 33, 48, 64, 65, 100, 128, 150, 200, 300, 500, 700]
SIZES += [1000, 1500, 2000]
QUICK = [8, 64, 200]


def upper(matrices: list[np.ndarray]) -> None:
    """U of each; as all that follow, it is timed, see `_timing.interleaved`."""
    for A in matrices:
        potrf(A, False)


def lower(matrices: list[np.ndarray]) -> None:
    for A in matrices:
        potrf(A)


def lapack(matrices: list[np.ndarray]) -> None:
    for A in matrices:
        dpotrf(A, lower=0, clean=0, overwrite_a=1)


def lapack_lower(matrices: list[np.ndarray]) -> None:
    for A in matrices:
        dpotrf(A, lower=1, clean=0, overwrite_a=1)


def no_keyword(matrices: list[np.ndarray]) -> None:
    for A in matrices:
        dpotrf(A, 0, 0, 1)


def dual_call(A: np.ndarray, dA: np.ndarray) -> _timing.Call:
    """A factorisation of A with the partials dA, into memory that is kept."""
    D = DualArray(A.copy(), dA.copy())

    def call() -> None:
        D.value[...] = A
        D.partials[...] = dA
        potrf(D, False)

    return call


def compare(n: int, seconds: float) -> dict[str, Any]:
    """One row: microseconds, how many times faster than LAPACK, and the cost of partials."""
    rng = np.random.default_rng(n)
    M, dM = rng.normal(size=(n, n)), rng.normal(size=(4, n, n))
    A, dA = M @ M.T + n * np.eye(n), dM + dM.swapaxes(1, 2)
    by_columns = np.asfortranarray(A)

    def in_columns() -> np.ndarray:
        return by_columns.copy(order="F")

    for part, is_lower in ((np.triu, False), (np.tril, True)):
        C = A.copy()
        potrf(C, is_lower)
        _timing.agree(part(C), dpotrf(A, lower=is_lower)[0], 1e-12, f"n = {n}")

    t = _timing.interleaved(
        {
            "upper": upper,
            "lower": lower,
            "dpotrf": lapack,
            "dpotrf L": lapack_lower,
            "no keyword": no_keyword,
            "upper, copied": lambda: potrf(A.copy(), False),
            "p = 1": dual_call(A, dA[:1]),
            "p = 4": dual_call(A, dA),
            "dpotrf, copied": lambda: dpotrf(A, clean=0),
            "dpotrf F, copied": lambda: dpotrf(by_columns, clean=0),
            "dpotrf FL, copied": lambda: dpotrf(by_columns, lower=1, clean=0),
        },
        seconds,
        fresh={
            "upper": A.copy,
            "lower": A.copy,
            "dpotrf": in_columns,
            "dpotrf L": in_columns,
            "no keyword": in_columns,
        },
    )
    best = min(t["dpotrf"], t["dpotrf L"])
    copied = min(t[f"dpotrf{order}, copied"] for order in ("", " F", " FL"))
    return {
        "n": n,
        "upper [us]": t["upper"] * 1e6,
        "lower [us]": t["lower"] * 1e6,
        "dpotrf [us]": best * 1e6,
        "upper x dpotrf": best / t["upper"],
        "lower x dpotrf": best / t["lower"],
        "upper x dpotrf, no keyword": t["no keyword"] / t["upper"],
        "upper x dpotrf, copied": copied / t["upper, copied"],
        "p = 1 over 3 real": t["p = 1"] / t["upper, copied"] / 3,
        "p = 4 over 9 real": t["p = 4"] / t["upper, copied"] / 9,
    }


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All sizes, on one BLAS thread."""
    for n in QUICK if quick else SIZES:
        yield compare(n, 0.2 if quick else 1.0)


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(chosen.json, rows=_timing.table(rows(chosen.quick)))
