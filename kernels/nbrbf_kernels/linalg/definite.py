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
from nbrbf_kernels.linalg.views import BLOCK, at, block, matrix, row


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
        places = places4(i, width)
        below = (a[1], a[2], b[2], a[3], b[3], c[3])
        solve_from(x, i + 4, width, places, below, scales)
        for k in range(i + 4, n, 4):
            subtract_from(x, k, width, places4(k, width), places, columns4(W, i, k))
    info = corner(block(W, n - 1, n - 1, 1, 1), 1) if alone else 0
    return n if info > 0 else 0


@kernel(inline=True)
def one_strip(A):
    """U of four rows or fewer; returns info."""
    if A.shape[0] < 4:
        return corner(A, A.shape[0])
    return corner4(A, 0)[0]


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


@core(int64(BLOCK))
def diagonal_block(A):
    """U of A, of up to 64 rows; returns info."""
    prefer_wide_vectors()
    if A.shape[0] <= 4:
        return one_strip(A)
    x = buffer()
    to_buffer(A, False, x, 0)
    info = upper_strips(matrix(x, A.shape[0], whole(A.shape[0])), x)
    from_buffer(A, False, x, 0)
    return info


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
    to_buffer(A, True, x, 0)
    info = upper_strips(matrix(x, n, whole(n)), x)
    from_buffer(A, True, x, 0)
    return info
