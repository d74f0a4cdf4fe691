"""Linear systems: with the factors of getrf, and from the matrix itself."""

import math

from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.blocks import subtract_product, swap_rows
from nbrbf_kernels.linalg.door import (
    by_columns,
    duplicate,
    enter,
    pivots,
    store,
    store_pivots,
    stored_by_rows,
    written,
)
from nbrbf_kernels.linalg.lu import factor_any
from nbrbf_kernels.linalg.triangular import solve
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, plane


@kernel
def solve_factored(R, flipped, ipiv, V, trans):
    """V = op(A)^-1 V with P A = L U stored by rows as R, or as R^T if `flipped`.

    First L, then U; or, A^T being U^T L^T P, first U^T and then L^T.
    """
    if not trans:
        swap_rows(V, ipiv, 0, ipiv.size, 0, False)
    for step in range(2):
        lower = (step == 0) != trans
        solve(R, V, lower != flipped, trans != flipped, lower)
    if trans:
        swap_rows(V, ipiv, 0, ipiv.size, 0, True)


def solve_factored_any(LU, ipiv, B, trans):
    """`solve_factored` for any layout."""


def _solve_factored_any(LU, ipiv, B, trans):
    R, flipped = stored_by_rows(LU)
    if by_columns(B):
        solve_factored(R, flipped, ipiv, B, trans)
    else:
        W = duplicate(B)
        solve_factored(R, flipped, ipiv, W, trans)
        store(W, B)


solve_factored_planes = core(
    void(BLOCK, PIVOTS, PLANES, boolean),
    void(PLANES, PIVOTS, PLANES, boolean),
)(_solve_factored_any)


@specialise(solve_factored_any, inline=True)
def _(LU, ipiv, B, trans):
    if B == PLANES:
        return lambda LU, ipiv, B, trans: solve_factored_planes(LU, ipiv, B, trans)
    return _solve_factored_any


@kernel
def getrs_flag(LU, ipiv, B, trans):
    """`getrs` with its flag as an integer."""
    written(B, "B", LU, "LU")
    solve_factored_any(enter(LU), pivots(ipiv), enter(B), trans != 0)


def getrs(LU, ipiv, B, trans=False):
    """Solve A X = B in place, or A^T X = B if `trans`, with the factors of A.

    Parameters
    ----------
    LU, ipiv : (n, n) array or DualArray, (n,) array of any integer type
        As `getrf` gives them.
    B : (n,) or (n, r) array or DualArray
        Overwritten by X.
    trans : bool
        Solve with A^T.
    """
    getrs_flag(LU, ipiv, B, trans + 0)


@specialise(getrs)
def _(LU, ipiv, B, trans=False):
    return getrs


@core(int64(BLOCK, PIVOTS, BLOCK), int64(BLOCK, PIVOTS, PLANES))
def factor_and_solve_values(A, ipiv, B):
    info = factor_any(A, ipiv)
    if info == 0:
        solve_factored_any(A, ipiv, B, False)
    return info


@kernel
def implicit(A, ipiv, B):
    """X' = A^-1 (B' - A' X): the factors need no tangents. B is a column or stored by rows."""
    info = factor_any(A.value, ipiv)
    if info == 0:
        R, flipped = stored_by_rows(A.value)
        solve_factored(R, flipped, ipiv, B.value, False)
        for k in range(B.partials.shape[0]):
            dA, turned = stored_by_rows(plane(A.partials, k))
            dB = plane(B.partials, k)
            subtract_product(dB, dA, turned, B.value)
            solve_factored(R, flipped, ipiv, dB, False)
    return info


@core(int64(PLANES, PIVOTS, PLANES))
def factor_and_solve_planes(A, ipiv, B):
    if by_columns(B):
        info = implicit(A, ipiv, B)
    else:
        W = duplicate(B)
        info = implicit(A, ipiv, W)
        store(W, B)
    p, m, n = A.partials.shape
    for k in range(p):
        for i in range(m):
            for j in range(n):
                A.partials[k, i, j] = math.nan
    return info


# `gesv` on blocks or planes
factor_and_solve = choice(factor_and_solve_values, factor_and_solve_planes)


@kernel
def gesv(A, ipiv, B):
    """Solve A X = B.

    Parameters
    ----------
    A : (n, n) array or DualArray
        Overwritten by its factors. The partials of a dual A become NaN: the solution is
        differentiated, not the factors.
    ipiv : (n,) array of any integer type
        Overwritten by the pivots, as in `getrf`.
    B : (n,) or (n, r) array or DualArray
        Overwritten by X if `info` is 0, else left as it is.

    Returns
    -------
    info : int
        As `getrf` returns it.
    """
    written(A, "A", A, "A")
    written(B, "B", A, "A")
    P = pivots(ipiv)
    info = factor_and_solve(enter(A), P, enter(B))
    store_pivots(P, ipiv)
    return info
