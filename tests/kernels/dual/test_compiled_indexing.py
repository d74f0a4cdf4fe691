"""Reading and writing parts of dual arrays in compiled code."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import DualArray
from tests.kernels.dual.complex_step import check, dual


def test_basic_indices():
    def f(m):
        return m[1], m[-1, 1:], m[..., 0], m[None, 1], m[::-2, 1:3], m[1][2:], m[2, -1]

    check(f, dual(3, 4))


def test_index_arrays_and_masks():
    def f(a, m, rows, mask, entries):
        return a[rows], m[rows], m[mask], m[entries]

    entries = np.arange(12).reshape(3, 4) % 5 == 0
    check(f, dual(3), dual(3, 4), np.array([2, 0, -1, 1]), np.array([True, False, True]), entries)


def test_assignment_at_slices():
    def f(a, m, x):
        m[0] = a
        m[1, 1:] = x
        m[:, 0] = a[2]
        m[2, ::2] = 3
        m[..., 3] = m[:, 1] * 2.0
        a[1:] = a[:-1]
        return a, m

    check(f, dual(4), dual(3, 4), np.array([1.0, 2.0, 3.0]))


def test_assignment_at_index_arrays_and_masks():
    def f(a, m, rows, mask, entries):
        m[rows] = a
        m[entries] = a[0]
        a[rows] = a[1] * a[rows]
        m[mask] = 2.0
        m[entries] = a[:2]
        return a, m

    entries = np.zeros((3, 3), bool)
    entries[0, 1] = entries[2, 2] = True
    check(f, dual(3), dual(3, 3), np.array([2, 0]), np.array([False, False, True]), entries)


def test_views_share_memory():
    a = dual(3, 4)
    for part in njit(lambda a: (a[1:], a[:, 2], a.T, a.reshape(12), a.ravel()))(a):
        assert np.shares_memory(part.value, a.value)
        assert np.shares_memory(part.partials, a.partials)


def test_masks_of_another_shape_are_refused():
    get = njit(lambda a, mask: a[mask])
    with pytest.raises(IndexError, match="a mask must have the shape"):
        get(dual(3), np.ones(4, bool))


def test_float_arrays_cannot_hold_duals():
    @njit
    def entry(a):
        out = np.zeros(3)
        out[0] = a[0]
        return out

    @njit
    def part(a):
        out = np.empty(3)
        out[:] = a
        return out

    for f in (entry, part):
        with pytest.raises(TypeError, match=r"cannot hold a dual number, .*numpy.zeros_like\(x\)"):
            f(dual(3))


def test_errors_name_the_construct():
    with pytest.raises(TypeError, match=r"cannot be indexed with array\(int64, 2d"):
        njit(lambda a, i: a[i])(dual(4), np.zeros((1, 1), int))

    @njit
    def assign(a, b):
        a[:] = b

    with pytest.raises(TypeError, match="cannot assign"):
        assign(dual(4), dual(4, p=3))
    with pytest.raises(ValueError, match="does not have the shape of its target"):
        assign(dual(4), dual(3))
    with pytest.raises(TypeError, match="cannot assign"):
        assign(dual(4, level=1), DualArray(np.ones(4), np.ones((2, 4)), 2))
