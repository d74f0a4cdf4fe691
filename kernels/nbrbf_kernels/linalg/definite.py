"""Cholesky of one block on the diagonal, U stored by rows, by strips of four rows; all real.

A strip is U1 = | U11 U12 |, U11 of four rows:

    U11^T U11 = A11;  U12 = U11^-T A12;  A22 -= U12^T U12

and its tangent

    u'_kk = a'_kk / (2 u_kk);  u'_kj = (a'_kj - u'_kk u_kj) / u_kk
    a'_ij -= u'_ki u_kj + u_ki u'_kj
    U12' = U11^-T (A12' - U11'^T U12);  A22' -= U12'^T U12 + U12^T U12'

of which nothing below the diagonal is read or written. The adjoint, with Z = A_bar + A_bar^T, is

    <A_bar, A'> = 1/2 <Z, U'^T U + U^T U'> = <U Z, U'>,  so  U_bar = triu(U Z)

solved for the symmetric Z from its last row to its first (Murray 2016, arXiv:1602.07527):

    Z12 = U11^-1 (U12_bar - U12 Z22);  triu(U11 Z11) = U11_bar - triu(U12 Z12^T)
    z_kj = (u_bar_kj - sum_i u_ki z_ij) / u_kk         i > k, and j = k after all j > k
"""

import math

from numba.core.types import int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.micro import SAFE_MINIMUM, rank4, solve4, triangle4
from nbrbf_kernels.linalg.small import buffer, solve_from, subtract_from, whole
from nbrbf_kernels.linalg.triangle import dot4
from nbrbf_kernels.linalg.vectors import VECTOR, load_part, store_part, transpose
from nbrbf_kernels.linalg.views import BLOCK, at, block, matrix, row, transposed


@kernel
def corner(A, w):
    """U of the w rows or fewer of A; returns info."""
    for k in range(w):
        a = row(A, k, 0, w)
        pivot = a[k]
        if not pivot > 0.0:  # NaN too, as LAPACK
            return k + 1
        pivot = math.sqrt(pivot)
        a[k] = pivot
        for j in range(k + 1, w):
            a[j] /= pivot
        for i in range(k + 1, w):
            b = row(A, i, 0, w)
            for j in range(i, w):
                b[j] -= a[i] * a[j]
    return 0


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


@kernel
def corner4(W, i):
    """U of the four rows and columns from i on: (info, reciprocals of its diagonal).

    A row is subtracted times itself over the pivot, so no root is waited for before the last.
    """
    a, b, c, d = row(W, i, i, 4), row(W, i + 1, i, 4), row(W, i + 2, i, 4), row(W, i + 3, i, 4)
    # In registers: what is stored in one row might be in another, as far as LLVM knows.
    a0, a1, a2, a3, b1, b2, b3 = a[0], a[1], a[2], a[3], b[1], b[2], b[3]
    c2, c3, d3 = c[2], c[3], d[3]
    p = 1.0 / a0
    t, u, v = a1 * p, a2 * p, a3 * p
    b1, b2, b3 = b1 - a1 * t, b2 - a1 * u, b3 - a1 * v
    c2, c3, d3 = c2 - a2 * u, c3 - a2 * v, d3 - a3 * v
    q = 1.0 / b1
    u, v = b2 * q, b3 * q
    c2, c3, d3 = c2 - b2 * u, c3 - b2 * v, d3 - b3 * v
    r = 1.0 / c2
    d3 -= c3 * (c3 * r)
    if not (a0 >= SAFE_MINIMUM and b1 >= SAFE_MINIMUM and c2 >= SAFE_MINIMUM and d3 > 0.0):
        return careful_corner4(block(W, i, i, 4, 4))
    a0, b1, c2, d3 = math.sqrt(a0), math.sqrt(b1), math.sqrt(c2), math.sqrt(d3)
    p, q, r = p * a0, q * b1, r * c2
    a[0], a[1], a[2], a[3] = a0, a1 * p, a2 * p, a3 * p
    b[1], b[2], b[3] = b1, b2 * q, b3 * q
    c[2], c[3], d[3] = c2, c3 * r, d3
    return 0, (p, q, r, 1.0 / d3)


@kernel
def careful_corner4(A):
    """`corner4` of any four rows: 1 over a pivot may be infinite."""
    info = corner(A, 4)
    if info > 0:
        return info, (0.0, 0.0, 0.0, 0.0)
    return 0, (1.0 / at(A, 0, 0), 1.0 / at(A, 1, 1), 1.0 / at(A, 2, 2), 1.0 / at(A, 3, 3))


@kernel
def upper_strips(W, x):
    """U of W, whose rows are whole vectors, four rows at a time; x is all of W. Returns info.

    What stands left of the diagonal comes into nothing else. Rows up to a multiple of four are
    those of the matrix I, so all strips are alike; of a last row alone there is but a root.
    """
    n, width = W.shape
    for i in range(n, (n + 3) & -4):
        row(W, i, i, 1)[0] = 1.0
    alone = n & 3 == 1
    for i in range(0, n - alone, 4):
        a, b, c = row(W, i, i, 4), row(W, i + 1, i, 4), row(W, i + 2, i, 4)
        info, scales = corner4(W, i)
        if info > 0:
            return i + info
        p = i * width
        places = (p, p + width, p + 2 * width, p + 3 * width)
        below = (a[1], a[2], b[2], a[3], b[3], c[3])
        solve_from(x, i + 4, width, places, below, scales)
        for k in range(i + 4, n, 4):
            e, f = row(W, i, k, 4), row(W, i + 1, k, 4)
            g, h = row(W, i + 2, k, 4), row(W, i + 3, k, 4)
            first = k * width
            targets = (first, first + width, first + 2 * width, first + 3 * width)
            factors = (
                e[0], f[0], g[0], h[0], e[1], f[1], g[1], h[1],
                e[2], f[2], g[2], h[2], e[3], f[3], g[3], h[3],
            )  # fmt: skip
            subtract_from(x, k, width, targets, places, factors)
    info = corner(block(W, n - 1, n - 1, 1, 1), 1) if alone else 0
    return n if info > 0 else 0


