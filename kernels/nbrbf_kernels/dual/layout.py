"""How the value and the partials of a DualArray lie in memory.

Each of the p planes has the strides of the value, so that whatever walks the value in the
best order does so for the planes too; the distance between planes is free.
"""

from typing import Any

import numpy as np

from nbrbf_kernels.dual.protocol import DualNumber

_FLOAT = np.dtype(np.float64)


def numbers(x: Any, name: str = "an operand") -> np.ndarray[Any, Any]:
    """`x` as an array of float64 or complex128; those are not copied."""
    if type(x) is np.ndarray:
        dtype = x.dtype
        # There is one object for each native type; to compare it takes a third of the time.
        if dtype is _FLOAT or (dtype.char in "dD" and dtype.isnative):
            return x
    if isinstance(x, DualNumber):
        raise TypeError(f"{name} must be an array of numbers, got a {type(x).__name__}")
    array = np.asarray(x)
    if array.dtype.kind not in "biufc" or array.dtype.char in "gG":
        raise TypeError(f"{name} must hold float64 or complex128 numbers, got {array.dtype}")
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64, copy=False)


def laid_out(value: Any, partials: Any) -> tuple[Any, Any]:
    """Every plane of `partials` with the strides of `value`, by a copy where it must be."""
    axes = zip(value.shape, value.strides, partials.strides[1:], strict=True)
    if not value.size or all(n == 1 or s == t for n, s, t in axes):
        return value, partials
    if not (value.flags.c_contiguous or value.flags.f_contiguous):
        value = np.ascontiguousarray(value)
    planes = planes_like(value, len(partials))
    planes[...] = partials
    return value, planes


def planes_like(value: Any, width: int) -> np.ndarray[Any, Any]:
    """Memory for `width` partials of a contiguous array, each laid out as it."""
    if value.flags.fnc:
        return np.empty((width, *value.shape[::-1]), value.dtype).transpose(
            0, *range(value.ndim, 0, -1)
        )
    return np.empty((width, *value.shape), value.dtype)
