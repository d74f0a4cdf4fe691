"""Other shapes of dual arrays, copies, and new arrays like a given one.

The axes of the planes are those of the value, counted past the first one; what could be done
a plane at a time (linear.py) is done at once here, since scripts do it all the time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_index, normalize_axis_tuple

from nbrbf_kernels.dual.array import DualArray, common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import FUNCTIONS
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import aligned


def inner_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes of the planes, from those of the value (None: all)."""
    axes = range(ndim) if axis is None else normalize_axis_tuple(axis, ndim)
    return tuple([a + 1 for a in axes])


@implements(np.reshape)
def reshape(a: Any, shape: Any, order: Any = "C") -> Any:
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
    def new(a: Any, dtype: Any = None, order: Any = "K", shape: Any = None) -> Any:
        level, width = common(a)
        value = make(split(a)[0], dtype=dtype, order=order, shape=shape)
        if value.dtype not in (np.float64, np.complex128):
            return value  # of integers or booleans, which hold no derivative
        planes = planes_like(value, width)
        planes[...] = 0.0
        return wrap(value, planes, level)

    return new


for _make in (np.zeros_like, np.ones_like):
    implements(_make)(_like(_make))


@implements(np.empty_like)
def empty_like(prototype: Any, dtype: Any = None, order: Any = "K", shape: Any = None) -> Any:
    return _like(np.empty_like)(prototype, dtype, order, shape)


@implements(np.full_like)
def full_like(a: Any, fill_value: Any, shape: Any = None) -> Any:
    level, width = common(a, fill_value)
    (like, _), (value, partials) = split(a), split(fill_value)
    filled = np.full_like(like, value, np.result_type(like, value), shape=shape)
    planes = planes_like(filled, width)
    planes[...] = 0.0 if partials is None else aligned(partials, filled.ndim)
    return wrap(filled, planes, level)


def _same(part: str) -> Any:
    return lambda val: getattr(val, part)


FUNCTIONS.update({np.real: _same("real"), np.imag: _same("imag")})


@implements(np.copyto)
def copyto(dst: Any, src: Any, where: Any = True) -> None:
    if not isinstance(dst, DualArray):
        raise TypeError(
            f"dst must be a DualArray, got {type(dst).__name__}: that would drop the derivative"
        )
    common(dst, src)
    value, partials = split(src)
    np.copyto(dst.value, value, where=where)
    planes = 0.0 if partials is None else aligned(partials, dst.ndim)
    np.copyto(dst.partials, planes, where=where)


@implements(np.fill_diagonal)
def fill_diagonal(a: Any, val: Any, wrap: Any = False) -> None:
    diagonal = np.zeros(np.shape(a), bool)
    np.fill_diagonal(diagonal, True, wrap=wrap)
    a[diagonal] = np.resize(val, np.count_nonzero(diagonal)) if np.ndim(val) else val
