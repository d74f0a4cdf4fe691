"""What do adjoints of the factorisation and of solves cost, beside their functions?

    python benchmarks/bench_adjoints.py [--quick] [--json FILE]

On one BLAS thread. Each works on a copy of what it overwrites. By count of operations getrf_vjp
takes 2 x getrf; getrs_vjp with one right-hand side reads the factors once, as getrs does, and
reads and writes their bar: 2 to 3 x getrs, as writing is free or costs as much as reading.
"""

from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np

from nbrbf import DualArray
from nbrbf_kernels.linalg import gesv, gesv_vjp, getrf, getrf_vjp, getrs, getrs_vjp

SIZES = [8, 16, 32, 64, 100, 200, 500, 1000, 2000]
QUICK = [16, 100, 500, 1000]
# Right-hand sides; 0 is a vector.
COLUMNS = [0, 4, 64]


def system(n: int, r: int) -> tuple[Any, ...]:
    """A matrix, its tangent, right-hand sides, their tangent, and a bar of each."""
    rng = np.random.default_rng(n)
    A = rng.normal(size=(n, n)) + 2 * n**0.5 * np.eye(n)
    B = rng.normal(size=(n, r) if r else n)
    return A, rng.normal(size=A.shape), B, *(rng.normal(size=x.shape) for x in (B, A, B))


# From so many rows on the calls of solves take turns one by one. Forty times the same one would
# find its factors in a cache, where no program that does something else between would.
LARGE = 500


def agree(bars: list[Any], tangents: list[Any], result_bar: Any, result_tangent: Any) -> None:
    """The dot-product identity: both sides of it, relative to the magnitudes of its terms."""
    scale = sum(float(np.sum(np.abs(b * t))) for b, t in zip(bars, tangents, strict=True))
    adjoint = sum(float(np.sum(b * t)) for b, t in zip(bars, tangents, strict=True))
    forward = float(np.sum(result_bar * result_tangent))
    _timing.agree([1.0 + (adjoint - forward) / scale], [1.0], 1e-12, "dot-product identity")


def factorisation(n: int, seconds: float) -> dict[str, Any]:
    """One row: getrf, its tangent, its adjoint, and the adjoint on one dual plane."""
    A, dA, _, _, A_bar, _ = system(n, 0)
    ipiv = np.empty(n, np.int64)
    LU, D = A.copy(), DualArray(A.copy(), dA[None].copy())
    getrf(LU, ipiv)
    getrf(D, ipiv)
    bar, dual_bar = A_bar.copy(), DualArray(A_bar, dA[None])
    getrf_vjp(LU, ipiv, bar)
    agree([bar], [dA], A_bar, D.partials[0])

    t = _timing.interleaved(
        {
            "getrf": lambda: getrf(A.copy(), ipiv),
            "vjp": lambda: getrf_vjp(LU, ipiv, A_bar.copy()),
            "dual vjp": lambda: getrf_vjp(D, ipiv, dual_bar.copy()),
        },
        seconds,
    )
    return {
        "n": n,
        "getrf [us]": t["getrf"] * 1e6,
        "getrf_vjp [us]": t["vjp"] * 1e6,
        "vjp / getrf": t["vjp"] / t["getrf"],
        "dual vjp / vjp": t["dual vjp"] / t["vjp"],
    }


def solves(n: int, r: int, seconds: float) -> dict[str, Any]:
    """One row: getrs and gesv, and their adjoints with every bar and without that of the matrix."""
    A, dA, B, dB, A_bar, X_bar = system(n, r)
    LU, X, ipiv = A.copy(), B.copy(), np.empty(n, np.int64)
    gesv(LU, ipiv, X)
    D = DualArray(B.copy(), dB[None].copy())
    getrs(DualArray(LU, dA[None] / n), ipiv, D)
    LU_bar, B_bar = np.zeros((n, n)), np.zeros(B.shape)
    getrs_vjp(LU, ipiv, X, X_bar, LU_bar, B_bar)
    agree([LU_bar, B_bar], [dA / n, dB], X_bar, D.partials[0])
    D = DualArray(B.copy(), dB[None].copy())
    gesv(DualArray(A.copy(), dA[None].copy()), ipiv, D)
    A_bar[...], B_bar[...] = 0.0, 0.0
    gesv_vjp(LU, ipiv, X, X_bar, A_bar, B_bar)
    agree([A_bar, B_bar], [dA, dB], X_bar, D.partials[0])

    t = _timing.interleaved(
        {
            "getrs": lambda: getrs(LU, ipiv, B.copy()),
            "getrs_vjp": lambda: getrs_vjp(LU, ipiv, X, X_bar, LU_bar, B_bar),
            "B_bar": lambda: getrs_vjp(LU, ipiv, X, X_bar, None, B_bar),
            "transposed": lambda: getrs_vjp(LU, ipiv, X, X_bar, LU_bar, B_bar, True),
            "gesv_vjp": lambda: gesv_vjp(LU, ipiv, X, X_bar, A_bar, B_bar),
        },
        seconds,
        reading=0.0 if n >= LARGE else 5e-3,
    )
    return {
        "n": n,
        "r": r or "vector",
        "getrs [us]": t["getrs"] * 1e6,
        "getrs_vjp / getrs": t["getrs_vjp"] / t["getrs"],
        "transposed / getrs": t["transposed"] / t["getrs"],
        "B_bar alone / getrs": t["B_bar"] / t["getrs"],
        "gesv_vjp / getrs": t["gesv_vjp"] / t["getrs"],
    }


def rows_of_factorisations(quick: bool) -> Iterator[dict[str, Any]]:
    """All sizes."""
    for n in QUICK if quick else SIZES:
        yield factorisation(n, 0.2 if quick else 1.0)


def rows_of_solves(quick: bool) -> Iterator[dict[str, Any]]:
    """All sizes, with one right-hand side and with several."""
    for n in QUICK if quick else SIZES:
        for r in COLUMNS[:1] if quick else COLUMNS:
            yield solves(n, r, 0.1 if quick else 0.5)


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    factorisations = _timing.table(rows_of_factorisations(chosen.quick))
    solved = _timing.table(rows_of_solves(chosen.quick))
    _timing.save(chosen.json, factorisations=factorisations, solves=solved)
