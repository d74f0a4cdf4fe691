"""dot, @ and outer of dual arrays in compiled code, in every mix of real and dual."""

import numpy as np
import pytest
from numba import njit

from tests.kernels.dual.complex_step import check, dual


def test_vectors():
    def f(a, b, x):
        return a @ b, np.dot(a, x), np.outer(a, b)

    check(f, dual(3), dual(3), np.array([1.0, -2.0, 3.0]))


def test_matrices():
    def f(A, B, x, y):
        return A @ B, x @ y

    check(f, dual(3, 3), dual(3, 3).T, np.linspace(-1.0, 1.0, 9).reshape(3, 3).T, dual(3))


def test_lengths_that_differ_are_refused():
    with pytest.raises(ValueError, match="must have one length"):
        njit(lambda a, b: a @ b)(dual(3), dual(4))


def test_errors_name_the_construct():
    with pytest.raises(TypeError, match="a product with a DualArray takes float64 numbers"):
        njit(lambda a, b: a @ b)(dual(3), np.arange(3))
    with pytest.raises(TypeError, match="their partials do not belong together"):
        njit(lambda a, b: a @ b)(dual(3), dual(3, p=1))
