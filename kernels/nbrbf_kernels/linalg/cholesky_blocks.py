"""The block operations of the Cholesky factorisation, on real blocks and on planes."""

import numpy as np
from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.planes import make_planes
from nbrbf_kernels.linalg.blas import syr2k, syrk
from nbrbf_kernels.linalg.definite import diagonal_block, diagonal_block_lower
from nbrbf_kernels.linalg.definite_tangent import diagonal_block_tangent
from nbrbf_kernels.linalg.views import BLOCK, PLANES, plane, strided


def workspace(A):
    """A block, or planes as many as those of A, of the same shape, stored by rows."""


def values(A):
    """The values of a block or of planes, as a block."""


@specialise(values)
def _(A):
    if A == PLANES:
        return lambda A: A.value
    return lambda A: A


@core(void(BLOCK, BLOCK, boolean))
def subtract_square_real(A22, X, lower):
    syrk(-1.0, X, lower, 1.0, A22)


@core(void(PLANES, PLANES, boolean))
def subtract_square_planes(A22, X, lower):
    subtract_square_real(A22.value, X.value, lower)
    for k in range(A22.partials.shape[0]):
        syr2k(-1.0, plane(X.partials, k), X.value, lower, 1.0, plane(A22.partials, k))


@core(int64(BLOCK, boolean))
def factor_block_real(A, lower):
    return diagonal_block_lower(A) if lower else diagonal_block(A)


@core(int64(PLANES, boolean))
def factor_block_planes(A, lower):
    info = factor_block_real(A.value, lower)
    for k in range(A.partials.shape[0]):
        diagonal_block_tangent(A.value, plane(A.partials, k), lower)
    return info


@kernel
def workspace_planes(p, m, n):
    return make_planes(strided(np.empty((m, n))), strided(np.empty((p, m, n))))


# A22 -= X X^T in the lower triangle, or if not `lower` X^T X in the upper one.
subtract_square = choice(subtract_square_real, subtract_square_planes)
# L, or U, of a block on the diagonal; returns info.
factor_block = choice(factor_block_real, factor_block_planes)


@specialise(workspace)
def _(A):
    if A == PLANES:
        return lambda A: workspace_planes(A.partials.shape[0], *A.value.shape)
    return lambda A: strided(np.empty(A.shape))
