"""Dual: arithmetic, nesting, and what it must refuse."""

import copy
import math
import pickle

import numpy as np
import pytest
import scipy.special

from nbrbf_kernels.dual import Dual

x = Dual(3.0, (1.0, 0.0))
y = Dual(2.0, (0.0, 1.0))


def same(d, value, partials, level=0):
    assert isinstance(d, Dual)
    assert (d.value, d.partials, d.level) == (value, partials, level)


def test_arithmetic():
    same(x + y, 5.0, (1.0, 1.0))
    same(x - y, 1.0, (1.0, -1.0))
    same(x * y, 6.0, (2.0, 3.0))
    same(x / y, 1.5, (0.5, -0.75))
    same(x**2, 9.0, (6.0, 0.0))
    same(-x, -3.0, (-1.0, 0.0))
    same(+x, 3.0, (1.0, 0.0))
    same(abs(-x), 3.0, (1.0, 0.0))
    power = x**y
    assert power.partials == pytest.approx((6.0, 9.0 * math.log(3.0)), rel=1e-15)


def test_whole_quotients_and_rests():
    a = Dual(-7.5, (1.0, 0.0))
    same(a // y, -4.0, (0.0, 0.0))
    same(a % y, 0.5, (1.0, 4.0))
    same(7.5 % y, 1.5, (0.0, -3.0))
    quotient, rest = divmod(a, 2)
    same(quotient, -4.0, (0.0, 0.0))
    same(rest, 0.5, (1.0, 0.0))


@pytest.mark.parametrize("two", [2, 2.0, np.float64(2), np.int32(2), np.array(2.0), True + True])
def test_arithmetic_with_constants_on_either_side(two):
    same(two + x, 5.0, (1.0, 0.0))
    same(two - x, -1.0, (-1.0, 0.0))
    same(two * x, 6.0, (2.0, 0.0))
    same(x / two, 1.5, (0.5, 0.0))
    assert (two / x).partials[0] == pytest.approx(-2.0 / 9.0, rel=1e-15)
    assert (two**x).partials[0] == pytest.approx(8.0 * math.log(2.0), rel=1e-15)


def test_an_accumulator_may_start_as_a_number():
    same(sum([x, y, x]), 8.0, (2.0, 1.0))


def test_augmented_assignment_makes_a_new_dual():
    total = x
    total += y
    same(total, 5.0, (1.0, 1.0))
    same(x, 3.0, (1.0, 0.0))


def test_comparisons_and_truth_look_at_the_value():
    assert x > y and x >= 3 and y < x and x == 3.0 and x != y and not x < 3
    assert bool(x) and not Dual(0.0, (1.0,))
    assert Dual(1.0, (1.0,), 1) == Dual(1.0, (2.0, 3.0), 2)
    assert (x == "three") is False and (x == None) is False  # noqa: E711
    assert np.isfinite(x) and not np.isnan(x)


def test_it_cannot_be_hashed():
    # Equal duals differ in their derivative: a cache would mix them up.
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)


@pytest.mark.parametrize(
    "drop",
    [
        float,
        int,
        complex,
        math.sin,
        np.float64,
        np.asarray,
        lambda d: np.array([d, d]),
        lambda d: np.zeros(2).__setitem__(0, d),
        lambda d: round(d),
        lambda d: math.floor(d),
        lambda d: np.full(3, d),
        lambda d: np.arange(0.0, d),
        lambda d: np.geomspace(1.0, d, 3),
        lambda d: np.fromiter([d, d], float),
        lambda d: np.frompyfunc(math.sin, 1, 1)(d),
        lambda d: np.vectorize(float)(d),
        lambda d: np.sum([d, d]),
        lambda d: f"{d:.3f}",
    ],
)
def test_nothing_drops_the_derivative(drop):
    with pytest.raises(TypeError):
        drop(x)


def test_the_refusal_names_the_remedy():
    with pytest.raises(TypeError, match=r"a Dual cannot become a float .* Take .value"):
        math.exp(x)


def test_other_operands_are_refused():
    with pytest.raises(TypeError, match="unsupported operand"):
        x + "1"
    with pytest.raises(TypeError, match="unsupported operand"):
        x << 2
    with pytest.raises(TypeError, match=r"numpy\.nextafter does not take dual numbers"):
        np.nextafter(x, 1.0)
    with pytest.raises(TypeError, match="the ufunc j0 does not take dual numbers"):
        scipy.special.j0(x)


