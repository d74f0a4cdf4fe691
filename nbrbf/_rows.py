"""Points as the kernels take them: one contiguous row for each axis, multiplied by epsilon."""

from typing import Any

import numpy as np

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.dual.array import wrap


def scaled_rows(points: Any, epsilon: Any) -> tuple[Any, ...]:
    """The rows of epsilon * points, dual if either is; points (Q, ndim), epsilon () or (ndim,)."""
    if not isinstance(epsilon, float):
        points, epsilon = epsilon * points, 1.0
    # A general product of dual arrays would take 20 us more.
    if not isinstance(points, DualArray):
        return tuple(_scaled(points.T, epsilon))
    values = _scaled(points.value.T, epsilon)
    partials = _scaled(points.partials.transpose(2, 0, 1), epsilon)
    return tuple([wrap(*row, points.level) for row in zip(values, partials, strict=True)])


def _scaled(array: np.ndarray, epsilon: float) -> list[np.ndarray]:
    """The rows of a product. Faster than a product in that order, and than to iterate over it."""
    product = array.copy()
    if epsilon != 1.0:
        product *= epsilon
    return [product[axis] for axis in range(len(product))]
