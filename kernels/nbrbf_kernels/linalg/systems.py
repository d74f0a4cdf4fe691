"""Linear systems from the matrix itself.

A X = B differentiated is A X' = B' - A' X, so the values alone are factored; and the adjoint is

    z = A^-T xbar        bbar += z        Abar -= z x^T
"""

import math

from numba.core.types import int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.bars import accumulated, add, enter_bar, promoted, wanted
from nbrbf_kernels.linalg.blocks import subtract_product
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
from nbrbf_kernels.linalg.outer import subtract_outer_any
from nbrbf_kernels.linalg.solve import solve_factored, solve_factored_any
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, plane


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


@core(
    void(BLOCK, PIVOTS, BLOCK, BLOCK, BLOCK, BLOCK),
    void(BLOCK, PIVOTS, PLANES, PLANES, PLANES, PLANES),
    void(PLANES, PIVOTS, PLANES, PLANES, PLANES, PLANES),
)
def solve_adjoint(LU, ipiv, X, W, A_bar, B_bar):
    """z = A^-T xbar, in W;  bbar += z;  Abar -= z x^T."""
    solve_factored_any(LU, ipiv, W, True)
    if wanted(B_bar):
        add(B_bar, W)
    if wanted(A_bar):
        subtract_outer_any(A_bar, W, X)


@kernel
def gesv_vjp(LU, ipiv, X, X_bar, A_bar, B_bar):
    """Adjoint of `gesv`, with the factors that it leaves.

    Parameters
    ----------
    LU, ipiv : (n, n) array or DualArray, (n,) array of any integer type
        As `getrf` gives them; as `gesv` does if they are real, since the partials that it
        leaves are NaN.
    X, X_bar : (n,) or (n, r) array or DualArray
        The solution, and its bar.
    A_bar, B_bar : (n, n) and as X, array or DualArray or None
        The bars of A and B are added to them. One that is None is not computed; both must be
        dual if anything else is.
    """
    accumulated((A_bar, B_bar), "A_bar B_bar", (LU, X, X_bar), "LU X X_bar")
    V, W = promoted(X, LU, X_bar), promoted(X_bar, LU, X)
    solve_adjoint(enter(LU), pivots(ipiv), V, W, enter_bar(A_bar, W), enter_bar(B_bar, W))
