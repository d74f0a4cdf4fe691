"""C -= tri(op(T)) X, the product with a triangle of any size, of which solves are the inverse.

Real, and on planes, C' -= tri(op(T')) X + tri(op(T)) X'. All are stored by rows, or C and X are
contiguous columns. By blocks: each on the diagonal, and what lies below it or right of it.
"""

from numba.core.types import boolean, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels.linalg.blocks import subtract_product_real
from nbrbf_kernels.linalg.triangle import triangle_block_real
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, plane

FLAGS = (boolean, boolean, boolean)
# Rows of a block; more for a vector.
BASE, VECTOR_BASE = 64, 256


@core(void(BLOCK, BLOCK, BLOCK, *FLAGS))
def subtract_triangle_product_real(C, T, X, lower, trans, unit):
    n, r = X.shape
    base = VECTOR_BASE if r == 1 else BASE
    for i in range(0, n, base):
        w = min(base, n - i)
        end, rest = i + w, n - i - w
        Ci, Xi = block(C, i, 0, w, r), block(X, i, 0, w, r)
        triangle_block_real(Ci, block(T, i, i, w, w), Xi, lower, trans, unit)
        if rest > 0:
            T1 = block(T, end, i, rest, w) if lower else block(T, i, end, w, rest)
            if lower != trans:
                subtract_product_real(block(C, end, 0, rest, r), T1, trans, Xi)
            else:
                subtract_product_real(Ci, T1, trans, block(X, end, 0, rest, r))


@core(void(PLANES, PLANES, PLANES, *FLAGS))
def subtract_triangle_product_planes(C, T, X, lower, trans, unit):
    subtract_triangle_product_real(C.value, T.value, X.value, lower, trans, unit)
    for k in range(C.partials.shape[0]):
        dC = plane(C.partials, k)
        subtract_triangle_product_real(dC, plane(T.partials, k), X.value, lower, trans, unit)
        subtract_triangle_product_real(dC, T.value, plane(X.partials, k), lower, trans, unit)


@core(void(PLANES, BLOCK, PLANES, *FLAGS))
def subtract_triangle_product_linear(C, T, X, lower, trans, unit):
    subtract_triangle_product_real(C.value, T, X.value, lower, trans, unit)
    for k in range(C.partials.shape[0]):
        dC, dX = plane(C.partials, k), plane(X.partials, k)
        subtract_triangle_product_real(dC, T, dX, lower, trans, unit)


# C -= tri(op(T)) X, of the strict triangle if `unit`
subtract_triangle_product = choice(
    subtract_triangle_product_real,
    subtract_triangle_product_linear,
    subtract_triangle_product_planes,
)
