"""Other shapes of dual arrays, and several of them joined.

The axes of the planes are those of the value, counted past the first one; what could be done
a plane at a time (linear.py) is done at once here, since scripts do it all the time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from nbrbf_kernels.dual.array import common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import aligned


def inner_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes of the planes, from those of the value (None: all)."""
    axes = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    return tuple([a + 1 for a in axes])


@implements(np.reshape)
def reshape(a: Any, shape: Any = None, order: Any = "C", newshape: Any = None) -> Any:
    # NumPy 2.0 has the other name for the shape.
    shape = newshape if shape is None else shape
    # The axis of partials is the slowest in C order and the fastest in F order, before and
    # after: either way it stays by itself, and the planes are views where the value is.
    level, width = common(a)
    value, partials = split(a)
    if order == "A":
        order = "F" if value.flags.fnc else "C"
    value = np.reshape(value, shape, order=order)
    planes = np.reshape(partials, (width, *value.shape), order=order)
    return wrap(value, planes, level)


@implements(np.ravel)
def ravel(a: Any, order: Any = "C") -> Any:
    return reshape(a, -1, order)


@implements(np.transpose)
def transpose(a: Any, axes: Any = None) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    axes = range(value.ndim)[::-1] if axes is None else normalize_axis_tuple(axes, value.ndim)
    inner = (0, *[i + 1 for i in axes])
    return wrap(np.transpose(value, tuple(axes)), np.transpose(partials, inner), level)


@implements(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    inner = (inner_axes(axes, value.ndim) for axes in (source, destination))
    return wrap(np.moveaxis(value, source, destination), np.moveaxis(partials, *inner), level)


@implements(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    inner = inner_axes((axis1,), value.ndim) + inner_axes((axis2,), value.ndim)
    return wrap(np.swapaxes(value, axis1, axis2), np.swapaxes(partials, *inner), level)


@implements(np.matrix_transpose, np.linalg.matrix_transpose)
def matrix_transpose(x: Any) -> Any:
    return swapaxes(x, -1, -2)


@implements(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    if axis is None:
        axis = tuple([i for i, n in enumerate(value.shape) if n == 1])
    planes = np.squeeze(partials, inner_axes(axis, value.ndim))
    return wrap(np.squeeze(value, axis), planes, level)


@implements(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    value = np.expand_dims(value, axis)
    return wrap(value, np.expand_dims(partials, inner_axes(axis, value.ndim)), level)


def promoted(*arrays: Any) -> tuple[list[Any], list[Any], int]:
    """Values, partials (zero for constants) and the level of all."""
    level, width = common(*arrays)
    values, partials = zip(*[split(a) for a in arrays], strict=True)
    planes = [
        np.zeros((width, *v.shape), v.dtype) if p is None else p
        for v, p in zip(values, partials, strict=True)
    ]
    return list(values), planes, level


@implements(np.concatenate)
def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Any:
    if axis is None:
        return concatenate([np.ravel(a) for a in arrays])
    values, planes, level = promoted(*arrays)
    value = np.concatenate(values, axis)
    return wrap(value, np.concatenate(planes, normalize_axis_index(axis, value.ndim) + 1), level)


@implements(np.stack)
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    values, planes, level = promoted(*arrays)
    value = np.stack(values, axis)
    return wrap(value, np.stack(planes, normalize_axis_index(axis, value.ndim) + 1), level)


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


@implements(np.broadcast_arrays)
def broadcast_arrays(*args: Any) -> tuple[Any, ...]:
    shape = np.broadcast_shapes(*[np.shape(x) for x in args])
    return tuple([np.broadcast_to(x, shape) for x in args])
