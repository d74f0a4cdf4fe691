"""For autograd: interpolation, LU and triangular solves, differentiable in reverse mode, twice.

Everything follows autograd's convention of the complex gradient. Third derivatives are not
offered.
"""

from typing import Any

import autograd.numpy as anp

from nbrbf.bridges._autograd_rules import applied
from nbrbf.bridges._interpolation import Interpolation, check_shapes, default_epsilon


def rbf_interpolate(
    y: Any,
    d: Any,
    x: Any,
    smoothing: Any = 0.0,
    epsilon: Any = None,
    *,
    kernel: Any = "thin_plate_spline",
    degree: int | None = None,
    neighbors: int | None = None,
    workers: int = 1,
) -> Any:
    """x"""
    if epsilon is None:
        epsilon = default_epsilon(kernel, anp.shape(y)[1])
    check_shapes(*map(anp.shape, (y, d, x, smoothing, epsilon)))
    return applied(Interpolation(kernel, degree, neighbors, workers), y, d, x, smoothing, epsilon)
