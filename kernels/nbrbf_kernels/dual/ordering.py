"""What takes entries of dual arrays by their order: extrema, sorting, the median.

The derivative is that of the entry taken. Of equal entries the first one is, as argmax and a
stable sort have it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf_kernels.dual.reductions import folding, real
from nbrbf_kernels.dual.signatures import implements


def _taken(arg: Callable[..., Any]) -> Callable[..., Any]:
    """The entry along the last axis whose index `arg` gives."""

    def reduce(value: Any, planes: Any) -> tuple[Any, Any]:
        index = arg(value, axis=-1)[..., None]
        value = np.take_along_axis(value, index, -1)[..., 0]
        return value, np.take_along_axis(planes, index[None], -1)[..., 0]

    return folding(reduce)


# numpy.min and numpy.amin are two functions, numpy.max and numpy.amax too.
implements(np.min, np.amin)(_taken(np.argmin))
implements(np.max, np.amax)(_taken(np.argmax))
implements(np.nanmin)(_taken(np.nanargmin))
implements(np.nanmax)(_taken(np.nanargmax))


@implements(np.ptp)
def ptp(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def _in_order(a: Any, index: Callable[[Any, Any], Any], axis: int | None) -> Any:
    if axis is None:
        a, axis = np.ravel(a), -1
    return np.take_along_axis(a, index(a.value, axis), axis)


@implements(np.sort)
def sort(a: Any, axis: int | None = -1, kind: Any = None, stable: Any = None) -> Any:
    """Always by a stable algorithm, whatever `kind` says: the same order of values."""
    return _in_order(a, lambda value, axis: np.argsort(value, axis, kind="stable"), axis)


@implements(np.partition)
def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    return _in_order(a, lambda value, axis: np.argpartition(value, kth, axis), axis)


@implements(np.median)
@folding
def median(value: Any, planes: Any) -> tuple[Any, Any]:
    real("numpy.median", value)
    n = value.shape[-1]
    index = np.argsort(value, axis=-1, kind="stable")[..., (n - 1) // 2 : n // 2 + 1]
    middle = np.take_along_axis(planes, index[None], -1).mean(axis=-1)
    value = np.median(value, axis=-1)
    return value, np.where(np.isnan(value), np.nan, middle)
