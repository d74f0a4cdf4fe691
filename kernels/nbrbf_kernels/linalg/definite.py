"""Cholesky of one block on the diagonal, U stored by rows, by strips of four rows; all real.

A strip is U1 = | U11 U12 |, U11 of four rows:

    U11^T U11 = A11;  U12 = U11^-T A12;  A22 -= U12^T U12
"""

import math

from numba.core.types import int64

from nbrbf_kernels._core import core
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.micro import SAFE_MINIMUM
from nbrbf_kernels.linalg.small import buffer, solve_from, subtract_from, whole
from nbrbf_kernels.linalg.vectors import VECTOR, load_part, store_part, transpose
from nbrbf_kernels.linalg.views import BLOCK, at, block, matrix, put, row, transposed

# Rows that are factored where they are.
FEW = 20


@kernel
def corner(A, first):
    """U of the rows and columns from `first` on, the diagonal divided by; returns info."""
    n = A.shape[0]
    for k in range(first, n):
        pivot = at(A, k, k)
        if not pivot > 0.0:  # NaN too, as LAPACK
            return k + 1
        pivot = math.sqrt(pivot)
        put(A, k, k, (pivot,))
        for j in range(k + 1, n):
            put(A, k, j, (at(A, k, j) / pivot,))
        for i in range(k + 1, n):
            for j in range(i, n):
                put(A, i, j, (at(A, i, j) - at(A, k, i) * at(A, k, j),))
    return 0


@kernel(inline=True)
def corner4(A, i):
    """U of the four rows and columns from i on: (info, reciprocals of its diagonal).

    A row is subtracted times itself over the pivot, so no root is waited for before the last.
    """
    j, k, m = i + 1, i + 2, i + 3
    # In registers: what is stored in one row might be in another, as far as LLVM knows.
    a0, a1, a2, a3 = at(A, i, i), at(A, i, j), at(A, i, k), at(A, i, m)
    b1, b2, b3 = at(A, j, j), at(A, j, k), at(A, j, m)
    c2, c3, d3 = at(A, k, k), at(A, k, m), at(A, m, m)
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
        return careful_corner4(block(A, i, i, 4, 4))
    a0, b1, c2, d3 = math.sqrt(a0), math.sqrt(b1), math.sqrt(c2), math.sqrt(d3)
    p, q, r = p * a0, q * b1, r * c2
    put(A, i, i, (a0, a1 * p, a2 * p, a3 * p))
    put(A, j, j, (b1, b2 * q, b3 * q))
    put(A, k, k, (c2, c3 * r))
    put(A, m, m, (d3,))
    return 0, (p, q, r, 1.0 / d3)


@kernel
def careful_corner4(A):
    """`corner4` of any four rows: 1 over a pivot may be infinite."""
    info = corner(A, 0)
    if info > 0:
        return info, (0.0, 0.0, 0.0, 0.0)
    return 0, (1.0 / at(A, 0, 0), 1.0 / at(A, 1, 1), 1.0 / at(A, 2, 2), 1.0 / at(A, 3, 3))


@kernel(inline=True)
def columns4(W, i, k):
    """The factors of `subtract_from` for four rows of W from row i: their columns from k on."""
    a, b, c, d = row(W, i, k, 4), row(W, i + 1, k, 4), row(W, i + 2, k, 4), row(W, i + 3, k, 4)
    return (
        a[0], b[0], c[0], d[0], a[1], b[1], c[1], d[1],
        a[2], b[2], c[2], d[2], a[3], b[3], c[3], d[3],
    )  # fmt: skip


@kernel(inline=True)
def places4(i, width):
    """Where four rows begin, from row i on."""
    p = i * width
    return p, p + width, p + 2 * width, p + 3 * width


@kernel
def upper_strips(x, n):
    """U of the n rows of x, which are whole vectors, four rows at a time; returns info.

    What stands left of the diagonal comes into nothing else. Rows up to a multiple of four are
    those of the matrix I, so all strips are alike; of a last row alone there is but a root.
    """
    width = whole(n)
    W = matrix(x, n, width)
    for i in range(n, (n + 3) & -4):
        row(W, i, i, 1)[0] = 1.0
    alone = n & 3 == 1
    for i in range(0, n - alone, 4):
        a, b, c = row(W, i, i, 4), row(W, i + 1, i, 4), row(W, i + 2, i, 4)
        info, scales = corner4(W, i)
        if info > 0:
            return i + info
        places = places4(i, width)
        below = (a[1], a[2], b[2], a[3], b[3], c[3])
        solve_from(x, i + 4, width, places, below, scales)
        for k in range(i + 4, n, 4):
            subtract_from(x, k, width, places4(k, width), places, columns4(W, i, k))
    return corner(W, n - 1) if alone else 0


