"""The loss of bench_reverse.py in PyTorch."""

from collections.abc import Callable
from typing import Any

import torch


def _thin_plate_spline(s: Any) -> Any:
    # Twice, or the derivative of the branch not taken is NaN.
    safe = torch.where(s > 0.0, s, 1.0)
    return torch.where(s > 0.0, 0.5 * s * torch.log(safe), 0.0)


PHI = {"gaussian": lambda s: torch.exp(-s), "thin_plate_spline": _thin_plate_spline}


def _phi(kernel: str, epsilon: float, x: Any, y: Any) -> Any:
    difference = epsilon * (x[:, None, :] - y[None, :, :])
    return PHI[kernel](torch.sum(difference**2, dim=-1))


def _polynomial(kernel: str, x: Any) -> Any:
    ones = torch.ones((len(x), 1), dtype=x.dtype)
    return torch.hstack([ones, x]) if kernel == "thin_plate_spline" else ones


def loss(kernel: str, epsilon: float, smoothing: float, y: Any, d: Any, x: Any) -> Any:
    """Sum of the squares of the values at x of the interpolant of d at y."""
    K = _phi(kernel, epsilon, y, y) + smoothing * torch.eye(len(y), dtype=y.dtype)
    P = _polynomial(kernel, y)
    R = P.shape[1]
    zeros = torch.zeros((R, R), dtype=y.dtype)
    A = torch.vstack([torch.hstack([K, P]), torch.hstack([P.T, zeros])])
    w = torch.linalg.solve(A, torch.cat([d, zeros[0]]))
    values = torch.hstack([_phi(kernel, epsilon, x, y), _polynomial(kernel, x)]) @ w
    return torch.sum(values**2)


def gradient(
    threads: int, kernel: str, epsilon: float, smoothing: float, y: Any, d: Any, x: Any
) -> Callable[[], Any]:
    """A call that gives the loss and its gradients in points, values and evaluation points."""
    torch.set_num_threads(threads)
    given = [torch.from_numpy(a).requires_grad_() for a in (y, d, x)]

    def call() -> Any:
        value = loss(kernel, epsilon, smoothing, *given)
        return value.detach(), torch.autograd.grad(value, given)

    return call
