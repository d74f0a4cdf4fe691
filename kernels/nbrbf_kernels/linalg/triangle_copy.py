"""Copies of one triangle of a matrix, which leave the other alone."""

from numba.core.types import void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.crossing import copy_crossing, crossing
from nbrbf_kernels.linalg.views import BLOCK, PLANES, plane, transposed


@core(void(BLOCK, BLOCK))
def copy_upper_real(A, W):
    """Eight columns at a time: a cache line of either."""
    prefer_wide_vectors()
    m, n = A.shape
    apart = crossing(A, W)
    for first in range(0, n, 8):
        end = min(first + 8, n)
        above = min(first + 1, m) if end == first + 8 else 0
        start = above & -8 if apart[0] > 0 else 0
        for i in range(0, start, 8):
            copy_crossing(A, W, i, first, apart)
        for i in range(start, above):
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


# W = A on and above the diagonal, whatever the layouts.
copy_upper = choice(copy_upper_real, copy_upper_planes)


@kernel
def store_triangle(R, A, lower):
    """A = R in one triangle. A view of R owns nothing: here the caller keeps R."""
    if lower:
        copy_upper(transposed(R), transposed(A))
    else:
        copy_upper(R, A)
