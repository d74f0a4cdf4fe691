"""New dual arrays in compiled code: like others, copies, from numbers, in other shapes."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import DualArray
from tests.kernels.dual.complex_step import check, dual


def test_arrays_like_others():
    @njit
    def f(a):
        e = np.empty_like(a)
        e.fill(a[0])
        return np.zeros_like(a), np.ones_like(a), np.full_like(a, a[1]), e

    a = dual(3)
    zeros, ones, full, filled = f(a)
    assert not zeros.value.any() and not zeros.partials.any() and not ones.partials.any()
    assert (ones.value == 1.0).all()
    for array, source in ((full, a[1]), (filled, a[0])):
        assert (array.value == source.value).all()
        assert (array.partials == np.array(source.partials)[:, None]).all()


def test_copies_and_shapes():
    def f(m):
        return (
            m.copy(),
            np.copy(m[:, 1]),
            m.flatten(),
            m.T.ravel(),
            m.reshape(2, -1),
            m[1].reshape((2, 2)),
        )

    check(f, dual(3, 4))


def test_arrays_of_numbers():
    def f(a):
        items = [a[0] * a[i] for i in range(a.size)]
        return np.array([a[0], a[1] * a[2], a[0]]), np.array((a[0], 2.0, 1)), np.array(items)

    check(f, dual(3))


def test_reshaping_to_another_size_is_refused():
    with pytest.raises(ValueError, match="another size"):
        njit(lambda m: m.reshape(5))(dual(2, 3))
    with pytest.raises(NotImplementedError, match="would need a copy"):
        njit(lambda m: m.T.reshape(6))(dual(2, 3))


@pytest.mark.parametrize("function", [np.empty_like, np.zeros_like])
def test_allocation_takes_no_other_dtype(function):
    array = dual(3)
    typed = njit(lambda a: function(a, dtype=np.float64))(array)
    assert isinstance(typed, DualArray) and typed.shape == (3,)
    with pytest.raises(TypeError, match="holds float64"):
        njit(lambda a: function(a, dtype=np.int64))(array)
