"""Copies of arguments that lie in memory as the originals do, and dual arrays made of them."""

import math
from typing import Any

import numpy as np

from nbrbf_kernels.dual import Dual, DualArray


def is_differentiable(x: Any) -> bool:
    """Whether `x` is a real or complex number or an array of such."""
    if isinstance(x, (np.ndarray, np.generic)):
        return x.dtype.kind in "fc"
    return isinstance(x, (float, complex))


def empty_like(x: np.ndarray, *lead: int) -> np.ndarray:
    """New zeros of shape `lead` + x.shape, each array of x.shape with the strides of `x`."""
    if not x.size or any(s == 0 and n > 1 for n, s in zip(x.shape, x.strides, strict=True)):
        return np.zeros((*lead, *x.shape), x.dtype)
    ends = [(n - 1) * s for n, s in zip(x.shape, x.strides, strict=True)]
    before = -sum(end for end in ends if end < 0)
    span = before + sum(end for end in ends if end > 0) + x.itemsize
    strides = [span * math.prod(lead[k + 1 :]) for k in range(len(lead))]
    memory = np.zeros(math.prod(lead) * span, np.uint8)
    return np.ndarray((*lead, *x.shape), x.dtype, memory, before, (*strides, *x.strides))


def laid_out(values: Any, x: Any) -> Any:
    """A copy of `values`, of shape (...) + x.shape, each laid out as the array `x`."""
    if not isinstance(x, np.ndarray):
        return values
    out = empty_like(x, *values.shape[: values.ndim - x.ndim])
    out[...] = values
    return out


def duplicate(x: Any) -> Any:
    """A copy of an array; anything else as it is."""
    return laid_out(x, x) if isinstance(x, np.ndarray) else x


def dual(x: Any, tangents: np.ndarray) -> Any:
    """`x` with these tangents, a plane for each: a DualArray, or a Dual of a number."""
    if not isinstance(x, np.ndarray):
        return Dual(x, tuple(tangents))
    return DualArray(duplicate(x), laid_out(tangents, x))


def value_of(x: Any) -> Any:
    """`x` without its partials."""
    return x.value if isinstance(x, (Dual, DualArray)) else x


def partials_of(x: Any, width: int) -> np.ndarray:
    """The partials of a result (width,) + its shape: zeros for a constant."""
    if isinstance(x, (Dual, DualArray)):
        return np.asarray(x.partials)
    return np.zeros((width, *np.shape(x)))


def largest(x: Any) -> float:
    """The largest finite magnitude in `x`, 0 without any."""
    magnitudes = np.abs(np.asarray(x))
    return float(np.max(magnitudes, where=np.isfinite(magnitudes), initial=0.0))


def direction(rng: np.random.Generator, x: Any, *lead: int) -> np.ndarray:
    """Random numbers `lead` + shape of `x`, of its size (or 1, if all is 0) and kind."""
    shape = (*lead, *np.shape(x))
    t = rng.uniform(-1.0, 1.0, shape)
    if np.iscomplexobj(x):
        t = t + 1j * rng.uniform(-1.0, 1.0, shape)
    return np.asarray(t * (largest(x) or 1.0))
