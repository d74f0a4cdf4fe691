"""The functions of bench_forward.py in JAX, under jit."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.linalg
from _forward_functions import SMOOTHING, Primals, epsilon

jax.config.update("jax_enable_x64", True)


def _gaussian(x: Any, y: Any, n: int) -> Any:
    difference = x[:, None, :] - y[None, :, :]
    return jnp.exp(-(epsilon(n) ** 2) * jnp.sum(difference**2, axis=-1))


def _fit(y: Any, d: Any, x: Any) -> Any:
    n = d.shape[0]
    weights = jnp.linalg.solve(_gaussian(y, y, n) + SMOOTHING * jnp.eye(n), d)
    return _gaussian(x, y, n) @ weights


def _lu(A: Any) -> Any:
    return jax.scipy.linalg.lu_factor(A)[0]


FUNCTIONS = {"solve": jnp.linalg.solve, "lu": _lu, "fit": _fit}


def tangent(what: str, primals: Primals, tangents: Primals) -> Callable[[], Any]:
    """A call that gives the tangents of the result, p in front: by jvp, or by jacfwd if p > 1."""
    f = FUNCTIONS[what]
    given = [jnp.asarray(x) for x in primals], [jnp.asarray(t) for t in tangents]
    p = tangents[0].shape[0]

    @jax.jit
    def one(x: Any, t: Any) -> Any:
        return jax.jvp(f, tuple(x), tuple(each[0] for each in t))[1][None]

    @jax.jit
    def many(x: Any, t: Any) -> Any:
        def along(s: Any) -> Any:
            return f(*(a + jnp.tensordot(s, b, 1) for a, b in zip(x, t, strict=True)))

        return jnp.moveaxis(jax.jacfwd(along)(jnp.zeros(p)), -1, 0)

    call = one if p == 1 else many
    return lambda: call(*given).block_until_ready()
