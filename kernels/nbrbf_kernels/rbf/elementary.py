"""Elementary functions at the speed of multiplication, in loops that vectorise.

A call of the C library's exp or log keeps a loop scalar, and the processor's vector square
root takes 2 cycles a number, as long as all the rest of a pair of points; divider.py says where
that is of use all the same. So exp, log and square root are here straight lines of
multiplications and additions: zero, subnormals, infinities and NaN go through selects, never
branches. A division stays one: the divider works beside the multiplications, of which it costs
but three, unless there is less than nine for it to hide behind. Measured errors: exp 1.4, that
of negatives 0.9, log 1.3, sqrt 0.8 and rsqrt 1.0 ulp. A NaN gives a NaN.

The argument reductions subtract a constant in two pieces and lean on the order of rounding.
These functions are therefore kernels of their own: LLVM keeps the flags of an instruction
when it inlines it, so a caller that allows reassociation does not fold the pieces.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nbrbf_kernels._jit import kernel

INF = np.inf
LN_2_TO_54 = 37.42994775023705

# Adding 1.5 * 2^52 rounds to an integer, which is then found in the lowest bits.
ROUNDER = 1.5 * 2.0**52
ROUNDER_AND_BIAS = ROUNDER + 1023.0
INVERSE_LN2 = 1.4426950408889634
LN_OF_LARGEST_RECIPROCAL = 708.3964185322641  # -log of the smallest normal number
# 2 ln 2 and ln 2 in two pieces; a small integer times the first, of 40 bits, is exact.
INVERSE_TWO_LN2 = 0.7213475204444817
TWO_LN2_HIGH, TWO_LN2_LOW = 1.386294361119326, 5.647058112606315e-13
HALF_LN2 = 0.34657359027997264
LN2_HIGH, LN2_LOW = 0.6931471805592082, 7.371002565167799e-13

SMALLEST_NORMAL = 2.2250738585072014e-308
LARGE = 1e308
LARGE_DENOMINATOR = 1e150  # the product of two is finite
RSQRT_START = np.uint64(0x5FEC000000000000)
ONE = np.uint64(1)
BIAS = np.uint64(1023)
MANTISSA_BITS = np.uint64(52)
# Of signed numbers, whose shift to the right keeps the sign.
EXPONENT = np.int64(52)
MANTISSA = np.int64(2**52 - 1)
SQRT_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)


@intrinsic
def bits_of(typingctx, x):
    """The bits of a float64 as an unsigned integer."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.IntType(64))

    return types.uint64(types.float64), codegen


