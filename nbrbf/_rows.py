"""Points as the kernels take them: one contiguous row for each axis, multiplied by epsilon."""

from typing import Any

import numpy as np

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.dual.array import pair


def scaled_rows(points: Any, epsilon: Any) -> tuple[Any, ...]:
    """The rows of epsilon * points, dual if either is; points (Q, ndim), epsilon () or (ndim,)."""
    return paired(*scaled_parts(points, epsilon))


def paired(values: tuple[Any, ...], partials: tuple[Any, ...], level: int) -> tuple[Any, ...]:
    """Rows whose values and partials are given apart."""
    if partials[0] is None:
        return values
    return tuple([pair(values[k], partials[k], level) for k in range(len(values))])


def scaled_parts(points: Any, epsilon: Any) -> tuple[tuple[Any, ...], tuple[Any, ...], int]:
    """The values of `scaled_rows`, their partials, each of them None if real, and the level."""
    if not isinstance(epsilon, float):
        points, epsilon = epsilon * points, 1.0
    if not isinstance(points, DualArray):
        return _scaled(points.T, epsilon), (None,) * points.shape[1], 0
    # A general product of dual arrays would take 20 us more.
    partials = _scaled(points.partials.transpose(2, 0, 1), epsilon)
    return _scaled(points.value.T, epsilon), partials, points.level


def _scaled(array: np.ndarray, epsilon: float) -> tuple[np.ndarray, ...]:
    """The rows of a product. Faster than a product in that order, and than to iterate over it."""
    product = array.copy()
    if epsilon != 1.0:
        product *= epsilon
    return tuple([product[axis] for axis in range(len(product))])
