"""Duals in compiled code, against the complex step and against the Python class."""

import math

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError
from numba.typed import List

from nbrbf_kernels.dual import Dual

STEP = 1e-30


def test_a_program_with_branches_and_loops_against_the_complex_step():
    def program(x, y):
        s = 0.0
        n = 0
        for i in range(4):
            s += np.sin(x) * y - i * x**2
            n += 1
        if s.real > -3.0:
            s = s * 2
        else:
            s -= np.exp(-y)
        return s / y + np.tanh(x) ** 3 + 2.0**x - (-x) + x**y + n

    @njit
    def dual_program(x, y):
        s = 0.0
        n = 0
        for i in range(4):
            s += np.sin(x) * y - i * x**2
            n += 1
        if s > -3.0:
            s = s * 2
        else:
            s -= np.exp(-y)
        return s / y + np.tanh(x) ** 3 + 2.0**x - (-x) + x**y + n

    for x, y in [(0.3, 0.7), (1.3, 0.4)]:
        result = dual_program(Dual(x, (1.0, 0.0)), Dual(y, (0.0, 1.0)))
        expected = [
            program(x + 1j * STEP, y + 0j).imag / STEP,
            program(x + 0j, y + 1j * STEP).imag / STEP,
        ]
        assert result.value == pytest.approx(program(x + 0j, y + 0j).real, rel=1e-14)
        assert result.partials == pytest.approx(expected, rel=1e-12)


@njit
def power_sum(x, n):
    """x + x^2 + ... by recursion."""
    if n == 0:
        return 0.0 * x
    return x * (1.0 + power_sum(x, n - 1))


def test_recursion():
    x = 0.5
    slope = sum(k * x ** (k - 1) for k in range(1, 6))
    assert power_sum(Dual(x, (1.0,)), 5).partials == pytest.approx([slope], rel=1e-14)


@njit
def answers(a, b):
    return (
        *(a < b, a <= b, a > b, a >= b, a == b, a != b, not a, bool(a), np.logical_and(a, b)),
        *(np.less(a, b), math.isnan(b), np.isfinite(b), math.isinf(b), np.signbit(a)),
    )


def test_comparisons_and_questions_look_at_values():
    for a, b in [(1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (math.nan, 2.0), (0.0, math.inf)]:
        expected = answers.py_func(a, b)
        assert answers(Dual(a, (5.0,)), Dual(b, (-5.0,))) == expected
        assert answers(Dual(a, (5.0,)), 2) == answers.py_func(a, 2)


@njit
def constructs(x, y, flag):
    def scaled(t):
        return t * x

    pair = (x, y, x * y)
    listed = [x, y]
    listed.append(pair[2])
    total, count = 0, 0.0
    for element in listed:
        total += element
    for element in pair:
        count = count + element
    chosen = x if flag else 0.0
    if chosen > 1.0 and not x < y:
        chosen -= 1
    while chosen > 0.25:
        chosen /= 2
    return total, count, chosen, scaled(y), pair[1], sum(listed), abs(-x)


@pytest.mark.parametrize("flag", [True, False])
def test_closures_tuples_lists_branches_and_loops(flag):
    x, y = Dual(1.7, (1.0, 0.5)), Dual(0.6, (2.0, -1.0))
    results = constructs(x, y, flag)
    for result, expected in zip(results, constructs.py_func(x, y, flag), strict=True):
        assert result.value == pytest.approx(getattr(expected, "value", expected), rel=1e-15)
        partials = getattr(expected, "partials", (0.0, 0.0))
        assert result.partials == pytest.approx(partials, rel=1e-15)


@njit
def fibonacci(x, n):
    return x if n < 2 else x * fibonacci(x, n - 1) + fibonacci(x, n - 2)


def test_recursion_that_branches():
    x = Dual(1.3, (1.0,))
    expected = fibonacci.py_func(x, 5)
    result = fibonacci(x, 5)
    assert result.value == pytest.approx(expected.value, rel=1e-15)
    assert result.partials == pytest.approx(expected.partials, rel=1e-14)


def test_a_typed_list_holds_duals():
    @njit
    def total(x):
        numbers = List()
        for k in range(3):
            numbers.append(k * x)
        return sum(numbers)

    assert total(Dual(1.5, (1.0,))).partials == (3.0,)


def test_attributes_are_pythons():
    x = Dual(Dual(2.0, (1.0,), 1), (Dual(3.0, (0.0,), 1),) * 2, 4)
    attributes = njit(lambda x: (x.value, x.partials, x.level, x.width, x.real))
    assert repr(attributes(x)) == repr((x.value, x.partials, 4, 2, x))


def test_levels_nest_and_do_not_mix():
    @njit
    def product(x, y):
        return x * (x + y)

    # d/dx (x d/dy (x + y)) = 1: the inner derivative sees x as a constant.
    inner = product(Dual(2.0, (1.0,), 1), Dual(3.0, (1.0,), 2))
    assert (inner.level, inner.value.level) == (2, 1)
    assert inner.partials[0].value == 2.0
    assert inner.partials[0].partials == (1.0,)


def test_second_derivatives_by_nesting():
    @njit
    def function(x):
        return np.exp(x) * np.sin(x) / x

    x = 0.9
    nested = function(Dual(Dual(x, (1.0,), 1), (Dual(1.0, (0.0,), 1),), 2))
    h = 1e-4
    f = function.py_func
    second = (-f(x + 2 * h) + 16 * f(x + h) - 30 * f(x) + 16 * f(x - h) - f(x - 2 * h)) / 12 / h**2
    assert nested.partials[0].partials[0] == pytest.approx(second, rel=1e-6)
    # The first derivative carried inside is the second of a plain Dual's.
    step = function(Dual(x, (1.0,))).partials[0]
    assert nested.partials[0].value == pytest.approx(step, rel=1e-14)


def test_no_reference_is_lost():
    import sys

    x = Dual(1.5, (2.0, 3.0))
    identity = njit(lambda x: x)
    partials = identity(x).partials
    # The tuple, the Dual's attribute gone, has one owner here and one in getrefcount's argument.
    assert sys.getrefcount(partials) == 2


def test_complex_duals_are_refused():
    with pytest.raises((TypeError, TypingError), match="float64"):
        njit(lambda x: x)(Dual(1.0 + 2.0j, (3.0 + 4.0j,)))
