"""Cholesky factorisation, A = U^T U or L L^T, real and dual; and solves with the factor.

By blocks of rows of U, or of columns of L, each brought up to date when its turn comes:

    | U01  U02 |  first       A11 -= U01^T U01;  A12 -= U01^T U02
    | A11  A12 |  end         U11^T U11 = A11;   U12 = U11^-T A12
      first end

so that A22 is not written again and again. Blocks of L are turned into rows of U and back.
The tangent is that of each step, which is L' = L phi(L^-1 A' L^-T) by blocks (phi halves the
diagonal of the lower triangle; Murray 2016, arXiv:1602.07527).
"""

import numpy as np
from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.planes import make_planes
from nbrbf_kernels.linalg.blas import gemm, syr2k, syrk
from nbrbf_kernels.linalg.blocks import solve_block
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
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, plane, strided, transposed

# Rows of a block.
BASE = 64


def workspace(A, m, n):
    """A block, or planes as many as those of A, of m rows and n columns."""


@kernel
def eliminated(A, first, end, lower):
    """The blocks of `update`: (A11, U01), (A12, U02), of U or transposed of L."""
    n = A.shape[0]
    w, rest = end - first, n - end
    if lower:
        A12, U02 = block(A, end, first, rest, w), block(A, end, 0, rest, first)
        return block(A, first, first, w, w), block(A, first, 0, w, first), A12, U02
    A12, U02 = block(A, first, end, w, rest), block(A, 0, end, first, rest)
    return block(A, first, first, w, w), block(A, 0, first, first, w), A12, U02


@kernel
def subtract(A12, U01, U02, lower):
    """A12 -= U01^T U02, or transposed."""
    if A12.size == 0:
        return
    if lower:
        gemm(-1.0, U02, False, U01, True, 1.0, A12)
    else:
        gemm(-1.0, U01, True, U02, False, 1.0, A12)


@core(void(BLOCK, int64, int64, boolean))
def update_real(A, first, end, lower):
    A11, U01, A12, U02 = eliminated(A, first, end, lower)
    syrk(-1.0, U01, lower, 1.0, A11)
    subtract(A12, U01, U02, lower)


@core(void(PLANES, int64, int64, boolean))
def update_planes(A, first, end, lower):
    update_real(A.value, first, end, lower)
    _, U01, _, U02 = eliminated(A.value, first, end, lower)
    for k in range(A.partials.shape[0]):
        dA11, dU01, dA12, dU02 = eliminated(plane(A.partials, k), first, end, lower)
        syr2k(-1.0, dU01, U01, lower, 1.0, dA11)
        subtract(dA12, dU01, U02, lower)
        subtract(dA12, U01, dU02, lower)


@core(int64(PLANES))
def factor_block_planes(A):
    info = diagonal_block(A.value)
    for k in range(A.partials.shape[0]):
        diagonal_block_tangent(A.value, plane(A.partials, k))
    return info


@core(void(BLOCK, BLOCK))
def copy_upper_real(A, W):
    """Eight columns at a time: a cache line of either."""
    m, n = A.shape
    for first in range(0, n, 8):
        end = min(first + 8, n)
        above = min(first + 1, m) if end == first + 8 else 0
        for i in range(above):
            for t in range(8):  # unrolled by the compiler
                W[i, first + t] = A[i, first + t]
        for i in range(above, min(end, m)):
            for j in range(max(i, first), end):
                W[i, j] = A[i, j]


@core(void(PLANES, PLANES))
def copy_upper_planes(A, W):
    copy_upper_real(A.value, W.value)
    for k in range(A.partials.shape[0]):
        copy_upper_real(plane(A.partials, k), plane(W.partials, k))


@kernel
def workspace_planes(p, m, n):
    return make_planes(strided(np.empty((m, n))), strided(np.empty((p, m, n))))


# Eliminate all before `first` from rows `first` to `end` of U, or columns of L if `lower`.
update = choice(update_real, update_planes)
# U of a block on the diagonal; returns info.
factor_block = choice(diagonal_block, factor_block_planes)
# W = A on and above the diagonal, whatever the layouts.
copy_upper = choice(copy_upper_real, copy_upper_planes)


@specialise(workspace)
def _(A, m, n):
    if A == PLANES:
        return lambda A, m, n: workspace_planes(A.partials.shape[0], m, n)
    return lambda A, m, n: strided(np.empty((m, n)))


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


@kernel
def store_factor(R, A, lower):
    """A = R in its triangle. A view of R owns nothing: here the caller keeps R."""
    if lower:
        copy_upper(transposed(R), transposed(A))
    else:
        copy_upper(R, A)


@core(int64(BLOCK, boolean), int64(PLANES, boolean))
def factor_any(A, lower):
    """`factor` for any layout."""
    R, flipped = stored_by_rows(A)
    info = factor(R, lower != flipped)
    if not (flipped or by_rows(A)):
        store_factor(R, A, lower)
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


@kernel
def solve_definite(R, flipped, B, lower):
    """B = A^-1 B with the factor stored by rows as R, or as R^T if `flipped`."""
    for step in range(2):
        trans = (step == 1) == lower
        solve(R, B, lower != flipped, trans != flipped, False)


@core(void(BLOCK, BLOCK, boolean), void(BLOCK, PLANES, boolean), void(PLANES, PLANES, boolean))
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
