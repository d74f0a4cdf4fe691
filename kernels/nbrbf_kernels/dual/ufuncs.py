"""NumPy's elementwise functions of dual numbers, made from the table of rules.

    f(x)' = f_x x'          f(x, y)' = f_x x' + f_y y'

The value is computed by NumPy and warns as NumPy does; the derivative never adds a warning.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.special

from nbrbf_kernels.dual.array import DualArray, common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import UFUNCS, DualNumber
from nbrbf_kernels.dual.rules import BINARY, REAL, SPECIAL, UNARY
from nbrbf_kernels.dual.scalar import Dual, check_width, number, parts, primal, unchecked

silent = partial(np.errstate, all="ignore")


def _is_scalar(x: Any) -> bool:
    if isinstance(x, DualArray):
        return False
    return isinstance(x, (Dual, float)) or np.ndim(x) == 0


def _outer_parts(operands: tuple[Any, ...]) -> tuple[int, list[Any], list[Any]]:
    """The outermost level of scalars, and their values and partials (or None) in it."""
    numbers = [number(x) for x in operands]
    level = max([x.level for x in numbers if isinstance(x, Dual)])
    values, tangents = zip(*[parts(x, level) for x in numbers], strict=True)
    widths = [len(t) for t in tangents if t is not None]
    if len(widths) > 1:
        check_width(*widths)
    return level, list(values), list(tangents)


def _scalar(ufunc: np.ufunc, rules: Any, operands: tuple[Any, ...]) -> Dual:
    level, values, tangents = _outer_parts(operands)
    v = ufunc(*values)
    with silent():
        terms = [
            [factor * p for p in t]
            for rule, t in zip(rules, tangents, strict=True)
            if t is not None
            for factor in (rule(*values, v),)
        ]
        partials = terms[0] if len(terms) == 1 else [a + b for a, b in zip(*terms, strict=True)]
    if type(v) is np.float64:  # then nothing is nested here, nor complex
        return unchecked(v, tuple(partials), level)
    return Dual(v, partials, level)


def aligned(partials: Any, ndim: int) -> Any:
    """Partials with axes of length 1 put in, so that the planes broadcast as values do."""
    missing = ndim + 1 - partials.ndim
    if not missing:
        return partials
    return partials.reshape((len(partials),) + (1,) * missing + partials.shape[1:])


def _array(call: Any, rules: Any, operands: tuple[Any, ...]) -> tuple[Any, Any]:
    values, tangents = zip(*[split(x) for x in operands], strict=True)
    v = np.asarray(call(*values))
    planes = None
    with silent():
        for rule, t in zip(rules, tangents, strict=True):
            if t is None:
                continue
            factor, t = rule(*values, v), aligned(t, v.ndim)
            one = type(factor) is float and factor == 1.0  # of a sum: no product to wait for
            if planes is None:
                planes = planes_like(v, len(t))
                np.multiply(factor, t, out=planes)
            else:
                planes += t if one else factor * t
    return v, planes


def _out(ufunc: np.ufunc, keywords: dict[str, Any]) -> tuple[DualArray | None, Any]:
    """The arguments out and where, if they are there and nothing else is."""
    keywords = dict(keywords)
    (out,) = keywords.pop("out", None) or (None,)
    where = keywords.pop("where", True)
    if keywords:
        raise TypeError(f"numpy.{ufunc.__name__} of dual numbers takes no {next(iter(keywords))}")
    if out is not None and not isinstance(out, DualArray):
        raise TypeError(
            f"out must be a DualArray for numpy.{ufunc.__name__} of dual numbers, got "
            f"{type(out).__name__}: that would drop the derivative"
        )
    if out is None and where is not True:
        raise TypeError(f"numpy.{ufunc.__name__} of dual numbers takes where only with out")
    return out, where


def _elementwise(scalar: Any, array: Any) -> Callable[..., Any]:
    """A ufunc from what it is for Duals, and what value and partials are for arrays."""

    def apply(ufunc: np.ufunc, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        out, where = _out(ufunc, keywords) if keywords else (None, True)
        if out is None:
            if all([_is_scalar(x) for x in operands]):
                return scalar(ufunc, operands)
            level, _ = common(*operands)
            value, planes = array(ufunc, operands)
            return wrap(value, planes, level)
        common(out, *operands)
        # Where `where` is false nothing is computed: NumPy would not warn there either.
        call = partial(ufunc, out=out.value.copy(), where=where)
        value, planes = array(call, operands)
        np.copyto(out.value, value, where=where)
        np.copyto(out.partials, 0.0 if planes is None else planes, where=where)
        return out

    return apply


def _differentiable(*rules: Any) -> Callable[..., Any]:
    return _elementwise(
        lambda ufunc, operands: _scalar(ufunc, rules, operands),
        lambda call, operands: _array(call, rules, operands),
    )


def _real(apply: Callable[..., Any]) -> Callable[..., Any]:
    """For functions that have no complex derivative."""

    def checked(ufunc: np.ufunc, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if any(np.iscomplexobj(_primal(x)) for x in operands):
            raise TypeError(f"numpy.{ufunc.__name__} of complex numbers has no complex derivative")
        return apply(ufunc, operands, keywords)

    return checked


def _primal(x: Any) -> Any:
    return x.value if isinstance(x, DualArray) else primal(x)


def _predicate(ufunc: np.ufunc, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Comparisons and the like look at values and return booleans."""
    if any(isinstance(x, DualNumber) for x in keywords.get("out") or ()):
        raise TypeError(f"out must be an array of booleans for numpy.{ufunc.__name__}, got a dual")
    return ufunc(*(_primal(x) for x in operands), **keywords)


