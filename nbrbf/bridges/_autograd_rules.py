"""The four functions of an operation (_operation.py) as primitives of autograd.

Each is called with the operation, u, and then f_bar or u' or both.
"""

from typing import Any

from nbrbf.bridges._operation import Bilinear, Operation

try:
    from autograd.extend import defvjp_argnums, primitive
    from autograd.tracer import getval, isbox
except ImportError as error:
    raise ImportError(
        'nbrbf.bridges.autograd needs autograd: pip install "nbrbf[autograd]"'
    ) from error

__all__ = ["applied", "getval", "isbox"]


def applied(operation: Operation, *u: Any) -> Any:
    """f(u), of which autograd knows the derivatives."""
    return _evaluate(Bilinear(operation), *u)


@primitive
def _evaluate(operation: Bilinear, *u: Any) -> Any:
    return operation.evaluate(u)


@primitive
def _pushforward(operation: Bilinear, *u_du: Any) -> Any:
    n = len(u_du) // 2
    return operation.pushforward(u_du[:n], u_du[n:])


@primitive
def _pullback(operation: Bilinear, *u_f_bar: Any) -> tuple[Any, ...]:
    *u, f_bar = u_f_bar
    return tuple(operation.pullback(u, f_bar))


@primitive
def _curvature(operation: Bilinear, *u_f_bar_du: Any) -> tuple[Any, ...]:
    n = len(u_f_bar_du) // 2
    return tuple(operation.curvature(u_f_bar_du[:n], u_f_bar_du[n], u_f_bar_du[n + 1 :]))


def _evaluate_vjp(argnums: Any, f: Any, args: Any, kwargs: Any) -> Any:
    def vjp(f_bar: Any) -> tuple[Any, ...]:
        bars = _pullback(*args, f_bar)
        return tuple(bars[k - 1] for k in argnums)

    return vjp


def _pushforward_vjp(argnums: Any, df: Any, args: Any, kwargs: Any) -> Any:
    """By u' it is linear, by u its gradient is that of <df_bar, f'(u) u'>."""
    operation, *rest = args
    n = len(rest) // 2
    u, du = rest[:n], rest[n:]

    def vjp(df_bar: Any) -> tuple[Any, ...]:
        by_du = _pullback(operation, *u, df_bar) if any(k > n for k in argnums) else ()
        by_u = _curvature(operation, *u, df_bar, *du) if any(k <= n for k in argnums) else ()
        return tuple(by_u[k - 1] if k <= n else by_du[k - n - 1] for k in argnums)

    return vjp


def _pullback_vjp(argnums: Any, bars: Any, args: Any, kwargs: Any) -> Any:
    """By f_bar it is linear, by u the cotangents `v` of the bars are tangents of u."""
    operation, *u, f_bar = args
    n = len(u)

    def vjp(v: Any) -> tuple[Any, ...]:
        by_u = _curvature(operation, *u, f_bar, *v) if any(k <= n for k in argnums) else ()
        return tuple(by_u[k - 1] if k <= n else _pushforward(operation, *u, *v) for k in argnums)

    return vjp


defvjp_argnums(_evaluate, _evaluate_vjp)
defvjp_argnums(_pushforward, _pushforward_vjp)
defvjp_argnums(_pullback, _pullback_vjp)
