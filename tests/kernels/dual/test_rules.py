"""Rules against 40 digits at random and at edge arguments, and known higher derivatives."""

import mpmath
import numpy as np
import pytest
import scipy.special

from nbrbf_kernels.dual import Dual, derivative
from nbrbf_kernels.dual.rules import BINARY, SPECIAL, UNARY
from tests.kernels.dual import reference

STEPS = {"sign", "floor", "ceil", "trunc", "rint"}
LIMITS = {"gamma": 16.0, "gammaln": 16.0}


def worst(results, expected):
    return max(map(reference.ulp_error, results, expected))


@pytest.mark.parametrize("name", sorted(reference.UNARY | reference.SPECIAL))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rules_of_one_argument_are_right_to_8_ulp(name):
    function = getattr(np, name, None) or getattr(scipy.special, name)
    places, expected = reference.expected_unary(name, reference.POINTS)
    assert len(places) > 40
    x = reference.POINTS[places]
    with np.errstate(all="ignore"):
        results = (UNARY | SPECIAL)[name](x, function(x)) * np.ones_like(x)
    assert worst(results, expected) <= LIMITS.get(name, 8.0)


@pytest.mark.parametrize("name", sorted(reference.BINARY))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_rules_of_two_arguments_are_right_to_8_ulp(name):
    (x, y), expected = reference.expected_binary(name)
    with np.errstate(all="ignore"):
        v = getattr(np, name)(x, y)
        for k, rule in enumerate(BINARY[name]):
            results = rule(x, y, v) * np.ones_like(x)
            assert worst(results, [pair[k] for pair in expected]) <= 8.0


def test_every_rule_has_a_reference():
    assert set(UNARY) - STEPS == set(reference.UNARY)
    assert set(SPECIAL) == set(reference.SPECIAL)
    assert set(BINARY) - {"heaviside"} == set(reference.BINARY)


@pytest.mark.parametrize("name", ["gamma", "gammaln", "psi"])
def test_gamma_of_negative_numbers(name):
    x = -np.random.default_rng(5).uniform(0.0, 20.0, 200)
    expected = [reference.SPECIAL[name][0](reference.MP.mpf(a)) for a in x]
    results = SPECIAL[name](x, getattr(scipy.special, name)(x))
    for result, e in zip(results, expected, strict=True):
        assert abs(result - e) <= 1e-12 * (1 + abs(e))


def test_a_scalar_and_an_array_take_the_same_rule():
    for table, module in ((UNARY, np), (SPECIAL, scipy.special)):
        for name, rule in table.items():
            function = getattr(module, name)
            x = np.array([1.25, 1.75])  # inside of every domain but those of (-1, 1)
            x = x - 1.0 if name in ("arcsin", "arccos", "arctanh") else x
            rows = rule(x, function(x)) * np.ones(2)
            for a, row in zip(x, rows, strict=True):
                assert function(Dual(a, (1.0,))).partials[0] == pytest.approx(row, rel=1e-15)


@pytest.mark.parametrize("name", sorted(STEPS))
def test_steps_are_flat(name):
    assert UNARY[name](np.array([-1.5, 0.0, 2.0]), None) == 0.0


def test_heaviside_depends_on_its_second_argument_at_zero_alone():
    x = Dual(0.0, (1.0, 0.0)), Dual(0.5, (0.0, 1.0))
    assert np.heaviside(*x).partials == (0.0, 1.0)
    assert np.heaviside(Dual(2.0, (1.0,)), 0.5).partials == (0.0,)


def test_kinks_take_the_derivative_0():
    assert derivative(np.abs, 0.0) == 0.0
    assert derivative(lambda x: np.hypot(x, 0.0), 0.0) == 0.0


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


IN_MPMATH = {
    **{"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arcsinh": "asinh"},
    **{"arctanh": "atanh", "gammaln": "loggamma", "psi": "digamma"},
}
TWICE = [
    *("sqrt", "cbrt", "exp", "expm1", "log", "log1p", "sin", "tan", "sinh", "tanh"),
    *("arcsin", "arccos", "arctan", "arcsinh", "arctanh", "erf", "erfc", "gamma", "gammaln", "psi"),
]


@pytest.mark.parametrize("name", TWICE)
def test_rules_can_be_differentiated_again(name):
    function = getattr(np, name, None) or getattr(scipy.special, name)

    def second(x):
        return derivative(lambda y: derivative(function, y), x)

    exact = getattr(mpmath, IN_MPMATH.get(name, name))
    for x in (0.3, 0.85):
        with mpmath.workdps(40):
            expected = [float(mpmath.diff(exact, x, n)) for n in (2, 3)]
        assert second(x) == pytest.approx(expected[0], rel=1e-12)
        assert derivative(second, x) == pytest.approx(expected[1], rel=1e-12)


PAIRS_AGAIN = {
    "power": lambda x, y: x**y,
    "hypot": mpmath.hypot,
    "arctan2": mpmath.atan2,
    "logaddexp": lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)),
    "logaddexp2": lambda x, y: mpmath.log(2**x + 2**y, 2),
}


@pytest.mark.parametrize("name", sorted(PAIRS_AGAIN))
def test_mixed_second_derivatives(name):
    function = getattr(np, name)
    for x, y in [(0.3, 0.85), (1.7, -0.6)]:
        mixed = derivative(lambda a, y=y: derivative(lambda b: function(a, b), y), x)
        with mpmath.workdps(40):
            expected = float(mpmath.diff(PAIRS_AGAIN[name], (x, y), (1, 1)))
        assert mixed == pytest.approx(expected, rel=1e-12)
