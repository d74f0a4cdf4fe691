"""Are getrs, trsv, trsm and laswp as fast as LAPACK's and BLAS's, called from Python?

    python benchmarks/bench_solves.py [--quick] [--json FILE]

One BLAS thread. Either side leaves its input as it was: we copy the right-hand side, SciPy's
wrappers do by themselves. Each has its matrices in the order it likes.
"""

from collections.abc import Callable, Iterator
from typing import Any

import _timing
import numpy as np
from scipy.linalg.blas import dtrsm, dtrsv
from scipy.linalg.lapack import dgetrs, dlaswp

from nbrbf_kernels.linalg import getrf, getrs, laswp, trsm, trsv

SIZES = [8, 16, 33, 64, 100, 150, 200, 300, 500, 1000, 2000]
QUICK = [8, 64, 300]
Pair = tuple[Callable[[], Any], Callable[[], Any]]


def pairs(n: int) -> dict[str, Pair]:
    """Ours and theirs by name."""
    rng = np.random.default_rng(n)
    T, b, B = rng.normal(size=(n, n)) + n * np.eye(n), rng.normal(size=n), rng.normal(size=(n, 100))
    LU, ipiv = rng.normal(size=(n, n)), np.empty(n, np.int64)
    getrf(LU, ipiv)
    T_, B_, LU_ = np.asfortranarray(T), np.asfortranarray(B), np.asfortranarray(LU)
    column, ipiv_ = b[:, None], ipiv.astype(np.int32)

    def ours(call: Callable[[Any], Any], right: Any) -> Callable[[], Any]:
        def run() -> Any:
            x = right.copy()
            call(x)
            return x

        return run

    return {
        "getrs 1": (ours(lambda x: getrs(LU, ipiv, x), b), lambda: dgetrs(LU_, ipiv_, b)[0]),
        "getrs 100": (ours(lambda x: getrs(LU, ipiv, x), B), lambda: dgetrs(LU_, ipiv_, B_)[0]),
        "trsv": (ours(lambda x: trsv(T, x), b), lambda: dtrsv(T_, b)),
        "trsv lower": (
            ours(lambda x: trsv(T, x, lower=True), b),
            lambda: dtrsv(T_, b, lower=1),
        ),
        "trsv trans": (
            ours(lambda x: trsv(T, x, trans=True), b),
            lambda: dtrsv(T_, b, trans=1),
        ),
        "trsm 1": (ours(lambda x: trsm(T, x), column), lambda: dtrsm(1.0, T_, column)),
        "trsm 100": (ours(lambda x: trsm(T, x), B), lambda: dtrsm(1.0, T_, B_)),
        "trsm 100 lower": (
            ours(lambda x: trsm(T, x, lower=True), B),
            lambda: dtrsm(1.0, T_, B_, lower=1),
        ),
        "trsm 100 trans": (
            ours(lambda x: trsm(T, x, trans=True), B),
            lambda: dtrsm(1.0, T_, B_, trans_a=1),
        ),
        "laswp 1": (ours(lambda x: laswp(x, ipiv), column), lambda: dlaswp(column, ipiv_)),
        "laswp 100": (ours(lambda x: laswp(x, ipiv), B), lambda: dlaswp(B_, ipiv_)),
    }


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All sizes of each."""
    for n in QUICK if quick else SIZES:
        for name, (ours, theirs) in pairs(n).items():
            _timing.agree(ours(), theirs(), 1e-8, f"{name}, n = {n}")
            t = _timing.interleaved({"ours": ours, "theirs": theirs}, 0.05 if quick else 0.2)
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
