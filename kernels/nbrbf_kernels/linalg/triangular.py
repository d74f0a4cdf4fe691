"""Triangular systems: real and dual.

By blocks of rows, in order of elimination,

    X_i = op(T)_ii^-1 (B_i - sum_j op(T)_ij X_j)        j before i

The sum is taken row by row of T: when X_i is due if op(T) = T, else as soon as X_i is known,
for all that come after. In tangents the block operations make of it
X' = op(T)^-1 (B' - op(T') X), of which no whole product is ever formed.
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
    enter,
    size,
    store,
    stored_by_rows,
    written,
)
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, plane, transposed

# Rows of a block; for a vector loops beat BLAS for longer.
BASE, VECTOR_BASE = 64, 256


FLAGS = (boolean, boolean, boolean)


@core(
    void(BLOCK, BLOCK, *FLAGS),
    void(BLOCK, PLANES, *FLAGS),
    void(PLANES, PLANES, *FLAGS),
)
def solve_large(T, B, lower, trans, unit):
    """`solve` for more than one block."""
    n, r = size(B)
    forward = lower != trans
    base = VECTOR_BASE if r == 1 else BASE
    for done in range(0, n, base):
        w = min(base, n - done)
        left = n - done - w
        i, before, after = (done, 0, done + w) if forward else (left, left + w, 0)
        X = block(B, i, 0, w, r)
        if done > 0 and not trans:
            subtract_product(X, block(T, i, before, w, done), False, block(B, before, 0, done, r))
        solve_block(block(T, i, i, w, w), X, lower, trans, unit)
        if left > 0 and trans:
            subtract_product(block(B, after, 0, left, r), block(T, i, after, w, left), True, X)


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


def is_vector(B):
    """Whether B has one dimension."""


@specialise(is_vector)
def _(B):
    if B.ndim == 1:
        return lambda B: True
    return lambda B: False


@kernel
def trsv_flags(T, x, flags):
    """`trsv` with its flags as the bits of an integer."""
    written(x, "x", T, "T")
    solve_any(enter(T), enter(x), flags & 1 != 0, flags & 2 != 0, flags & 4 != 0, True)


@kernel
def trsm_flags(T, B, flags, alpha):
    """`trsm` with its flags as the bits of an integer."""
    written(B, "B", T, "T")
    written(B, "B", alpha, "alpha")
    V = enter(B)
    scale(V, alpha)
    left = flags & 8 != 0
    # A vector right of T is solved for as the column that it is.
    turned = is_vector(B) and not left
    lower, trans, unit = flags & 1 != 0, flags & 2 != 0, flags & 4 != 0
    solve_any(enter(T), V, lower, trans != turned, unit, left or turned)


def trsv(T, x, lower=False, trans=False, unit=False):
    """Solve op(T) x = b in place, for a triangular T.

    Parameters
    ----------
    T : (n, n) array or DualArray
        Only the upper triangle is read, or the lower one if `lower`.
    x : (n,) array or DualArray
        b, overwritten by the solution.
    lower, trans, unit : bool
        T is lower triangular; op(T) is T^T; T has a diagonal of ones, which is not read.
    """
    trsv_flags(T, x, lower + 2 * trans + 4 * unit)


def trsm(T, B, lower=False, trans=False, unit=False, left=True, alpha=1.0):
    """Solve op(T) X = alpha B in place, or X op(T) = alpha B, for a triangular T.

    Parameters
    ----------
    T : (n, n) array or DualArray
        Only the upper triangle is read, or the lower one if `lower`.
    B : (n, r) or (r, n) array or DualArray
        Overwritten by X. A vector (n,) is a column, or if not `left` a row.
    lower, trans, unit : bool
        T is lower triangular; op(T) is T^T; T has a diagonal of ones, which is not read.
    left : bool
        Whether T stands left of X.
    alpha : float or Dual
        Scales B.
    """
    trsm_flags(T, B, lower + 2 * trans + 4 * unit + 8 * left, alpha)


@specialise(trsv)
def _(T, x, lower=False, trans=False, unit=False):
    return trsv


@specialise(trsm)
def _(T, B, lower=False, trans=False, unit=False, left=True, alpha=1.0):
    return trsm