@intrinsic
def float_of(typingctx, bits):
    """The float64 that has these bits."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.uint64), codegen


@kernel(inline=True)
def _rsqrt_estimate(x):
    """1 / sqrt(x) to a relative 4.2e-7.

    Halving the exponent in the bits gives a first y, 1.225 to 1.299 times too large. With
    e = 1 - x y^2 the result is y (1 - e)^(-1/2), a minimax polynomial in e. Whoever takes the
    series of (1 - e)^(-1/2) to e^2 from there is at 2e-19.
    """
    y = float_of(RSQRT_START - (bits_of(x) >> ONE))
    e = 1.0 - (x * y) * y
    p = 0.06135168256427778
    p = p * e + 0.22652328410274727
    p = p * e + 0.4526169964438639
    p = p * e + 0.993842882915661
    return y * p


@kernel(inline=True)
def sqrt(x):
    """Square root of 0 <= x < infinity, 0 to 1e-150 below the smallest normal number."""
    y = _rsqrt_estimate(x)
    g = x * y
    e = 1.0 - g * y
    return g + (g * e) * (0.375 * e + 0.5)


@kernel(inline=True)
def rsqrt(x):
    """1 / sqrt(x) of a normal number x > 0; 1e-154 for all x above 1e308."""
    value = rsqrt_of_finite(x)
    return 1e-154 if x > LARGE else value


@kernel(inline=True)
def rsqrt_of_finite(x):
    """1 / sqrt(x) of a normal number x > 0, a finite one of x = 0."""
    y = _rsqrt_estimate(x)  # `sqrt(x)` beside it shares this
    e = 1.0 - (x * y) * y
    return y + (y * e) * (0.375 * e + 0.5)


@kernel(inline=True)
def reciprocal(x):
    """1 / x."""
    return 1.0 / x


@kernel(inline=True)
def sum_of_ratios(a, x, b, y):
    """a / x + b / y for x and y > 1e-150; what is above 1e150 counts as that.

    Two divisions would keep the divider busy for longer than one and all of the products.
    """
    x = LARGE_DENOMINATOR if x > LARGE_DENOMINATOR else x
    y = LARGE_DENOMINATOR if y > LARGE_DENOMINATOR else y
    return (a * y + b * x) / (x * y)


@kernel(inline=True)
def exp(x):
    """e^x.

    x = 2 h ln 2 + t with an integer h and |t| <= ln 2, so e^x = 2^h 2^h e^t. Neither
    factor leaves the range where e^x is in it, and only the last product rounds to a
    subnormal. e^t = 1 + t + t^2 q(t), q through the Chebyshev nodes of the interval
    (relative error of e^t 6e-18).
    """
    x = -746.0 if x < -746.0 else x  # 0 below, and a NaN passes both lines
    x = 710.0 if x > 710.0 else x  # infinity above
    rounded = x * INVERSE_TWO_LN2 + ROUNDER
    h = rounded - ROUNDER
    t = (x - h * TWO_LN2_HIGH) - h * TWO_LN2_LOW
    q = 1.1545685759389179e-11
    q = q * t + 1.6178995250161265e-10
    q = q * t + 2.087630601218524e-09
    q = q * t + 2.5051386448560423e-08
    q = q * t + 2.7557320525952243e-07
    q = q * t + 2.7557321308342927e-06
    q = q * t + 2.4801587299760526e-05
    q = q * t + 1.9841269838345206e-04
    q = q * t + 1.3888888888889987e-03
    q = q * t + 8.333333333335092e-03
    q = q * t + 4.1666666666666664e-02
    q = q * t + 1.6666666666666663e-01
    q = q * t + 0.5
    power = float_of((bits_of(rounded) + BIAS) << MANTISSA_BITS)
    return (1.0 + (t + (t * t) * q)) * power * power


@kernel(inline=True)
def exp_of_negative(s):
    """e^-s for s >= 0, and 0 where that is below the smallest normal number.

    s = -k ln 2 + t with an integer k and |t| <= ln 2 / 2, so e^-s = 2^k e^-t, and the bits of
    `rounded` are 2^k's but for a shift. e^-t = 1 + t g(t), g through the Chebyshev nodes
    (relative error of e^-t 9e-18). Two thirds of the work of `exp`: one factor 2^k needs no
    second one if nothing subnormal comes out, which the processor is slow with anyway.
    """
    rounded = ROUNDER_AND_BIAS - s * INVERSE_LN2
    k = rounded - ROUNDER_AND_BIAS
    t = (s + k * LN2_HIGH) + k * LN2_LOW
    g = -2.5105207436985358e-08
    g = g * t + 2.762635862380964e-07
    g = g * t - 2.755725542319278e-06
    g = g * t + 2.480150434367692e-05
    g = g * t - 1.9841269874802504e-04
    g = g * t + 1.3888888932491216e-03
    g = g * t - 8.333333333326141e-03
    g = g * t + 4.1666666666573135e-02
    g = g * t - 1.666666666666667e-01
    g = g * t + 5.000000000000006e-01
    g = g * t - 1.0
    value = (1.0 + g * t) * float_of(bits_of(rounded) << MANTISSA_BITS)
    return 0.0 if s > LN_OF_LARGEST_RECIPROCAL else value


@kernel(inline=True)
def half_log_of_normal(x):
    """Half the natural logarithm of a normal number x > 0; some finite number for others.

    x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)), and with h = f / 2 and s = f / (2 + f)
    log(1 + f) / 2 = log((1 + s) / (1 - s)) / 2 = s + s R(s^2) / 2 = h - s (h - R / 2): h is
    exact, so only the last subtraction rounds (the C libraries' form, after K. C. Ng). R / 2
    through the Chebyshev nodes (relative error of the sum 4e-18).
    """
    above = np.int64(bits_of(x)) - SQRT_HALF_BITS
    k = float(above >> EXPONENT)
    h = 0.5 * float_of(np.uint64((above & MANTISSA) + SQRT_HALF_BITS)) - 0.5
    s = h / (1.0 + h)
    z = s * s
    R = 7.308224842521703e-02
    R = R * z + 7.665860800278021e-02
    R = R * z + 9.091444562630861e-02
    R = R * z + 1.111110556739754e-01
    R = R * z + 1.4285714312987743e-01
    R = R * z + 1.9999999999949752e-01
    R = R * z + 3.333333333333335e-01
    R = R * z
    return k * HALF_LN2 + (h - s * (h - R))


@kernel(inline=True)
def log(x):
    """Natural logarithm."""
    tiny = x < SMALLEST_NORMAL
    value = 2.0 * half_log_of_normal(x * 2.0**54 if tiny else x)
    value = value - LN_2_TO_54 if tiny else value
    value = x if x == INF else value
    value = -INF if x == 0.0 else value
    return value if x >= 0.0 else np.nan
