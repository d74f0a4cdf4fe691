"""NumPy's divmod, modf, frexp and ldexp of dual numbers: two results, or an exponent.

Whole numbers have no derivative. The exponents of frexp and ldexp are integers, and a dual
number for one is refused.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import DualArray, split, wrap
from nbrbf_kernels.dual.protocol import UFUNCS, DualNumber
from nbrbf_kernels.dual.scalar import Dual, primal
from nbrbf_kernels.dual.ufuncs import aligned


def _plain(apply: Callable[..., Any]) -> Callable[..., Any]:
    """`apply` as a ufunc that takes no keywords."""

    def checked(ufunc: np.ufunc, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        for name in keywords:
            raise TypeError(f"numpy.{ufunc.__name__} of dual numbers takes no {name}")
        return apply(*operands)

    return checked


def _linear(x: Any, value: Callable[[Any], Any], tangent: Callable[[Any], Any]) -> Any:
    """The function `value` of `x`, and of its partials the linear function `tangent`."""
    v = value(x.value)
    if isinstance(x, Dual) and (isinstance(v, Dual) or np.ndim(v) == 0):
        return Dual(v, [tangent(p) for p in x.partials], x.level)
    _, partials = split(x)
    return wrap(v, tangent(aligned(partials, np.ndim(v))), x.level)


def _divmod(x: Any, y: Any) -> tuple[Any, Any]:
    return np.floor_divide(x, y), np.remainder(x, y)


def _modf(x: Any) -> tuple[Any, Any]:
    return _linear(x, lambda value: np.modf(value)[0], np.positive), np.trunc(x)


def _ldexp(x: Any, exponent: Any) -> Any:
    if isinstance(exponent, DualNumber):
        raise TypeError("the exponent of numpy.ldexp must be an integer, got a dual number")

    def shift(part: Any) -> Any:
        return np.ldexp(part, exponent)

    return _linear(x, shift, shift)


def _frexp(x: Any) -> tuple[Any, Any]:
    _, exponent = np.frexp(x.value if isinstance(x, DualArray) else primal(x))
    return (
        _linear(x, lambda value: np.frexp(value)[0], lambda part: np.ldexp(part, -exponent)),
        exponent,
    )


UFUNCS.update({np.divmod: _plain(_divmod), np.modf: _plain(_modf)})
UFUNCS.update({np.ldexp: _plain(_ldexp), np.frexp: _plain(_frexp)})
