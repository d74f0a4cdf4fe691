"""The rules in compiled code: 40 digits at random and at edge arguments, as in Python.

Many functions share one compiled one, since compiling is what takes the time.
"""

import math

import mpmath
import numpy as np
import pytest
import scipy.special
from numba import njit
from numba.core.errors import TypingError

from nbrbf_kernels.dual import Dual
from nbrbf_kernels.dual.rules import BINARY, SPECIAL, UNARY
from tests.kernels.dual import reference

STEPS = {"sign", "floor", "ceil", "trunc", "rint"}


@njit
def of_one(x):
    """Of every function, in the order of `OF_ONE`."""
    return (
        *(-x, +x, abs(x), math.fabs(x), np.square(x), np.reciprocal(x), np.sqrt(x), np.cbrt(x)),
        *(np.exp(x), np.exp2(x), np.expm1(x), np.log(x), np.log2(x), np.log10(x), np.log1p(x)),
        *(np.sin(x), np.cos(x), np.tan(x), np.arcsin(x), np.arccos(x), np.arctan(x)),
        *(np.sinh(x), np.cosh(x), np.tanh(x), np.arcsinh(x), np.arccosh(x), np.arctanh(x)),
        *(np.degrees(x), np.rad2deg(x), np.radians(x), np.deg2rad(x)),
        *(math.erf(x), math.erfc(x), math.gamma(x), math.lgamma(x), scipy.special.psi(x)),
        *(np.sign(x), np.floor(x), np.ceil(x), np.trunc(x), np.rint(x)),
    )


OF_ONE = (
    *("negative", "positive", "absolute", "fabs", "square", "reciprocal", "sqrt", "cbrt"),
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
    *("degrees", "rad2deg", "radians", "deg2rad"),
    *("erf", "erfc", "gamma", "gammaln", "psi"),
    *("sign", "floor", "ceil", "trunc", "rint"),
)


