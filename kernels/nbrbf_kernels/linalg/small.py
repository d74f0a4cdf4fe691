"""LU of a panel of up to 64 rows, in a buffer whose rows are whole vectors.

So no loop beside the strip has a remainder, which would take as long as the rest of it. Every
entry goes through the same operations as in `panel_real`, and comes out the same.
"""

from numba.core.types import int64

from nbrbf_kernels._core import core
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel
from nbrbf_kernels._stack import stack_vector
from nbrbf_kernels.linalg.strip import strip
from nbrbf_kernels.linalg.vectors import (
    VECTOR,
    load_part,
    solve_half,
    solve_whole,
    store_part,
    subtract_half,
    subtract_whole,
)
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, matrix, row

# Rows and columns, at most.
LARGEST = 64

buffer = stack_vector(LARGEST * LARGEST)


@kernel(inline=True)
def whole(n):
    """`n`, from 1 to 64, rounded up to whole vectors."""
    return ((n - 1) & (LARGEST - VECTOR)) + VECTOR


@kernel(inline=True)
def subtract_from(x, first, width, targets, sources, factors):
    """`subtract_half` and `subtract_whole` from column `first` on, a multiple of 4, to the last.

    No vector overlaps what was written in other pieces just before: its load would wait.
    """
    if first & 4:
        subtract_half(x, first, targets, sources, factors)
    for t in range(first + (first & 4), width, VECTOR):
        subtract_whole(x, t, targets, sources, factors)


@kernel(inline=True)
def solve_from(x, first, width, places, below, scales):
    """`solve_half` and `solve_whole`, likewise."""
    if first & 4:
        solve_half(x, first, places, below, scales)
    for t in range(first + (first & 4), width, VECTOR):
        solve_whole(x, t, places, below, scales)


@kernel(inline=True)
def eliminate_strip(W, x, j):
    """U12 = L11^-1 A12, A22 -= L21 U12 for the strip of the columns j to j + 4; x is all of W."""
    m, width = W.shape
    p = j * width
    q, r, s = p + width, p + 2 * width, p + 3 * width
    a, b, c = row(W, j + 1, j, 4), row(W, j + 2, j, 4), row(W, j + 3, j, 4)
    L11, ones = (a[0], b[0], b[1], c[0], c[1], c[2]), (1.0, 1.0, 1.0, 1.0)
    solve_from(x, j + 4, width, (p, q, r, s), L11, ones)
    # Up to three rows more than there are: zeros.
    for i in range(j + 4, m, 4):
        a, b = row(W, i, j, 4), row(W, i + 1, j, 4)
        c, d = row(W, i + 2, j, 4), row(W, i + 3, j, 4)
        first = i * width
        targets = (first, first + width, first + 2 * width, first + 3 * width)
        factors = (
            a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3],
            c[0], c[1], c[2], c[3], d[0], d[1], d[2], d[3],
        )  # fmt: skip
        subtract_from(x, j + 4, width, targets, (p, q, r, s), factors)


@core(int64(BLOCK, PIVOTS, int64))
def small_panel(A, ipiv, offset):
    """`panel_real` for up to 64 rows."""
    prefer_wide_vectors()
    m, n = A.shape
    width = whole(n)
    x = buffer()
    W = matrix(x, m, width)
    for i in range(m):
        for t in range(0, width, VECTOR):
            load_part(x, i * width + t, row(A, i, 0, n), t, 0, n - t)
    # What was left there may be subnormal numbers, as addresses are, with which Intel's processors
    # are slow: 33 rows take twice as long.
    for t in range(m * width, ((m + 3) & ~3) * width):
        x[t] = 0.0
    info = 0
    for j in range(0, n, 4):
        first = strip(W, j, min(4, n - j), ipiv, offset)
        if info == 0:
            info = first
        if n - j > 4:
            eliminate_strip(W, x, j)
    for i in range(m):
        for t in range(0, width, VECTOR):
            store_part(row(A, i, 0, n), t, x, i * width + t, 0, n - t)
    return info
