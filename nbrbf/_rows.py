"""Points as the kernels take them: one contiguous row for each axis, multiplied by epsilon."""

from typing import Any

import numpy as np

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.rows import scale_rows


def scaled_rows(points: Any, epsilon: Any) -> tuple[tuple[np.ndarray, ...], tuple[Any, ...]]:
    """The rows of epsilon * points; points (Q, ndim), epsilon () or (ndim,), either may be dual.

    Values, (Q,) each, and partials, (p, Q) each, or None.
    """
    if not isinstance(epsilon, float):
        points, epsilon = epsilon * points, 1.0
    value, tangents, width = points, None, 0
    if isinstance(points, DualArray):
        value, tangents = points.value, _in_order(points.partials)
        width = len(tangents)
    Q, ndim = value.shape
    planes, axes = np.empty((ndim, 1 + width, Q)), range(ndim)
    scale_rows(_in_order(value), tangents, epsilon, planes)
    rows = tuple([planes[axis, 0] for axis in axes])
    if tangents is None:
        return rows, (None,) * ndim
    return rows, tuple([planes[axis, 1:] for axis in axes])


def _in_order(array: np.ndarray) -> np.ndarray:
    """In C order and writeable: for another type the kernel would be compiled again."""
    return array if array.flags.carray else np.require(array, requirements=["C", "W"])
