"""Points as the kernels take them: one contiguous row for each axis, multiplied by epsilon."""

from typing import Any

import numpy as np

from nbrbf._arguments import is_dual
from nbrbf_kernels.dual import DualArray


def scaled_rows(points: Any, epsilon: Any) -> tuple[Any, ...]:
    """The rows of epsilon * points, dual if either is; points (Q, ndim), epsilon () or (ndim,)."""
    if isinstance(epsilon, float):
        scaled = points if epsilon == 1.0 else points * epsilon
    else:
        scaled = epsilon * points
    if not is_dual(scaled):
        return tuple(np.ascontiguousarray(scaled.T))
    return tuple(
        DualArray(
            np.ascontiguousarray(scaled.value[:, k]),
            np.ascontiguousarray(scaled.partials[:, :, k]),
            scaled.level,
        )
        for k in range(scaled.shape[1])
    )
