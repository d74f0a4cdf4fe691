"""The door: whatever layout an array comes in, the kernels behind see one type.

That is a block with unit inner stride, or planes of such blocks. Fortran order is the transposed
problem where that exists; anything else is copied and, if written, copied back. A vector is
a block of one column, and as such contiguous.
"""

import numpy as np
from numba.core import types
from numba.core.types import void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.compiled_refusals import refuse_to_drop
from nbrbf_kernels.dual.planes import PlanesType, make_planes, planes
from nbrbf_kernels.dual.types import DualArrayType, DualType, is_real
from nbrbf_kernels.linalg.crossing import copy_crossing, crossing
from nbrbf_kernels.linalg.triangle import is_contiguous, rows_collide
from nbrbf_kernels.linalg.views import (
    BLOCK,
    PIVOTS,
    PLANES,
    block,
    borrowed,
    column,
    copy_rows,
    plane,
    strided,
    transposed,
)

# Arguments that are never a vector.
MATRICES = ("A", "C", "L", "LU", "T", "A_bar", "C_bar", "L_bar", "LU_bar", "T_bar")


def enter(A):
    """A, real or dual, as a block or planes that forget its layout; a vector as a column."""


def written(B, name, A, other):
    """Refuse to write into the argument B, called `name`, what A, called `other`, implies."""


def real(A, name):
    """Refuse duals for the argument A, called `name`."""


def size(A):
    """(rows, columns) of a block or of planes."""


def by_rows(A):
    """Whether A is stored by rows with unit inner stride."""


def by_columns(V):
    """Whether V is one contiguous column, or stored by rows if it has several."""


def collide(A):
    """Whether rows of A share few places in the nearest cache, see `rows_collide`."""


def store(W, A):
    """A = W, whatever the layout of A."""


def pivots(ipiv):
    """ipiv as contiguous 64-bit integers: itself, or a copy."""


def store_pivots(pivots, ipiv):
    """Undo `pivots`, where it made a copy."""


@specialise(enter)
def _(A):
    if not isinstance(A, (types.Array, DualArrayType)):
        return None
    if isinstance(A, DualArrayType):
        return _enter_vector if A.ndim == 1 else _enter_matrix
    return (lambda A: column(A)) if A.ndim == 1 else (lambda A: borrowed(A))


def _enter_vector(A):
    return column(planes(A))


def _enter_matrix(A):
    m, n = A.value.shape
    return block(planes(A), 0, 0, m, n)


def _check(t, name):
    array = t.values if isinstance(t, DualArrayType) else t
    if not isinstance(array, types.Array) or array.dtype != types.float64:
        raise TypeError(f"{name} must be an array of float64 or a DualArray, got {t}")
    if array.ndim not in (1, 2) or (array.ndim == 1 and name in MATRICES):
        dimensions = "2" if name in MATRICES else "1 or 2"
        raise TypeError(f"{name} must have {dimensions} dimensions, got {t}")


@specialise(written)
def _(B, name, A, other):
    if not isinstance(name, types.StringLiteral):
        return None  # Numba asks again with the string itself
    check_written(B, name.literal_value, A, other.literal_value)
    return lambda B, name, A, other: None


def check_written(B, name, A, other):
    """What `written` refuses, of Numba types."""
    _check(B, name)
    if not B.mutable:
        raise TypeError(f"{name} is written in place and must not be read-only, got {B}")
    if other in ("alpha", "logdet_bar"):
        if not (isinstance(A, DualType) or is_real(A)):
            raise TypeError(f"{other} must be a real number or a Dual, got {A}")
    else:
        _check(A, other)
    refuse_to_drop(B, name, A, other)


@specialise(real)
def _(A, name):
    if not isinstance(name, types.StringLiteral):
        return None
    if isinstance(A, DualArrayType):
        raise TypeError(f"{name.literal_value} must be real, got {A}")
    _check(A, name.literal_value)
    return lambda A, name: None


@specialise(size)
def _(A):
    if isinstance(A, PlanesType):
        return lambda A: A.value.shape
    return lambda A: A.shape


