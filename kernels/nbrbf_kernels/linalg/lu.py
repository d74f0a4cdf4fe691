"""LU factorisation with partial pivoting, P A = L U: real and dual.

The order is that of the recursion on halves of the columns, see `halves`.
"""

from numba.core.types import int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.blocks import panel, subtract_product, swap_rows
from nbrbf_kernels.linalg.door import (
    by_rows,
    collide,
    duplicate,
    enter,
    pivots,
    size,
    store,
    store_pivots,
    written,
)
from nbrbf_kernels.linalg.factor_adjoint import factor_adjoint
from nbrbf_kernels.linalg.halves import halves
from nbrbf_kernels.linalg.panel import panel_real
from nbrbf_kernels.linalg.strip import few_rows
from nbrbf_kernels.linalg.triangular import solve
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, block

# Columns up to which one panel is the whole matrix.
SMALL = 64
# Rows up to which whole rows are faster than strips.
FEW_ROWS = 5


@kernel
def factor(A, ipiv, base):
    """LU of A, stored by rows, in panels of `base` columns.

    After each panel the last `span` columns are a finished block column of the recursion, and
    what lies right of it, as wide again, is brought up to date:

        | done  ...          |  start         U12 = L11^-1 A12
        |       L11\\U11  A12 |  end           A22 -= L21 U12
        |       L21      A22 |
              start  end  end + span
    """
    m, n = size(A)
    k = min(m, n)
    info = 0
    for j in range((k + base - 1) // base):
        first = j * base
        end = min(first + base, k)
        P = block(A, first, first, m - first, end - first)
        apart = m - first > SMALL and collide(P)
        W = duplicate(P) if apart else P
        panel_info = panel(W, ipiv, first)
        if apart:
            store(W, P)
        info = panel_info if info == 0 else info
        if first > 0:
            swap_rows(block(A, first, 0, m - first, first), ipiv, first, end, first, False)
        span, right = halves(j, base, k - end)
        start = end - span
        if right > 0:
            swap_rows(block(A, start, end, m - start, right), ipiv, start, end, start, False)
            U12 = block(A, start, end, span, right)
            solve(block(A, start, start, span, span), U12, True, False, True)
            A22 = block(A, end, end, m - end, right)
            subtract_product(A22, block(A, end, start, m - end, span), False, U12)
    if n > m:
        A12 = block(A, 0, m, m, n - m)
        swap_rows(A12, ipiv, 0, m, 0, False)
        solve(block(A, 0, 0, m, m), A12, True, False, True)
    return info


@kernel
def base_width(k):
    """Widest panel: loops beat BLAS up to 64 columns, and few columns are better below many."""
    return SMALL if k <= 2 * SMALL else 16


@core(int64(BLOCK, PIVOTS), int64(PLANES, PIVOTS))
def factor_any(A, ipiv):
    """`factor` for any layout."""
    m, n = size(A)
    by_row = by_rows(A)
    W = A if by_row else duplicate(A)
    info = factor(W, ipiv, base_width(min(m, n)))
    if not by_row:
        store(W, A)
    return info


# Part of its caller, since a call costs 10 ns and a matrix of 6 rows 200.
inlined_panel = panel_real.kernel


def factor_entered(A, ipiv):
    """`factor_any`, small real matrices without a call; ipiv of any integer type."""


@specialise(factor_entered, inline=True)
def _(A, ipiv):
    def small(A, ipiv):
        m, n = A.shape
        P = pivots(ipiv)
        if n > min(m, SMALL) or not by_rows(A):
            info = factor_any(A, P)
        elif m > FEW_ROWS:
            info = inlined_panel(A, P, 0)
        else:
            info = few_rows(A, P)
        store_pivots(P, ipiv)
        return info

    def planes(A, ipiv):
        P = pivots(ipiv)
        info = factor_any(A, P)
        store_pivots(P, ipiv)
        return info

    return planes if A == PLANES else small


@kernel(borrows=True)
def getrf(A, ipiv):
    """Factorise A = P L U in place, with partial pivoting.

    Parameters
    ----------
    A : (m, n) array or DualArray
        Overwritten by U and, below the diagonal, by L, whose diagonal of ones is not stored.
    ipiv : (min(m, n),) array of any integer type
        Overwritten: in step i, row i was swapped with row ``ipiv[i]``.

    Returns
    -------
    info : int
        0, or the number, counted from 1, of the first pivot that is exactly zero. The
        factorisation is completed all the same.
    """
    written(A, "A", A, "A")
    return factor_entered(enter(A), ipiv)


@core(void(BLOCK, PIVOTS, BLOCK), void(BLOCK, PIVOTS, PLANES), void(PLANES, PIVOTS, PLANES))
def factor_adjoint_any(LU, ipiv, LU_bar):
    """`factor_adjoint` for any layout, and the swaps undone: once, on whole rows, at the end."""
    m, n = size(LU)
    F = LU if by_rows(LU) else duplicate(LU)
    by_row = by_rows(LU_bar)
    D = LU_bar if by_row else duplicate(LU_bar)
    factor_adjoint(F, D)
    swap_rows(D, ipiv, 0, min(m, n), 0, True)
    if not by_row:
        store(D, LU_bar)


@kernel
def getrf_vjp(LU, ipiv, LU_bar):
    """Adjoint of `getrf`, in place and from the factors alone.

    Parameters
    ----------
    LU, ipiv : (m, n) array or DualArray, (min(m, n),) array of any integer type
        As `getrf` gives them.
    LU_bar : (m, n) array or DualArray
        The bar of LU, overwritten by the bar of A. Must be dual if LU is.
    """
    written(LU_bar, "LU_bar", LU, "LU")
    factor_adjoint_any(enter(LU), pivots(ipiv), enter(LU_bar))
