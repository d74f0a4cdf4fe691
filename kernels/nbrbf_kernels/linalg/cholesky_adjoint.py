"""The adjoint of A = U^T U by blocks, from U and its bar alone; L is U^T, seen by columns.

As in `definite`, U_bar = triu(U Z) is solved for Z = A_bar + A_bar^T, of which A_bar is the upper
triangle with its diagonal halved, from the last rows to the first:

    | U01  U02 |  first      Z12 = U11^-1 U12_bar;  triu(U11 Z11) = U11_bar - triu(U12 Z12^T)
    | U11  U12 |  end        U01_bar -= U01 Z11 + U02 Z12^T;  U02_bar -= U01 Z12
      first end

twice the work of the factorisation, nearly all in products (Murray 2016, arXiv:1602.07527). In
tangents triu(U Z') = U_bar' - triu(U' Z): the same solution once more.
"""

import numpy as np
from numba.core.types import boolean, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.blas import gemm
from nbrbf_kernels.linalg.definite_adjoint import diagonal_block_vjp
from nbrbf_kernels.linalg.door import by_rows
from nbrbf_kernels.linalg.triangle_copy import copy_upper
from nbrbf_kernels.linalg.triangular import solve_any
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, plane, strided, transposed

# Rows of a block.
BASE = 64


@core(void(BLOCK, BLOCK, BLOCK))
def subtract_views(C, A, B):
    """C -= A B, each of them stored by rows or by columns."""
    if C.size == 0 or B.shape[0] == 0:
        return
    if not by_rows(C):
        C, A, B = transposed(C), transposed(B), transposed(A)
    turn_a, turn_b = not by_rows(A), not by_rows(B)
    A, B = transposed(A) if turn_a else A, transposed(B) if turn_b else B
    gemm(-1.0, A, turn_a, B, turn_b, 1.0, C)


@kernel
def drawn(A, lower, first, end):
    """A01, A02, A11, A12 as drawn above, of A or if `lower` of A^T."""
    U = transposed(A) if lower else A
    w, rest = end - first, A.shape[0] - end
    above, beside = block(U, 0, first, first, w), block(U, 0, end, first, rest)
    return above, beside, block(U, first, first, w, w), block(U, first, end, w, rest)


@kernel
def subtract_above(C01, C02, U01, U02, Z11, Z12):
    """What these rows of Z take from the bars above them."""
    subtract_views(C01, U01, Z11)
    subtract_views(C01, U02, transposed(Z12))
    subtract_views(C02, U01, Z12)


@core(void(BLOCK, BLOCK, boolean, boolean))
def factor_vjp_real(U, U_bar, lower, lower_bar):
    n = U.shape[0]
    most = min(BASE, n)
    work, work_bar = strided(np.empty((most, most))), strided(np.empty((most, most)))
    for h in range((n + BASE - 1) // BASE):
        first = (n - 1) // BASE * BASE - h * BASE
        end = min(first + BASE, n)
        w = end - first
        U01, U02, U11, U12 = drawn(U, lower, first, end)
        A01, A02, A11, A12 = drawn(U_bar, lower_bar, first, end)
        F, Z = block(work, 0, 0, w, w), block(work_bar, 0, 0, w, w)
        copy_upper(U11, F)
        copy_upper(A11, Z)
        if end < n:
            solve_any(F, A12, False, False, False, True)
            subtract_views(Z, U12, transposed(A12))
        diagonal_block_vjp(F, Z)
        subtract_above(A01, A02, U01, U02, Z, A12)
        copy_upper(Z, A11)
        for k in range(w):
            A11[k, k] *= 0.5


@core(void(BLOCK, BLOCK, BLOCK, boolean, boolean))
def subtract_tangent(C, D, A_bar, lower, lower_bar):
    """C -= triu(D Z) for a tangent D of U; C and A_bar are stored alike."""
    n = D.shape[0]
    for first in range(0, n, BASE):
        end = min(first + BASE, n)
        w = end - first
        D01, D02, D11, D12 = drawn(D, lower, first, end)
        C01, C02, C11, C12 = drawn(C, lower_bar, first, end)
        _, _, A11, A12 = drawn(A_bar, lower_bar, first, end)
        T, Z, W = np.zeros((w, w)), np.zeros((w, w)), np.zeros((w, w))
        copy_upper(D11, strided(T))
        for i in range(w):
            for j in range(i, w):
                Z[i, j] += A11[i, j]
                Z[j, i] += A11[i, j]
        subtract_views(strided(W), strided(T), strided(Z))
        subtract_views(strided(W), D12, transposed(A12))
        for i in range(w):
            for j in range(i, w):
                C11[i, j] += W[i, j]
        subtract_views(C12, strided(T), A12)
        subtract_above(C01, C02, D01, D02, strided(Z), A12)


@core(void(BLOCK, PLANES, boolean, boolean))
def factor_vjp_linear(U, U_bar, lower, lower_bar):
    factor_vjp_real(U, U_bar.value, lower, lower_bar)
    for k in range(U_bar.partials.shape[0]):
        factor_vjp_real(U, plane(U_bar.partials, k), lower, lower_bar)


@core(void(PLANES, PLANES, boolean, boolean))
def factor_vjp_planes(U, U_bar, lower, lower_bar):
    factor_vjp_real(U.value, U_bar.value, lower, lower_bar)
    for k in range(U_bar.partials.shape[0]):
        C = plane(U_bar.partials, k)
        subtract_tangent(C, plane(U.partials, k), U_bar.value, lower, lower_bar)
        factor_vjp_real(U.value, C, lower, lower_bar)


# The upper triangle of U_bar becomes that of A_bar; or all is transposed, if `lower`, each for
# itself. Both are stored by rows.
factor_vjp = choice(factor_vjp_real, factor_vjp_linear, factor_vjp_planes)
