"""min, max and NumPy's four in compiled code: which number is taken, with its derivative."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import Dual

NAN = float("nan")


@njit
def extrema(x, y):
    return (
        *(max(x, y), min(x, y), np.maximum(x, y), np.minimum(x, y), np.fmax(x, y)),
        *(np.fmin(x, y), max(x, 1, y), min(2.5, x, y, 0.5)),
    )


@pytest.mark.parametrize(("a", "b"), [(1.0, 2.0), (3.0, 2.0), (2.0, 2.0), (-1.0, 0.25)])
def test_they_take_the_number_that_python_takes(a, b):
    x, y = Dual(a, (1.0, 0.0)), Dual(b, (0.0, 1.0))
    for result, expected in zip(extrema(x, y), extrema.py_func(x, y), strict=True):
        assert result.value == getattr(expected, "value", expected)
        assert result.partials == getattr(expected, "partials", (0.0, 0.0))


def test_nan_is_as_for_floats():
    x, y = Dual(NAN, (1.0, 0.0)), Dual(2.0, (0.0, 1.0))
    for a, b in [(x, y), (y, x)]:
        results = [result.value for result in extrema(a, b)[2:6]]
        np.testing.assert_array_equal(results, [NAN, NAN, 2.0, 2.0])
    for a, b in [(NAN, 2.0), (2.0, NAN)]:
        results = [r.value for r in extrema(Dual(a, (1.0, 0.0)), Dual(b, (0.0, 1.0)))]
        np.testing.assert_array_equal(results, extrema(a, b))


def test_the_others_nan_derivative_does_not_get_through():
    x, y = Dual(1.0, (NAN, NAN)), Dual(2.0, (0.0, 1.0))
    assert extrema(x, y)[0].partials == extrema(x, y)[2].partials == (0.0, 1.0)


def test_a_float_may_win():
    largest = njit(lambda x: (max(x, 3.0), np.maximum(3, x)))
    for result in largest(Dual(1.0, (5.0,))):
        assert (result.value, result.partials) == (3.0, (0.0,))
