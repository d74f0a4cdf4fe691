"""Bars as they are passed to nbrbf.linalg and come from it.

All that an adjoint returns is dual as soon as one of its arguments is. Bars are not asked to be
finite.
"""

from typing import Any

import numpy as np

from nbrbf._arguments import is_dual
from nbrbf.linalg._operands import operand
from nbrbf_kernels.dual import DualArray

# (width, level) of what is dual among the arguments, or None.
Duality = tuple[int, int] | None


def bar_of(x: Any, bar: Any, name: str, own: str = "") -> Any:
    """The bar of `x` as an `operand` of its shape; called `own`, or as `x` and "_bar"."""
    own = own or f"{name}_bar"
    bar = operand(bar, own, False)
    if bar.shape != x.shape:
        raise ValueError(f"{own} must have the shape of {name}, {x.shape}, got {bar.shape}")
    return bar


def zeros(shape: tuple[int, ...], dual: Duality) -> Any:
    """Zeros to accumulate in, with partials of zeros if there is anything dual."""
    if dual is None:
        return np.zeros(shape)
    width, level = dual
    return DualArray(np.zeros(shape), np.zeros((width, *shape)), level)


def promoted(x: Any, dual: Duality) -> Any:
    """`x`, with partials of zeros if it has none and there is anything dual."""
    if dual is None or is_dual(x):
        return x
    width, level = dual
    return DualArray(x, np.zeros((width, *x.shape)), level)
