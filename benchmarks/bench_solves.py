"""Are getrs, potrs, trsv, trsm and laswp as fast as LAPACK's and BLAS's, called from Python?

    python benchmarks/bench_solves.py [--quick] [--json FILE]

One BLAS thread. All of them work in place, so each side solves in a buffer of its own that the
same copy refreshes, and has its matrices in the order it likes.
"""

from collections.abc import Callable, Iterator
from typing import Any

import _timing
import numpy as np
from scipy.linalg.blas import dtrsm, dtrsv
from scipy.linalg.lapack import dgetrs, dlaswp, dpotrs

from nbrbf_kernels.linalg import getrf, getrs, laswp, potrf, potrs, trsm, trsv

SIZES = [8, 16, 33, 64, 100, 150, 200, 300, 500, 1000, 2000]
QUICK = [8, 64, 300]
# From where a reading takes so long that there would be few.
LARGE = 1000
Solver = Callable[[Any], Any]
Pair = tuple[Callable[[], Any], Callable[[], Any]]


def pairs(n: int) -> dict[str, Pair]:
    """Ours and theirs by name."""
    rng = np.random.default_rng(n)
    T, b, B = rng.normal(size=(n, n)) + n * np.eye(n), rng.normal(size=n), rng.normal(size=(n, 100))
    LU, ipiv = rng.normal(size=(n, n)), np.empty(n, np.int64)
    getrf(LU, ipiv)
    T_, B_, LU_ = np.asfortranarray(T), np.asfortranarray(B), np.asfortranarray(LU)
    L = T @ T.T
    potrf(L)
    L_, column, ipiv_ = np.asfortranarray(L), b[:, None], ipiv.astype(np.int32)

    def pair(ours: Solver, theirs: Solver, right: Any, right_: Any) -> Pair:
        return _refreshed(ours, right), _refreshed(theirs, right_)

    vectors, columns, matrices = (b, b), (column, column), (B, B_)
    return {
        "getrs 1": pair(
            lambda x: getrs(LU, ipiv, x), lambda x: dgetrs(LU_, ipiv_, x, overwrite_b=1), *vectors
        ),
        "getrs 100": pair(
            lambda x: getrs(LU, ipiv, x), lambda x: dgetrs(LU_, ipiv_, x, overwrite_b=1), *matrices
        ),
        "potrs 1": pair(
            lambda x: potrs(L, x), lambda x: dpotrs(L_, x, lower=1, overwrite_b=1), *vectors
        ),
        "potrs 100": pair(
            lambda x: potrs(L, x), lambda x: dpotrs(L_, x, lower=1, overwrite_b=1), *matrices
        ),
        "trsv": pair(lambda x: trsv(T, x), lambda x: dtrsv(T_, x, overwrite_x=1), *vectors),
        "trsv lower": pair(
            lambda x: trsv(T, x, lower=True),
            lambda x: dtrsv(T_, x, lower=1, overwrite_x=1),
            *vectors,
        ),
        "trsv trans": pair(
            lambda x: trsv(T, x, trans=True),
            lambda x: dtrsv(T_, x, trans=1, overwrite_x=1),
            *vectors,
        ),
        "trsm 1": pair(lambda x: trsm(T, x), lambda x: dtrsm(1.0, T_, x, overwrite_b=1), *columns),
        "trsm 100": pair(
            lambda x: trsm(T, x), lambda x: dtrsm(1.0, T_, x, overwrite_b=1), *matrices
        ),
        "trsm 100 lower": pair(
            lambda x: trsm(T, x, lower=True),
            lambda x: dtrsm(1.0, T_, x, lower=1, overwrite_b=1),
            *matrices,
        ),
        "trsm 100 trans": pair(
            lambda x: trsm(T, x, trans=True),
            lambda x: dtrsm(1.0, T_, x, trans_a=1, overwrite_b=1),
            *matrices,
        ),
        "laswp 1": pair(
            lambda x: laswp(x, ipiv), lambda x: dlaswp(x, ipiv_, overwrite_a=1), *columns
        ),
        "laswp 100": pair(
            lambda x: laswp(x, ipiv), lambda x: dlaswp(x, ipiv_, overwrite_a=1), *matrices
        ),
    }


def _refreshed(solve: Solver, right: Any) -> Callable[[], Any]:
    buffer = right.copy(order="K")

    def run() -> Any:
        np.copyto(buffer, right)
        solve(buffer)
        return buffer

    return run


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All sizes of each."""
    for n in QUICK if quick else SIZES:
        seconds = 0.05 if quick else 0.2 if n < LARGE else 1.0
        for name, (ours, theirs) in pairs(n).items():
            _timing.agree(ours(), theirs(), 1e-8, f"{name}, n = {n}")
            t = _timing.interleaved({"ours": ours, "theirs": theirs}, seconds)
            yield {
                "n": n,
                "what": name,
                "ours [us]": t["ours"] * 1e6,
                "theirs [us]": t["theirs"] * 1e6,
                "x theirs": t["theirs"] / t["ours"],
            }


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(chosen.json, rows=_timing.table(rows(chosen.quick)))