@kernel(inline=True)
def few_rows(A):
    """U of A, of any strides, four rows at a time, number by number; returns info.

    To go through the buffer takes few rows longer than what is done there.
    """
    n = A.shape[0]
    for k in range(0, n - 3, 4):
        info, (p, q, r, s) = corner4(A, k)
        if info > 0:
            return k + info
        t, u, v = at(A, k, k + 1), at(A, k, k + 2), at(A, k, k + 3)
        w, y, z = at(A, k + 1, k + 2), at(A, k + 1, k + 3), at(A, k + 2, k + 3)
        for j in range(k + 4, n):
            a = at(A, k, j) * p
            b = (at(A, k + 1, j) - t * a) * q
            c = (at(A, k + 2, j) - u * a - w * b) * r
            d = (at(A, k + 3, j) - v * a - y * b - z * c) * s
            put(transposed(A), j, k, (a, b, c, d))
            for i in range(k + 4, j):
                total = at(A, i, j) - at(A, k, i) * a - at(A, k + 1, i) * b
                put(A, i, j, (total - at(A, k + 2, i) * c - at(A, k + 3, i) * d,))
            put(A, j, j, (at(A, j, j) - a * a - b * b - c * c - d * d,))
    return corner(A, n & -4)


@kernel(inline=True)
def transpose_triangle(x, start, width, to_upper):
    """What is below the diagonal of a buffer goes above it, or back, 8 x 8 numbers at a time."""
    for i in range(0, width, VECTOR):
        for t in range(0, i + VECTOR, VECTOR):
            below, above = start + i * width + t, start + t * width + i
            if to_upper:
                transpose(x, below, width, x, above, width)
            else:
                transpose(x, above, width, x, below, width)


@kernel(inline=True)
def to_buffer(A, lower, x, start):
    """The upper triangle of A, or the lower one transposed, goes to x from `start` on.

    Its rows are whole vectors there; those that follow, up to a multiple of four, are zeros.
    """
    n = A.shape[0]
    width = whole(n)
    if lower:
        for i in range(width):
            for t in range(0, (i & -VECTOR) + VECTOR, VECTOR):
                count = i + 1 - t if i < n else 0
                load_part(x, start + i * width + t, row(A, i, 0, n), t, 0, count)
        transpose_triangle(x, start, width, True)
    else:
        for i in range((n + 3) & -4):
            for t in range(i & -VECTOR, width, VECTOR):
                count = n - t if i < n else 0
                load_part(x, start + i * width + t, row(A, i, 0, n), t, i - t, count)


@kernel(inline=True)
def from_buffer(A, lower, x, start):
    """Undo `to_buffer`."""
    n = A.shape[0]
    width = whole(n)
    if lower:
        transpose_triangle(x, start, width, False)
    for i in range(n):
        first, end = (0, i + 1) if lower else (i & -VECTOR, width)
        for t in range(first, end, VECTOR):
            above, count = (0, i + 1 - t) if lower else (i - t, n - t)
            store_part(row(A, i, 0, n), t, x, start + i * width + t, above, count)


@kernel(inline=True)
def factor_small(A, lower):
    """U of A, or L, which is U^T; returns info."""
    n = A.shape[0]
    if n <= FEW:
        return few_rows(transposed(A) if lower else A)
    x = buffer()
    to_buffer(A, lower, x, 0)
    info = upper_strips(x, n)
    from_buffer(A, lower, x, 0)
    return info


@core(int64(BLOCK))
def diagonal_block(A):
    """U of A, of up to 64 rows; returns info."""
    prefer_wide_vectors()
    return factor_small(A, False)


@core(int64(BLOCK))
def diagonal_block_lower(A):
    """L of A, of up to 64 rows; returns info."""
    prefer_wide_vectors()
    return factor_small(A, True)
