"""Derivatives and transposes of the primitives of _jax_primitives.py."""

from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any

from nbrbf.bridges._jax_primitives import (
    Flags,
    ad,
    bend_p,
    curvature_p,
    evaluate_p,
    given,
    pullback_p,
    pushforward_p,
)


def _evaluate_jvp(u: Any, du: Any, *, operation: Any) -> Any:
    moved = pushforward_p.bind(*u, *_tangents(du), operation=operation, moving=given(du))
    return evaluate_p.bind(*u, operation=operation), moved


def _pushforward_jvp(args: Any, tangents: Any, *, operation: Any, moving: Flags) -> Any:
    n = len(moving)
    u, du, ddu = args[:n], tangents[:n], tangents[n:]
    out = pushforward_p.bind(*args, operation=operation, moving=moving)
    terms = []
    if any(given(ddu)):
        moved = _among(moving, given(ddu))
        terms.append(pushforward_p.bind(*u, *_tangents(ddu), operation=operation, moving=moved))
    if any(given(du)):
        flags = {"operation": operation, "moving": moving, "also_moving": given(du)}
        terms.append(bend_p.bind(*args, *_tangents(du), **flags))
    return out, _sum(terms, out)


def _pullback_jvp(args: Any, tangents: Any, *, operation: Any, wanted: Flags) -> Any:
    (*u, _), (*du, df_bar) = args, tangents
    flags = {"operation": operation, "wanted": wanted}
    bars = pullback_p.bind(*args, **flags)
    terms = []
    if any(given([df_bar])):
        terms.append(pullback_p.bind(*u, df_bar, **flags))
    if any(given(du)):
        terms.append(curvature_p.bind(*args, *_tangents(du), moving=given(du), **flags))
    return bars, [_sum([term[k] for term in terms], bar) for k, bar in enumerate(bars)]


def _pushforward_transpose(f_bar: Any, *args: Any, operation: Any, moving: Flags) -> Any:
    u, du = args[: len(moving)], args[len(moving) :]
    if not any(given([f_bar])):
        return [None] * len(args)
    wanted = _among(moving, _unknown(du))
    bars = iter(pullback_p.bind(*u, f_bar, operation=operation, wanted=wanted))
    return [None] * len(u) + _in_place_of(du, bars)


def _pullback_transpose(v: Any, *args: Any, operation: Any, wanted: Flags) -> Any:
    u = args[:-1]
    if not any(given(v)):
        return [None] * len(args)
    moving = _among(wanted, given(v))
    f_bar = pushforward_p.bind(*u, *_tangents(v), operation=operation, moving=moving)
    return [None] * len(u) + [f_bar]


def _curvature_transpose(v: Any, *args: Any, operation: Any, moving: Flags, wanted: Flags) -> Any:
    n = len(moving)
    u_f_bar, du = args[: n + 1], args[n + 1 :]
    if any(_unknown(u_f_bar)):
        raise NotImplementedError("third derivatives of rbf_interpolate are not offered")
    if not any(given(v)):
        return [None] * len(args)
    flags = {"moving": _among(wanted, given(v)), "wanted": _among(moving, _unknown(du))}
    bars = curvature_p.bind(*u_f_bar, *_tangents(v), operation=operation, **flags)
    return [None] * (n + 1) + _in_place_of(du, iter(bars))


def _bend_transpose(
    f_bar: Any, *args: Any, operation: Any, moving: Flags, also_moving: Flags
) -> Any:
    n, known = len(moving), len(moving) + sum(moving)
    if not any(given([f_bar])):
        return [None] * len(args)
    u, du, ddu = args[:n], args[n:known], args[known:]
    flags = {"moving": moving, "wanted": _among(also_moving, _unknown(ddu))}
    bars = curvature_p.bind(*u, f_bar, *du, operation=operation, **flags)
    return [None] * known + _in_place_of(ddu, iter(bars))


def _tangents(tangents: Sequence[Any]) -> list[Any]:
    """Those that are not symbolic zeros."""
    return list(compress(tangents, given(tangents)))


def _sum(terms: list[Any], out: Any) -> Any:
    """Of the tangents of `out`; a symbolic zero of none."""
    return sum(terms[1:], start=terms[0]) if terms else ad.Zero.from_primal_value(out)


def _unknown(args: Sequence[Any]) -> Flags:
    """What is to be transposed."""
    return tuple(map(ad.is_undefined_primal, args))


def _among(flags: Flags, kept: Flags) -> Flags:
    """The flags that are set and for which the next of `kept` is."""
    rest = iter(kept)
    return tuple(flag and next(rest) for flag in flags)


def _in_place_of(args: Sequence[Any], bars: Iterator[Any]) -> list[Any]:
    return [next(bars) if unknown else None for unknown in _unknown(args)]


ad.primitive_jvps[evaluate_p] = _evaluate_jvp
ad.primitive_jvps[pushforward_p] = _pushforward_jvp
ad.primitive_jvps[pullback_p] = _pullback_jvp
ad.primitive_transposes[pushforward_p] = _pushforward_transpose
ad.primitive_transposes[pullback_p] = _pullback_transpose
ad.primitive_transposes[curvature_p] = _curvature_transpose
ad.primitive_transposes[bend_p] = _bend_transpose
