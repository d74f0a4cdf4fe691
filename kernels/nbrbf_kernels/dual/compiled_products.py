"""Products of vectors and matrices in compiled code, real and dual in every mix.

    (A B)' = A' B + A B'

A plane at a time with Numba's own dot, so that BLAS works on the planes.
"""

import operator

import numpy as np
from numba.core import types
from numba.extending import overload_method

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_array import like
from nbrbf_kernels.dual.compiled_elements import is_array
from nbrbf_kernels.dual.compiled_reductions import dot_of_vectors
from nbrbf_kernels.dual.types import DualArrayType


def in_order(x):
    """The array in C order, the same one if it is."""


@specialise(in_order)
def _in_order(x):
    return (lambda x: x) if x.layout == "C" else (lambda x: np.ascontiguousarray(x))


def value_of(x):
    """The values of an array in C order."""


@specialise(value_of)
def _value_of(x):
    if isinstance(x, DualArrayType):
        return lambda x: in_order(x.value)
    return lambda x: in_order(x)


def _both(a, b):
    left, right, da, db = value_of(a), value_of(b), in_order(a.partials), in_order(b.partials)
    value = np.dot(left, right)
    partials = np.empty((da.shape[0], *value.shape))
    for k in range(da.shape[0]):
        np.dot(da[k], right, partials[k])
        plane, second = partials[k].ravel(), np.dot(left, db[k]).ravel()
        for i in range(plane.size):
            plane[i] += second[i]
    return like(a, value, partials)


def _left(a, b):
    right, da = value_of(b), in_order(a.partials)
    value = np.dot(value_of(a), right)
    partials = np.empty((da.shape[0], *value.shape))
    for k in range(da.shape[0]):
        np.dot(da[k], right, partials[k])
    return like(a, value, partials)


def _right(a, b):
    left, db = value_of(a), in_order(b.partials)
    value = np.dot(left, value_of(b))
    partials = np.empty((db.shape[0], *value.shape))
    for k in range(db.shape[0]):
        np.dot(left, db[k], partials[k])
    return like(b, value, partials)


def _product(a, b):
    """Implementation of the product of these types of arrays, None if none is dual."""
    duals = [t for t in (a, b) if isinstance(t, DualArrayType)]
    if not duals or not (is_array(a) and is_array(b)):
        return None
    if any(isinstance(t, types.Array) and t.dtype != types.float64 for t in (a, b)):
        raise TypeError(f"a product with a DualArray takes float64 numbers, got {a} and {b}")
    if len({(t.width, t.level) for t in duals}) > 1:
        raise TypeError(f"cannot multiply {a} by {b}: their partials do not belong together")
    if not (1 <= a.ndim <= 2 and 1 <= b.ndim <= 2):
        raise TypeError(f"a product takes vectors and matrices, got {a} and {b}")
    if a.ndim == b.ndim == 1:
        return lambda a, b: dot_of_vectors((a, b))
    if len(duals) == 2:
        return _both
    return _left if isinstance(a, DualArrayType) else _right


for _function in (np.dot, operator.matmul):
    specialise(_function, first=True)(_product)


@overload_method(DualArrayType, "dot")
def dot(a, b):
    return _product(a, b)


@specialise(np.outer, first=True)
def outer(a, b):
    if _product(a, b) is None:
        return None
    if a.ndim > 1:
        return lambda a, b: np.outer(a.ravel(), b)
    if b.ndim > 1:
        return lambda a, b: np.outer(a, b.ravel())
    return lambda a, b: a[:, None] * b
