"""New dual arrays, copies, and writing into those there are."""

from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import DualArray, common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import FUNCTIONS
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import aligned


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