@njit
def of_two(x, y):
    return (
        *(x + y, x - y, x * y, x / y, x**y, np.float_power(x, y)),
        *(np.hypot(x, y), np.arctan2(x, y), np.logaddexp(x, y), np.logaddexp2(x, y)),
        *(x // y, x % y, np.fmod(x, y), np.copysign(x, y)),
    )


OF_TWO = (
    *("add", "subtract", "multiply", "divide", "power", "float_power"),
    *("hypot", "arctan2", "logaddexp", "logaddexp2"),
    *("floor_divide", "remainder", "fmod", "copysign"),
)


@njit(error_model="numpy")
def all_of_one(points, values, slopes):
    for i in range(points.size):
        results = of_one(Dual(points[i], (1.0,)))
        for k in range(len(results)):
            values[k, i] = results[k].value
            slopes[k, i] = results[k].partials[0]


@njit(error_model="numpy")
def all_of_two(pairs, values, slopes):
    # By one argument at a time: 0 times the other's infinite derivative would be NaN.
    for i in range(pairs.shape[1]):
        x, y = pairs[0, i], pairs[1, i]
        by_x, by_y = of_two(Dual(x, (1.0,)), y), of_two(x, Dual(y, (1.0,)))
        for k in range(len(by_x)):
            values[k, i] = by_x[k].value
            slopes[k, 0, i], slopes[k, 1, i] = by_x[k].partials[0], by_y[k].partials[0]


def test_every_rule_is_here():
    assert set(OF_ONE) == set(UNARY | SPECIAL)
    assert set(OF_TWO) == set(BINARY) - {"heaviside"}


@pytest.fixture(scope="module")
def compiled_of_one():
    values, slopes = np.empty((2, len(OF_ONE), reference.POINTS.size))
    all_of_one(reference.POINTS, values, slopes)
    return values, slopes


@pytest.mark.parametrize("name", OF_ONE)
def test_functions_of_one_argument_are_right_to_8_ulp(compiled_of_one, name):
    values, slopes = (part[OF_ONE.index(name)] for part in compiled_of_one)
    if name in STEPS:
        assert not slopes.any()
        return
    function = getattr(np, name, None) or getattr(scipy.special, name)
    places, expected = reference.expected_unary(name, reference.POINTS)
    with np.errstate(all="ignore"):
        value = function(reference.POINTS[places])
    # SciPy's special functions are not those of the C library.
    rtol, atol = (1e-13, 1e-14) if name in SPECIAL else (4e-15, 0.0)
    np.testing.assert_allclose(values[places], value, rtol=rtol, atol=atol)
    limit = 16.0 if name in ("gamma", "gammaln") else 8.0
    assert max(map(reference.ulp_error, slopes[places], expected)) <= limit


@pytest.mark.parametrize("name", OF_TWO)
def test_functions_of_two_arguments_are_right_to_8_ulp(name):
    pairs, expected = reference.expected_binary(name)
    values, slopes = (
        np.empty((len(OF_TWO), pairs.shape[1])),
        np.empty((len(OF_TWO), 2, pairs.shape[1])),
    )
    all_of_two(pairs, values, slopes)
    k = OF_TWO.index(name)
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(values[k], getattr(np, name)(*pairs), rtol=4e-15)
    for row, column in zip(slopes[k], zip(*expected, strict=True), strict=True):
        assert max(map(reference.ulp_error, row, column)) <= 8.0


@pytest.mark.parametrize("x", [-0.3, -4.6, -19.5])
def test_gamma_of_negative_numbers(x):
    result = dict(zip(OF_ONE, of_one(Dual(x, (1.0,))), strict=True))
    for name in ("gamma", "gammaln", "psi"):
        expected = reference.SPECIAL[name][0](reference.MP.mpf(x))
        assert abs(result[name].partials[0] - expected) <= 1e-12 * (1 + abs(expected))


@njit
def of_both(x, y):
    return x * y, x / y, x**y, np.hypot(x, y), np.logaddexp(x, y), x % y


def test_partials_of_both_arguments_add():
    x, y = Dual(1.7, (1.0, -3.0)), Dual(0.6, (2.0, 1.0))
    for result, expected in zip(of_both(x, y), of_both.py_func(x, y), strict=True):
        assert result.value == pytest.approx(expected.value, rel=4e-15)
        assert result.partials == pytest.approx(expected.partials, rel=1e-14)


@njit
def by_other_names(x):
    return (
        *(math.sqrt(x), math.exp2(x), math.log2(x), math.sin(x), math.asin(x), math.acos(x)),
        *(math.atan(x), math.tanh(x), math.asinh(x), math.acosh(x + 1.0), math.atanh(x)),
        *(math.degrees(x), math.radians(x), math.hypot(x, 2.0), math.atan2(x, 2.0)),
        *(math.copysign(x, -2.0), math.pow(x, 2.5), pow(x, 2.5), np.power(x, 2.5)),
        *(scipy.special.erf(x), scipy.special.gammaln(x), np.conjugate(x)),
    )


def test_math_and_scipys_names_mean_the_same():
    x = Dual(0.7, (1.0,))
    expected = (
        *(np.sqrt(x), np.exp2(x), np.log2(x), np.sin(x), np.arcsin(x), np.arccos(x)),
        *(np.arctan(x), np.tanh(x), np.arcsinh(x), np.arccosh(x + 1.0), np.arctanh(x)),
        *(np.degrees(x), np.radians(x), np.hypot(x, 2.0), np.arctan2(x, 2.0)),
        *(np.copysign(x, -2.0), x**2.5, x**2.5, x**2.5),
        *(scipy.special.erf(x), scipy.special.gammaln(x), x),
    )
    for result, e in zip(by_other_names(x), expected, strict=True):
        assert result.value == pytest.approx(e.value, rel=4e-15)
        assert result.partials == pytest.approx(e.partials, rel=8e-15)


@njit
def with_constants(x, k):
    return x + 3, 3 - x, k / x, x**k, k**x, x // 2, 7.5 % x, True * x, np.float32(0.5) * x


def test_constants_on_either_side():
    x = Dual(1.7, (1.0,))
    for result, e in zip(with_constants(x, 3), with_constants.py_func(x, 3), strict=True):
        assert result.value == pytest.approx(e.value, rel=4e-15)
        assert result.partials == pytest.approx(e.partials, rel=8e-15)


@njit
def constant_powers(x):
    return x**0, x**1, x**2, x**3, x**8, x**-1, x**-2, x**9


@pytest.mark.parametrize("a", [-1.7, 0.1, 1e-37, 1e33])
def test_powers_of_constant_whole_numbers(a):
    results = constant_powers(Dual(a, (1.0,)))
    for result, n in zip(results, (0, 1, 2, 3, 8, -1, -2, 9), strict=True):
        assert result.value == pytest.approx(np.float64(a) ** n, rel=4e-15)
        exact = n * reference.MP.mpf(a) ** (n - 1) if n else reference.MP.mpf(0)
        assert reference.ulp_error(result.partials[0], exact) <= 8.0


@njit
def twice(x, y):
    return x**3, x**y, np.tanh(x), math.gamma(x), x / y


def test_nested_duals_give_second_derivatives():
    x, y = 0.7, 1.3
    inner = [Dual(x, (1.0, 0.0), 1), Dual(y, (0.0, 1.0), 1)]
    results = twice(Dual(inner[0], (1.0, 0.0), 2), Dual(inner[1], (0.0, 1.0), 2))
    m = mpmath
    exact = [
        *(lambda x, y: x**3, lambda x, y: x**y, lambda x, y: m.tanh(x)),
        *(lambda x, y: m.gamma(x), lambda x, y: x / y),
    ]
    for result, f in zip(results, exact, strict=True):
        for i in range(2):
            for j in range(2):
                order = [(i == 0) + (j == 0), (i == 1) + (j == 1)]
                with m.workdps(40):
                    expected = float(m.diff(f, (x, y), order))
                second = result.partials[i].partials[j]
                assert second == pytest.approx(expected, rel=1e-13, abs=1e-15)


@njit
def with_exponents(x, n):
    fraction, exponent = math.frexp(x)
    quotient, rest = divmod(x, 2)
    return fraction, exponent, math.ldexp(x, 3), np.ldexp(x, n), quotient, rest


def test_exponents_and_two_results():
    x = Dual(-6.5e-300, (1e-300, 2e-300))
    fraction, exponent, shifted, far, quotient, rest = with_exponents(x, 1030)
    expected, e = np.frexp(x)
    assert (repr(fraction), exponent) == (repr(expected), e)
    assert shifted.partials == (8e-300, 16e-300)
    # 2^1030 itself is no number.
    assert far.partials == tuple(math.ldexp(p, 1030) for p in x.partials)
    assert repr((quotient, rest)) == repr(divmod(x, 2))


@njit
def at_zero(x):
    return np.sqrt(x), np.log(x), np.hypot(x, 0.0), np.cbrt(x)


def test_a_rule_never_raises_where_the_function_does_not():
    # Plain njit raises at 1.0 / 0.0, as Python does.
    slopes = [result.partials[0] for result in at_zero(Dual(0.0, (1.0,)))]
    assert slopes == [math.inf, math.inf, 0.0, math.inf]
    with pytest.raises(ZeroDivisionError):
        njit(lambda x: 1.0 / x)(Dual(0.0, (1.0,)))


def test_widths_never_broadcast():
    with pytest.raises(TypingError, match="Duals of 2 and of 1 partials do not mix"):
        njit(lambda x, y: x + y)(Dual(1.0, (1.0, 2.0)), Dual(1.0, (1.0,)))


def test_no_partials_at_all():
    result = njit(lambda x: x * 2.0)(Dual(3.0, ()))
    assert (result.value, result.partials) == (6.0, ())
