"""The loss of bench_reverse.py in JAX, its gradient under jit."""

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def _thin_plate_spline(s: Any) -> Any:
    # Twice, or the derivative of the branch not taken is NaN.
    safe = jnp.where(s > 0.0, s, 1.0)
    return jnp.where(s > 0.0, 0.5 * s * jnp.log(safe), 0.0)


PHI = {"gaussian": lambda s: jnp.exp(-s), "thin_plate_spline": _thin_plate_spline}


def _phi(kernel: str, epsilon: float, x: Any, y: Any) -> Any:
    difference = epsilon * (x[:, None, :] - y[None, :, :])
    return PHI[kernel](jnp.sum(difference**2, axis=-1))


def _polynomial(kernel: str, x: Any) -> Any:
    ones = jnp.ones((x.shape[0], 1))
    return jnp.hstack([ones, x]) if kernel == "thin_plate_spline" else ones


def loss(kernel: str, epsilon: float, smoothing: float, y: Any, d: Any, x: Any) -> Any:
    """Sum of the squares of the values at x of the interpolant of d at y."""
    K = _phi(kernel, epsilon, y, y) + smoothing * jnp.eye(len(y))
    P = _polynomial(kernel, y)
    R = P.shape[1]
    A = jnp.block([[K, P], [P.T, jnp.zeros((R, R))]])
    w = jnp.linalg.solve(A, jnp.concatenate([d, jnp.zeros(R)]))
    values = jnp.hstack([_phi(kernel, epsilon, x, y), _polynomial(kernel, x)]) @ w
    return jnp.sum(values**2)


def gradient(
    threads: int, kernel: str, epsilon: float, smoothing: float, y: Any, d: Any, x: Any
) -> Callable[[], Any]:
    """A call that gives the loss and its gradients in points, values and evaluation points.

    How many threads it takes was settled before JAX was loaded.
    """
    f = partial(loss, kernel, epsilon, smoothing)
    call = jax.jit(jax.value_and_grad(f, argnums=(0, 1, 2)))
    given = [jnp.asarray(a) for a in (y, d, x)]
    return lambda: jax.block_until_ready(call(*given))
