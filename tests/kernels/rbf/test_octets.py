"""Elementary functions of eight numbers at a time against extended precision."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numba import njit

from nbrbf import RBFInterpolator
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.rbf import octet_functions
from nbrbf_kernels.rbf.divider import by_divider, of_octets
from nbrbf_kernels.rbf.octets import OCTET, has_octets, no_octet, octets, sum_of
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from nbrbf_kernels.rbf.radial_calls import phi, phi_and_slope, plus_phi_of_two

pytestmark = pytest.mark.skipif(not has_octets(), reason="no AVX-512")


def in_eights(function):
    @njit
    def loop(x, out):
        prefer_wide_vectors()
        for i in range(0, len(x), OCTET):
            octets(out)[i] = function(octets(x)[i])

    return loop


sqrt_of = in_eights(octet_functions.sqrt)
rsqrt_of = in_eights(octet_functions.rsqrt)
rsqrt_of_finite_of = in_eights(octet_functions.rsqrt_of_finite)
reciprocal_of = in_eights(octet_functions.reciprocal)
exp_of_negative_of = in_eights(octet_functions.exp_of_negative)
half_log_of = in_eights(octet_functions.half_log_of_normal)


def apply(loop, x):
    given = np.zeros(-(-len(x) // OCTET) * OCTET)
    given[: len(x)] = x
    out = np.empty_like(given)
    loop(given, out)
    return out[: len(x)]


def ulps(values, exact):
    """Largest error in units of the last place of the rounded exact values."""
    return np.max(np.abs(values - exact) / np.spacing(np.abs(exact.astype(float))))


def over_exponents(low, high):
    return 2.0 ** np.random.default_rng(3).uniform(low, high, 400_001)


def test_sqrt():
    x = over_exponents(-1005, 1023.99)
    assert ulps(apply(sqrt_of, x), np.sqrt(x.astype(np.longdouble))) <= 1.0


def test_sqrt_where_the_estimate_would_be_infinite():
    x = np.concatenate([[0.0, 5e-324, 2e-308], over_exponents(-1022, -1005)])
    values = apply(sqrt_of, x)
    assert values[0] == 0.0
    assert np.abs(values - np.sqrt(x)).max() <= 1e-153


def test_rsqrt():
    x = over_exponents(-1005, 996)
    exact = 1 / np.sqrt(x.astype(np.longdouble))
    assert ulps(apply(rsqrt_of, x), exact) <= 1.5
    assert ulps(apply(rsqrt_of_finite_of, x), exact) <= 1.5


def test_reciprocal():
    x = over_exponents(-1020, 996)
    assert ulps(apply(reciprocal_of, x), 1 / x.astype(np.longdouble)) <= 1.5


def test_reciprocals_of_what_is_too_large():
    x = np.array([2e300, 1e308, np.inf])
    np.testing.assert_allclose(apply(reciprocal_of, x), 1e-300, rtol=1e-15)
    np.testing.assert_allclose(apply(rsqrt_of, x), 1e-150, rtol=1e-15)


@njit
def ratios(a, x, b, y, out):
    prefer_wide_vectors()
    for i in range(0, len(x), OCTET):
        two = octets(a)[i], octets(x)[i], octets(b)[i], octets(y)[i]
        octets(out)[i] = octet_functions.sum_of_ratios(*two)


def test_sum_of_ratios():
    x, y = (over_exponents(-490, 498)[: 1 << 18] for _ in range(2))
    y = np.random.default_rng(5).permutation(y)
    a, b = np.random.default_rng(4).standard_normal((2, len(x)))
    out = np.empty_like(x)
    ratios(a, x, b, y, out)
    first, second = a / x.astype(np.longdouble), b / y.astype(np.longdouble)
    assert np.max(np.abs(out - (first + second)) / (abs(first) + abs(second))) < 5e-16


def test_sum_of_ratios_of_what_is_too_large():
    x, y, out = np.full(8, 2.0), np.full(8, 4.0), np.empty(8)
    y[:3] = 1e151, 1e308, np.inf
    x[4], y[5] = np.nan, np.nan
    ratios(np.ones(8), x, np.ones(8), y, out)
    np.testing.assert_array_equal(out, [0.5, 0.5, 0.5, 0.75, np.nan, np.nan, 0.75, 0.75])


def test_exp_of_negative():
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.uniform(0, 708.39, 400_001), rng.uniform(0, 1, 200_001), [0, 1e-300]])
    assert ulps(apply(exp_of_negative_of, x), np.exp(-x.astype(np.longdouble))) <= 2.0


def test_exp_of_negative_vanishes():
    x = np.concatenate([np.linspace(708.4, 720, 5001), [1e5, 1e300, np.inf]])
    values = apply(exp_of_negative_of, x)
    assert ((values >= 0) & (values < np.finfo(float).tiny)).all()
    assert (values[x > 709.1] == 0).all()


def test_half_log():
    x = np.concatenate([
        over_exponents(-1022, 1023.99),
        np.random.default_rng(1).uniform(0.5, 2.0, 400_001),
        1 + np.random.default_rng(2).normal(size=100_001) * 1e-3,
        [1.0, 0.75, 1.5, np.nextafter(0.75, 0), np.nextafter(1.5, 0), 2.0**-1022],
    ])  # fmt: skip
    exact = np.log(x.astype(np.longdouble)) / 2
    values = apply(half_log_of, x)
    zero = exact == 0
    assert (values[zero] == 0).all()
    assert ulps(values[~zero], exact[~zero]) <= 2.0


def test_half_log_of_others_is_finite():
    assert np.isfinite(apply(half_log_of, np.array([0.0, 5e-324, 1e-310]))).all()


@pytest.mark.parametrize(
    "loop", [sqrt_of, rsqrt_of, rsqrt_of_finite_of, reciprocal_of, exp_of_negative_of]
)
def test_nan_stays_nan(loop):
    x = np.ones(OCTET)
    x[3] = np.nan
    assert (np.isnan(apply(loop, x)) == np.isnan(x)).all()


@kernel
def every_way(k, s, out):
    prefer_wide_vectors()
    u = of_octets(k)
    v = by_divider(u)
    for i in range(len(s)):
        out[0, i], (out[1, i], out[2, i]) = phi(k, s[i]), phi_and_slope(k, s[i], 0.7)
    for i in range(0, len(s), OCTET):
        x = octets(s)[i]
        octets(out[3])[i] = phi(u, x)
        octets(out[4])[i], octets(out[5])[i] = phi_and_slope(u, x, 0.7)
        octets(out[6])[i] = phi(v, x)
        octets(out[7])[i], octets(out[8])[i] = phi_and_slope(v, x, 0.7)


@pytest.mark.parametrize("name", RADIAL_FUNCTIONS)
def test_radial_functions_of_octets_are_those_of_numbers(name):
    s = np.logspace(-12, 2.3, 1024)
    out = np.empty((9, len(s)))
    every_way(RADIAL_FUNCTIONS[name](), s, out)
    scale = np.abs(out[:3]).max(axis=1)[:, None]
    for ways in (out[3:6], out[6:]):
        np.testing.assert_allclose(ways[:2], out[:2], rtol=1e-14, atol=1e-15 * scale[0, 0])
        np.testing.assert_allclose(ways[2], out[2], rtol=1e-14, atol=1e-15 * scale[2, 0])


@kernel
def of_two(k, a, s, out):
    prefer_wide_vectors()
    u = of_octets(k)
    for i in range(0, len(out), OCTET):
        two = octets(a[0])[i], octets(s[0])[i], octets(a[1])[i], octets(s[1])[i]
        octets(out)[i] = plus_phi_of_two(u, no_octet(), *two)


@pytest.mark.parametrize("name", RADIAL_FUNCTIONS)
def test_two_octets_at_once(name):
    rng = np.random.default_rng(6)
    s, a = 10.0 ** rng.uniform(-12, 2.3, (2, 1024)), rng.standard_normal((2, 1024))
    s[0, 0] = s[1, 1] = 0.0
    k, out = RADIAL_FUNCTIONS[name](), np.empty((9, 1024))
    terms = []
    for weights, squares in zip(a, s, strict=True):
        every_way(k, squares, out)
        terms.append(weights * out[0])
    of_two(k, a, s, out[0])
    np.testing.assert_array_less(abs(out[0] - sum(terms)), 3e-14 * abs(np.array(terms)).sum(axis=0))


@pytest.mark.parametrize("name", RADIAL_FUNCTIONS)
def test_radial_functions_of_octets_at_zero(name):
    out = np.empty((9, OCTET))
    every_way(RADIAL_FUNCTIONS[name](), np.zeros(OCTET), out)
    assert np.isfinite(out).all()
    np.testing.assert_array_equal(out[3], out[0])
    np.testing.assert_array_equal(out[6], out[0])
    np.testing.assert_array_equal(out[4], out[1])


@kernel
def total(x):
    row, sums = octets(x), no_octet()
    for i in range(0, len(x), OCTET):
        sums += row[i]
    return sum_of(sums)


def test_sum():
    x = np.random.default_rng(0).standard_normal(64)
    assert total(x) == pytest.approx(x.sum(), rel=1e-14)


ELSEWHERE = """
import sys
import numpy as np
from nbrbf import RBFInterpolator
from nbrbf_kernels.rbf.octets import has_octets

