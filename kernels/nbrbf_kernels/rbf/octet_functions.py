"""Elementary functions of octets: as elementary.py, from the processor's estimates and tables.

An estimate saves a root or a reciprocal the first half of its products, a table of sixteen
numbers the exponential and the logarithm the upper half of their polynomials. Measured errors:
sqrt 0.9, rsqrt 1.1, reciprocal 0.6, exp of negatives 1.4 and log 1.8 ulp. A NaN gives a NaN.
"""

from math import log

import numpy as np
from numba import types
from numba.extending import intrinsic

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.rbf.elementary import HALF_LN2, LARGE_DENOMINATOR, SMALLEST_NORMAL
from nbrbf_kernels.rbf.octet_instructions import (
    at_most,
    bits,
    bits_of,
    fraction,
    look_up,
    multiply_add,
    numbers_of,
    reciprocal_estimate,
    rsqrt_estimate,
)
from nbrbf_kernels.rbf.octets import octet

# 1 / x of what is larger may be subnormal, and of infinity the estimate is 0.
LARGE = 1e300


@kernel(inline=True)
def _correction(e):
    """((1 - e)^(-1/2) - 1) / e for |e| <= 1.25e-4, through the Chebyshev nodes."""
    return (0.3125 * e + 0.3750000032043457) * e + 0.5


@kernel(inline=True)
def sqrt(x):
    """Square root of 0 <= x < infinity, 0 to 1e-153 below 1e-303."""
    y = rsqrt_estimate(x + SMALLEST_NORMAL)
    g = x * y
    e = 1.0 - g * y
    return g + (g * e) * _correction(e)


@kernel(inline=True)
def rsqrt(x):
    """1 / sqrt(x) of a normal number x > 0; 1e-150 for all x above 1e300."""
    return rsqrt_of_finite(at_most(x, LARGE))


@kernel(inline=True)
def rsqrt_of_finite(x):
    """1 / sqrt(x) of 1e-303 < x < infinity, a finite one from 0 on."""
    y = rsqrt_estimate(x + SMALLEST_NORMAL)
    e = 1.0 - (x * y) * y
    return y + (y * e) * _correction(e)


@kernel(inline=True)
def reciprocal(x):
    """1 / x of a normal number x > 0; 1e-300 for all x above 1e300.

    The estimate is y = (1 - e) / x, and 1 / (1 - e) = 1 + e + e^2 + e^3 to 1.4e-17.
    """
    x = at_most(x, LARGE)
    y = reciprocal_estimate(x)
    e = 1.0 - x * y
    return y + (y * e) * (e * e + (1.0 + e))


@kernel(inline=True)
def sum_of_ratios(a, x, b, y):
    """a / x + b / y for x and y > 1e-150; what is above 1e150 counts as that."""
    x, y = at_most(x, LARGE_DENOMINATOR), at_most(y, LARGE_DENOMINATOR)
    return (a * y + b * x) / (x * y)


# Adding 1.5 * 2^48 rounds to a multiple of 1/16, which is then found in the lowest bits.
ROUNDER = 1.5 * 2.0**48
LOG2_E, LOG2_E_LOW = 1.4426950408889634, 2.0355273740931033e-17
LN_2_TO_1023 = 709.0895657128241  # to where a power of two is +0 in its bits

# 2^(n/16), less what n << 48 adds to the bits of its fraction.
_ROOTS = np.array([2.0 ** (n / 16) for n in range(16)])
POWERS = (_ROOTS.view(np.int64) - (np.arange(16) << 48)).view(float).tolist()


@intrinsic
def _power_of_two(typingctx, rounded):
    """2^(n/16) of what ROUNDER has rounded to n/16, +0 for n = -16 1023."""

    def codegen(context, builder, signature, args):
        n = bits_of(builder, args[0])
        power = bits_of(builder, look_up(builder, POWERS, n))
        return numbers_of(builder, builder.add(power, builder.shl(n, bits(48))))

    return octet(rounded), codegen


