"""NumPy's functions that make dual arrays out of several, or new ones like a given one.

Constants among the arguments are promoted: their partials are zero.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from nbrbf_kernels.dual.array import DualArray, common, split, wrap
from nbrbf_kernels.dual.functions import implements
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import FUNCTIONS, DualNumber
from nbrbf_kernels.dual.scalar import primal
from nbrbf_kernels.dual.ufuncs import aligned


def _promoted(arrays: Sequence[Any]) -> tuple[list[Any], list[Any], int]:
    """Values, partials (zero for constants) and the level of all."""
    level, width = common(*arrays)
    values, partials = zip(*(split(a) for a in arrays), strict=True)
    planes = [
        np.zeros((width, *v.shape)) if p is None else p
        for v, p in zip(values, partials, strict=True)
    ]
    return list(values), planes, level


@implements(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    if axis is None:
        return concatenate([np.ravel(a) for a in arrays])
    values, planes, level = _promoted(list(arrays))
    value = np.concatenate(values, axis)
    return wrap(value, np.concatenate(planes, normalize_axis_index(axis, value.ndim) + 1), level)


@implements(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    values, planes, level = _promoted(list(arrays))
    value = np.stack(values, axis)
    return wrap(value, np.stack(planes, normalize_axis_index(axis, value.ndim) + 1), level)


@implements(np.vstack)
def vstack(arrays: Sequence[Any]) -> Any:
    return concatenate([a if np.ndim(a) > 1 else np.reshape(a, (1, -1)) for a in arrays])


@implements(np.hstack)
def hstack(arrays: Sequence[Any]) -> Any:
    arrays = [a if np.ndim(a) > 0 else np.reshape(a, (1,)) for a in arrays]
    return concatenate(arrays, axis=0 if np.ndim(arrays[0]) == 1 else 1)


@implements(np.column_stack)
def column_stack(arrays: Sequence[Any]) -> Any:
    return concatenate([a if np.ndim(a) > 1 else np.reshape(a, (-1, 1)) for a in arrays], axis=1)


@implements(np.where)
def where(condition: Any, x: Any, y: Any) -> Any:
    """Selection; only values of the condition count."""
    condition = condition.value if isinstance(condition, DualArray) else primal(condition)
    if not any(isinstance(a, DualNumber) for a in (x, y)):
        return np.where(condition, x, y)
    if all(np.ndim(a) == 0 for a in (condition, x, y)):
        return x if condition else y  # Duals of any nesting
    (x, y), tangents, level = _promoted([x, y])
    value = np.where(condition, x, y)
    dx, dy = (aligned(t, value.ndim) for t in tangents)
    return wrap(value, np.where(condition, dx, dy), level)


@implements(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    if a_min is not None:
        a = np.maximum(a, a_min)
    return a if a_max is None else np.minimum(a, a_max)


@implements(np.broadcast_to)
def broadcast_to(array: Any, shape: Any) -> Any:
    """A copy: in a view many entries would share their memory, which an in-place kernel
    would write again and again."""
    level, _ = common(array)
    value, partials = split(array)
    value = np.broadcast_to(value, shape).copy()
    planes = planes_like(value, len(partials))
    planes[...] = aligned(partials, value.ndim)
    return wrap(value, planes, level)


@implements(np.copy)
def copy(a: Any, order: Any = "K") -> Any:
    level, _ = common(a)
    value, partials = split(a)
    value = np.copy(value, order=order)
    if not (value.flags.c_contiguous or value.flags.f_contiguous):
        value = np.ascontiguousarray(value)
    planes = planes_like(value, len(partials))
    planes[...] = partials
    return wrap(value, planes, level)


def _like(make: Any) -> Any:
    def new(a: Any, dtype: Any = None, order: Any = "K") -> Any:
        level, width = common(a)
        value = make(split(a)[0], dtype=dtype, order=order)
        if value.dtype not in (np.float64, np.complex128):
            return value  # of integers or booleans, which hold no derivative
        planes = planes_like(value, width)
        planes[...] = 0.0
        return wrap(value, planes, level)

    return new


FUNCTIONS.update({f: _like(f) for f in (np.zeros_like, np.ones_like, np.empty_like)})


@implements(np.full_like)
def full_like(a: Any, fill_value: Any) -> Any:
    result = np.zeros_like(a)
    if isinstance(result, DualArray):
        result[...] = fill_value
        return result
    return result + fill_value


def _of_values(f: Any) -> Any:
    def call(*args: Any, **keywords: Any) -> Any:
        args = tuple(a.value if isinstance(a, DualArray) else primal(a) for a in args)
        return f(*args, **keywords)

    return call


# What has no derivative: sizes, places, truths.
_SIZES = (np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj)
_PLACES = (np.argmin, np.argmax, np.argsort, np.nonzero, np.count_nonzero)
_TRUTHS = (np.all, np.any, np.array_equal, np.allclose, np.isclose)
FUNCTIONS.update({f: _of_values(f) for f in (*_SIZES, *_PLACES, *_TRUTHS)})
FUNCTIONS.update({np.real: lambda val: val.real, np.imag: lambda val: val.imag})
