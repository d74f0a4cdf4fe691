"""Sums, products and what is made of them: along axes of dual arrays.

    sum(x)' = sum(x')                         prod(x)' = sum_i (prod_(j != i) x_j) x_i'
    var(x)' = 2 sum((x - mean) x') / (n - ddof)          std' = var' / (2 std)

The products leave x_i out rather than divide by it: zeros are right. Where std is 0 its
derivative is 0, as that of abs.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import METHODS
from nbrbf_kernels.dual.shaping import inner_axes
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import silent


def weighted(weights: Any, partials: Any, axis: Any, keepdims: Any = False) -> Any:
    """Planes of a reduction from its derivative by every entry, of the value's shape."""
    axes = inner_axes(axis, np.ndim(weights))
    with silent():
        return np.sum(weights * partials, axis=axes, keepdims=keepdims)


def real(name: str, *arrays: Any) -> None:
    """Raises TypeError for complex numbers."""
    if any(np.iscomplexobj(a) for a in arrays):
        raise TypeError(f"{name} of complex numbers has no complex derivative")


def folding(reduce: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[..., Any]:
    """From `reduce(value, planes)` along the last axis, the same along any axes."""

    def folded(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
        level, width = common(a)
        value, partials = split(a)
        axes = [i - 1 for i in inner_axes(axis, value.ndim)]
        if axis is not None:
            last = range(-len(axes), 0)
            value = np.moveaxis(value, axes, last)
            partials = np.moveaxis(partials, [i + 1 for i in axes], last)
        kept = value.shape[: value.ndim - len(axes)]
        size = math.prod(value.shape[len(kept) :])
        value, planes = reduce(value.reshape(*kept, size), partials.reshape(width, *kept, size))
        if keepdims:
            value = np.expand_dims(value, axes)
            planes = np.expand_dims(planes, [i + 1 for i in axes])
        return wrap(value, planes, level)

    return folded


def _sums(f: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Any:
        level, _ = common(a)
        value, partials = split(a)
        axes = inner_axes(axis, value.ndim)
        with silent():
            planes = f(partials, axis=axes, keepdims=keepdims, where=where)
        return wrap(f(value, axis=axis, keepdims=keepdims, where=where), planes, level)

    return reduce


implements(np.sum)(_sums(np.add.reduce))
implements(np.mean)(_sums(np.mean))


@implements(np.prod)
@folding
def prod(value: Any, planes: Any) -> tuple[Any, Any]:
    return np.prod(value, axis=-1), weighted(products_of_others(value), planes, -1)


def products_of_others(x: Any) -> Any:
    """Along the last axis, the product of all entries but each one."""
    before, after = np.ones_like(x), np.ones_like(x)
    with silent():
        np.cumprod(x[..., :-1], axis=-1, out=before[..., 1:])
        np.cumprod(x[..., :0:-1], axis=-1, out=after[..., -2::-1])
        return before * after


def _flat(a: Any, axis: int | None) -> tuple[Any, int]:
    return (np.ravel(a), 0) if axis is None else (a, axis)


@implements(np.cumsum)
def cumsum(a: Any, axis: Any = None) -> Any:
    a, axis = _flat(a, axis)
    level, _ = common(a)
    value, partials = split(a)
    sums = np.cumsum(value, axis)
    with silent():
        (inner,) = inner_axes(axis, value.ndim)
        return wrap(sums, np.cumsum(partials, inner), level)


@implements(np.cumprod)
def cumprod(a: Any, axis: Any = None) -> Any:
    """c_k = c_(k-1) x_k, so c_k' = c_(k-1)' x_k + c_(k-1) x_k': entry by entry, since a sum
    of x_i' / x_i would divide by zeros."""
    a, axis = _flat(a, axis)
    level, width = common(a)
    value, partials = split(a)
    products = np.cumprod(value, axis)
    planes = planes_like(products, width)
    x, c = np.moveaxis(value, axis, 0), np.moveaxis(products, axis, 0)
    (inner,) = inner_axes(axis, value.ndim)
    dx, dc = np.moveaxis(partials, inner, 0), np.moveaxis(planes, inner, 0)
    with silent():
        for k in range(len(x)):
            dc[k] = dx[k] if k == 0 else dc[k - 1] * x[k] + c[k - 1] * dx[k]
    return wrap(products, planes, level)


@implements(np.var)
def var(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    real("numpy.var", value)
    result = np.var(value, axis, ddof=ddof, keepdims=keepdims)
    with silent():
        centred = value - np.mean(value, axis, keepdims=True)
        count = value.size / max(np.size(result), 1) - ddof
        planes = weighted(2.0 * centred / count, partials, axis, keepdims)
    return wrap(result, planes, level)


@implements(np.std)
def std(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    return root(var(a, axis, ddof, keepdims))


def root(x: Any) -> Any:
    """The square root, with derivative 0 where it is 0."""
    level, _ = common(x)
    value, partials = split(x)
    value = np.sqrt(value)
    with silent():
        planes = np.where(value == 0.0, 0.0, 0.5 * partials / value)
    return wrap(value, planes, level)


@implements(np.average)
def average(a: Any, axis: Any = None, weights: Any = None, keepdims: Any = False) -> Any:
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    if np.shape(weights) != np.shape(a):
        if np.ndim(weights) != 1 or not isinstance(axis, int):
            raise TypeError("weights must have the shape of a, or be 1-d along one axis")
        along = np.broadcast_to(weights, np.shape(np.moveaxis(a, axis, -1)))
        weights = np.moveaxis(along, -1, axis)
    total = np.sum(weights, axis=axis, keepdims=keepdims)
    return np.sum(a * weights, axis=axis, keepdims=keepdims) / total


@implements(np.trapezoid)
def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(y, axis, -1)
    if x is not None:
        dx = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


def _without_nans(function: Callable[..., Any], neutral: float) -> Callable[..., Any]:
    """`function` of the entries that are numbers; the others count as `neutral`."""

    def skipping(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
        options = {"keepdims": True} if keepdims else {}
        return function(np.where(np.isnan(a), neutral, a), axis=axis, **options)

    return skipping


implements(np.nansum)(_without_nans(np.sum, 0.0))
implements(np.nanprod)(_without_nans(np.prod, 1.0))
implements(np.nancumsum)(_without_nans(np.cumsum, 0.0))
implements(np.nancumprod)(_without_nans(np.cumprod, 1.0))


@implements(np.nanmean)
def nanmean(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    count = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.nansum(a, axis=axis, keepdims=keepdims) / count


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    # The methods of ufuncs go along the first axis, the functions along all.
    return lambda array, axis=0, **keywords: function(array, axis=axis, **keywords)


METHODS[np.add, "reduce"], METHODS[np.add, "accumulate"] = _method(np.sum), _method(np.cumsum)
METHODS[np.multiply, "reduce"] = _method(np.prod)
METHODS[np.multiply, "accumulate"] = _method(np.cumprod)
METHODS[np.maximum, "reduce"] = _method(np.max)
METHODS[np.minimum, "reduce"] = _method(np.min)
METHODS[np.logical_and, "reduce"] = _method(np.all)
METHODS[np.logical_or, "reduce"] = _method(np.any)
