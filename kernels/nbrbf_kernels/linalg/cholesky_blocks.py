"""The block operations of the Cholesky factorisation, on real blocks and on planes.

They speak of rows of U, or of columns of L, which are turned into rows of U and back.
"""

import numpy as np
from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.planes import make_planes
from nbrbf_kernels.linalg.blas import gemm, syr2k, syrk
from nbrbf_kernels.linalg.definite import diagonal_block, diagonal_block_tangent
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, plane, strided


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


@kernel
def workspace_planes(p, m, n):
    return make_planes(strided(np.empty((m, n))), strided(np.empty((p, m, n))))


# Eliminate all before `first` from rows `first` to `end` of U, or columns of L if `lower`.
update = choice(update_real, update_planes)
# U of a block on the diagonal; returns info.
factor_block = choice(diagonal_block, factor_block_planes)


@specialise(workspace)
def _(A, m, n):
    if A == PLANES:
        return lambda A, m, n: workspace_planes(A.partials.shape[0], m, n)
    return lambda A, m, n: strided(np.empty((m, n)))
