"""Triangles up to a base size: solves and products by plain loops, all real.

Where the right-hand side is one contiguous column, the loops run along the rows of T.
"""

import numpy as np
from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._hints import vectorise
from nbrbf_kernels._jit import kernel, sum_kernel
from nbrbf_kernels.linalg.micro import rank4, safe_pivots, solve4, triangle4
from nbrbf_kernels.linalg.views import (
    BLOCK,
    add_products,
    at,
    block,
    copy_rows,
    row,
    strided,
    subtract_products,
    transposed,
)

# Columns of the right-hand side at a time: with 64 rows they stay in the nearest cache.
TILE = 64

ZEROS = (0.0,) * 16


@sum_kernel
def dot(x, y, n):
    """Sum of x_i y_i; reordered, or it would not vectorise."""
    s = 0.0
    for i in range(n):
        s += x[i] * y[i]
    return s


@kernel(inline=True)
def four_rows(n, h, forward):
    """The h-th four of n rows from the first, or from the last: (row, count, next row, left).

    Fewer than four come last.
    """
    w = min(4, n - 4 * h)
    left = n - 4 * h - w
    return (4 * h, w, 4 * h + w, left) if forward else (left, w, 0, left)


@sum_kernel
def dot4(T, i, first, x, n):
    """Four rows of T, from row i and column `first`, times x: x is read once, not four times."""
    a, b = row(T, i, first, n), row(T, i + 1, first, n)
    c, d = row(T, i + 2, first, n), row(T, i + 3, first, n)
    p = q = r = s = 0.0
    for t in range(n):
        p += a[t] * x[t]
        q += b[t] * x[t]
        r += c[t] * x[t]
        s += d[t] * x[t]
    return p, q, r, s


@sum_kernel
def dot16(T, i, x, n):
    """As `dot4`, sixteen rows from row i: with so many streams the processor waits for none."""
    totals = ZEROS
    for t in range(n):
        totals = add_products(totals, T, i, t, x[t])
    return totals


@core(void(BLOCK, BLOCK, BLOCK))
def subtract_rows_product(C, A, X):
    """c -= A x for contiguous columns C and X."""
    m, n = A.shape
    c, x = row(transposed(C), 0, 0, m), row(transposed(X), 0, 0, n)
    whole = m & -16
    for i in range(0, whole, 16):
        for k, each in enumerate(dot16(A, i, x, n)):
            c[i + k] -= each
    for i in range(whole, m):
        c[i] -= dot(row(A, i, 0, n), x, n)


@kernel
def subtract_sixteen(y, T, i, x):
    """y -= x_0 r_0 + ... + x_15 r_15, with r the sixteen rows of T from row i."""
    factors = (
        x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7],
        x[8], x[9], x[10], x[11], x[12], x[13], x[14], x[15],
    )  # fmt: skip
    for t in range(len(y)):
        y[t] = subtract_products(y[t], T, i, t, factors)
        vectorise()


@core(void(BLOCK, BLOCK, BLOCK))
def subtract_columns_product(C, A, X):
    """c -= A^T x for contiguous columns C and X."""
    m, n = A.shape
    c, x = row(transposed(C), 0, 0, n), transposed(X)
    whole = m & -16
    for i in range(0, whole, 16):
        subtract_sixteen(c, A, i, row(x, 0, i, 16))
    for i in range(whole, m):
        a, x_i = row(A, i, 0, n), X[i, 0]
        for t in range(n):
            c[t] -= x_i * a[t]


@kernel
def subtract_rows(y, x, T, i, first, n):
    """y -= x_0 r_0 + ... + x_3 r_3, with r the four rows of T from row i and column `first`."""
    a, b = row(T, i, first, n), row(T, i + 1, first, n)
    c, d = row(T, i + 2, first, n), row(T, i + 3, first, n)
    p, q, r, s = x[0], x[1], x[2], x[3]
    for t in range(n):
        y[t] = y[t] - p * a[t] - q * b[t] - r * c[t] - s * d[t]


@kernel
def solve_in_turn(D, x, i, w, forward, unit):
    """The unknowns i to i + w of D x = b, once the others are eliminated from their equations."""
    for h in range(w):
        k = i + (h if forward else w - 1 - h)
        s = x[k]
        for g in range(h):
            j = i + (g if forward else w - 1 - g)
            s -= at(D, k, j) * x[j]
        x[k] = s if unit else s / at(D, k, k)


@kernel(inline=True)
def solve_vector4(D, x, i, forward, unit):
    """As `solve_in_turn`, for four unknowns whose pivots have finite reciprocals."""
    p, q, r, s = (i, i + 1, i + 2, i + 3) if forward else (i + 3, i + 2, i + 1, i)
    pp = qq = rr = ss = 1.0
    if not unit:
        # Reciprocals are ready before the unknowns are; quotients would wait in a row.
        pp, qq = 1.0 / at(D, p, p), 1.0 / at(D, q, q)
        rr, ss = 1.0 / at(D, r, r), 1.0 / at(D, s, s)
    xp = x[p] * pp
    xq = (x[q] - at(D, q, p) * xp) * qq
    xr = (x[r] - at(D, r, p) * xp - at(D, r, q) * xq) * rr
    xs = (x[s] - at(D, s, p) * xp - at(D, s, q) * xq - at(D, s, r) * xr) * ss
    x[p], x[q], x[r], x[s] = xp, xq, xr, xs


