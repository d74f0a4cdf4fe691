"""What do 1, 4 and 8 directional derivatives of an LU or a solve cost, in times of the real one?

    python benchmarks/bench_dual.py [--quick] [--json FILE]

One BLAS thread. The LU's tangents count 1 + 2p times the real work; a solve's with the factors
alike, and with the matrix (gesv) only its right-hand sides grow.
"""

from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.linalg import gesv, getrf, getrs

SIZES = [8, 16, 32, 64, 100, 128, 200, 300, 500, 1000, 2000]
QUICK = [16, 100, 300]
WIDTHS = [1, 4, 8]


def compare(n: int, p: int, seconds: float) -> dict[str, Any]:
    """One row: a size and a width."""
    rng = np.random.default_rng(n)
    A, dA = rng.normal(size=(n, n)), rng.normal(size=(p, n, n))
    B, dB = rng.normal(size=(n, 10)), rng.normal(size=(p, n, 10))
    ipiv = np.empty(n, np.int64)
    LU, D, X = A.copy(), DualArray(A.copy(), dA.copy()), DualArray(B.copy(), dB.copy())
    getrf(LU, ipiv)
    getrf(D, ipiv)
    _timing.agree(D.value, LU, 0.0, f"LU, n = {n}")
    getrs(D, ipiv, X)
    expected = np.linalg.solve(A, dB - dA @ X.value)
    _timing.agree(X.partials, expected, 1e-6, f"solve, n = {n}")

    t = _timing.interleaved(
        {
            "getrf": lambda: getrf(A.copy(), ipiv),
            "getrf dual": lambda: getrf(DualArray(A.copy(), dA.copy()), ipiv),
            "getrs": lambda: getrs(LU, ipiv, B.copy()),
            "getrs dual": lambda: getrs(D, ipiv, DualArray(B.copy(), dB.copy())),
            "gesv": lambda: gesv(A.copy(), ipiv, B.copy()),
            "gesv dual": lambda: gesv(
                DualArray(A.copy(), dA.copy()), ipiv, DualArray(B.copy(), dB.copy())
            ),
        },
        seconds,
    )
    ratio = t["getrf dual"] / t["getrf"]
    return {
        "n": n,
        "partials": p,
        "getrf [us]": t["getrf"] * 1e6,
        "x dual": ratio,
        "x dual / (1+2p)": ratio / (1 + 2 * p),
        "getrs x dual": t["getrs dual"] / t["getrs"],
        "gesv x dual": t["gesv dual"] / t["gesv"],
    }


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All sizes and widths."""
    for n in QUICK if quick else SIZES:
        for p in WIDTHS:
            yield compare(n, p, 0.2 if quick else 0.8)


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(chosen.json, rows=_timing.table(rows(chosen.quick)))
