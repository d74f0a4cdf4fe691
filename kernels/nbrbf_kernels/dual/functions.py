"""NumPy's functions of dual arrays, other than ufuncs and products.

Each is given by what it does to the value and to the planes of partials, with axes counted
past the first one of those.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from nbrbf_kernels.dual.array import common, split, wrap
from nbrbf_kernels.dual.protocol import FUNCTIONS
from nbrbf_kernels.dual.ufuncs import silent


def implements(*functions: Any) -> Callable[..., Any]:
    """Decorator: what these NumPy functions are for dual arguments."""

    def register(implementation: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS.update(dict.fromkeys(functions, implementation))
        return implementation

    return register


def _inner_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes of the planes, from those of the value (None: all)."""
    axes = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    return tuple(a + 1 for a in axes)


def _reduction(f: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        level, _ = common(a)
        value, partials = split(a)
        axes = _inner_axes(axis, value.ndim)
        with silent():
            planes = f(partials, axis=axes, keepdims=keepdims)
        return wrap(f(value, axis=axis, keepdims=keepdims), planes, level)

    return reduce


FUNCTIONS[np.sum], FUNCTIONS[np.mean] = _reduction(np.sum), _reduction(np.mean)


def _extremum(arg: Callable[..., Any]) -> Callable[..., Any]:
    """min and max: the derivative of the entry that is taken, the first of equal ones."""

    def reduce(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        level, _ = common(a)
        value, partials = split(a)
        axes = [i - 1 for i in _inner_axes(axis, value.ndim)]
        last = range(-len(axes), 0)
        value = np.moveaxis(value, axes, last)
        partials = np.moveaxis(partials, [i + 1 for i in axes], last)
        kept = value.shape[: value.ndim - len(axes)]
        value = value.reshape(*kept, -1)
        partials = partials.reshape(len(partials), *kept, value.shape[-1])
        index = arg(value, axis=-1)[..., None]
        value = np.take_along_axis(value, index, -1)[..., 0]
        partials = np.take_along_axis(partials, index[None], -1)[..., 0]
        if keepdims:
            value = np.expand_dims(value, axes)
            partials = np.expand_dims(partials, [i + 1 for i in axes])
        return wrap(value, partials, level)

    return reduce


# numpy.min and numpy.amin are two functions, numpy.max and numpy.amax too.
FUNCTIONS[np.min] = FUNCTIONS[np.amin] = _extremum(np.argmin)
FUNCTIONS[np.max] = FUNCTIONS[np.amax] = _extremum(np.argmax)


@implements(np.reshape)
def reshape(a: Any, /, shape: Any, order: Any = "C") -> Any:
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
    return np.reshape(a, -1, order=order)


@implements(np.transpose)
def transpose(a: Any, axes: Any = None) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    axes = range(value.ndim)[::-1] if axes is None else normalize_axis_tuple(axes, value.ndim)
    inner = (0, *(i + 1 for i in axes))
    return wrap(np.transpose(value, tuple(axes)), np.transpose(partials, inner), level)


@implements(np.moveaxis)
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    inner = (_inner_axes(axes, value.ndim) for axes in (source, destination))
    return wrap(np.moveaxis(value, source, destination), np.moveaxis(partials, *inner), level)


@implements(np.swapaxes)
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    inner = (i + 1 if i >= 0 else i for i in (axis1, axis2))
    return wrap(np.swapaxes(value, axis1, axis2), np.swapaxes(partials, *inner), level)


@implements(np.squeeze)
def squeeze(a: Any, axis: Any = None) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    if axis is None:
        axis = tuple(i for i, n in enumerate(value.shape) if n == 1)
    planes = np.squeeze(partials, _inner_axes(axis, value.ndim))
    return wrap(np.squeeze(value, axis), planes, level)


@implements(np.expand_dims)
def expand_dims(a: Any, axis: Any) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    value = np.expand_dims(value, axis)
    return wrap(value, np.expand_dims(partials, _inner_axes(axis, value.ndim)), level)
