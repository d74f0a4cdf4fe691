"""The tangent of `diagonal_block`, by the same strips,

    u'_kk = a'_kk / (2 u_kk);  u'_kj = (a'_kj - u'_kk u_kj) / u_kk
    a'_ij -= u'_ki u_kj + u_ki u'_kj
    U12' = U11^-T (A12' - U11'^T U12);  A22' -= U12'^T U12 + U12^T U12'

of which nothing of the other triangle is read or written.
"""

from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel
from nbrbf_kernels._stack import stack_vector
from nbrbf_kernels.linalg.definite import columns4, from_buffer, places4, to_buffer
from nbrbf_kernels.linalg.small import LARGEST, solve_from, subtract_from, whole
from nbrbf_kernels.linalg.views import BLOCK, block, matrix, row

# For the factor and its tangent.
buffer = stack_vector(2 * LARGEST * LARGEST)


@kernel
def corner_tangent(F, D):
    """D, four rows of a tangent of the matrix, becomes that of its factor F."""
    for k in range(4):
        u, d = row(F, k, 0, 4), row(D, k, 0, 4)
        d[k] /= 2.0 * u[k]
        for j in range(k + 1, 4):
            d[j] = (d[j] - d[k] * u[j]) / u[k]
        for i in range(k + 1, 4):
            e = row(D, i, 0, 4)
            for j in range(i, 4):
                e[j] = e[j] - d[i] * u[j] - u[i] * d[j]


@kernel
def tangent_strip(W, x, i, n):
    """The strip of four rows from row i on: in W, all of x, the tangent stands below the factor."""
    width = W.shape[1]
    right, h = i + 4, width + i
    corner_tangent(block(W, i, i, 4, 4), block(W, h, i, 4, 4))
    of_U, of_dU = places4(i, width), places4(h, width)
    a, b, c, d = row(W, i, i, 4), row(W, i + 1, i, 4), row(W, i + 2, i, 4), row(W, i + 3, i, 4)
    p, q, r, s = row(W, h, i, 4), row(W, h + 1, i, 4), row(W, h + 2, i, 4), row(W, h + 3, i, 4)
    transposed_corner = (
        p[0], 0.0, 0.0, 0.0, p[1], q[1], 0.0, 0.0, p[2], q[2], r[2], 0.0, p[3], q[3], r[3], s[3]
    )  # fmt: skip
    subtract_from(x, right, width, of_dU, of_U, transposed_corner)
    below = (a[1], a[2], b[2], a[3], b[3], c[3])
    scales = (1.0 / a[0], 1.0 / b[1], 1.0 / c[2], 1.0 / d[3])
    solve_from(x, right, width, of_dU, below, scales)
    for k in range(right, n, 4):
        targets = places4(width + k, width)
        subtract_from(x, k, width, targets, of_U, columns4(W, h, k))
        subtract_from(x, k, width, targets, of_dU, columns4(W, i, k))


@core(void(BLOCK, BLOCK, boolean))
def diagonal_block_tangent(F, D, lower):
    """D, a tangent of the matrix, becomes that of its factor F, U or if `lower` L."""
    prefer_wide_vectors()
    n = F.shape[0]
    if n == 0:
        return
    width, x = whole(n), buffer()
    to_buffer(F, lower, x, 0)
    to_buffer(D, lower, x, width * width)
    W = matrix(x, 2 * width, width)
    for i in range(n, (n + 3) & -4):
        row(W, i, i, 1)[0] = 1.0
    for i in range(0, n, 4):
        tangent_strip(W, x, i, n)
    from_buffer(D, lower, x, width * width)
