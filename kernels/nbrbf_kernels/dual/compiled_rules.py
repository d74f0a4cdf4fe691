"""Elementary functions of Duals in compiled code: each rule of the table, under all its names."""

import math
import operator

import numpy as np
import scipy.special
from numba.core import types
from numba.core.errors import TypingError

from nbrbf_kernels._jit import ieee, specialise
from nbrbf_kernels.dual import rules
from nbrbf_kernels.dual.compiled_scalar import chain, chain2, outer_level, real_value
from nbrbf_kernels.dual.types import DualType

# What Python's operators and the math module call the functions of the table.
_OTHER_NAMES = {
    "negative": [operator.neg],
    "positive": [operator.pos, np.conjugate],
    "absolute": [abs],
    "arcsin": [math.asin],
    "arccos": [math.acos],
    "arctan": [math.atan],
    "arcsinh": [math.asinh],
    "arccosh": [math.acosh],
    "arctanh": [math.atanh],
    "add": [operator.add, operator.iadd],
    "subtract": [operator.sub, operator.isub],
    "multiply": [operator.mul, operator.imul],
    "divide": [operator.truediv, operator.itruediv],
    "floor_divide": [operator.floordiv, operator.ifloordiv],
    "remainder": [operator.mod, operator.imod],
    "arctan2": [math.atan2],
    "hypot": [math.hypot],
    "copysign": [math.copysign],
}
_POWERS = [np.power, operator.pow, operator.ipow, pow, math.pow]
_SPECIAL_NAMES = {"erf": [math.erf], "erfc": [math.erfc], "gamma": [math.gamma]}
_SPECIAL_NAMES["gammaln"] = [math.lgamma]

# Of the same name in math, but a whole number there (compiled_refusals.py), or not in Numba.
_NOT_IN_MATH = {"floor", "ceil", "trunc", "cbrt"}
_NOT_IN_NUMBA = {"heaviside"}

# Up to here a power of a constant whole number is made of products: more would lose digits.
_FEW_FACTORS = 8


def _differentiate_unary(function, rule):
    derivative = ieee(rule)

    @specialise(function)
    def implementation(x):
        if not isinstance(x, DualType):
            return None

        def dual(x):
            a = x.value
            v = function(a)
            return chain(v, derivative(a, v), x)

        return dual


def _differentiated(function, rule_x, rule_y):
    """The implementation chosen by the types of two arguments."""
    fx, fy = ieee(rule_x), ieee(rule_y)

    def in_x(x, y):
        a = x.value
        v = function(a, y)
        return chain(v, fx(a, y, v), x)

    def in_y(x, y):
        b = y.value
        v = function(x, b)
        return chain(v, fy(x, b, v), y)

    def in_both(x, y):
        a, b = x.value, y.value
        v = function(a, b)
        return chain2(v, fx(a, b, v), x, fy(a, b, v), y)

    def implementation(x, y):
        level = outer_level(x, y)
        if level is None:
            return None
        of_x, of_y = (isinstance(t, DualType) and t.level == level for t in (x, y))
        if of_x and of_y and x.width != y.width:
            raise TypingError(f"Duals of {x.width} and of {y.width} partials do not mix")
        return (in_both if of_x else in_y) if of_y else in_x

    return implementation


def _power_of_constant(function, n):
    """x^n for a whole number n known to the compiler: products."""
    less = n - 1

    if n <= 0:
        # n x^(n - 1) as a product could overflow where this does not.
        def dual(x, y):
            a = x.value
            v = function(a, n)
            return chain(v, n * (v / a), x) if n else chain(v, 0.0, x)

    else:

        def dual(x, y):
            a = x.value
            return chain(function(a, n), n * a**less, x)

    return dual


def _differentiate_power(function):
    otherwise = _differentiated(function, *rules.BINARY["power"])

    @specialise(function, literal=True)
    def implementation(x, y):
        if isinstance(x, DualType) and isinstance(y, types.IntegerLiteral):
            n = y.literal_value
            if abs(n) <= _FEW_FACTORS:
                return _power_of_constant(function, n)
        return otherwise(x, types.unliteral(y))


for _name, _rule in rules.UNARY.items():
    _own = [getattr(math, _name)] if hasattr(math, _name) and _name not in _NOT_IN_MATH else []
    for _function in [getattr(np, _name), *_own, *_OTHER_NAMES.get(_name, [])]:
        _differentiate_unary(_function, _rule)

for _name, _pair in rules.BINARY.items():
    if _name not in {"power"} | _NOT_IN_NUMBA:
        for _function in [getattr(np, _name), *_OTHER_NAMES.get(_name, [])]:
            specialise(_function)(_differentiated(_function, *_pair))

for _name, _rule in rules.SPECIAL.items():
    for _function in [getattr(scipy.special, _name), *_SPECIAL_NAMES.get(_name, [])]:
        _differentiate_unary(_function, _rule)

for _function in _POWERS:
    _differentiate_power(_function)


@specialise(divmod)
def dual_divmod(x, y):
    if outer_level(x, y) is None:
        return None
    return lambda x, y: (x // y, x % y)


def _shift(function):
    """np.ldexp or math.ldexp: the power of two in halves, since 2^1030 is no number."""

    @specialise(function)
    def implementation(x, exponent):
        if isinstance(exponent, DualType):
            raise TypeError("the exponent of ldexp must be an integer, got a Dual")
        if not isinstance(x, DualType):
            return None

        def dual(x, exponent):
            half = exponent // 2
            part = chain(x.value, function(1.0, half), x)
            return chain(function(x.value, exponent), function(1.0, exponent - half), part)

        return dual


_shift(np.ldexp)
_shift(math.ldexp)


@specialise(math.frexp)
def dual_frexp(x):
    if not isinstance(x, DualType):
        return None

    def dual(x):
        exponent = math.frexp(real_value(x))[1]
        return math.ldexp(x, -exponent), exponent

    return dual