@kernel(inline=True)
def by_rows_real(A):
    (m, n), (outer, inner) = A.shape, A.strides
    if m == 0 or n == 0:
        return True
    return (n == 1 or inner == 8) and (m == 1 or (outer >= 8 * n and outer % 8 == 0))


@kernel(inline=True)
def by_columns_real(V):
    return is_contiguous(V) if V.shape[1] == 1 else by_rows_real(V)


@kernel
def by_rows_planes(A):
    if A.partials.shape[0] > 0 and not by_rows_real(plane(A.partials, 0)):
        return False
    return by_rows_real(A.value)


@kernel
def by_columns_planes(V):
    if V.partials.shape[0] > 0 and not by_columns_real(plane(V.partials, 0)):
        return False
    return by_columns_real(V.value)


@specialise(by_rows)
def _(A):
    if isinstance(A, PlanesType):
        return lambda A: by_rows_planes(A)
    return lambda A: by_rows_real(A)


@specialise(by_columns)
def _(V):
    if isinstance(V, PlanesType):
        return lambda V: by_columns_planes(V)
    return lambda V: by_columns_real(V)


@specialise(collide)
def _(A):
    if isinstance(A, PlanesType):
        return lambda A: rows_collide(A.value)
    return lambda A: rows_collide(A)


@core(void(BLOCK, BLOCK))
def copy(A, W):
    """W = A, eight columns at a time where not both are stored by rows: a cache line of either."""
    prefer_wide_vectors()
    if by_rows_real(A) and by_rows_real(W):
        copy_rows(A, W)
        return
    m, n = A.shape
    apart = crossing(A, W)
    for first in range(0, n, 8):
        start = 0
        if apart[0] > 0 and first + 8 <= n:
            start = m & -8
            for i in range(0, start, 8):
                copy_crossing(A, W, i, first, apart)
        for i in range(start, m):
            for j in range(first, min(first + 8, n)):
                W[i, j] = A[i, j]


@core(BLOCK(BLOCK))
def duplicate_real(A):
    W = strided(np.empty(A.shape))
    copy(A, W)
    return W


@core(PLANES(PLANES))
def duplicate_planes(A):
    p = A.partials.shape[0]
    m, n = A.value.shape
    partials = strided(np.empty((p, m, n)))
    for k in range(p):
        copy(plane(A.partials, k), plane(partials, k))
    return make_planes(duplicate_real(A.value), partials)


# A copy of A that is stored by rows.
duplicate = choice(duplicate_real, duplicate_planes)


@kernel
def store_planes(W, A):
    copy(W.value, A.value)
    for k in range(A.partials.shape[0]):
        copy(plane(W.partials, k), plane(A.partials, k))


@specialise(store)
def _(W, A):
    if isinstance(A, PlanesType):
        return lambda W, A: store_planes(W, A)
    return lambda W, A: copy(W, A)


@kernel
def stored_by_rows(T):
    """T, or T^T, or a copy of T, which is stored by rows; and whether it is T^T."""
    R, flipped = T, False
    if not by_rows(T):
        if by_rows(transposed(T)):
            R, flipped = transposed(T), True
        else:
            R = duplicate(T)
    return R, flipped


@specialise(pivots)
def _(ipiv):
    if not isinstance(ipiv, types.Array) or not isinstance(ipiv.dtype, types.Integer):
        raise TypeError(f"ipiv must be an array of integers, got {ipiv}")
    if ipiv == PIVOTS:
        return lambda ipiv: borrowed(ipiv)

    def copied(ipiv):
        result = np.empty(ipiv.size, np.int64)
        for k in range(ipiv.size):
            result[k] = ipiv[k]
        return result

    return copied


@specialise(store_pivots)
def _(pivots, ipiv):
    if ipiv == PIVOTS:
        return lambda pivots, ipiv: None

    def copied(pivots, ipiv):
        for k in range(ipiv.size):
            ipiv[k] = pivots[k]

    return copied
