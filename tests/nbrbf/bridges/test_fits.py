"""Interpolants kept between the calls of a library."""

import numpy as np
import pytest

from nbrbf.bridges import _fits
from nbrbf.bridges._interpolation import Interpolation
from tests.nbrbf.bridges.problem import EXAMPLE

GAUSSIAN = Interpolation("gaussian", None, None, 1)


@pytest.fixture(autouse=True)
def nothing_kept():
    _fits._kept.clear()


def test_the_same_arrays_share_a_fit_and_other_values_the_matrix():
    y, d, _, smoothing, epsilon = EXAMPLE
    f = _fits.fitted(GAUSSIAN, y, d, smoothing, epsilon)
    assert _fits.fitted(GAUSSIAN, y.copy(), d.copy(), smoothing, epsilon) is f
    g = _fits.fitted(GAUSSIAN, y, 2 * d, smoothing, epsilon)
    assert g is not f and g._state is f._state
    h = _fits.fitted(GAUSSIAN, y, np.stack([d, d], 1), smoothing, epsilon)
    assert h._state is f._state and h.d_shape == (2,)
    assert _fits.fitted(GAUSSIAN, y, d, 2 * smoothing, epsilon)._state is not f._state
    quadratic = Interpolation("gaussian", 2, None, 1)
    assert _fits.fitted(quadratic, y, d, smoothing, epsilon)._state is not f._state


def test_arrays_written_into_afterwards_are_other_arrays():
    y, d, x, smoothing, epsilon = (np.array(a) for a in EXAMPLE)
    before = GAUSSIAN.evaluate((y, d, x, smoothing, epsilon))
    d *= 2.0
    np.testing.assert_array_equal(GAUSSIAN.evaluate((y, d, x, smoothing, epsilon)), 2.0 * before)
    y += 1.0
    x += 1.0
    np.testing.assert_allclose(GAUSSIAN.evaluate((y, d, x, smoothing, epsilon)), 2 * before, 1e-11)


def test_few_entries_are_kept(monkeypatch):
    y, d, _, _, epsilon = EXAMPLE
    monkeypatch.setattr(_fits, "MOST_ENTRIES", 2 * 30**2)
    fits = [_fits.fitted(GAUSSIAN, y, d, float(k), epsilon) for k in range(1, 4)]
    assert len(_fits._kept) == 2
    assert _fits.fitted(GAUSSIAN, y, d, 3.0, epsilon) is fits[2]
    assert _fits.fitted(GAUSSIAN, y, d, 1.0, epsilon) is not fits[0]
    monkeypatch.setattr(_fits, "MOST_ENTRIES", 0)
    last = _fits.fitted(GAUSSIAN, y, d, 5.0, epsilon)
    assert list(_fits._kept.values()) == [last]
