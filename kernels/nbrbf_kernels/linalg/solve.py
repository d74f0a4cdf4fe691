"""Linear systems with the factors of getrf, and the adjoint of that: real and dual."""

from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.bars import accumulated, add, enter_bar, promoted, wanted, zeros_like
from nbrbf_kernels.linalg.blocks import swap_rows
from nbrbf_kernels.linalg.door import (
    by_columns,
    by_rows,
    duplicate,
    enter,
    pivots,
    store,
    stored_by_rows,
    written,
)
from nbrbf_kernels.linalg.outer import subtract_outer_pair
from nbrbf_kernels.linalg.solve_product import solve_and_multiply
from nbrbf_kernels.linalg.triangular import scale, solve
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES


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
    """`solve_factored` for any layout; ipiv of any integer type."""


def _solve_factored_any(LU, ipiv, B, trans):
    (R, flipped), P = stored_by_rows(LU), pivots(ipiv)
    if by_columns(B):
        solve_factored(R, flipped, P, B, trans)
    else:
        W = duplicate(B)
        solve_factored(R, flipped, P, W, trans)
        store(W, B)


solve_factored_planes = core(
    void(BLOCK, PIVOTS, PLANES, boolean),
    void(PLANES, PIVOTS, PLANES, boolean),
)(_solve_factored_any)


@specialise(solve_factored_any, inline=True)
def _(LU, ipiv, B, trans):
    if B == PLANES:
        return lambda LU, ipiv, B, trans: solve_factored_planes(LU, pivots(ipiv), B, trans)
    return _solve_factored_any


@kernel(borrows=True)
def getrs_flag(LU, ipiv, B, trans):
    """`getrs` with its flag as an integer."""
    written(B, "B", LU, "LU")
    solve_factored_any(enter(LU), ipiv, enter(B), trans != 0)


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


@kernel
def last_factor(R, flipped, X, W, trans):
    """W = U^-T W, and returns y = U x; or, if `trans`, W = L^-1 W and y = L^T x."""
    Y = zeros_like(X)
    if trans:
        # Once for the diagonal of L, which is not stored.
        add(Y, X)
        scale(Y, -1.0)
    solve_and_multiply(R, W, X, Y, trans != flipped, trans == flipped, trans)
    scale(Y, -1.0)
    return Y


@core(
    void(BLOCK, PIVOTS, BLOCK, BLOCK, BLOCK, BLOCK, boolean),
    void(BLOCK, PIVOTS, PLANES, PLANES, PLANES, PLANES, boolean),
    void(PLANES, PIVOTS, PLANES, PLANES, PLANES, PLANES, boolean),
)
def solve_factored_adjoint(LU, ipiv, X, W, LU_bar, B_bar, trans):
    """Adjoint of `solve_factored_any`; W, the bar of X, is overwritten.

        x = U^-1 y      ybar = U^-T xbar     Ubar -= triu(ybar x^T)
        y = L^-1 P b    w = L^-T ybar        Lbar -= tril(w y^T, -1)    bbar += P^T w

    and, transposed, with x and xbar in the order of L,

        x = L^-T y      ybar = L^-1 xbar     Lbar -= tril(x ybar^T, -1)
        y = U^-T b      w = U^-1 ybar        Ubar -= triu(y w^T)        bbar += w

    For one right-hand side what counts is memory traffic, and the least there can be is one walk
    over each factor and one over LU_bar: y and ybar come of the same walk.
    """
    R, flipped = stored_by_rows(LU)
    first = (trans == flipped, trans == flipped, not trans)
    if trans:
        swap_rows(X, ipiv, 0, ipiv.size, 0, False)
        swap_rows(W, ipiv, 0, ipiv.size, 0, False)
    if wanted(LU_bar):
        Y = last_factor(R, flipped, X, W, trans)
        V = duplicate(W)
        solve(R, W, *first)
        D, turned = stored_by_rows(LU_bar)
        if trans != turned:
            subtract_outer_pair(D, X, V, Y, W, turned)
        else:
            subtract_outer_pair(D, W, Y, V, X, turned)
        if not (turned or by_rows(LU_bar)):
            store(D, LU_bar)
    else:
        solve(R, W, trans != flipped, trans == flipped, trans)
        solve(R, W, *first)
    if wanted(B_bar):
        if not trans:
            swap_rows(W, ipiv, 0, ipiv.size, 0, True)
        add(B_bar, W)


@kernel
def getrs_vjp_flag(LU, ipiv, X, X_bar, LU_bar, B_bar, trans):
    """`getrs_vjp` with its flag as an integer."""
    accumulated((LU_bar, B_bar), "LU_bar B_bar", (LU, X, X_bar), "LU X X_bar")
    V, W = promoted(X, LU, X_bar), promoted(X_bar, LU, X)
    solve_factored_adjoint(
        enter(LU), pivots(ipiv), V, W, enter_bar(LU_bar, W), enter_bar(B_bar, W), trans != 0
    )


def getrs_vjp(LU, ipiv, X, X_bar, LU_bar, B_bar, trans=False):
    """Adjoint of `getrs`: O(n^2) for each right-hand side.

    Parameters
    ----------
    LU, ipiv : (n, n) array or DualArray, (n,) array of any integer type
        As `getrf` gives them.
    X, X_bar : (n,) or (n, r) array or DualArray
        The solution, and its bar.
    LU_bar, B_bar : (n, n) and as X, array or DualArray or None
        The bars of LU and B are added to them. One that is None is not computed; both must be
        dual if anything else is.
    trans : bool
        As for `getrs`.
    """
    getrs_vjp_flag(LU, ipiv, X, X_bar, LU_bar, B_bar, trans + 0)


@specialise(getrs_vjp)
def _(LU, ipiv, X, X_bar, LU_bar, B_bar, trans=False):
    return getrs_vjp