y, d, x = (np.array(eval(each)) for each in sys.argv[1:])
f = RBFInterpolator(y, d, kernel="gaussian", epsilon=2.0)
print(has_octets(), f(x).tolist(), f.vjp(x, f(x)).y.tolist(), sep=chr(10))
y = np.random.default_rng(1).random((300, 2))  # so many that not all of them count
f = RBFInterpolator(y, y, kernel="gaussian", epsilon=20.0)
print(f(x).tolist(), f.with_values(y[:, 0])(x).tolist(), sep=chr(10))
"""


def test_a_processor_without_them():
    rng = np.random.default_rng(0)
    y, d, x = rng.random((20, 2)), rng.standard_normal(20), rng.random((7, 2))
    given = [repr(each.tolist()) for each in (y, d, x)]
    environment = os.environ | {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma"}
    run = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *given],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    known, values, y_bar, near, near_one = map(eval, run.stdout.splitlines())
    f = RBFInterpolator(y, d, kernel="gaussian", epsilon=2.0)
    assert not known
    np.testing.assert_allclose(values, f(x), rtol=1e-9)
    np.testing.assert_allclose(y_bar, f.vjp(x, f(x)).y, rtol=1e-7, atol=1e-7)
    y = np.random.default_rng(1).random((300, 2))
    f = RBFInterpolator(y, y, kernel="gaussian", epsilon=20.0)
    np.testing.assert_allclose(near, f(x), rtol=1e-9)
    np.testing.assert_allclose(near_one, f(x)[:, 0], rtol=1e-9)
