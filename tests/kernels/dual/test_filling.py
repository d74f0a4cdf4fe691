"""Copies, new arrays like a given one, and writing into them."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(19)
a = spread(rng, 2, 3, 4)


@pytest.mark.parametrize("order", ["C", "F", "A", "K"])
def test_copies(order):
    for b in (a, a.T, a.transpose(1, 0, 2)):
        result = agrees_with_differences(lambda x: np.copy(x, order=order), b)
        assert result.value.strides == result.partials.strides[1:]
        assert not np.shares_memory(result.partials, a.partials)


def test_full_like():
    agrees_with_differences(lambda x: np.full_like(x, x[0, 0, 0]), a)
    agrees_with_differences(lambda x: np.full_like(x, x[0, 0], shape=(2, 4)), a)
    agrees_with_differences(lambda x: np.full_like(x, 2.0), a[0, 0, 0])


def test_new_arrays_can_be_written_into():
    b = a[0].T
    for new in (np.zeros_like(b), np.empty_like(b), np.ones_like(b)):
        assert new.value.strides == b.value.strides and new.width == 2
        new[0] = b[1]
        np.testing.assert_array_equal(new.partials[:, 0], b.partials[:, 1])
    assert np.zeros_like(b, dtype=int).dtype == int
    assert np.empty_like(b, shape=(2, 2)).partials.shape == (2, 2, 2)
    assert np.full_like(b + 0j, 2.0).dtype == np.complex128


def test_copyto():
    b, row = np.zeros_like(a), a[0, 0]
    np.copyto(b, row, where=np.array([True, False, True, True]))
    assert not b.partials[..., 1].any() and not b.value[..., 1].any()
    np.testing.assert_array_equal(b.partials[:, 1, 2, 2:], row.partials[:, 2:])
    np.copyto(b, 3.0)
    assert np.all(b == 3.0) and not b.partials.any()
    with pytest.raises(TypeError, match="dst must be a DualArray, got ndarray"):
        np.copyto(np.ones(4), row)


@pytest.mark.parametrize("shape", [(3, 3), (5, 2), (2, 4)])
def test_fill_diagonal(shape):
    for value in (7.0, Dual(2.0, (3.0, 4.0)), spread(rng, 2), np.array([1.0, 2.0])):
        b = spread(rng, *shape)
        before = b.copy()
        np.fill_diagonal(b, value)
        expected = before.value.copy()
        np.fill_diagonal(expected, getattr(value, "value", value))
        np.testing.assert_array_equal(b.value, expected)
        for k in range(2):
            plane = before.partials[k].copy()
            np.fill_diagonal(plane, value.partials[k] if hasattr(value, "partials") else 0.0)
            np.testing.assert_array_equal(b.partials[k], plane)
