"""For PyTorch: interpolation with backward, double backward, forward mode and torch.func.

Values and derivatives are computed by NumPy on the CPU; a vmap takes one slice after another.
Complex gradients follow PyTorch's convention. Third derivatives are not offered, nor second
ones by forward over forward mode.
"""

from collections.abc import Sequence
from typing import Any

from nbrbf.bridges._interpolation import Interpolation, check, default_epsilon
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
    """Interpolate scattered data, differentiably in the first five arguments.

    Parameters
    ----------
    y : (n, ndim) tensor
        Data point coordinates.
    d : (n, ...) tensor
        Data values, real or complex.
    x : (Q, ndim) tensor
        Evaluation points.
    smoothing : float or (n,) tensor
        Added to the diagonal of the kernel matrix.
    epsilon : float or (ndim,) tensor, optional
        Multiplies distances.
    kernel, degree, neighbors, workers
        As in `nbrbf.RBFInterpolator`.

    Returns
    -------
    (Q, ...) tensor
        float32 if `y`, `d` and `x` are, computed in float64.

    Raises
    ------
    ValueError
        If a shape, name or degree is not acceptable.
    numpy.linalg.LinAlgError
        If the linear system is singular.
    NotImplementedError
        If it is differentiated three times, or twice in forward mode.

    Examples
    --------
    >>> import torch
    >>> y, x = torch.tensor([[0.0], [1.0], [2.0]]), torch.tensor([[0.5], [1.5]])
    >>> d = torch.tensor([1.0, 3.0, 2.0], requires_grad=True)
    >>> (rbf_interpolate(y, d, x, kernel="linear") ** 2).sum().backward()
    >>> d.grad.round(decimals=5).tolist()
    [2.0, 4.5, 2.5]
    """
    u = [torch.as_tensor(a) for a in (y, d, x, smoothing)]
    if epsilon is None:
        epsilon = default_epsilon(kernel, u[0].shape[-1])
    u.append(torch.as_tensor(epsilon))
    check([tuple(a.shape) for a in u], [a.is_complex() for a in u])
    return Evaluate.apply(Interpolation(kernel, degree, neighbors, workers), *_of_one_precision(u))


def _of_one_precision(u: Sequence[Any]) -> list[Any]:
    """All as tensors of float32 or all of float64, whichever the first three call for."""
    dtype = torch.float32
    for a in u[:3]:
        dtype = torch.promote_types(dtype, a.dtype if _inexact(a) else torch.float64)
    real = torch.empty((), dtype=dtype).real.dtype
    dtypes = (real, dtype, real, real, real)
    return [a.to(u[0].device, t) for a, t in zip(u, dtypes, strict=True)]


def _inexact(a: Any) -> bool:
    return bool(a.is_floating_point() or a.is_complex())
