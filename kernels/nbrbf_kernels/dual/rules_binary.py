"""(f_x, f_y) of NumPy's elementary functions of two arguments; rules.py says how."""

import numpy as np

from nbrbf_kernels._jit import ieee, specialise
from nbrbf_kernels.dual.choice import LARGEST, SMALLEST, choose
from nbrbf_kernels.dual.rules_unary import LN2

# Its reciprocal is still finite.
_SMALL = 1e-300

# Squares of numbers beyond these could under- or overflow: such are scaled before.
_TINY, _BIG = 2.0**-400, 2.0**400
_UP, _DOWN = 2.0**600, 2.0**-600


def one(x, y, v):
    return 1.0


def minus_one(x, y, v):
    return -1.0


def zero(x, y, v):
    return 0.0


def multiply_x(x, y, v):
    return y


def multiply_y(x, y, v):
    return x


def divide_x(x, y, v):
    return 1.0 / y


def divide_y(x, y, v):
    # -v / y; but a subnormal v has lost digits that the derivative has where |y| < 1.
    lossy = (v != 0) & (abs(v) < SMALLEST) & (abs(y) < 1.0)
    return choose(lossy, -x * ((1.0 / y) * (1.0 / y)), -v / y)


@ieee
def lost(v):
    """Whether `v` is out of the range of normal numbers."""
    return (abs(v) < SMALLEST) | (abs(v) > LARGEST)


def root(x, y, v):
    """|x|^(y / 2), which is in range, where v = x^y is not; elsewhere 1."""
    return abs(x) ** (choose(lost(v), 0.5, 0.0) * y)


@specialise(root)
def branching_root(x, y, v):
    # Without a branch every power would cost one more of 16 ns.
    return lambda x, y, v: abs(x) ** (0.5 * y) if lost(v) else 1.0


def power_x(x, y, v):
    # y x^(y - 1); but at x = y = 0, 0 * 0^0 is 0 and 0 * 0^-1 is not. The exponent is left
    # alone there only: anywhere else its derivative by y counts (that of y x^(y - 1) at
    # y = 0 is 1 / x).
    p = x ** (y - 1.0 * ((y != 0) | (abs(x) > _SMALL)))
    # The same by v / x, where p is out of range or y - 1 is rounded: an error d of the exponent
    # is one of d log x.
    exact = (y - 1.0) + 1.0 == y
    r = root(x, y, v)
    negative = (p < 0.0) | (1.0 / p < 0.0)
    by_root = choose(negative, -y, y) * r * (r / abs(x))
    by_value = choose(lost(v), by_root, y * v / x)
    in_range = (abs(p) >= SMALLEST) & (abs(p) <= LARGEST)
    return choose((exact & in_range) | (x == 0), y * p, by_value)


def power_y(x, y, v):
    # At x = 0 the power does not change with y (for y > 0), so log 1 stands for log 0.
    log_x = np.log(choose(x == 0, 1.0, x))
    r = root(x, y, v)
    return choose(lost(v) & (x != 0), r * log_x * r, v * log_x)


@ieee
def _scales(x, y):
    """Powers of two (up, down), 1 but for one, that bring the larger of |x| and |y| to where
    squares are harmless."""
    tiny = (abs(x) < _TINY) & (abs(y) < _TINY)
    big = (abs(x) > _BIG) | (abs(y) > _BIG)
    return choose(tiny, _UP, 1.0), choose(big, _DOWN, 1.0)


@ieee
def hypot_x(x, y, v):
    # x / v, but v may have left the range of numbers. At the origin 0, as that of |x|.
    up, down = _scales(x, y)
    x, y = up * x, up * y
    norm = np.sqrt((down * x) * (down * x) + (down * y) * (down * y))
    return down * (x / choose(v == 0, 1.0, norm))


def hypot_y(x, y, v):
    return hypot_x(y, x, v)


@ieee
def arctan2_x(x, y, v):
    # Of arctan(x / y): y / (x^2 + y^2).
    up, down = _scales(x, y)
    s = up * down
    x, y = s * x, s * y
    return s * (y / (x * x + y * y))


def arctan2_y(x, y, v):
    return -arctan2_x(y, x, v)


@ieee
def _difference(x, y):
    """x - y and what rounding took from it (Knuth's TwoSum)."""
    d = x - y
    b = d - x
    rest = (x - (d - b)) - (y + b)
    return d, choose(abs(d) <= LARGEST, rest, 0.0)


@ieee
def logaddexp_x(x, y, v):
    # e^x / (e^x + e^y) = 1 / (1 + e^(y - x)), without overflow and, far out, without the
    # rounding of y - x, of which e^(y - x) makes a relative error.
    d, rest = _difference(x, y)
    e = choose(d > 0.0, np.exp(-d) * (1.0 - rest), np.exp(d) * (1.0 + rest))
    return choose(d > 0.0, 1.0, e) / (1.0 + e)


def logaddexp_y(x, y, v):
    return logaddexp_x(y, x, v)


@ieee
def logaddexp2_x(x, y, v):
    d, rest = _difference(x, y)
    rest = LN2 * rest
    e = choose(d > 0.0, np.exp2(-d) * (1.0 - rest), np.exp2(d) * (1.0 + rest))
    return choose(d > 0.0, 1.0, e) / (1.0 + e)


def logaddexp2_y(x, y, v):
    return logaddexp2_x(y, x, v)


def remainder_y(x, y, v):
    # v = x - n y with a whole number n. The quotients may be rounded, n is not then.
    return -np.rint(x / y - v / y)


def copysign_x(x, y, v):
    return np.sign(x) * np.copysign(1.0, y)


def heaviside_y(x, y, v):
    return 1.0 * (x == 0)
