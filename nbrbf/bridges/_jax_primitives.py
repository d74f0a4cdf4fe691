"""The four functions of an operation (_operation.py) as primitives of JAX, and one more.

A function that JAX cannot look into gets one mode by its own means: custom_vjp refuses the
forward one, custom_jvp over a callback the reverse one. A primitive with a jvp and a transpose
has both:

    evaluate      jvp in u: pushforward
    pushforward   linear in u', transposed: pullback           jvp in u: bend
    pullback      linear in f_bar, transposed: pushforward     jvp in u: curvature
    curvature     linear in u', transposed: itself
    bend          f''(u) u' u'', linear in u'', transposed: curvature

They are called with u, then f_bar or tangents of those u that `moving` says have one, and give
cotangents of those u that are `wanted`. A bend is never computed: reverse over forward mode
only transposes it.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import Any, NoReturn

import numpy as np

try:
    import jax
    from jax.extend.core import Primitive
    from jax.interpreters import ad, batching, mlir
except ImportError as error:
    raise ImportError('nbrbf.bridges.jax needs JAX: pip install "nbrbf[jax]"') from error

Flags = tuple[bool, ...]


def _spread(flags: Flags, values: Iterable[Any]) -> list[Any]:
    """The next value for each flag that is set, None for the others."""
    values = iter(values)
    return [next(values) if flag else None for flag in flags]


def given(tangents: Sequence[Any]) -> Flags:
    return tuple(type(t) is not ad.Zero for t in tangents)


# What each computes, and the shape and type of what it gives, from arrays or their shapes.


def _evaluate(*u: Any, operation: Any) -> Any:
    return operation.evaluate(u)


def _pushforward(*args: Any, operation: Any, moving: Flags) -> Any:
    n = len(moving)
    return operation.pushforward(args[:n], _spread(moving, args[n:]))


def _pullback(*args: Any, operation: Any, wanted: Flags) -> list[Any]:
    *u, f_bar = args
    return list(compress(operation.pullback(u, f_bar), wanted))


def _curvature(*args: Any, operation: Any, moving: Flags, wanted: Flags) -> list[Any]:
    n = len(moving)
    du = _spread(moving, args[n + 1 :])
    return list(compress(operation.curvature(args[:n], args[n], du), wanted))


def _of_values(*u: Any, operation: Any, **params: Any) -> Any:
    _, d, x = u[:3]
    return jax.ShapeDtypeStruct((x.shape[0], *d.shape[1:]), d.dtype)


def _of_cotangents(*u: Any, wanted: Flags, **params: Any) -> list[Any]:
    return [jax.ShapeDtypeStruct(a.shape, a.dtype) for a in compress(u, wanted)]


def _refuse(*args: Any, **params: Any) -> NoReturn:
    raise NotImplementedError(
        "forward over forward mode (jacfwd of jacfwd) is not offered: take jax.hessian, which is "
        "jacfwd of jacrev, or jacrev of either"
    )


def _primitive(
    name: str, compute: Callable[..., Any], result: Callable[..., Any], several: bool = False
) -> Any:
    """A primitive that computes by NumPy: at once, or by a callback where it is compiled."""
    primitive = Primitive(f"nbrbf_{name}")
    primitive.multiple_results = several

    def run(*args: Any, **params: Any) -> Any:
        computed = compute(*map(np.asarray, args), **params)
        return [np.asarray(each) for each in computed] if several else np.asarray(computed)

    def impl(*args: Any, **params: Any) -> Any:
        return jax.tree.map(jax.numpy.asarray, run(*args, **params))

    def abstract(*avals: Any, **params: Any) -> Any:
        return jax.tree.map(
            lambda a: jax.core.ShapedArray(a.shape, a.dtype), result(*avals, **params)
        )

    def callback(*args: Any, **params: Any) -> Any:
        return jax.pure_callback(lambda *a: run(*a, **params), result(*args, **params), *args)

    def batched(args: Any, axes: Any, **params: Any) -> Any:
        mapped = [axis is not None for axis in axes]
        front = [
            jax.numpy.moveaxis(a, k, 0) for a, k in zip(args, axes, strict=True) if k is not None
        ]

        def one(slices: Any) -> Any:
            rest = iter(slices)
            return primitive.bind(
                *(next(rest) if m else a for a, m in zip(args, mapped, strict=True)), **params
            )

        out = jax.lax.map(one, front)
        return out, [0] * len(out) if several else 0

    primitive.def_impl(impl)
    primitive.def_abstract_eval(abstract)
    mlir.register_lowering(primitive, mlir.lower_fun(callback, multiple_results=several))
    batching.primitive_batchers[primitive] = batched
    return primitive


evaluate_p = _primitive("evaluate", _evaluate, _of_values)
pushforward_p = _primitive("pushforward", _pushforward, _of_values)
pullback_p = _primitive("pullback", _pullback, _of_cotangents, several=True)
curvature_p = _primitive("curvature", _curvature, _of_cotangents, several=True)
bend_p = _primitive("bend", _evaluate, _of_values)
bend_p.def_impl(_refuse)
mlir.register_lowering(bend_p, _refuse)
