"""For JAX."""

from typing import Any

import nbrbf.bridges._jax_rules  # noqa: F401  what JAX needs to know of the primitives
from nbrbf.bridges._interpolation import Interpolation, check_shapes, default_epsilon
from nbrbf.bridges._jax_primitives import evaluate_p, jax
from nbrbf.bridges._operation import Bilinear


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
        epsilon = default_epsilon(kernel, jax.numpy.shape(y)[1])
    u = _of_one_precision(y, d, x, smoothing, epsilon)
    check_shapes(*(a.shape for a in u))
    operation = Bilinear(Interpolation(kernel, degree, neighbors, workers))
    return evaluate_p.bind(*u, operation=operation)


def _of_one_precision(y: Any, d: Any, x: Any, smoothing: Any, epsilon: Any) -> list[Any]:
    """All as arrays of float32 or all of float64, whichever the first three call for."""
    dtype = jax.numpy.result_type(y, d, x, jax.numpy.float32)
    real = jax.numpy.finfo(dtype).dtype
    return [
        jax.numpy.asarray(a, dtype if a is d else real) for a in (y, d, x, smoothing, epsilon)
    ]
