"""The door of the adjoints: bars that accumulate, that may be None, and may be dual or not.

What an adjoint computes with is dual as soon as one of its inputs is: copies are promoted, so
that the kernels behind meet blocks alone, or planes alone but for a real matrix of factors.
"""

import numpy as np
from numba.core import types
from numba.core.types import int64, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.planes import PlanesType, make_planes
from nbrbf_kernels.dual.types import DualArrayType, DualType
from nbrbf_kernels.linalg.door import check_written, duplicate, enter, size
from nbrbf_kernels.linalg.triangular import add_scaled
from nbrbf_kernels.linalg.views import BLOCK, PLANES, block, plane, strided


def accumulated(bars, names, inputs, others):
    """As `written`, for bars that may be None, and inputs: tuples, and their names in a string."""


def enter_bar(B_bar, W):
    """B_bar as `enter` gives it; real if W is; without rows if it is None, or not wanted."""


def promoted(X, A, B):
    """A copy of X by rows, as a block; or as planes if X, A or B is dual, or a Dual."""


@kernel(inline=True)
def wanted(B_bar):
    """Whether the bar was not None, of what has rows at all."""
    return size(B_bar)[0] > 0


def is_none(t):
    """Whether the Numba type is that of None, given or left out."""
    return isinstance(t, types.NoneType) or (isinstance(t, types.Omitted) and t.value is None)


@specialise(accumulated)
def _(bars, names, inputs, others):
    if not isinstance(names, types.StringLiteral):
        return None
    for bar, name in zip(bars, names.literal_value.split(), strict=True):
        for t, other in zip(inputs, others.literal_value.split(), strict=True):
            if not is_none(bar):
                check_written(bar, name, t, other)
    return lambda bars, names, inputs, others: None


@specialise(enter_bar)
def _(B_bar, W):
    if is_none(B_bar):
        return lambda B_bar, W: block(W, 0, 0, 0, 0)
    if isinstance(B_bar, DualArrayType) and not isinstance(W, PlanesType):
        return lambda B_bar, W: enter(B_bar.value)
    return lambda B_bar, W: enter(B_bar)


@core(PLANES(BLOCK, int64))
def promote(A, p):
    """A copy of A by rows, as planes, p of zeros."""
    m, n = A.shape
    return make_planes(duplicate(A), strided(np.zeros((p, m, n))))


def width(A, B):
    """The number of partials of A, or else of B."""


@specialise(width)
def _(A, B):
    dual = A if isinstance(A, (DualArrayType, DualType)) else B
    p = dual.width
    return lambda A, B: p


@specialise(promoted)
def _(X, A, B):
    dual = any(isinstance(t, (DualArrayType, DualType)) for t in (A, B))
    if dual and not isinstance(X, DualArrayType):
        return lambda X, A, B: promote(enter(X), width(A, B))
    return lambda X, A, B: duplicate(enter(X))


@core(BLOCK(BLOCK))
def zeros_real(A):
    return strided(np.zeros(A.shape))


@core(PLANES(PLANES))
def zeros_planes(A):
    return make_planes(strided(np.zeros(A.value.shape)), strided(np.zeros(A.partials.shape)))


@core(void(BLOCK, BLOCK))
def add_real(C, W):
    """C += W, whatever the layouts."""
    m, n = C.shape
    for i in range(m):
        for j in range(n):
            C[i, j] += W[i, j]


@core(void(PLANES, PLANES))
def add_planes(C, W):
    add_real(C.value, W.value)
    for k in range(C.partials.shape[0]):
        add_real(plane(C.partials, k), plane(W.partials, k))


# Zeros by rows, of the shape of a block, or planes as many.
zeros_like = choice(zeros_real, zeros_planes)
# C += W
add = choice(add_real, add_planes)


def scalar(x, A):
    """x as a block of one entry; as planes if x is a Dual or A is dual, or planes."""


@kernel
def one_entry(x):
    A = np.empty((1, 1))
    A[0, 0] = x
    return strided(A)


@specialise(scalar)
def _(x, A):
    if isinstance(x, DualType):

        def entry(x, A):
            G = promote(one_entry(x.value), width(x, A))
            for k in range(G.partials.shape[0]):
                G.partials[k, 0, 0] = x.partials[k]
            return G

        return entry
    if isinstance(A, DualArrayType):
        return lambda x, A: promote(one_entry(x), width(A, A))
    if isinstance(A, PlanesType):
        return lambda x, A: promote(one_entry(x), A.partials.shape[0])
    return lambda x, A: one_entry(x)


@core(void(BLOCK, BLOCK, BLOCK))
def add_multiple_real(C, g, B):
    add_scaled(C, g[0, 0], B)


@core(void(PLANES, PLANES, PLANES))
def add_multiple_planes(C, g, B):
    v = g.value[0, 0]
    add_scaled(C.value, v, B.value)
    for k in range(C.partials.shape[0]):
        dC = plane(C.partials, k)
        add_scaled(dC, g.partials[k, 0, 0], B.value)
        add_scaled(dC, v, plane(B.partials, k))


# C += g B for a `scalar` g
add_multiple = choice(add_multiple_real, add_multiple_planes)
