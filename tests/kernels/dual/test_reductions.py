"""Sums and products along axes: differences, zeros, masks, and what is refused."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(11)
a = 0.3 * spread(rng, 2, 3, 4)
AXES = [{}, {"axis": 0}, {"axis": -1}, {"axis": (0, 2)}, {"axis": 1, "keepdims": True}]
REDUCTIONS = [np.sum, np.mean, np.prod, np.var, np.std, np.nansum, np.nanprod, np.nanmean]


@pytest.mark.parametrize("keywords", AXES, ids=str)
@pytest.mark.parametrize("f", REDUCTIONS, ids=lambda f: f.__name__)
def test_reductions(f, keywords):
    result = agrees_with_differences(lambda x: f(x, **keywords), a)
    assert isinstance(result, DualArray if keywords else Dual)


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("f", [np.cumsum, np.cumprod, np.nancumsum, np.nancumprod])
def test_accumulations(f, axis):
    agrees_with_differences(lambda x: f(x, axis=axis), a)
    agrees_with_differences(lambda x: f(x, axis=axis), a * (1 + 0.5j))


@pytest.mark.parametrize("zeros", [[1], [0, 3], [0, 1, 2, 3]])
def test_products_with_zeros(zeros):
    value = np.array([2.0, 3.0, 5.0, 7.0])
    value[zeros] = 0.0
    x = DualArray(value, rng.uniform(-1, 1, (2, 4)))
    agrees_with_differences(np.prod, x)
    agrees_with_differences(np.cumprod, x)


def test_products_of_extreme_numbers():
    x = DualArray([1e-310, 1e200, 1e100], np.eye(3))
    assert np.cumprod(x).partials[0, 2] == pytest.approx(1e300)
    np.testing.assert_allclose(np.prod(x).partials, (1e300, 1e-210, 1e-110), rtol=1e-9)


def test_masks():
    mask = a.value > 0
    for f in (np.sum, np.mean):
        agrees_with_differences(lambda x, f=f: f(x, axis=1, where=mask), a)
        agrees_with_differences(lambda x, f=f: f(x, where=mask[0, 0]), a)


def test_variances_of_samples():
    agrees_with_differences(lambda x: np.var(x, 1, ddof=1), a)
    agrees_with_differences(lambda x: np.std(x, ddof=1, keepdims=True), a)


def test_the_derivative_of_the_standard_deviation_of_equal_numbers_is_zero():
    assert np.std(DualArray(np.ones(3), np.eye(3))).partials == (0.0, 0.0, 0.0)


def test_averages():
    weights = spread(rng, 4) + 5.0
    agrees_with_differences(lambda x, w: np.average(x, 2, w, keepdims=True), a, weights)
    agrees_with_differences(lambda w: np.average(np.ones(4), weights=w), weights)
    agrees_with_differences(lambda x: np.average(x, weights=np.abs(a.value)), a)
    with pytest.raises(TypeError, match="weights must have the shape of a"):
        np.average(a, weights=weights)


def test_nans_are_left_out():
    value = a.value.copy()
    value[0, 1, :2] = np.nan
    x = DualArray(value, a.partials)
    for f in (np.nansum, np.nanprod, np.nanmean, np.nancumsum, np.nancumprod):
        agrees_with_differences(lambda x, f=f: f(x, axis=2), x)


def test_methods_of_ufuncs():
    for f in (np.add.reduce, np.multiply.reduce, np.maximum.reduce, np.minimum.reduce):
        agrees_with_differences(f, a)
        agrees_with_differences(lambda x, f=f: f(x, axis=None), a)
        agrees_with_differences(lambda x, f=f: f(x, axis=1, keepdims=True), a)
    for f in (np.add.accumulate, np.multiply.accumulate):
        agrees_with_differences(lambda x, f=f: f(x, 1), a)
    assert np.logical_or.reduce(a > 100.0, axis=None) == np.logical_or.reduce(a - a, axis=None)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: np.sum(a, 0, np.float32), "dtype"),
        (lambda: np.sum(a, out=np.empty(())), "out"),
        (lambda: np.sum(a, initial=1.0), "initial"),
        (lambda: np.prod(a, where=a > 0), "where"),
        (lambda: np.max(a, 0, np.empty((3, 4))), "out"),
        (lambda: np.max(a, initial=3.0), "initial"),
        (lambda: np.mean(a, None, float), "dtype"),
        (lambda: np.var(a, dtype=float), "dtype"),
        (lambda: np.std(a, where=a > 0), "where"),
        (lambda: np.cumsum(a, 0, float), "dtype"),
        (lambda: np.cumprod(a, out=np.empty(24)), "out"),
        (lambda: np.average(a, returned=True), "returned"),
        (lambda: np.add.reduce(a, initial=1.0), "initial"),
        (lambda: np.add.reduce(a, out=np.empty((3, 4))), "out"),
        (lambda: np.median(a, overwrite_input=True), "overwrite_input"),
        (lambda: a.sum(0, float), "dtype"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(call, argument):
    with pytest.raises(TypeError, match=rf"numpy\.\w+ of dual numbers takes no {argument}"):
        call()


def test_no_variance_of_complex_numbers():
    with pytest.raises(TypeError, match=r"numpy\.var of complex numbers has no complex deriv"):
        np.var(a * 1j)


def test_trapezoids():
    x = np.sort(spread(rng, 4))
    agrees_with_differences(lambda y, x: np.trapezoid(y, x), a, x)
    agrees_with_differences(lambda x: np.trapezoid([1.0, 2.0, 4.0, 8.0], x), x)
    agrees_with_differences(lambda y, x: np.trapezoid(y, x, axis=1), a, np.sort(a, axis=1))
    agrees_with_differences(lambda y, h: np.trapezoid(y, dx=h, axis=0), a, x[0])
