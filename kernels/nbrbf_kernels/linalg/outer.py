"""C -= A B^T, in all of C or in a triangle: what adjoints subtract from the bar of a matrix.

Real, and on planes, C' -= A' B^T + A B'^T. C is stored by rows; so are A and B, or they are
contiguous columns.
"""

import numpy as np
from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.blas import gemm
from nbrbf_kernels.linalg.door import by_rows, store, stored_by_rows
from nbrbf_kernels.linalg.prefetch import prefetch
from nbrbf_kernels.linalg.triangle import is_contiguous
from nbrbf_kernels.linalg.triangle_copy import store_triangle
from nbrbf_kernels.linalg.views import BLOCK, PLANES, at, block, plane, row, strided, transposed

# Which part of C is written; the others are neither read nor written.
WHOLE, LOWER, STRICT_LOWER, UPPER, STRICT_UPPER = range(5)
# Rows of a block on the diagonal, whose product is formed whole.
BASE = 64
# From as many entries on, 2 MB, C is taken to be in memory; entries in a cache line; how far to
# look ahead; and in what spans.
FAR, LINE, AHEAD, SPAN = 2**18, 8, 1024, 128


@kernel(inline=True)
def columns_of(i, n, part):
    """The columns first to end of row i that belong to the part."""
    if part in (LOWER, STRICT_LOWER):
        return 0, i + (1 if part == LOWER else 0)
    if part in (UPPER, STRICT_UPPER):
        return i + (0 if part == UPPER else 1), n
    return 0, n


@kernel(inline=True)
def subtract_multiple(C, i, first, end, s, b):
    """C_ij -= s b_j in the columns first to end, for contiguous b.

    The processor by itself looks ahead no further than to the end of a page, half a row at
    n = 1000. Told more, it takes 0.7 to 0.9 of the time there, but 1.2 where C is in the cache.
    """
    far = C.size >= FAR
    while first < end:
        w = min(SPAN, end - first) if far else end - first
        c, x = row(C, i, first, w), row(b, 0, first, w)
        if far:
            for t in range(0, w, LINE):
                prefetch(c, t + AHEAD)
        for t in range(w):
            c[t] -= s * x[t]
        first += w


@core(void(BLOCK, BLOCK, BLOCK, int64))
def subtract_rank1(C, A, B, part):
    """C -= a b^T, for contiguous b."""
    m, n = C.shape
    b = transposed(B)
    for i in range(m):
        first, end = columns_of(i, n, part)
        subtract_multiple(C, i, first, end, at(A, i, 0), b)


@core(void(BLOCK, BLOCK, BLOCK, int64))
def subtract_by_blocks(C, A, B, part):
    """C -= A B^T in a triangle, by blocks of columns of a lower one, or of rows of an upper one."""
    n, r = A.shape
    W = strided(np.empty((min(BASE, n), min(BASE, n))))
    for start in range(0, n, BASE):
        w = min(BASE, n - start)
        end, rest = start + w, n - start - w
        A1, B1 = block(A, start, 0, w, r), block(B, start, 0, w, r)
        if rest > 0 and part in (LOWER, STRICT_LOWER):
            below = block(C, end, start, rest, w)
            gemm(-1.0, block(A, end, 0, rest, r), False, B1, True, 1.0, below)
        elif rest > 0:
            right = block(C, start, end, w, rest)
            gemm(-1.0, A1, False, block(B, end, 0, rest, r), True, 1.0, right)
        V = block(W, 0, 0, w, w)
        gemm(1.0, A1, False, B1, True, 0.0, V)
        for i in range(w):
            first, last = columns_of(i, w, part)
            c, v = row(C, start + i, start + first, last - first), row(V, i, first, last - first)
            for t in range(last - first):
                c[t] -= v[t]


