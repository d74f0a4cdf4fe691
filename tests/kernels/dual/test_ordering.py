"""What is taken by its order: ties, NaN, axes."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(13)
a = spread(rng, 2, 3, 4)
AXES = [{}, {"axis": 0}, {"axis": -1}, {"axis": (0, 2)}, {"axis": 1, "keepdims": True}]


@pytest.mark.parametrize("keywords", AXES, ids=str)
@pytest.mark.parametrize(
    "f", [np.min, np.max, np.amin, np.amax, np.nanmin, np.nanmax, np.ptp, np.median]
)
def test_reductions(f, keywords):
    if f in (np.nanmin, np.nanmax) and keywords.get("axis") == (0, 2):
        keywords = {"axis": (0, 2), "keepdims": True}
    agrees_with_differences(lambda x: f(x, **keywords), a)


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_sorts(axis):
    agrees_with_differences(lambda x: np.sort(x, axis, kind="quicksort"), a)
    agrees_with_differences(lambda x: np.partition(x, 1, axis), a)
    if axis is not None:
        b = a.copy()
        b.sort(axis)
        np.testing.assert_array_equal(b.partials, np.sort(a, axis).partials)


def test_the_first_of_equal_entries_is_taken():
    x = DualArray([3.0, 1.0, 3.0, 1.0], [[1.0, 2.0, 4.0, 8.0]])
    assert np.max(x).partials == (1.0,) and np.min(x).partials == (2.0,)
    assert np.sort(x).partials.tolist() == [[2.0, 8.0, 1.0, 4.0]]
    assert np.median(x).partials == (4.5,)
    assert np.median(x[:3]).partials == (1.0,)
    assert np.maximum.reduce(x).partials == (1.0,)


def test_nan():
    x = DualArray([np.nan, 2.0, 1.0], [[1.0, 2.0, 4.0]])
    assert np.isnan(np.max(x).value) and np.max(x).partials == (1.0,)
    assert np.sort(x).partials.tolist() == [[4.0, 2.0, 1.0]]
    assert np.isnan(np.median(x).partials[0])
    assert (np.nanmax(x), np.nanmin(x)) == (2.0, 1.0)
    assert (np.nanmax(x).partials, np.nanmin(x).partials) == ((2.0,), (4.0,))


def test_complex_numbers_are_ordered_by_their_real_part():
    z = DualArray([2 + 1j, 1 + 5j], [[1.0, 1j]])
    assert np.max(z).partials == (1.0,) and np.sort(z).partials.tolist() == [[1j, 1.0]]
    with pytest.raises(TypeError, match=r"numpy\.median of complex numbers"):
        np.median(z)


def test_a_single_number():
    x = Dual(2.0, (3.0,))
    for f in (np.max, np.min, np.sum, np.prod, np.mean, np.median):
        assert f(x) == 2.0 and f(x).partials == (3.0,)
