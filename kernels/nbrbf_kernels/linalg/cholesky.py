"""Cholesky factorisation, A = L L^T or U^T U, real and dual; and solves with the factor.

Everything is done on U stored by rows; L by columns is the same. The order is that of the
recursion on halves, in a loop as in lu.py:

    | U11  A12 |  start         U11^T U11 = A11, finished
    |      A22 |  end           U12 = U11^-T A12;  A22 -= U12^T U12
      start  end  end + span

The tangent is that of each step, which is L' = L phi(L^-1 A' L^-T) by blocks (phi halves the
diagonal of the lower triangle; Murray 2016, arXiv:1602.07527):

    U12' = U11^-T (A12' - U11'^T U12);  A22' -= U12'^T U12 + U12^T U12'
"""

from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.planes import PlanesType
from nbrbf_kernels.linalg.blas import syr2k, syrk
from nbrbf_kernels.linalg.definite import diagonal_block, diagonal_block_tangent
from nbrbf_kernels.linalg.door import (
    by_columns,
    by_rows,
    duplicate,
    enter,
    size,
    store,
    stored_by_rows,
    written,
)
from nbrbf_kernels.linalg.triangular import solve
from nbrbf_kernels.linalg.views import block, plane, transposed

# Rows of a block on the diagonal.
BASE = 64


def subtract_square(C, U):
    """C -= U^T U, in the upper triangle alone."""


def factor_block(A):
    """U of a block of the base size; returns info."""


def store_upper(W, A):
    """A = W in the upper triangle alone, whatever the layouts."""


@kernel
def subtract_square_real(C, U):
    syrk(-1.0, U, 1.0, C)


@kernel
def subtract_square_planes(C, U):
    syrk(-1.0, U.value, 1.0, C.value)
    for k in range(C.partials.shape[0]):
        syr2k(-1.0, plane(U.partials, k), U.value, 1.0, plane(C.partials, k))


@kernel
def factor_block_planes(A):
    info = diagonal_block(A.value)
    for k in range(A.partials.shape[0]):
        diagonal_block_tangent(A.value, plane(A.partials, k))
    return info


@kernel
def store_upper_real(W, A):
    """Eight columns at a time: a cache line of either."""
    n = A.shape[0]
    for first in range(0, n, 8):
        end = min(first + 8, n)
        for i in range(end):
            for j in range(max(i, first), end):
                A[i, j] = W[i, j]


@kernel
def store_upper_planes(W, A):
    store_upper_real(W.value, A.value)
    for k in range(A.partials.shape[0]):
        store_upper_real(plane(W.partials, k), plane(A.partials, k))


@specialise(subtract_square)
def _(C, U):
    if isinstance(C, PlanesType):
        return subtract_square_planes.py_func
    return subtract_square_real.py_func


@specialise(factor_block)
def _(A):
    if isinstance(A, PlanesType):
        return factor_block_planes.py_func
    return lambda A: diagonal_block(A)


@specialise(store_upper)
def _(W, A):
    if isinstance(A, PlanesType):
        return lambda W, A: store_upper_planes(W, A)
    return lambda W, A: store_upper_real(W, A)


@kernel
def factor(A):
    """U of A, stored by rows; returns info."""
    n, _ = size(A)
    for j in range((n + BASE - 1) // BASE):
        first = j * BASE
        end = min(first + BASE, n)
        info = factor_block(block(A, first, first, end - first, end - first))
        if info > 0:
            return first + info
        # The largest power of 2 that divides j + 1.
        span = ((j + 1) & -(j + 1)) * BASE
        start, right = end - span, min(span, n - end)
        if right > 0:
            U12 = block(A, start, end, span, right)
            solve(block(A, start, start, span, span), U12, False, True, False)
            subtract_square(block(A, end, end, right, right), U12)
    return 0


@kernel
def factor_definite(A, lower):
    """`factor` for any layout and either triangle."""
    U = transposed(A) if lower else A
    by_row = by_rows(U)
    W = U if by_row else duplicate(U)
    info = factor(W)
    if not by_row:
        store_upper(W, U)
    return info


@kernel
def potrf_flag(A, lower):
    """`potrf` with its flag as an integer."""
    written(A, "A", A, "A")
    return factor_definite(enter(A), lower != 0)


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


@kernel
def solve_definite(R, flipped, B, lower):
    """B = A^-1 B with the factor stored by rows as R, or as R^T if `flipped`."""
    for step in range(2):
        trans = (step == 1) == lower
        solve(R, B, lower != flipped, trans != flipped, False)


@kernel
def solve_definite_any(L, B, lower):
    """`solve_definite` for any layout."""
    R, flipped = stored_by_rows(L)
    if by_columns(B):
        solve_definite(R, flipped, B, lower)
    else:
        W = duplicate(B)
        solve_definite(R, flipped, W, lower)
        store(W, B)


@kernel
def potrs_flag(L, B, lower):
    """`potrs` with its flag as an integer."""
    written(B, "B", L, "L")
    solve_definite_any(enter(L), enter(B), lower != 0)


def potrs(L, B, lower=True):
    """Solve A X = B in place, with the factor of A.

    Parameters
    ----------
    L : (n, n) array or DualArray
        As `potrf` gives it: L, or U if not `lower`; the other triangle is not read.
    B : (n,) or (n, r) array or DualArray
        Overwritten by X.
    lower : bool
        Which triangle holds the factor.
    """
    potrs_flag(L, B, lower + 0)


@specialise(potrs)
def _(L, B, lower=True):
    return potrs
