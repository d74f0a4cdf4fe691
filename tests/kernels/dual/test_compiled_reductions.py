"""Sums, products, extremes and loops over dual arrays in compiled code."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import DualArray
from tests.kernels.dual.complex_step import check, dual


def test_reductions():
    def f(a, m):
        return np.sum(a), np.mean(m), np.prod(a), np.max(m), a.min()

    check(f, dual(4), dual(3, 4))


def test_sums_along_an_axis_and_running_sums():
    def f(m, t):
        return m.sum(axis=-1), np.sum(t, 1), np.cumsum(m)

    check(f, dual(3, 4), dual(2, 3, 2))


def test_the_first_of_equal_entries_and_nan_win():
    extremes = njit(lambda a: (np.max(a), np.min(a), np.argmax(a)))
    largest, smallest, where = extremes(DualArray([1.0, 2.0, 2.0, 1.0], [[1.0, 2.0, 3.0, 4.0]]))
    assert (largest.partials, smallest.partials, where) == ((2.0,), (1.0,), 1)
    largest, smallest, _ = extremes(DualArray([1.0, np.nan, 3.0, np.nan], [[1.0, 2.0, 3.0, 4.0]]))
    assert np.isnan(largest.value) and largest.partials == smallest.partials == (2.0,)
    with pytest.raises(ValueError, match="empty"):
        extremes(dual(0))


def test_products_of_zeros_keep_their_derivative():
    product = njit(lambda a: np.prod(a))
    assert product(DualArray([0.0, 2.0, 3.0], [[5.0, 1.0, 1.0]])).partials == (30.0,)


def test_loops():
    def f(a, m):
        s, t = 0, 0.0
        for x in a:
            s += x * x
        for i, row in enumerate(m):
            for x, y in zip(row, a):  # noqa: B905 (Numba takes no strict)
                t += i * x * y
        return s, t

    check(f, dual(4), dual(3, 4))


def test_loops_lose_no_reference():
    import sys

    array = dual(3, 4)

    @njit
    def walk(m):
        s = 0.0
        for row in m:
            s += row.sum()
        return s

    walk(array)
    before = sys.getrefcount(array.value), sys.getrefcount(array.partials)
    for _ in range(10):
        walk(array)
    assert (sys.getrefcount(array.value), sys.getrefcount(array.partials)) == before
