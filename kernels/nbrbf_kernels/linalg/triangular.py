"""Triangular systems, recursive: real and dual.

With T split in halves, lower and not transposed,

    | T11      | | X1 |   | B1 |        X1 = T11^-1 B1
    | T21  T22 | | X2 | = | B2 |        X2 = T22^-1 (B2 - T21 X1)

and likewise from the last row if op(T) is upper. In tangents the block operations make of it
X' = op(T)^-1 (B' - op(T') X), of which no whole product is ever formed.
"""

from numba.core import types

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
from nbrbf_kernels.linalg.views import YES, block, plane, transposed

BASE = 64


@kernel
def solve(T, B, lower, trans, unit):
    """B = op(T)^-1 B, both stored by rows, or B one contiguous column."""
    n, r = size(B)
    if n <= BASE:
        solve_block(T, B, lower, trans, unit)
        return 0
    n1 = (n // 2 + 4) // 8 * 8
    n2 = n - n1
    T11, T22 = block(T, 0, 0, n1, n1), block(T, n1, n1, n2, n2)
    B1, B2 = block(B, 0, 0, n1, r), block(B, n1, 0, n2, r)
    off = block(T, n1, 0, n2, n1) if lower else block(T, 0, n1, n1, n2)
    if lower != trans:
        solve(T11, B1, lower, trans, unit)
        subtract_product(B2, off, trans, B1)
        solve(T22, B2, lower, trans, unit)
    else:
        solve(T22, B2, lower, trans, unit)
        subtract_product(B1, off, trans, B2)
        solve(T11, B1, lower, trans, unit)
    return 0


@kernel
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
    written(x, "x", T, "T")
    solve_any(enter(T), enter(x), bool(lower), bool(trans), bool(unit), YES)


@kernel
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
    written(B, "B", T, "T")
    written(B, "B", alpha, "alpha")
    V = enter(B)
    scale(V, alpha)
    row_vector = is_vector(B) and not left
    solve_any(
        enter(T),
        V,
        bool(lower),
        bool(trans) != row_vector,
        bool(unit),
        bool(left) or row_vector,
    )
