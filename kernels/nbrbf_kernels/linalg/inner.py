"""s -= <A, B>, the sum of the products of their entries, in tangents <A', B> + <A, B'>."""

from numba.core.types import void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels.linalg.triangle import dot
from nbrbf_kernels.linalg.views import BLOCK, PLANES, plane, row


@core(void(BLOCK, BLOCK, BLOCK))
def subtract_inner_real(s, A, B):
    n = A.size
    s[0, 0] -= dot(row(A, 0, 0, n), row(B, 0, 0, n), n)


@core(void(PLANES, PLANES, PLANES))
def subtract_inner_planes(s, A, B):
    subtract_inner_real(s.value, A.value, B.value)
    for k in range(s.partials.shape[0]):
        ds = plane(s.partials, k)
        subtract_inner_real(ds, plane(A.partials, k), B.value)
        subtract_inner_real(ds, A.value, plane(B.partials, k))


# s -= <A, B> for an s of one entry and contiguous A and B.
subtract_inner = choice(subtract_inner_real, subtract_inner_planes)
