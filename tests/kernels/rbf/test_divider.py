"""Radial functions with the processor's roots: the same numbers, in either half of a block."""

import numpy as np
import pytest

from nbrbf import RBFInterpolator
from nbrbf_kernels._jit import sum_kernel
from nbrbf_kernels.rbf.divider import by_divider, rsqrt_of_finite
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS, Gaussian, Linear
from nbrbf_kernels.rbf.radial_calls import phi, phi_and_slope


@sum_kernel
def both_ways(k, s, out):
    d = by_divider(k)
    for i in range(len(s)):
        out[0, i], out[1, i] = phi(k, s[i]), phi(d, s[i])
        out[2, i], out[3, i] = phi_and_slope(k, s[i], 0.7)
        out[4, i], out[5, i] = phi_and_slope(d, s[i], 0.7)


@pytest.mark.parametrize("name", RADIAL_FUNCTIONS)
def test_both_ways_agree(name):
    s = np.concatenate([[1e-20], np.logspace(-12, 2.3, 1000)])
    out = np.empty((6, len(s)))
    both_ways(RADIAL_FUNCTIONS[name](), s, out)
    assert np.abs(out[0]).max() > 0
    np.testing.assert_allclose(out[1], out[0], rtol=1e-14)
    np.testing.assert_allclose(out[4:], out[2:4], rtol=1e-14)


@pytest.mark.parametrize("name", RADIAL_FUNCTIONS)
def test_both_ways_agree_at_zero(name):
    out = np.empty((6, 1))
    both_ways(RADIAL_FUNCTIONS[name](), np.zeros(1), out)
    np.testing.assert_array_equal(out[1], out[0])
    np.testing.assert_array_equal(out[4], out[2])
    assert np.isfinite(out).all()


def test_only_who_has_roots_has_two_ways():
    assert Linear.by_divider is not Linear
    assert issubclass(Linear.by_divider, Linear)
    assert Gaussian.by_divider is Gaussian


def test_reciprocal_root_of_zero_is_finite_and_of_the_smallest_exact():
    x = np.array([0.0, 5e-324, 2.3e-308, 1.0, 4.0, 1e300])
    values = np.array([rsqrt_of_finite(each) for each in x])
    assert values[0] == 1e200
    np.testing.assert_allclose(values[1:], 1 / np.sqrt(x[1:]), rtol=1e-15)


@pytest.mark.parametrize("name", RADIAL_FUNCTIONS)
def test_order_of_points_does_not_matter(name):
    rng = np.random.default_rng(2)
    y, d = rng.random((70, 2)), rng.standard_normal(70)
    x = np.concatenate([y[:5], y[-5:], rng.random((7, 2))])  # coincident in either half
    f = RBFInterpolator(y, d, kernel=name, epsilon=2.0, smoothing=0.1)
    g = RBFInterpolator(y[::-1], d[::-1], kernel=name, epsilon=2.0, smoothing=0.1)
    np.testing.assert_allclose(f(x), g(x), rtol=1e-9, atol=1e-10)
    gradient = f.gradient(x)
    np.testing.assert_allclose(
        gradient, g.gradient(x), rtol=1e-9, atol=1e-9 * np.abs(gradient).max()
    )
