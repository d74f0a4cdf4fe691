"""Cholesky factorisation, A = U^T U or L L^T: real and dual.

In the order of the recursion on halves, see `halves`:

    | U11  A12 |  start       U12 = U11^-T A12
    |      A22 |  end         A22 -= U12^T U12
    start  end  end + right

The tangent is that of each step, which is L' = L phi(L^-1 A' L^-T) by blocks (phi halves the
diagonal of the lower triangle; Murray 2016, arXiv:1602.07527).
"""

from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.cholesky_adjoint import factor_vjp
from nbrbf_kernels.linalg.cholesky_blocks import factor_block, subtract_square, values, workspace
from nbrbf_kernels.linalg.definite import diagonal_block, diagonal_block_lower
from nbrbf_kernels.linalg.door import by_rows, enter, size, store, stored_by_rows, written
from nbrbf_kernels.linalg.halves import halves
from nbrbf_kernels.linalg.triangle_copy import store_triangle
from nbrbf_kernels.linalg.triangular import solve
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, transposed

# Rows of a block on the diagonal.
BASE = 64
# Numbers between the rows of a workspace, so that they are no power of 2 apart.
GAP = 8


@kernel
def turned_shape(n):
    """(rows, columns) of what the largest L21 of n rows in all needs to be solved for as U12."""
    widest = BASE
    while 2 * widest < n:
        widest *= 2
    return widest, max(min(widest, n - widest), widest // 2) + GAP


@core(int64(BLOCK, boolean), int64(PLANES, boolean))
def factor(A, lower):
    """The factor U, or L, of A, stored by rows; returns info.

    L21 is solved for as U12, in memory that is used again: a quarter of what A itself, turned,
    would take.
    """
    n, _ = size(A)
    rows, columns = turned_shape(n) if lower else (0, 0)
    W = workspace(block(A, 0, 0, rows, columns))
    for j in range((n + BASE - 1) // BASE):
        first = j * BASE
        end = min(first + BASE, n)
        info = factor_block(block(A, first, first, end - first, end - first), lower)
        if info > 0:
            return first + info
        span, right = halves(j, BASE, n - end)
        if right > 0:
            start = end - span
            T = block(A, start, start, span, span)
            X = block(A, end, start, right, span) if lower else block(A, start, end, span, right)
            if lower:
                U12 = block(W, 0, 0, span, right)
                store(transposed(X), U12)
                solve(T, U12, True, False, False)
                store(U12, transposed(X))
            else:
                solve(T, X, False, True, False)
            subtract_square(block(A, end, end, right, right), X, lower)
    return 0


@core(int64(BLOCK, boolean), int64(PLANES, boolean))
def factor_any(A, lower):
    """`factor` for any layout.

    Whether it is L depends on the layout of the values alone, so those of duals are the real ones.
    """
    turn = by_rows(transposed(values(A))) and not by_rows(values(A))
    V, of_rows = transposed(A) if turn else A, lower != turn
    if by_rows(V):
        return factor(V, of_rows)
    W = workspace(V)
    store_triangle(V, W, of_rows)
    info = factor(W, of_rows)
    store_triangle(W, V, of_rows)
    return info


def factor_entered(A, lower):
    """`factor_any`, a small real matrix without a copy that is allocated."""


@specialise(factor_entered, inline=True)
def _(A, lower):
    def small(A, lower):
        n = A.shape[0]
        if n <= BASE and by_rows(A):
            return diagonal_block_lower(A) if lower else diagonal_block(A)
        return factor_any(A, lower)

    return (lambda A, lower: factor_any(A, lower)) if A == PLANES else small


# One for each triangle: from Python a flag takes a tenth of the time that four rows do.
@kernel(borrows=True)
def potrf_lower(A):
    """`potrf` of the lower triangle."""
    written(A, "A", A, "A")
    return factor_entered(enter(A), True)


@kernel(borrows=True)
def potrf_upper(A):
    """`potrf` of the upper triangle."""
    written(A, "A", A, "A")
    return factor_entered(enter(A), False)


def potrf(A, lower=True):
    """Factorise a positive definite A = L L^T in place, or A = U^T U if not `lower`.

    Parameters
    ----------
    A : (n, n) array or DualArray
        Its lower or upper triangle is overwritten by the factor; the other is neither read nor
        written.
    lower : bool
        Which triangle.

    Returns
    -------
    info : int
        0, or the order of the first leading minor that is not positive definite. Then A is left
        half done.
    """
    return potrf_lower(A) if lower else potrf_upper(A)


@specialise(potrf)
def _(A, lower=True):
    return potrf


@core(void(BLOCK, BLOCK, boolean), void(BLOCK, PLANES, boolean), void(PLANES, PLANES, boolean))
def factor_vjp_any(L, L_bar, lower):
    """`factor_vjp` for any layout."""
    R, flipped = stored_by_rows(L)
    R_bar, flipped_bar = stored_by_rows(L_bar)
    factor_vjp(R, R_bar, lower != flipped, lower != flipped_bar)
    if not (flipped_bar or by_rows(L_bar)):
        store_triangle(R_bar, L_bar, lower)


@kernel
def potrf_vjp_flag(L, L_bar, lower):
    """`potrf_vjp` with its flag as an integer."""
    written(L_bar, "L_bar", L, "L")
    factor_vjp_any(enter(L), enter(L_bar), lower != 0)


def potrf_vjp(L, L_bar, lower=True):
    """The adjoint of `potrf`, in place: the factor's bar becomes the matrix's.

    Parameters
    ----------
    L : (n, n) array or DualArray
        The factor, as `potrf` gives it: L, or U if not `lower`; the other triangle is not read.
    L_bar : (n, n) array or DualArray
        The bar of the factor, overwritten by that of the entries of A that are stored: with S
        the bar of a symmetric A, the triangle of S + S^T with the diagonal of S. The other
        triangle is neither read nor written.
    lower : bool
        Which triangle.

    Examples
    --------
    >>> import numpy as np
    >>> L, L_bar = np.array([[2.0]]), np.array([[1.0]])
    >>> potrf_vjp(L, L_bar)
    >>> L_bar  # L = sqrt(A)
    array([[0.25]])
    """
    potrf_vjp_flag(L, L_bar, lower + 0)


@specialise(potrf_vjp)
def _(L, L_bar, lower=True):
    return potrf_vjp
