"""The tangent of `diagonal_block`, by the same strips,

    u'_kk = a'_kk / (2 u_kk);  u'_kj = (a'_kj - u'_kk u_kj) / u_kk
    a'_ij -= u'_ki u_kj + u_ki u'_kj
    U12' = U11^-T (A12' - U11'^T U12);  A22' -= U12'^T U12 + U12^T U12'

of which nothing below the diagonal is read or written.
"""

from numba.core.types import void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.micro import solve4, triangle4
from nbrbf_kernels.linalg.views import BLOCK, block, row, transposed


@kernel
def corner_tangent(F, D, w):
    """D, a tangent of the matrix, becomes that of its factor F."""
    for k in range(w):
        u, d = row(F, k, 0, w), row(D, k, 0, w)
        d[k] /= 2.0 * u[k]
        for j in range(k + 1, w):
            d[j] = (d[j] - d[k] * u[j]) / u[k]
        for i in range(k + 1, w):
            e = row(D, i, 0, w)
            for j in range(i, w):
                e[j] = e[j] - d[i] * u[j] - u[i] * d[j]


@core(void(BLOCK, BLOCK, BLOCK))
def rank4_upper(C, X, Y):
    """C -= X^T Y in the upper triangle alone, X and Y of four rows.

    Four rows at a time in the columns they share: 16 multiply-adds for 12 memory operations.
    """
    n = C.shape[0]
    x0, x1, x2, x3 = row(X, 0, 0, n), row(X, 1, 0, n), row(X, 2, 0, n), row(X, 3, 0, n)
    y0, y1, y2, y3 = row(Y, 0, 0, n), row(Y, 1, 0, n), row(Y, 2, 0, n), row(Y, 3, 0, n)
    i = 0
    while i < n:
        full = i + 4 <= n
        for k in range(i, i + 3 if full else n):
            c = row(C, k, 0, n)
            for j in range(k, i + 3 if full else n):
                c[j] = c[j] - x0[k] * y0[j] - x1[k] * y1[j] - x2[k] * y2[j] - x3[k] * y3[j]
        if full:
            first = i + 3
            count = n - first
            a, b = row(C, i, first, count), row(C, i + 1, first, count)
            c, d = row(C, i + 2, first, count), row(C, i + 3, first, count)
            z0, z1 = row(Y, 0, first, count), row(Y, 1, first, count)
            z2, z3 = row(Y, 2, first, count), row(Y, 3, first, count)
            a0, a1, a2, a3 = x0[i], x1[i], x2[i], x3[i]
            b0, b1, b2, b3 = x0[i + 1], x1[i + 1], x2[i + 1], x3[i + 1]
            c0, c1, c2, c3 = x0[i + 2], x1[i + 2], x2[i + 2], x3[i + 2]
            d0, d1, d2, d3 = x0[i + 3], x1[i + 3], x2[i + 3], x3[i + 3]
            for t in range(count):
                p, q, r, s = z0[t], z1[t], z2[t], z3[t]
                a[t] = a[t] - a0 * p - a1 * q - a2 * r - a3 * s
                b[t] = b[t] - b0 * p - b1 * q - b2 * r - b3 * s
                c[t] = c[t] - c0 * p - c1 * q - c2 * r - c3 * s
                d[t] = d[t] - d0 * p - d1 * q - d2 * r - d3 * s
        i += 4


@core(void(BLOCK, BLOCK))
def diagonal_block_tangent(F, D):
    """D, a tangent of the matrix, becomes that of its factor F."""
    n = F.shape[0]
    for i in range(0, n, 4):
        w = min(4, n - i)
        U11, dU11 = block(F, i, i, w, w), block(D, i, i, w, w)
        corner_tangent(U11, dU11, w)
        right = n - i - 4
        if right > 0:
            U12, dU12 = block(F, i, i + 4, 4, right), block(D, i, i + 4, 4, right)
            triangle4(dU12, transposed(dU11), U12, True, False)
            solve4(transposed(U11), dU12, True, False)
            dA22 = block(D, i + 4, i + 4, right, right)
            rank4_upper(dA22, dU12, U12)
            rank4_upper(dA22, U12, dU12)
