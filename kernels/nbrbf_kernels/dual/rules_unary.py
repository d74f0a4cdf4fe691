"""f'(x) of NumPy's elementary functions of one argument; rules.py says how rules are written."""

import math

import numpy as np

from nbrbf_kernels._jit import ieee
from nbrbf_kernels.dual.choice import LARGEST, choose

# Squares of larger numbers could overflow: those are taken times _DOWN, and the result again.
_BIG, _DOWN = 2.0**400, 2.0**-600

LN2 = math.log(2.0)


def one(x, v):
    return 1.0


def minus_one(x, v):
    return -1.0


def zero(x, v):
    return 0.0


def absolute(x, v):
    return np.sign(x)


def square(x, v):
    return 2.0 * x


def reciprocal(x, v):
    return -v * v


def sqrt(x, v):
    return 0.5 / v


def cbrt(x, v):
    return 1.0 / (3.0 * v * v)


def exp(x, v):
    return v


def exp2(x, v):
    # v overflows half an octave before its derivative.
    over = abs(v) > LARGEST
    return choose(over, (2.0 * LN2) * np.exp2(choose(over, x - 1.0, 0.0)), LN2 * v)


def expm1(x, v):
    # Not 1 + v, which cancels for x < 0.
    return np.exp(x)


def log(x, v):
    return 1.0 / x


def log2(x, v):
    return (1.0 / LN2) / x


def log10(x, v):
    return (1.0 / math.log(10.0)) / x


def log1p(x, v):
    return 1.0 / (1.0 + x)


def sin(x, v):
    return np.cos(x)


def cos(x, v):
    return -np.sin(x)


def tan(x, v):
    return 1.0 + v * v


@ieee
def arcsin(x, v):
    # Not 1 - x^2, which cancels near 1.
    return 1.0 / np.sqrt((1.0 - x) * (1.0 + x))


def arccos(x, v):
    return -arcsin(x, v)


def arctan(x, v):
    # 1 / (1 + x^2) = s (s / (s^2 + (s x)^2)) for any s.
    s = choose(abs(x) > _BIG, _DOWN, 1.0)
    return s * (s / (s * s + (s * x) * (s * x)))


def sinh(x, v):
    return np.cosh(x)


def cosh(x, v):
    return np.sinh(x)


def tanh(x, v):
    # 1 / cosh^2 = 4 e / (1 + e)^2 with e = exp(-2 x) or, the same, exp(2 x): the one that
    # does not overflow. 1 - tanh^2 would cancel. The sign is chosen by a comparison and not
    # by abs, whose derivative at 0 is 0: the third derivative of tanh there is not.
    e = np.exp(choose(x < 0.0, 2.0, -2.0) * x)
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


def arcsinh(x, v):
    s = choose(abs(x) > _BIG, _DOWN, 1.0)
    return s / np.sqrt(s * s + (s * x) * (s * x))


def arccosh(x, v):
    return 1.0 / (np.sqrt(x - 1.0) * np.sqrt(x + 1.0))


def arctanh(x, v):
    return 1.0 / ((1.0 - x) * (1.0 + x))


def degrees(x, v):
    return 180.0 / math.pi


def radians(x, v):
    return math.pi / 180.0