@kernel(inline=True)
def one_strip(A):
    """U of four rows or fewer; returns info."""
    if A.shape[0] < 4:
        return corner(A, A.shape[0])
    return corner4(A, 0)[0]


@core(int64(BLOCK))
def diagonal_block(A):
    """U of A, of up to 64 rows; returns info."""
    prefer_wide_vectors()
    n = A.shape[0]
    if n <= 4:
        return one_strip(A)
    width = whole(n)
    x = buffer()
    for i in range((n + 3) & -4):
        for t in range(i & -VECTOR, width, VECTOR):
            load_part(x, i * width + t, row(A, i, 0, n), t, i - t, n - t if i < n else 0)
    info = upper_strips(matrix(x, n, width), x)
    for i in range(n):
        for t in range(i & -VECTOR, width, VECTOR):
            store_part(row(A, i, 0, n), t, x, i * width + t, i - t, n - t)
    return info


@kernel(inline=True)
def transpose_triangle(x, width, to_upper):
    """What is below the diagonal of a buffer goes above it, or back, 8 x 8 numbers at a time."""
    for i in range(0, width, VECTOR):
        for t in range(0, i + VECTOR, VECTOR):
            below, above = i * width + t, t * width + i
            if to_upper:
                transpose(x, below, width, x, above, width)
            else:
                transpose(x, above, width, x, below, width)


@core(int64(BLOCK))
def diagonal_block_lower(A):
    """L of A, of up to 64 rows, which is U^T; returns info."""
    prefer_wide_vectors()
    n = A.shape[0]
    x = buffer()
    if n <= 4:
        W = matrix(x, n, 4)
        for i in range(n):
            for j in range(i + 1):
                row(W, j, i, 1)[0] = at(A, i, j)
        info = one_strip(W)
        for i in range(n):
            for j in range(i + 1):
                row(A, i, j, 1)[0] = at(W, j, i)
        return info
    width = whole(n)
    for i in range(width):
        for t in range(0, (i & -VECTOR) + VECTOR, VECTOR):
            load_part(x, i * width + t, row(A, i, 0, n), t, 0, i + 1 - t if i < n else 0)
    transpose_triangle(x, width, True)
    info = upper_strips(matrix(x, n, width), x)
    transpose_triangle(x, width, False)
    for i in range(n):
        for t in range(0, i + 1, VECTOR):
            store_part(row(A, i, 0, n), t, x, i * width + t, 0, i + 1 - t)
    return info


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


@kernel
def corner_vjp(F, Z, w):
    """Z of the w rows or fewer of F, from U_bar in its upper triangle."""
    for h in range(w):
        k = w - 1 - h
        u, z = row(F, k, 0, w), row(Z, k, 0, w)
        for i in range(k + 1, w):
            y = row(Z, i, 0, w)
            for j in range(k + 1, w):
                z[j] -= u[i] * y[j]
        for j in range(k + 1, w):
            z[j] /= u[k]
            z[k] -= u[j] * z[j]
            row(Z, j, k, 1)[0] = z[j]
        z[k] /= u[k]


@kernel
def strip_vjp(U11, U12, Z11, Z12, Z22):
    """Z12 for a strip of four rows, and in Z11 what is left of U11_bar."""
    n = Z22.shape[0]
    whole = n - n % 4
    for i in range(0, whole, 4):
        rank4(Z12, block(U12, 0, i, 4, 4), block(Z22, i, 0, 4, n))
    for k in range(4):
        z = row(Z12, k, 0, n)
        for i in range(whole, n):
            u, y = at(U12, k, i), row(Z22, i, 0, n)
            for j in range(n):
                z[j] -= u * y[j]
    solve4(U11, Z12, False, False)
    for j in range(4):
        p, q, r, s = dot4(U12, 0, 0, row(Z12, j, 0, n), n)
        a, b, c, d = row(Z11, 0, j, 1), row(Z11, 1, j, 1), row(Z11, 2, j, 1), row(Z11, 3, j, 1)
        a[0], b[0], c[0], d[0] = a[0] - p, b[0] - q, c[0] - r, d[0] - s


@core(void(BLOCK, BLOCK))
def diagonal_block_vjp(F, Z):
    """Z, which holds U_bar in its upper triangle, becomes A_bar + A_bar^T, for the factor F."""
    n = F.shape[0]
    for h in range((n + 3) // 4):
        i = 4 * ((n - 1) // 4 - h)
        w = min(4, n - i)
        end, right = i + w, n - i - w
        U11, Z11 = block(F, i, i, w, w), block(Z, i, i, w, w)
        if right > 0:
            U12, Z12 = block(F, i, end, 4, right), block(Z, i, end, 4, right)
            strip_vjp(U11, U12, Z11, Z12, block(Z, end, end, right, right))
            for j in range(right):
                z = row(Z, end + j, i, 4)
                z[0], z[1], z[2], z[3] = at(Z12, 0, j), at(Z12, 1, j), at(Z12, 2, j), at(Z12, 3, j)
        corner_vjp(U11, Z11, w)
