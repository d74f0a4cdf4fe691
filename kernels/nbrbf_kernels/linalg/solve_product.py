"""B = op(T)^-1 B and C -= op(T)^T X in one walk over the triangle T: real and dual.

By blocks of rows of T, in order of elimination, with T_ij what stands beside the block T_ii:

    op(T) = T       B_i -= T_ij B_j,  C_j -= T_ij^T X_i,  then  B_i = T_ii^-1 B_i
    op(T) = T^T     B_i = T_ii^-T B_i,  then  B_j -= T_ij^T B_i,  C_i -= T_ij X_j

and C_i -= tri(op(T_ii))^T X_i in both. With one right-hand side a solve waits for T to come from
memory, and the product in the same walk is all but free: 1.1 times the solve alone at n = 1000.
"""

from numba.core.types import boolean, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._hints import vectorise
from nbrbf_kernels._jit import sum_kernel
from nbrbf_kernels.linalg.blocks import solve_block, subtract_product_real
from nbrbf_kernels.linalg.door import size
from nbrbf_kernels.linalg.product import subtract_triangle_product
from nbrbf_kernels.linalg.triangle import is_contiguous
from nbrbf_kernels.linalg.views import (
    BLOCK,
    PLANES,
    add_products,
    block,
    plane,
    row,
    subtract_products,
    transposed,
)

FLAGS = (boolean, boolean, boolean)
# Rows of a block: at n = 1000 half a megabyte for each plane, which stays in the cache.
BASE = 64
# Up to as many, for one right-hand side, T stays in the cache anyway: one block.
SMALL = 256
ZEROS = (0.0,) * 8


@sum_kernel
def subtract_both_rows(c, d, M, i, x, y):
    """c -= M x and d -= M^T y for eight rows of M from row i: each is read once for both."""
    n = M.shape[1]
    factors = (y[0], y[1], y[2], y[3], y[4], y[5], y[6], y[7])
    totals = ZEROS
    for t in range(n):
        totals = add_products(totals, M, i, t, x[t])
        d[t] = subtract_products(d[t], M, i, t, factors)
        vectorise()
    for k, each in enumerate(totals):
        c[k] -= each


@core(void(BLOCK, BLOCK, BLOCK, BLOCK, BLOCK))
def subtract_both_real(C, D, M, X, Y):
    (m, n), i = M.shape, 0
    if is_contiguous(Y):
        c, y = transposed(C), transposed(Y)
        d, x = row(transposed(D), 0, 0, n), row(transposed(X), 0, 0, n)
        while i + 8 <= m:
            subtract_both_rows(row(c, 0, i, 8), d, M, i, x, row(y, 0, i, 8))
            i += 8
    r, left = Y.shape[1], m - i
    subtract_product_real(block(C, i, 0, left, r), block(M, i, 0, left, n), False, X)
    subtract_product_real(D, block(M, i, 0, left, n), True, block(Y, i, 0, left, r))


@core(void(PLANES, PLANES, PLANES, PLANES, PLANES))
def subtract_both_planes(C, D, M, X, Y):
    subtract_both_real(C.value, D.value, M.value, X.value, Y.value)
    for k in range(C.partials.shape[0]):
        dC, dD, dX = plane(C.partials, k), plane(D.partials, k), plane(X.partials, k)
        subtract_both_real(dC, dD, plane(M.partials, k), X.value, Y.value)
        subtract_both_real(dC, dD, M.value, dX, plane(Y.partials, k))


@core(void(PLANES, PLANES, BLOCK, PLANES, PLANES))
def subtract_both_linear(C, D, M, X, Y):
    subtract_both_real(C.value, D.value, M, X.value, Y.value)
    for k in range(C.partials.shape[0]):
        dC, dD, dX = plane(C.partials, k), plane(D.partials, k), plane(X.partials, k)
        subtract_both_real(dC, dD, M, dX, plane(Y.partials, k))


# C -= M X and D -= M^T Y; all are stored by rows, or all but M are contiguous columns.
subtract_both = choice(subtract_both_real, subtract_both_linear, subtract_both_planes)


@core(
    void(BLOCK, BLOCK, BLOCK, BLOCK, *FLAGS),
    void(BLOCK, PLANES, PLANES, PLANES, *FLAGS),
    void(PLANES, PLANES, PLANES, PLANES, *FLAGS),
)
def solve_and_multiply(T, B, X, C, lower, trans, unit):
    """B = op(T)^-1 B, C -= op(T)^T X without a unit diagonal; as in `solve`, X and C as B."""
    n, r = size(B)
    base = SMALL if r == 1 and n <= SMALL else BASE
    for done in range(0, n, base):
        w = min(base, n - done)
        i = done if lower != trans else n - done - w
        j, count = (0, i) if lower else (i + w, n - i - w)
        Tii, Tij = block(T, i, i, w, w), block(T, i, j, w, count)
        Bi, Xi, Ci = block(B, i, 0, w, r), block(X, i, 0, w, r), block(C, i, 0, w, r)
        Bj, Xj, Cj = block(B, j, 0, count, r), block(X, j, 0, count, r), block(C, j, 0, count, r)
        subtract_triangle_product(Ci, Tii, Xi, lower, not trans, unit)
        if count > 0 and not trans:
            subtract_both(Bi, Cj, Tij, Bj, Xi)
        solve_block(Tii, Bi, lower, trans, unit)
        if count > 0 and trans:
            subtract_both(Ci, Bj, Tij, Xj, Bi)
