"""Norms: every differentiable order along every axis, and zero."""

import numpy as np
import pytest

from nbrbf_kernels.dual import DualArray
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(17)
a = 0.5 * spread(rng, 2, 3, 4)
VECTOR = [None, 2, 1, np.inf, -np.inf, 3, 2.5, 1.5]
MATRIX = [None, "fro", 2, 1, -1, np.inf, -np.inf]


@pytest.mark.parametrize("ord", VECTOR)
def test_norms_of_vectors(ord):
    # Smaller steps: fractional powers are not smooth near 0.
    agrees_with_differences(lambda x: np.linalg.norm(x, ord), a[0, 0], h=2e-3)
    agrees_with_differences(lambda x: np.linalg.norm(x, ord, axis=1), a, h=2e-3)
    agrees_with_differences(lambda x: np.linalg.norm(x, ord, -1, keepdims=True), a, h=2e-3)


@pytest.mark.parametrize("ord", MATRIX)
def test_norms_of_matrices(ord):
    agrees_with_differences(lambda x: np.linalg.norm(x, ord), a[0])
    agrees_with_differences(lambda x: np.linalg.norm(x, ord, axis=(2, 0)), a)
    agrees_with_differences(lambda x: np.linalg.norm(x, ord, (0, -1), keepdims=True), a)
    if ord is not None:
        agrees_with_differences(lambda x: np.linalg.matrix_norm(x, ord=ord), a)


def test_vector_norm():
    agrees_with_differences(lambda x: np.linalg.vector_norm(x, keepdims=True), a)
    agrees_with_differences(lambda x: np.linalg.vector_norm(x, axis=1, ord=1), a)
    with pytest.raises(TypeError, match=r"numpy\.linalg\.vector_norm of dual numbers takes one"):
        np.linalg.vector_norm(a, axis=(0, 1))


def test_all_entries():
    agrees_with_differences(np.linalg.norm, a)


@pytest.mark.parametrize("ord", VECTOR)
def test_the_derivative_where_a_norm_is_zero_is_zero(ord):
    zero = DualArray(np.zeros((2, 3)), rng.normal(size=(1, 2, 3)))
    assert not np.linalg.norm(zero, ord, axis=1).partials.any()
    if ord in (None, 1, 2, np.inf):
        assert np.linalg.norm(zero, ord).partials == (0.0,)


def test_a_tie_takes_the_first():
    x = DualArray([2.0, -2.0], [[1.0, 5.0]])
    assert np.linalg.norm(x, np.inf).partials == (1.0,)


@pytest.mark.parametrize("ord", [0, 0.5, -1, -2])
def test_orders_below_one_are_refused(ord):
    with pytest.raises(TypeError, match=rf"norm of dual numbers takes no ord={ord}"):
        np.linalg.norm(a[0, 0], ord)


@pytest.mark.parametrize("ord", ["nuc", -2])
def test_other_norms_of_matrices_are_refused(ord):
    with pytest.raises(TypeError, match=rf"norm of dual numbers takes no ord={ord!r}"):
        np.linalg.norm(a[0], ord)


def test_complex_numbers_are_refused():
    with pytest.raises(TypeError, match="has no complex derivative"):
        np.linalg.norm(a * 1j)
