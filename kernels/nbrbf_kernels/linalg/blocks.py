"""The block operations that everything recursive is written in, on real blocks and on planes.

For planes each calls the real one on the values, which is why these agree to the bit with a
real computation, and then treats the planes of partials one at a time:

    subtract_product   C' -= op(A') B + op(A) B'
    solve_block        X' = op(T)^-1 (B' - tri(op(T')) X)
    panel              see `panel`
    swap_rows          the same swaps
"""

from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels.linalg.blas import gemm, gemm_by_columns, gemv
from nbrbf_kernels.linalg.micro import swap
from nbrbf_kernels.linalg.panel import panel_real, panel_tangent
from nbrbf_kernels.linalg.triangle import (
    is_contiguous,
    solve_block_real,
    subtract_columns_product,
    subtract_rows_product,
    triangle_block_real,
)
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, plane, row, transposed


@core(void(BLOCK, BLOCK, boolean, BLOCK))
def subtract_product_real(C, A, trans, B):
    m, n = C.shape
    k = B.shape[0]
    if m == 0 or n == 0 or k == 0:
        return
    if n == 1 and is_contiguous(B) and is_contiguous(C):
        if trans:
            subtract_columns_product(C, A, B)
        else:
            subtract_rows_product(C, A, B)
    elif n == 1:
        gemv(-1.0, A, trans, B, 1.0, C)
    elif C.strides[0] == 8 and B.strides[0] == 8:
        gemm_by_columns(-1.0, A, trans, B, 1.0, C)
    else:
        gemm(-1.0, A, trans, B, False, 1.0, C)


@core(void(PLANES, PLANES, boolean, PLANES))
def subtract_product_planes(C, A, trans, B):
    subtract_product_real(C.value, A.value, trans, B.value)
    for k in range(C.partials.shape[0]):
        dC = plane(C.partials, k)
        subtract_product_real(dC, plane(A.partials, k), trans, B.value)
        subtract_product_real(dC, A.value, trans, plane(B.partials, k))


@core(void(PLANES, BLOCK, boolean, PLANES))
def subtract_product_linear(C, A, trans, B):
    subtract_product_real(C.value, A, trans, B.value)
    for k in range(C.partials.shape[0]):
        subtract_product_real(plane(C.partials, k), A, trans, plane(B.partials, k))


# C -= op(A) B
subtract_product = choice(subtract_product_real, subtract_product_linear, subtract_product_planes)


@core(void(PLANES, PLANES, boolean, boolean, boolean))
def solve_block_planes(T, B, lower, trans, unit):
    solve_block_real(T.value, B.value, lower, trans, unit)
    for k in range(B.partials.shape[0]):
        dB = plane(B.partials, k)
        triangle_block_real(dB, plane(T.partials, k), B.value, lower, trans, unit)
        solve_block_real(T.value, dB, lower, trans, unit)


@core(void(BLOCK, PLANES, boolean, boolean, boolean))
def solve_block_linear(T, B, lower, trans, unit):
    solve_block_real(T, B.value, lower, trans, unit)
    for k in range(B.partials.shape[0]):
        solve_block_real(T, plane(B.partials, k), lower, trans, unit)


# B = op(T)^-1 B for a triangle of the base size
solve_block = choice(solve_block_real, solve_block_linear, solve_block_planes)


@core(void(BLOCK, PIVOTS, int64, int64, int64, boolean))
def swap_rows_real(B, ipiv, first, last, offset, inverse):
    vector = is_contiguous(B)
    x = row(transposed(B), 0, 0, B.shape[0])
    for h in range(last - first):
        k = last - 1 - h if inverse else first + h
        i, j = k - offset, ipiv[k] - offset
        if vector:
            x[i], x[j] = x[j], x[i]
        elif i != j:
            swap(B, i, j)


@core(void(PLANES, PIVOTS, int64, int64, int64, boolean))
def swap_rows_planes(B, ipiv, first, last, offset, inverse):
    swap_rows_real(B.value, ipiv, first, last, offset, inverse)
    for k in range(B.partials.shape[0]):
        swap_rows_real(plane(B.partials, k), ipiv, first, last, offset, inverse)


# The swaps first to last of ipiv, in turn or backwards; row 0 of B is row `offset`.
swap_rows = choice(swap_rows_real, swap_rows_planes)


@core(int64(PLANES, PIVOTS, int64))
def panel_planes(A, ipiv, offset):
    info = panel_real(A.value, ipiv, offset)
    last = offset + A.value.shape[1]
    for k in range(A.partials.shape[0]):
        dA = plane(A.partials, k)
        swap_rows_real(dA, ipiv, offset, last, offset, False)
        panel_tangent(A.value, dA)
    return info


# LU of a tall panel, its first row being row `offset` of the whole; returns info.
panel = choice(panel_real, panel_planes)
