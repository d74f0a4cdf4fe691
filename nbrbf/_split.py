"""Values and partials apart, as the kernels of sums take them: no partials are None."""

from typing import Any

import numpy as np

from nbrbf._arguments import is_dual, value_of


def split(array: Any) -> tuple[Any, Any]:
    """Value and partials of an array."""
    return (array.value, array.partials) if is_dual(array) else (array, None)


def parameters(radial: Any) -> dict[str, Any]:
    """The parameters of a radial function by what a message calls them."""
    if not radial:
        return {}  # of most; to ask them takes longer
    return {f"kernel.{name}": value for name, value in radial._asdict().items()}


def split_radial(radial: Any) -> tuple[Any, Any]:
    """A radial function with the values of its parameters, and their partials (p, fields)."""
    if not radial:
        return radial, None
    duals = [value for value in radial if is_dual(value)]
    if not duals:
        return radial, None
    partials = np.zeros((len(duals[0].partials), len(radial)))
    for n, value in enumerate(radial):
        if is_dual(value):
            partials[:, n] = value.partials
    return type(radial)(*map(value_of, radial)), partials
