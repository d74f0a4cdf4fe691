"""Rules against complex step, mpmath and known higher derivatives; and as compiled code."""

import mpmath
import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import derivative
from nbrbf_kernels.dual.rules import BINARY, UNARY

H = 1e-30
POSITIVE = np.array([1e-8, 0.3, 0.7, 1.0, 2.5, 11.0])
REAL = np.concatenate([-POSITIVE, POSITIVE])
DOMAIN = {"sqrt": POSITIVE, "log": POSITIVE}
ANALYTIC = sorted(UNARY.keys() - {"absolute", "sign"})
EXPONENTS = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.7]


@pytest.mark.parametrize("name", ANALYTIC)
def test_unary_rules_agree_with_complex_step(name):
    x = DOMAIN.get(name, REAL)
    function = getattr(np, name)
    expected = function(x + 1j * H).imag / H
    result = UNARY[name](x, function(x)) * np.ones_like(x)
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", BINARY)
def test_binary_rules_agree_with_complex_step(name):
    function = getattr(np, name)
    x, y = np.meshgrid(POSITIVE, [e for e in EXPONENTS if e != 0.0 or name == "power"])
    if name != "power":
        x = -x
    v = function(x, y)
    for rule, shifted in zip(BINARY[name], [(x + 1j * H, y), (x, y + 1j * H)], strict=True):
        expected = function(*(a + 0j for a in shifted)).imag / H
        np.testing.assert_allclose(
            rule(x, y, v) * np.ones_like(x), expected, rtol=1e-12, atol=1e-300
        )


def test_absolute_and_sign():
    x = np.array([-2.0, 0.0, 3.0])
    assert UNARY["absolute"](x, np.abs(x)).tolist() == [-1.0, 0.0, 1.0]
    assert UNARY["sign"](x, np.sign(x)) == 0.0


@pytest.mark.parametrize("x", [0.0, 1e-9, 0.5, 3.0, 19.0, 40.0, 150.0, 350.0])
def test_tanh_is_accurate_in_the_tails(x):
    expected = float(mpmath.sech(mpmath.mpf(x)) ** 2)
    for signed in (x, -x):
        result = UNARY["tanh"](np.float64(signed), np.tanh(signed))
        assert result == pytest.approx(expected, rel=1e-13, abs=0)


def test_tanh_beyond_the_range_of_cosh():
    with np.errstate(all="raise", under="ignore"):
        assert UNARY["tanh"](np.float64(800.0), 1.0) == 0.0
        assert UNARY["tanh"](np.float64(-np.inf), -1.0) == 0.0
    assert np.isnan(UNARY["tanh"](np.float64(np.nan), np.nan))


@pytest.mark.parametrize(
    ("y", "expected"), [(0.0, 0.0), (0.5, np.inf), (1.0, 1.0), (2.0, 0.0), (3.5, 0.0)]
)
def test_power_by_its_base_at_zero(y, expected):
    assert derivative(lambda x: x**y, 0.0) == expected


def test_power_by_its_exponent_at_base_zero():
    assert derivative(lambda y: np.float64(0.0) ** y, 2.0) == 0.0


@pytest.mark.parametrize("base", [-3.0, -1.0, 2.0])
def test_power_with_whole_exponents_takes_negative_bases(base):
    assert derivative(lambda x: x**0, base) == 0.0
    assert derivative(lambda x: x**1, base) == 1.0
    assert derivative(lambda x: x**2, base) == 2.0 * base
    assert derivative(lambda x: x**-1, base) == pytest.approx(-1.0 / base**2, rel=1e-15)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3])
@pytest.mark.parametrize("base", [-2.0, 0.0, 2.0])
def test_second_derivative_of_a_power(base, exponent):
    expected = exponent * (exponent - 1) * base ** max(exponent - 2, 0)
    assert derivative(lambda x: derivative(lambda z: z**exponent, x), base) == expected


def test_mixed_derivative_of_a_power_at_exponent_zero():
    # d/dy (y x^(y - 1)) = 1 / x at y = 0.
    mixed = derivative(lambda y: derivative(lambda x: x**y, 3.0), 0.0)
    assert mixed == pytest.approx(1.0 / 3.0, rel=1e-15)
    other = derivative(lambda x: derivative(lambda y: x**y, 0.0), 3.0)
    assert other == pytest.approx(1.0 / 3.0, rel=1e-15)


def test_third_derivative_of_tanh_at_zero():
    def second(x):
        return derivative(lambda y: derivative(np.tanh, y), x)

    assert second(0.0) == 0.0
    assert derivative(second, 0.0) == pytest.approx(-2.0, rel=1e-14)


@pytest.mark.parametrize("name", UNARY)
def test_unary_rules_compile(name):
    rule = UNARY[name]
    x, v = 0.7, float(getattr(np, name)(0.7))
    assert njit(rule)(x, v) == pytest.approx(float(rule(np.float64(x), v)), rel=1e-15)


@pytest.mark.parametrize("name", BINARY)
def test_binary_rules_compile(name):
    for rule in BINARY[name]:
        compiled = njit(rule)
        for x, y in [(0.7, 1.9), (2.0, 0.0)]:
            if name == "divide" and y == 0.0:
                continue
            arguments = (np.float64(x), np.float64(y), getattr(np, name)(x, y))
            assert compiled(*arguments) == pytest.approx(float(rule(*arguments)), rel=1e-15)
