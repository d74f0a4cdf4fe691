"""Triangular systems: real and dual.

By blocks of rows, in order of elimination,

    X_i = op(T)_ii^-1 (B_i - sum_j op(T)_ij X_j)        j before i

For few right-hand sides the sum is taken row by row of T: when X_i is due if op(T) = T, else as
soon as X_i is known, for all that come after. For many it is taken by halves, see `halves`. In
tangents the block operations make of it X' = op(T)^-1 (B' - op(T') X), of which no whole product
is ever formed.
"""

from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.planes import PlanesType
from nbrbf_kernels.dual.types import DualType
from nbrbf_kernels.linalg.blocks import solve_block, subtract_product
from nbrbf_kernels.linalg.door import (
    by_columns,
    duplicate,
    size,
    store,
    stored_by_rows,
)
from nbrbf_kernels.linalg.halves import halves
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, plane, transposed

# Rows of a block; for a vector, up to so many are one block. From how many right-hand sides on
# products of large blocks are worth more than reading T in order.
BASE, VECTOR_BASE, MANY = 64, 256, 64
# Rows of T or, of its transpose, above which up to so many right-hand sides are stored by columns
# for their products with T: 1.15 to 1.4 times as fast, beside 1.05 that two copies take.
LARGE, LARGE_TRANSPOSED, NARROW = 1536, 512, 200


FLAGS = (boolean, boolean, boolean)


@kernel
def eliminate(T, B, lower, trans, unit, columns):
    """`solve_large`, B stored by columns if `columns`: what is due next loses what X is known."""
    n, r = size(B)
    forward = lower != trans
    base = BASE if r > 1 or n > VECTOR_BASE else VECTOR_BASE
    for j in range((n + base - 1) // base):
        done = j * base
        w = min(base, n - done)
        left = n - done - w
        i = done if forward else left
        B1 = block(B, i, 0, w, r)
        W = duplicate(B1) if columns else B1
        solve_block(block(T, i, i, w, w), W, lower, trans, unit)
        if columns:
            store(W, B1)
        if r >= MANY:
            span, due = halves(j, base, left)
        else:
            span, due = (w, left) if trans else (done + w, min(base, left))
        if due > 0:
            solved, next_ = (done + w - span, done + w) if forward else (left, left - due)
            X, Y = block(B, solved, 0, span, r), block(B, next_, 0, due, r)
            if trans:
                subtract_product(Y, block(T, solved, next_, span, due), True, X)
            else:
                subtract_product(Y, block(T, next_, solved, due, span), False, X)


@core(
    void(BLOCK, BLOCK, *FLAGS),
    void(BLOCK, PLANES, *FLAGS),
    void(PLANES, PLANES, *FLAGS),
)
def solve_large(T, B, lower, trans, unit):
    """`solve` for more than one block."""
    n, r = size(B)
    columns = MANY <= r <= NARROW and n > (LARGE_TRANSPOSED if trans else LARGE)
    # Named, since a view does not keep what it looks into.
    C = duplicate(transposed(B)) if columns else transposed(B)
    eliminate(T, transposed(C), lower, trans, unit, columns)
    if columns:
        store(C, transposed(B))


@kernel(inline=True)
def solve(T, B, lower, trans, unit):
    """B = op(T)^-1 B, both stored by rows, or B one contiguous column."""
    if size(B)[0] <= BASE:
        solve_block(T, B, lower, trans, unit)
    else:
        solve_large(T, B, lower, trans, unit)


@core(
    void(BLOCK, BLOCK, *FLAGS, boolean),
    void(BLOCK, PLANES, *FLAGS, boolean),
    void(PLANES, PLANES, *FLAGS, boolean),
)
def solve_any(T, B, lower, trans, unit, left):
    """`solve` for any layout; X op(T) = B is op(T)^T X^T = B^T."""
    R, flipped = stored_by_rows(T)
    lower, trans = lower != flipped, trans != flipped
    V = B
    if not left:
        V, trans = transposed(B), not trans
    if by_columns(V):
        solve(R, V, lower, trans, unit)
    else:
        W = duplicate(V)
        solve(R, W, lower, trans, unit)
        store(W, V)


def scale(B, alpha):
    """B = alpha B."""


@kernel
def scale_real(B, alpha):
    m, n = B.shape
    for i in range(m):
        for j in range(n):
            B[i, j] *= alpha


@kernel
def add_scaled(C, alpha, B):
    m, n = B.shape
    for i in range(m):
        for j in range(n):
            C[i, j] += alpha * B[i, j]


@specialise(scale)
def _(B, alpha):
    if not isinstance(B, PlanesType):
        return lambda B, alpha: scale_real(B, alpha)

    def linear(B, alpha):
        scale_real(B.value, alpha)
        for k in range(B.partials.shape[0]):
            scale_real(plane(B.partials, k), alpha)

    def product(B, alpha):
        for k in range(B.partials.shape[0]):
            dB = plane(B.partials, k)
            scale_real(dB, alpha.value)
            add_scaled(dB, alpha.partials[k], B.value)
        scale_real(B.value, alpha.value)

    return product if isinstance(alpha, DualType) else linear
