"""For JAX: interpolation with jit, vmap, grad, jvp, jacfwd, jacrev and hessian.

Values and derivatives are computed by NumPy on the CPU, through `jax.pure_callback` where they
are compiled; a vmap takes one slice after another. Complex gradients follow JAX's convention.
Third derivatives are not offered, nor second ones by forward over forward mode.
"""

from collections.abc import Sequence
from typing import Any

import nbrbf.bridges._jax_rules  # noqa: F401  what JAX needs to know of the primitives
from nbrbf.bridges._interpolation import Interpolation, check, default_epsilon
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
    """Interpolate scattered data, differentiably in the first five arguments.

    Parameters
    ----------
    y : (n, ndim) array_like
        Data point coordinates.
    d : (n, ...) array
        Data values, real or complex.
    x : (Q, ndim) array
        Evaluation points.
    smoothing : float or (n,) array
        Added to the diagonal of the kernel matrix.
    epsilon : float or (ndim,) array, optional
        Multiplies distances.
    kernel, degree, neighbors, workers
        As in `nbrbf.RBFInterpolator`.

    Returns
    -------
    (Q, ...) array
        float32 if `y`, `d` and `x` are, computed in float64.

    Raises
    ------
    ValueError
        If a shape, name or degree is not acceptable.
    numpy.linalg.LinAlgError
        If the linear system is singular; inside of `jax.jit` as part of JAX's own error.
    NotImplementedError
        If it is differentiated three times, or twice in forward mode.

    Examples
    --------
    >>> import jax
    >>> import jax.numpy as jnp
    >>> y, x = jnp.array([[0.0], [1.0], [2.0]]), jnp.array([[0.5], [1.5]])
    >>> @jax.jit
    ... def loss(d):
    ...     return jnp.sum(rbf_interpolate(y, d, x, kernel="linear") ** 2)
    >>> jax.grad(loss)(jnp.array([1.0, 3.0, 2.0])).round(5).tolist()
    [2.0, 4.5, 2.5]
    """
    if epsilon is None:
        epsilon = default_epsilon(kernel, jax.numpy.shape(y)[1])
    u = [y, d, x, smoothing, epsilon]
    check(list(map(jax.numpy.shape, u)), list(map(jax.numpy.iscomplexobj, u)))
    operation = Bilinear(Interpolation(kernel, degree, neighbors, workers))
    return evaluate_p.bind(*_of_one_precision(u), operation=operation)


def _of_one_precision(u: Sequence[Any]) -> list[Any]:
    """All as arrays of float32 or all of float64, whichever the first three call for."""
    dtype = jax.numpy.result_type(*u[:3], jax.numpy.float32)
    real = jax.numpy.finfo(dtype).dtype
    dtypes = (real, dtype, real, real, real)
    return [jax.numpy.asarray(a, t) for a, t in zip(u, dtypes, strict=True)]
