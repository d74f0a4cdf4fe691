"""For PyTorch."""

from typing import Any

from nbrbf.bridges._interpolation import Interpolation, check_shapes, default_epsilon
from nbrbf.bridges._torch_functions import Evaluate, torch


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
    y, d, x = map(torch.as_tensor, (y, d, x))
    if epsilon is None:
        epsilon = default_epsilon(kernel, y.shape[1])
    u = _of_one_precision(y, d, x, smoothing, epsilon)
    check_shapes(*(tuple(a.shape) for a in u))
    return Evaluate.apply(Interpolation(kernel, degree, neighbors, workers), *u)


def _of_one_precision(y: Any, d: Any, x: Any, smoothing: Any, epsilon: Any) -> list[Any]:
    """All as tensors of float32 or all of float64, whichever the first three call for."""
    dtype = torch.float32
    for a in (y, d, x):
        dtype = torch.promote_types(dtype, a.dtype if _inexact(a) else torch.float64)
    real = torch.empty((), dtype=dtype).real.dtype
    y, x, smoothing, epsilon = (
        torch.as_tensor(a, dtype=real, device=y.device) for a in (y, x, smoothing, epsilon)
    )
    return [y, d.to(dtype), x, smoothing, epsilon]


def _inexact(a: Any) -> bool:
    return bool(a.is_floating_point() or a.is_complex())
