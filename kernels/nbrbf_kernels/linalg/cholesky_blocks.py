"""The block operations of the Cholesky factorisation, on real blocks and on planes."""

import numpy as np
from numba.core.types import int64, void

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


@core(void(BLOCK, BLOCK))
def subtract_square_real(A22, U12):
    syrk(-1.0, U12, False, 1.0, A22)


@core(void(PLANES, PLANES))
def subtract_square_planes(A22, U12):
    subtract_square_real(A22.value, U12.value)
    for k in range(A22.partials.shape[0]):
        syr2k(-1.0, plane(U12.partials, k), U12.value, False, 1.0, plane(A22.partials, k))


@core(void(BLOCK, BLOCK))
def subtract_square_lower_real(A22, L21):
    syrk(-1.0, L21, True, 1.0, A22)


@core(void(PLANES, PLANES))
def subtract_square_lower_planes(A22, L21):
    subtract_square_lower_real(A22.value, L21.value)
    for k in range(A22.partials.shape[0]):
        syr2k(-1.0, plane(L21.partials, k), L21.value, True, 1.0, plane(A22.partials, k))


@core(int64(PLANES))
def factor_block_lower_planes(A):
    info = diagonal_block_lower(A.value)
    for k in range(A.partials.shape[0]):
        diagonal_block_tangent(A.value, plane(A.partials, k), True)
    return info


@core(int64(PLANES))
def factor_block_planes(A):
    info = diagonal_block(A.value)
    for k in range(A.partials.shape[0]):
        diagonal_block_tangent(A.value, plane(A.partials, k), False)
    return info


@kernel
def workspace_planes(p, m, n):
    return make_planes(strided(np.empty((m, n))), strided(np.empty((p, m, n))))


# A22 -= U12^T U12 in the upper triangle.
subtract_square = choice(subtract_square_real, subtract_square_planes)
# A22 -= L21 L21^T in the lower triangle.
subtract_square_lower = choice(subtract_square_lower_real, subtract_square_lower_planes)
# U, or L, of a block on the diagonal; returns info.
factor_block = choice(diagonal_block, factor_block_planes)
factor_block_lower = choice(diagonal_block_lower, factor_block_lower_planes)


@specialise(workspace)
def _(A):
    if A == PLANES:
        return lambda A: workspace_planes(A.partials.shape[0], *A.value.shape)
    return lambda A: strided(np.empty(A.shape))
