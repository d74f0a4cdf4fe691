"""Triangles up to a base size: solves and products by plain loops, all real.

A right-hand side of one column is a contiguous vector: there the loops run along the rows of T.
"""

from nbrbf_kernels._jit import kernel, sum_kernel
from nbrbf_kernels.linalg.micro import rank4, solve4, triangle4
from nbrbf_kernels.linalg.views import at, block, row, transposed

# Columns of the right-hand side at a time: with 64 rows they stay in the nearest cache.
TILE = 64


@sum_kernel
def dot(x, y, n):
    """Sum of x_i y_i; reordered, or it would not vectorise."""
    s = 0.0
    for i in range(n):
        s += x[i] * y[i]
    return s


@kernel
def solve_vector(T, X, lower, trans, unit):
    """x = op(T)^-1 x for the row X: by products with the rows of T, or by multiples of them."""
    n = T.shape[0]
    x = row(X, 0, 0, n)
    for h in range(n):
        i = h if lower != trans else n - 1 - h
        first, count = (0, i) if lower else (i + 1, n - i - 1)
        r, y = row(T, i, first, count), row(X, 0, first, count)
        if not trans:
            x[i] -= dot(r, y, count)
        if not unit:
            x[i] /= at(T, i, i)
        if trans:
            xi = x[i]
            for t in range(count):
                y[t] -= xi * r[t]


@kernel
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


@kernel
def four_rows(n, h, forward):
    """The h-th four of n rows from the first, or from the last: (row, count, next row, left).

    Fewer than four come last.
    """
    w = min(4, n - 4 * h)
    left = n - 4 * h - w
    return (4 * h, w, 4 * h + w, left) if forward else (left, w, 0, left)


@kernel
def solve_block_real(T, B, lower, trans, unit):
    """B = op(T)^-1 B."""
    n, r = B.shape
    if r == 1:
        solve_vector(T, transposed(B), lower, trans, unit)
        return
    forward = lower != trans
    D = transposed(T) if trans else T
    for c in range(0, r, TILE):
        width = min(TILE, r - c)
        for h in range((n + 3) // 4):
            i, w, after, left = four_rows(n, h, forward)
            X = block(B, i, c, w, width)
            solve4(block(D, i, i, w, w), X, forward, unit)
            if left > 0:
                rank4(block(B, after, c, left, width), block(D, after, i, left, w), X)


@kernel
def triangle_block_real(C, T, X, lower, trans, unit):
    """C -= tri(op(T)) X."""
    n, r = X.shape
    if r == 1:
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
