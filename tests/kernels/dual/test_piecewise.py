"""Choices, steps and pieces: which side counts at a kink."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(14)


def test_where_selects():
    a, b = spread(rng, 3, 4), spread(rng, 4)
    condition = a.value > 0
    result = np.where(condition, a, b)
    np.testing.assert_array_equal(
        result.partials, np.where(condition, a.partials, b.partials[:, None])
    )
    zero = np.where(a > 0, a, 0.0)
    assert not zero.partials[:, ~condition].any()
    assert np.where(a > 0, 1.0, 2.0).dtype == np.float64
    np.testing.assert_array_equal(np.where(a > 0), np.where(condition))
    np.testing.assert_array_equal(np.where(a), np.where(a.value))
    with pytest.raises(ValueError, match="both"):
        np.where(condition, a)


def test_where_lets_no_nan_of_the_other_through():
    nan = DualArray([1.0, 2.0], [[np.nan, 1.0]])
    assert np.where([False, True], nan, 5.0).partials.tolist() == [[0.0, 1.0]]
    nested = Dual(Dual(1.0, (1.0,), 1), (1.0,), 2)
    assert np.where(True, nested, 0.0) is nested


def test_select_takes_the_first():
    a = spread(rng, 4)
    result = np.select([a > 100.0, a > -100.0, a > -100.0], [1.0, a * a, a])
    np.testing.assert_array_equal(result.partials, (a * a).partials)
    with pytest.raises(ValueError, match="same length of at least 1, got 1 and 2"):
        np.select([a > 0], [a, a])


@pytest.mark.parametrize("bounds", [(-0.5, 0.5), (None, 0.5), (-0.5, None)])
def test_clip(bounds):
    a = spread(rng, 20)
    for result in (np.clip(a, *bounds), a.clip(*bounds)):
        np.testing.assert_array_equal(result.value, np.clip(a.value, *bounds))
        inside = result.value == a.value
        np.testing.assert_array_equal(result.partials, np.where(inside, a.partials, 0.0))
        assert not np.shares_memory(result.value, a.value)
    unbounded = np.clip(a, None, None)
    np.testing.assert_array_equal(unbounded.partials, a.partials)
    assert not np.shares_memory(unbounded.value, a.value)


def test_clip_at_a_bound_lets_the_derivative_through():
    x = DualArray([0.0, 1.0], [[1.0, 1.0]])
    bound = Dual(1.0, (5.0,))
    assert np.clip(x, 0.0, 1.0).partials.tolist() == [[1.0, 1.0]]
    assert np.clip(x, 0.0, bound).partials.tolist() == [[1.0, 1.0]]
    assert np.clip(np.array([3.0]), 0.0, bound).partials.tolist() == [[5.0]]
    with pytest.raises(ValueError, match="bound"):
        np.clip(x, 0.0, 1.0, min=0.0)
    with pytest.raises(TypeError, match=r"numpy\.clip of dual numbers takes no out"):
        np.clip(x, 0.0, 1.0, out=np.empty(2))


def test_interp():
    x = DualArray([0.5, 1.75, 9.0, -1.0], rng.uniform(-1, 1, (2, 4)))
    xp = DualArray([0.0, 1.0, 3.0], rng.uniform(-1, 1, (2, 3)))
    fp = spread(rng, 3)
    agrees_with_differences(np.interp, x, xp, fp)
    agrees_with_differences(np.interp, x, xp.value, fp.value)
    agrees_with_differences(np.interp, x[1], xp, fp.value)
    agrees_with_differences(lambda x, f: np.interp(x, xp.value, f, left=f[1]), x.value, fp)
    agrees_with_differences(np.interp, x.reshape(2, 2), xp.value, fp * (1 + 1j))
    agrees_with_differences(np.interp, 0.5, xp[:1].value, fp[:1])
    with pytest.raises(TypeError, match=r"numpy\.interp of dual numbers takes no period"):
        np.interp(x, xp, fp, period=3.0)


def test_interp_at_the_points():
    x = DualArray([0.0, 1.0, 3.0], [[1.0, 1.0, 1.0]])
    slopes = np.interp(x, [0.0, 1.0, 3.0], [0.0, 5.0, 25.0]).partials
    assert slopes.tolist() == [[5.0, 10.0, 10.0]]


def test_steps():
    x = DualArray([1.26, -0.7], [[1.0, 2.0]])
    for f in (lambda x: np.round(x, 1), np.around, np.fix, lambda x: x.round(1), np.floor):
        np.testing.assert_array_equal(f(x).value, f(x.value))
        assert not f(x).partials.any()
    with pytest.raises(TypeError, match="complex"):
        np.round(x * 1j)


def test_nan_to_num():
    x = DualArray([np.nan, np.inf, -np.inf, 2.0], [[1.0, 2.0, 3.0, 4.0]])
    result = np.nan_to_num(x, nan=Dual(7.0, (8.0,)), posinf=9.0)
    np.testing.assert_array_equal(result.value, np.nan_to_num(x.value, nan=7.0, posinf=9.0))
    assert result.partials.tolist() == [[8.0, 0.0, 0.0, 4.0]]
