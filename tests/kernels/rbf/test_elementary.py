"""The vectorisable elementary functions against extended precision, in the loops they serve."""

import numpy as np
import pytest

from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import sum_kernel
from nbrbf_kernels.rbf import elementary

SMALLEST = 5e-324
SMALLEST_NORMAL = np.finfo(float).tiny
LARGEST = np.finfo(float).max


# Each in a loop compiled as evaluation is: vectorised, with reassociation allowed around it.
@sum_kernel
def exp_of(x, out):
    prefer_wide_vectors()
    for i in range(len(x)):
        out[i] = elementary.exp(x[i])


@sum_kernel
def exp_of_negative_of(x, out):
    prefer_wide_vectors()
    for i in range(len(x)):
        out[i] = elementary.exp_of_negative(x[i])


@sum_kernel
def log_of(x, out):
    prefer_wide_vectors()
    for i in range(len(x)):
        out[i] = elementary.log(x[i])


@sum_kernel
def sqrt_of(x, out):
    prefer_wide_vectors()
    for i in range(len(x)):
        out[i] = elementary.sqrt(x[i])


@sum_kernel
def rsqrt_of(x, out):
    prefer_wide_vectors()
    for i in range(len(x)):
        out[i] = elementary.rsqrt(x[i])


def apply(loop, x):
    x = np.asarray(x, dtype=float)
    out = np.empty_like(x)
    loop(x, out)
    return out


def ulps(values, exact):
    """Largest error in units of the last place of the rounded exact values."""
    rounded = exact.astype(float)
    return np.max(np.abs(values - exact) / np.spacing(np.abs(rounded)))


def over_all_exponents(rng, low=-1021.0, high=1023.9):
    return 2.0 ** rng.uniform(low, high, 200_001)


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_longdouble_is_wide_enough_to_be_the_reference():
    assert np.finfo(np.longdouble).nmant >= 63


def test_exp_is_within_two_ulps_down_to_subnormals(rng):
    x = np.concatenate([rng.uniform(-745.1, 709.78, 400_001), rng.uniform(-1.0, 1.0, 100_001)])
    x = np.concatenate([x, [709.782712893384, -745.1332191019411, -708.5, 1e-300, -1e-20]])
    assert ulps(apply(exp_of, x), np.exp(x.astype(np.longdouble))) <= 2.0


def test_exp_of_every_special_value():
    x = [0.0, -0.0, np.inf, -np.inf, 710.0, 1e300, -746.0, -1e300]
    expected = [1.0, 1.0, np.inf, 0.0, np.inf, np.inf, 0.0, 0.0]
    np.testing.assert_array_equal(apply(exp_of, x), expected)
    assert np.isnan(apply(exp_of, [np.nan])[0])


def test_exp_of_negatives_is_within_one_ulp_while_normal(rng):
    x = np.concatenate([rng.uniform(0.0, 708.396, 400_001), rng.uniform(0.0, 1.0, 100_001)])
    x = np.concatenate([x, over_all_exponents(rng, high=9.0), [708.3964185322641]])
    assert ulps(apply(exp_of_negative_of, x), np.exp(-x.astype(np.longdouble))) <= 1.0


def test_exp_of_negatives_of_every_special_value():
    x = [0.0, -0.0, SMALLEST, 708.3964185322642, 746.0, 1e300, LARGEST, np.inf]
    expected = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    np.testing.assert_array_equal(apply(exp_of_negative_of, x), expected)
    assert np.isnan(apply(exp_of_negative_of, [np.nan])[0])


def test_log_is_within_two_ulps_over_all_numbers(rng):
    subnormal = rng.integers(1, 2**52, 10_001).view(float)
    near_one = 1.0 + rng.uniform(-1e-3, 1e-3, 100_001)
    x = np.concatenate(
        [over_all_exponents(rng), subnormal, near_one, rng.uniform(0.5, 2.0, 100_001)]
    )
    x = np.concatenate([x, [SMALLEST, SMALLEST_NORMAL, LARGEST, np.sqrt(0.5), np.sqrt(2.0)]])
    x = x[x != 1.0]
    assert ulps(apply(log_of, x), np.log(x.astype(np.longdouble))) <= 2.0


def test_log_of_every_special_value():
    x = [0.0, -0.0, 1.0, np.inf]
    np.testing.assert_array_equal(apply(log_of, x), [-np.inf, -np.inf, 0.0, np.inf])
    assert np.isnan(apply(log_of, [np.nan, -1.0, -np.inf, -SMALLEST])).all()


def test_sqrt_is_within_one_ulp(rng):
    x = over_all_exponents(rng)
    assert ulps(apply(sqrt_of, x), np.sqrt(x.astype(np.longdouble))) <= 1.0


def test_sqrt_of_special_values():
    np.testing.assert_array_equal(apply(sqrt_of, [0.0]), [0.0])
    assert np.isnan(apply(sqrt_of, [np.nan])[0])
    assert abs(apply(sqrt_of, [SMALLEST])[0]) < 1e-150


def test_rsqrt_is_within_two_ulps(rng):
    x = over_all_exponents(rng, high=1023.0)
    assert ulps(apply(rsqrt_of, x), 1 / np.sqrt(x.astype(np.longdouble))) <= 2.0
    assert apply(rsqrt_of, [np.inf])[0] < 1e-150
    assert np.isnan(apply(rsqrt_of, [np.nan])[0])