@core(void(BLOCK, BLOCK, BLOCK, int64))
def subtract_part_real(C, A, B, part):
    m, n = C.shape
    if m == 0 or n == 0 or A.shape[1] == 0:
        return
    if is_contiguous(B):
        subtract_rank1(C, A, B, part)
    elif part == WHOLE:
        gemm(-1.0, A, False, B, True, 1.0, C)
    else:
        subtract_by_blocks(C, A, B, part)


@core(void(PLANES, PLANES, PLANES, int64))
def subtract_part_planes(C, A, B, part):
    subtract_part_real(C.value, A.value, B.value, part)
    for k in range(C.partials.shape[0]):
        dC = plane(C.partials, k)
        subtract_part_real(dC, plane(A.partials, k), B.value, part)
        subtract_part_real(dC, A.value, plane(B.partials, k), part)


# C -= A B^T in one of the parts above; a triangle of a square C.
subtract_part = choice(subtract_part_real, subtract_part_planes)


@core(void(BLOCK, BLOCK, BLOCK, BLOCK, BLOCK, boolean))
def subtract_rank1_pair(C, A, B, E, F, lower):
    """`subtract_outer_pair` for contiguous b and f: a row of C, which holds some of both, once."""
    n = C.shape[0]
    b, f = transposed(B), transposed(F)
    for i in range(n):
        w = i + (1 if lower else 0)
        subtract_multiple(C, i, 0, w, at(A, i, 0), b)
        subtract_multiple(C, i, w, n, at(E, i, 0), f)


@core(void(BLOCK, BLOCK, BLOCK, BLOCK, BLOCK, boolean))
def subtract_pair_real(C, A, B, E, F, lower):
    if is_contiguous(B) and is_contiguous(F):
        subtract_rank1_pair(C, A, B, E, F, lower)
    else:
        subtract_part_real(C, A, B, LOWER if lower else STRICT_LOWER)
        subtract_part_real(C, E, F, STRICT_UPPER if lower else UPPER)


@core(void(PLANES, PLANES, PLANES, PLANES, PLANES, boolean))
def subtract_pair_planes(C, A, B, E, F, lower):
    subtract_pair_real(C.value, A.value, B.value, E.value, F.value, lower)
    for k in range(C.partials.shape[0]):
        dC, dA, dB = plane(C.partials, k), plane(A.partials, k), plane(B.partials, k)
        dE, dF = plane(E.partials, k), plane(F.partials, k)
        subtract_pair_real(dC, dA, B.value, dE, F.value, lower)
        subtract_pair_real(dC, A.value, dB, E.value, dF, lower)


# C -= tril(A B^T) + triu(E F^T), the diagonal once: with the first if `lower`, else the second.
subtract_outer_pair = choice(subtract_pair_real, subtract_pair_planes)


@core(void(BLOCK, BLOCK, BLOCK), void(PLANES, PLANES, PLANES))
def subtract_outer_any(C, A, B):
    """C -= A B^T for any layout of C."""
    R, flipped = stored_by_rows(C)
    if flipped:
        subtract_part(R, B, A, WHOLE)
        return
    subtract_part(R, A, B, WHOLE)
    if not by_rows(C):
        store(R, C)


@kernel(inline=True)
def subtract_outer(C, A, B):
    """C -= A B^T."""
    subtract_part(C, A, B, WHOLE)


@kernel(inline=True)
def subtract_outer_triangle(C, A, B, lower, unit):
    """C -= A B^T in the lower or upper triangle of C; the strict one if `unit`."""
    subtract_part(C, A, B, (LOWER if lower else UPPER) + (1 if unit else 0))


@core(
    void(BLOCK, BLOCK, BLOCK, boolean, boolean),
    void(PLANES, PLANES, PLANES, boolean, boolean),
)
def subtract_outer_triangle_any(C, A, B, lower, unit):
    """`subtract_outer_triangle` for any layout of C."""
    R, flipped = stored_by_rows(C)
    if flipped:
        subtract_outer_triangle(R, B, A, not lower, unit)
        return
    subtract_outer_triangle(R, A, B, lower, unit)
    if not by_rows(C):
        store_triangle(R, C, lower)