@kernel
def solve_vector(T, X, lower, trans, unit):
    """x = op(T)^-1 x for the row X: by products with the rows of T, or by multiples of them."""
    n = T.shape[0]
    x = row(X, 0, 0, n)
    forward = lower != trans
    D = transposed(T) if trans else T
    for h in range((n + 3) // 4):
        i, w, after, left = four_rows(n, h, forward)
        if not trans:
            first, count = (0, i) if forward else (i + w, n - i - w)
            y = row(X, 0, first, count)
            if w == 4:
                p, q, r, s = dot4(T, i, first, y, count)
                z = row(X, 0, i, 4)
                z[0], z[1], z[2], z[3] = z[0] - p, z[1] - q, z[2] - r, z[3] - s
            else:
                for k in range(i, i + w):
                    x[k] -= dot(row(T, k, first, count), y, count)
        if w == 4 and (unit or safe_pivots(block(D, i, i, 4, 4))):
            solve_vector4(D, x, i, forward, unit)
        else:
            solve_in_turn(D, x, i, w, forward, unit)
        if trans and left > 0:
            subtract_rows(row(X, 0, after, left), row(X, 0, i, 4), T, i, after, left)


@core(void(BLOCK, BLOCK, BLOCK, boolean, boolean, boolean))
def triangle_vector(C, T, X, lower, trans, unit):
    """c -= tri(op(T)) x for the rows C and X."""
    n = T.shape[0]
    c, x = row(C, 0, 0, n), row(X, 0, 0, n)
    for i in range(n):
        count = (i if lower else n - 1 - i) + (0 if unit else 1)
        first = 0 if lower else n - count
        r = row(T, i, first, count)
        if trans:
            y, xi = row(C, 0, first, count), x[i]
            for t in range(count):
                y[t] -= xi * r[t]
        else:
            c[i] -= dot(r, row(X, 0, first, count), count)


@kernel(inline=True)
def rows_collide(A):
    """Whether the rows of A share few places in the nearest cache.

    Rows a multiple of 2048 bytes apart, as those of 256 or 1024 numbers, have one or two of its
    64 sets for each column.
    """
    return A.strides[0] % 2048 == 0


@kernel(inline=True)
def is_contiguous(B):
    """Whether B is one contiguous column; one of a wider matrix is not."""
    return B.shape[1] == 1 and (B.shape[0] == 1 or B.strides[0] == 8)


@kernel
def solve_tile(D, B, forward, unit):
    """B = D^-1 B, four rows at a time from the first or from the last."""
    n, width = B.shape
    for h in range((n + 3) // 4):
        i, w, after, left = four_rows(n, h, forward)
        X = block(B, i, 0, w, width)
        solve4(block(D, i, i, w, w), X, forward, unit)
        if left > 0:
            rank4(block(B, after, 0, left, width), block(D, after, i, left, w), X)


@core(void(BLOCK, BLOCK, boolean, boolean, boolean))
def solve_block_real(T, B, lower, trans, unit):
    """B = op(T)^-1 B."""
    n, r = B.shape
    if is_contiguous(B):
        solve_vector(T, transposed(B), lower, trans, unit)
        return
    D = transposed(T) if trans else T
    apart = n > 8 and rows_collide(B)
    W = strided(np.empty((n, TILE))) if apart else B
    for c in range(0, r, TILE):
        width = min(TILE, r - c)
        X = block(W, 0, 0 if apart else c, n, width)
        if apart:
            copy_rows(block(B, 0, c, n, width), X)
        solve_tile(D, X, lower != trans, unit)
        if apart:
            copy_rows(X, block(B, 0, c, n, width))


@core(void(BLOCK, BLOCK, BLOCK, boolean, boolean, boolean))
def triangle_block_real(C, T, X, lower, trans, unit):
    """C -= tri(op(T)) X."""
    n, r = X.shape
    if is_contiguous(C) and is_contiguous(X):
        triangle_vector(transposed(C), T, transposed(X), lower, trans, unit)
        return
    forward = lower != trans
    D = transposed(T) if trans else T
    for c in range(0, r, TILE):
        width = min(TILE, r - c)
        for h in range((n + 3) // 4):
            i, w, after, left = four_rows(n, h, forward)
            Y = block(X, i, c, w, width)
            triangle4(block(C, i, c, w, width), block(D, i, i, w, w), Y, forward, unit)
            if left > 0:
                rank4(block(C, after, c, left, width), block(D, after, i, left, w), Y)
