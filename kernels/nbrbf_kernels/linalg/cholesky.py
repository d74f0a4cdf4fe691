"""Cholesky factorisation, A = U^T U or L L^T: real and dual.

By blocks of rows of U, or of columns of L, each brought up to date when its turn comes:

    | U01  U02 |  first       A11 -= U01^T U01;  A12 -= U01^T U02
    | A11  A12 |  end         U11^T U11 = A11;   U12 = U11^-T A12
      first end

so that A22 is not written again and again. Blocks of L are turned into rows of U and back.
The tangent is that of each step, which is L' = L phi(L^-1 A' L^-T) by blocks (phi halves the
diagonal of the lower triangle; Murray 2016, arXiv:1602.07527).
"""

from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.blocks import solve_block
from nbrbf_kernels.linalg.cholesky_adjoint import factor_vjp
from nbrbf_kernels.linalg.cholesky_blocks import factor_block, update, workspace
from nbrbf_kernels.linalg.door import by_rows, enter, size, stored_by_rows, written
from nbrbf_kernels.linalg.triangle_copy import copy_upper, store_triangle
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, transposed

# Rows of a block.
BASE = 64


@kernel
def factor_rows(U, w):
    """The first w rows of the factor, from the first w of the matrix; returns info."""
    _, n = size(U)
    U11 = block(U, 0, 0, w, w)
    info = factor_block(U11)
    if info == 0 and n > w:
        solve_block(U11, block(U, 0, w, w, n - w), False, True, False)
    return info


@kernel
def factor(A, lower):
    """The factor of A, stored by rows; returns info."""
    n, _ = size(A)
    W = workspace(A, min(BASE, n), n) if lower else A
    for first in range(0, n, BASE):
        end = min(first + BASE, n)
        w, rest = end - first, n - first
        if first > 0:
            update(A, first, end, lower)
        if lower:
            V, U = transposed(block(A, first, first, rest, w)), block(W, 0, 0, w, rest)
            copy_upper(V, U)
            info = factor_rows(U, w)
            copy_upper(U, V)
        else:
            info = factor_rows(block(A, first, first, w, rest), w)
        if info > 0:
            return first + info
    return 0


@core(int64(BLOCK, boolean), int64(PLANES, boolean))
def factor_any(A, lower):
    """`factor` for any layout."""
    R, flipped = stored_by_rows(A)
    info = factor(R, lower != flipped)
    if not (flipped or by_rows(A)):
        store_triangle(R, A, lower)
    return info


@kernel
def potrf_flag(A, lower):
    """`potrf` with its flag as an integer."""
    written(A, "A", A, "A")
    return factor_any(enter(A), lower != 0)


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
    return potrf_flag(A, lower + 0)


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