@kernel(inline=True)
def exp_of_negative(s):
    """e^-s for s >= 0, and something below the smallest normal number where that is.

    -s log2(e) = n/16 + r with an integer n and |r| <= 1/32, so e^-s = 2^(n/16) 2^r, and
    2^r = 1 + r q(r), q through the Chebyshev nodes (relative error of 2^r 2e-17).
    """
    s = at_most(s, LN_2_TO_1023)
    rounded = multiply_add(s, -LOG2_E, ROUNDER)
    r = multiply_add(s, -LOG2_E, ROUNDER - rounded) - s * LOG2_E_LOW
    q = 0.00015403724019468894
    q = q * r + 0.0013333781621472902
    q = q * r + 0.009618129106919254
    q = q * r + 0.05550410865663603
    q = q * r + 0.24022650695910075
    q = q * r + 0.6931471805599457
    power = _power_of_two(rounded)
    return power + (power * r) * q


FIRST_BITS = 0x3FE8000000000000  # of 0.75
# For the n = 12 to 24 that occur nearly 8 / n, such that the logarithm of its double is a float64
# to 1/2000 of its last place (Gal's way: the table then adds no error of its own).
_HALF_RECIPROCALS = {
    12: 0.666666671480352, 13: 0.6153846612192554, 14: 0.5714285817419482,
    15: 0.5333333602155481, 16: 0.5, 17: 0.47058823813116873, 18: 0.44444446259459,
    19: 0.4210526535312052, 20: 0.40000000454625756, 21: 0.38095238857986097,
    22: 0.3636363763507676, 23: 0.3478260873634766, 24: 0.33333334982659507,
}  # fmt: skip
# Each at n modulo 16.
HALF_RECIPROCALS = [_HALF_RECIPROCALS.get(n, _HALF_RECIPROCALS.get(16 + n, 0.5)) for n in range(16)]
HALF_LOGS = [-0.5 * log(2.0 * c) for c in HALF_RECIPROCALS]


@intrinsic
def _exponent_and_fraction(typingctx, x):
    """k and m of a normal x = 2^k m > 0 with m in [0.75, 1.5)."""
    result = types.UniTuple(octet, 2)

    def codegen(context, builder, signature, args):
        above = builder.sub(bits_of(builder, args[0]), bits(FIRST_BITS))
        k = builder.sitofp(builder.ashr(above, bits(52)), args[0].type)
        return context.make_tuple(builder, result, [k, fraction(builder, args[0])])

    return result(x), codegen


@intrinsic
def _half_reciprocal_and_half_log(typingctx, rounded):
    """The tables' c and -log(2 c) / 2 of what ROUNDER has rounded to n/16, 12 <= n <= 24."""
    result = types.UniTuple(octet, 2)

    def codegen(context, builder, signature, args):
        n = bits_of(builder, args[0])
        found = [look_up(builder, table, n) for table in (HALF_RECIPROCALS, HALF_LOGS)]
        return context.make_tuple(builder, result, found)

    return result(rounded), codegen


@kernel(inline=True)
def half_log_of_normal(x):
    """Half the natural logarithm of a normal number x > 0; some finite number for others.

    x = 2^k m, n/16 is the multiple next to m, and c nearly 8 / n. With h = m c - 1/2 and
    s = h / (1 + h), |s| <= 1/47, it is k log(2) / 2 - log(2 c) / 2 + atanh(s), the last in the
    form that elementary.py has for it (relative error of the polynomial 3e-17 around n = 16,
    where |s| <= 1/63 and the others are 0; elsewhere they are at least 0.03).
    """
    k, m = _exponent_and_fraction(x)
    half_reciprocal, half_log = _half_reciprocal_and_half_log(m + ROUNDER)
    h = m * half_reciprocal - 0.5
    s = h / (1.0 + h)
    z = s * s
    R = 0.1429103047190144
    R = R * z + 0.19999999364242352
    R = R * z + 0.33333333333344595
    return (h - s * (h - R * z)) + (k * HALF_LN2 + half_log)


_ROOTS_AND_RATIOS = (sqrt, rsqrt, rsqrt_of_finite, reciprocal, sum_of_ratios)
BY_PRODUCTS = {
    each.__name__: each for each in (*_ROOTS_AND_RATIOS, exp_of_negative, half_log_of_normal)
}
