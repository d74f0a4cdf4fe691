"""Into dual numbers and out again: the arguments and results of one derivative call."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import DualArray
from nbrbf_kernels.dual.layout import numbers
from nbrbf_kernels.dual.scalar import Dual, lift, primal


def argument(x: Any, name: str) -> Any:
    """`x` as a number, a Dual or a new array of float64."""
    if isinstance(x, DualArray):
        raise TypeError(
            f"{name} must not be a DualArray, got one of level {x.level}: nesting is not "
            "supported for DualArrays, only for Duals"
        )
    array = np.asarray(primal(x)) if isinstance(x, Dual) else numbers(x, name)
    if np.iscomplexobj(array):
        raise TypeError(
            f"{name} must be real, got {array.dtype}: differentiate by its real and its "
            "imaginary part, as two arguments"
        )
    return x if isinstance(x, Dual) else np.array(array)[()]


def seeded(x: Any, tangents: tuple[Any, ...], level: int) -> Any:
    """`x` with these partials of `level`, inside of any Dual of a higher one."""
    if np.ndim(x) != 0:
        return DualArray(x, np.stack(tangents), level)
    outside = [d for d in (x, *tangents) if isinstance(d, Dual) and d.level > level]
    if not outside:
        return Dual(x, tangents, level)
    outer = max(outside, key=lambda d: d.level)
    x, *tangents = (lift(d, [(outer.level, outer.width)]) for d in (x, *tangents))  # type: ignore
    partials = [
        seeded(p, tuple(t.partials[k] for t in tangents), level) for k, p in enumerate(x.partials)
    ]
    return Dual(seeded(x.value, tuple(t.value for t in tangents), level), partials, outer.level)


def unit_seeds(x: Any, start: int, width: int, level: int) -> DualArray:
    """A copy of `x` with partials in the directions of the entries from `start` on."""
    seeds = np.zeros((width, x.size))
    seeds[np.arange(width), np.arange(start, start + width)] = 1.0
    return DualArray(x.copy(order="K"), seeds.reshape(width, *x.shape), level)


def _inside(leaf: Dual, extract: Callable[[Any], Any]) -> Dual:
    """Extraction of a level inside of a Dual of a higher one."""
    return Dual(extract(leaf.value), [extract(p) for p in leaf.partials], leaf.level)


def value_of(leaf: Any, level: int) -> Any:
    """A result without the partials of `level`."""
    if isinstance(leaf, Dual) and leaf.level > level:
        return _inside(leaf, lambda x: value_of(x, level))
    return leaf.value if getattr(leaf, "level", None) == level else leaf


def tangent_of(leaf: Any, level: int, k: int) -> Any:
    """The k-th partial of `level` of a result: zeros for a constant."""
    if isinstance(leaf, Dual) and leaf.level > level:
        return _inside(leaf, lambda x: tangent_of(x, level, k))
    if getattr(leaf, "level", None) == level:
        return leaf.partials[k]
    return np.zeros(np.shape(leaf))[()]
