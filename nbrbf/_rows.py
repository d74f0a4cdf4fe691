"""Points as the kernels take them: one contiguous row for each axis, multiplied by epsilon."""

from typing import Any

import numpy as np

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.rows import scale_points

# Points (Q, ndim), their partials (p, Q, ndim) or None, a number for each axis to multiply by.
Unscaled = tuple[np.ndarray, Any, tuple[float, ...]]


def unscaled(points: Any, epsilon: Any) -> Unscaled:
    """What epsilon * points is made of; epsilon () or (ndim,), either may be dual."""
    ndim = points.shape[1]
    if isinstance(epsilon, float):
        factors = (epsilon,) * ndim
    elif isinstance(epsilon, np.ndarray):
        factors = tuple(epsilon.tolist())
    else:
        points, factors = epsilon * points, (1.0,) * ndim
    if isinstance(points, DualArray):
        return _in_order(points.value), _in_order(points.partials), factors
    return _in_order(points), None, factors


def rows_for(points: np.ndarray, tangents: Any) -> tuple[np.ndarray, Any]:
    """Memory for the rows (ndim, Q) of points, and for those of tangents, (ndim, p, Q) or None."""
    Q, ndim = points.shape
    return np.empty((ndim, Q)), None if tangents is None else np.empty((ndim, len(tangents), Q))


def scaled(points: Any, epsilon: Any) -> tuple[np.ndarray, Any]:
    """The rows (ndim, Q) of epsilon * points, and their partials, (ndim, p, Q) or None."""
    value, tangents, factors = unscaled(points, epsilon)
    rows = rows_for(value, tangents)
    scale_points(value, tangents, factors, *rows)
    return rows


def _in_order(array: np.ndarray) -> np.ndarray:
    """In C order and writeable: for another type the kernels would be compiled again."""
    return array if array.flags.carray else np.require(array, requirements=["C", "W"])