def _conjugate_scalar(ufunc: np.ufunc, operands: tuple[Any, ...]) -> Dual:
    (x,) = operands
    return Dual(ufunc(x.value), [ufunc(p) for p in x.partials], x.level)


def _conjugate_array(call: Any, operands: tuple[Any, ...]) -> tuple[Any, Any]:
    ((value, tangent),) = (split(x) for x in operands)
    v = np.asarray(call(value))
    return v, None if tangent is None else np.conjugate(aligned(tangent, v.ndim))


def _extremum(first: Any) -> Callable[..., Any]:
    """maximum and minimum: the derivative of the number that is taken, never of a product
    with 0, which would let the other's NaN through. `first` says whether it is the first."""

    def scalar(ufunc: np.ufunc, operands: tuple[Any, ...]) -> Dual:
        level, values, tangents = _outer_parts(operands)
        taken = tangents[0 if first(*map(primal, values)) else 1]
        if taken is None:
            taken = [0.0] * len(next(t for t in tangents if t is not None))
        return Dual(ufunc(*values), taken, level)

    def array(call: Any, operands: tuple[Any, ...]) -> tuple[Any, Any]:
        values, tangents = zip(*(split(x) for x in operands), strict=True)
        v = np.asarray(call(*values))
        if all(t is None for t in tangents):
            return v, None
        x, y = (0.0 if t is None else aligned(t, v.ndim) for t in tangents)
        return v, np.where(first(*values), x, y)

    return _real(_elementwise(scalar, array))


UFUNCS.update({getattr(np, name): _differentiable(rule) for name, rule in UNARY.items()})
UFUNCS.update({getattr(np, name): _differentiable(*rules) for name, rules in BINARY.items()})
UFUNCS.update({getattr(scipy.special, f): _differentiable(rule) for f, rule in SPECIAL.items()})
UFUNCS.update({getattr(np, name): _real(UFUNCS[getattr(np, name)]) for name in REAL})
UFUNCS[np.conjugate] = _elementwise(_conjugate_scalar, _conjugate_array)

# The first of equal ones is taken; of NaNs any for maximum, the other number for fmax.
UFUNCS[np.maximum] = _extremum(lambda x, y: (x >= y) | (x != x))
UFUNCS[np.minimum] = _extremum(lambda x, y: (x <= y) | (x != x))
UFUNCS[np.fmax] = _extremum(lambda x, y: (x >= y) | (y != y))
UFUNCS[np.fmin] = _extremum(lambda x, y: (x <= y) | (y != y))

_PREDICATES = (
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_xor, np.logical_not),
    *(np.isfinite, np.isinf, np.isnan, np.signbit),
)
UFUNCS.update({predicate: _predicate for predicate in _PREDICATES})
