"""Rules of the error function and of the gamma function and its logarithm.

    gamma' = gamma psi      (log gamma)' = psi      psi' = sum over k >= 0 of 1 / (x + k)^2

(DLMF 5.2, 5.15). The last is computed by arithmetic alone, so all of them can be
differentiated any number of times.
"""

import math

import numpy as np
from scipy.special import digamma

from nbrbf_kernels._jit import ieee
from nbrbf_kernels.dual.choice import choose

_2_SQRT_PI = 2.0 / math.sqrt(math.pi)
# x rounded to a multiple of this has at most 26 bits for |x| < 32: its square is exact.
_BITS = 2.0**21

# B_2k, highest first.
_BERNOULLI = (
    *(43867.0 / 798.0, -3617.0 / 510.0, 7.0 / 6.0, -691.0 / 2730.0, 5.0 / 66.0),
    *(-1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 1.0 / 6.0),
)


@ieee
def _exp_minus_square(x):
    """exp(-x^2): the rounding of x^2, here up to 256 ulp of the result, is made good."""
    square = x * x
    near = np.rint(x * _BITS) / _BITS
    rest = (near * near - square) + (x - near) * (x + near)
    return np.exp(-square) * (1.0 - choose(square < 1000.0, rest, 0.0))


def erf(x, v):
    return _2_SQRT_PI * _exp_minus_square(x)


def erfc(x, v):
    return -_2_SQRT_PI * _exp_minus_square(x)


def gamma(x, v):
    return v * digamma(x)


def gammaln(x, v):
    return digamma(x)


@ieee
def _trigamma(x):
    """psi' for x > 0: ten terms of sum 1 / (x + k)^2, then Euler and Maclaurin's series."""
    total = 0.0
    for k in range(10):
        r = 1.0 / (x + k)
        total = total + r * r
    r = 1.0 / (x + 10.0)
    series = 0.0
    for bernoulli in _BERNOULLI:
        series = series * (r * r) + bernoulli
    return total + r * (1.0 + r * (0.5 + r * series))


def psi(x, v):
    # Reflected for x < 0: psi'(x) = pi^2 / sin(pi x)^2 - psi'(1 - x). x less the nearest
    # whole number keeps the sine accurate near the poles.
    positive = x > 0.0
    half = _trigamma(choose(positive, x, 1.0 - x))
    c = math.pi / np.sin(math.pi * (x - np.rint(x)))
    return choose(positive, half, c * c - half)
