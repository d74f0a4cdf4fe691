"""Functions of dual arrays in compiled code, entry by entry, against the complex step."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import Dual, DualArray, rules
from tests.kernels.dual.complex_step import check, dual


def test_arithmetic_with_arrays_duals_and_numbers():
    def f(a, b, d, x):
        return -a / 3, d * a**2, x * d - b

    check(f, dual(4), dual(4), Dual(0.7, (1.0, -2.0)), np.linspace(1.0, 2.0, 4))


def test_broadcasting():
    def f(a, m, column, x):
        return m * column, x * a

    check(f, dual(4), dual(3, 4), dual(3, 1), np.ones((2, 3, 4)))


def test_other_layouts():
    def f(m):
        return m.T * m[:, ::-1]

    check(f, dual(3, 3))


def test_in_place():
    def f(a, b, m):
        a *= b
        m -= a
        a[1:] += a[:-1]
        return a, b, m

    check(f, dual(4), dual(4, p=2), dual(3, 4))


def test_elementary_functions():
    def f(a):
        return np.exp(a), np.sqrt(a)

    check(f, dual(3))


def test_every_rule_has_its_function_of_arrays():
    """What the table has is never refused for the want of a registration."""
    from nbrbf_kernels.dual import compiled_elementwise

    missing = (set(rules.UNARY) | set(rules.BINARY)) - (
        compiled_elementwise._OF_ONE | compiled_elementwise._OF_TWO
    )
    assert not missing


def test_comparisons_look_at_values_and_where_chooses():
    a, b = dual(5), dual(5, p=2) * 1.1

    @njit
    def f(a, b):
        larger, positive = np.where(a > b, a, b), np.where(a > 1.0, a, 0.0)
        return a > 1.0, a <= b.value, larger, positive

    above, below, larger, positive = f(a, b)
    assert above.tolist() == (a.value > 1.0).tolist() and above.dtype == bool
    assert below.tolist() == (a.value <= b.value).tolist()
    chosen = np.where(a.value > b.value, a.partials, b.partials)
    np.testing.assert_array_equal(larger.partials, chosen)
    np.testing.assert_array_equal(positive.partials, np.where(a.value > 1.0, a.partials, 0.0))


def test_shapes_that_do_not_fit_are_refused():
    add = njit(lambda a, b: a + b)
    with pytest.raises(ValueError, match="could not be broadcast"):
        add(dual(4), dual(3))

    @njit
    def grow(a, b):
        a += b

    with pytest.raises(ValueError, match="does not have the shape of its target"):
        grow(dual(1), dual(3))


def test_errors_name_the_construct():
    inner = DualArray(np.ones(3), np.ones((1, 3)), 1)
    with pytest.raises(TypeError, match="nesting is not supported for DualArrays"):
        njit(lambda a, b: a * b)(inner, Dual(1.0, (1.0,), 2))
    with pytest.raises(TypeError, match=r"add of \(Dual\(2.*, Dual\(3.* is not supported"):
        njit(lambda a, b: a + b)(dual(3), dual(3, p=3))

    @njit
    def drop(a):
        s = np.zeros(3)
        s += a
        return s

    with pytest.raises(TypeError, match=r"iadd: an array of float64 cannot hold .*zeros_like"):
        drop(dual(3))