def test_it_does_not_change():
    with pytest.raises(AttributeError, match="value cannot be set"):
        x.value = 1.0
    with pytest.raises(AttributeError, match="partials cannot be deleted"):
        del x.partials


def test_copies_and_pickles():
    for again in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        same(again, 3.0, (1.0, 0.0))


def test_repr_can_be_read_back():
    nested = Dual(Dual(1.0, (2.0,), 1), (Dual(0.0, (1.0,), 1),), 2)
    assert (
        repr(nested) == "Dual(Dual(1.0, (2.0,), level=1), (Dual(0.0, (1.0,), level=1),), level=2)"
    )
    assert repr(x) == "Dual(3.0, (1.0, 0.0))"


def test_different_widths_of_one_level_never_broadcast():
    with pytest.raises(TypeError, match="same number of partials, got 2 and 1"):
        x + Dual(1.0, (1.0,))


def test_the_higher_level_is_outside_and_the_lower_a_constant_for_it():
    a, b = Dual(3.0, (1.0,), 1), Dual(5.0, (1.0,), 2)
    for product in (a * b, b * a):
        assert product.level == 2
        same(product.value, 15.0, (5.0,), 1)
        same(product.partials[0], 3.0, (1.0,), 1)


def test_three_levels():
    a, b, c = (Dual(v, (1.0,), level) for v, level in ((2.0, 1), (3.0, 2), (5.0, 3)))
    product = c * a * b
    third = product.partials[0].partials[0].partials[0]
    assert (third, product.value.value.value) == (1.0, 30.0)


def test_entries_are_made_of_one_type():
    inner = Dual(1.0, (1.0,), 1)
    outer = Dual(2.0, (inner, 0.0), 2)
    same(outer.value, 2.0, (0.0,), 1)
    same(outer.partials[1], 0.0, (0.0,), 1)
    mixed = Dual(1.0, (1j,))
    assert isinstance(mixed.value, np.complex128)


def test_construction_is_checked():
    with pytest.raises(TypeError, match="value must be a number or a Dual, got str"):
        Dual("1", (1.0,))
    with pytest.raises(TypeError, match="each of partials must be a number or a Dual, got list"):
        Dual(1.0, ([1.0],))
    with pytest.raises(TypeError, match=r"partials must be a sequence of numbers, got 1\.0"):
        Dual(1.0, 1.0)
    with pytest.raises(ValueError, match="must be of a lower level, got 1 inside 1"):
        Dual(Dual(1.0, (1.0,), 1), (1.0,), 1)


def test_without_partials():
    same(Dual(2.0, ()) * 3.0, 6.0, ())


def test_values_warn_as_numpy_does_and_derivatives_never():
    with pytest.warns(RuntimeWarning, match="divide by zero") as record:
        assert (1.0 / Dual(0.0, (1.0,))).value == np.inf
    assert len(record) == 1
    assert np.sqrt(Dual(0.0, (1.0,))).partials == (np.inf,)


def test_maximum_takes_the_derivative_of_the_larger():
    same(np.maximum(x, y), 3.0, (1.0, 0.0))
    same(np.minimum(x, y), 2.0, (0.0, 1.0))
    same(np.maximum(x, 7.0), 7.0, (0.0, 0.0))
    same(np.clip(x, 0.0, 2.5), 2.5, (0.0, 0.0))
    same(np.fmax(np.nan, x), 3.0, (1.0, 0.0))
    same(np.fmin(y, np.nan), 2.0, (0.0, 1.0))
    nested = np.maximum(Dual(3.0, (1.0,), 1), Dual(2.0, (1.0,), 2))
    assert (nested.value.partials, nested.partials[0].value) == ((1.0,), 0.0)


def test_complex_values():
    z = Dual(1 + 2j, (1j,))
    square = z * z
    assert square.value == (1 + 2j) ** 2 and square.partials == ((2 + 4j) * 1j,)
    same(square.real, -3.0, (-4.0,))
    same(np.conjugate(z).imag, -2.0, (-1.0,))
    with pytest.raises(TypeError, match="has no complex derivative"):
        abs(z)


def test_steps_have_derivative_zero():
    for step in (np.floor, np.ceil, np.trunc, np.rint, np.sign):
        assert step(Dual(2.3, (1.0,))).partials == (0.0,)
