"""divmod, modf, frexp and ldexp of Duals and DualArrays in Python."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray

rng = np.random.default_rng(3)
x = DualArray(rng.normal(size=(2, 3)) * 5.0, rng.normal(size=(2, 2, 3)))
LARGE = Dual(3e300, (1e-300,))


def test_divmod_is_the_quotient_and_the_rest():
    quotient, rest = divmod(x, 2.0)
    np.testing.assert_array_equal(quotient.value, x.value // 2.0)
    assert not quotient.partials.any()
    again = 2.0 * quotient + rest
    np.testing.assert_allclose(again.value, x.value, rtol=1e-15)
    np.testing.assert_array_equal(again.partials, x.partials)


def test_the_fraction_has_the_derivative_and_the_whole_part_none():
    fraction, whole = np.modf(x)
    np.testing.assert_array_equal(fraction.value, np.modf(x.value)[0])
    np.testing.assert_array_equal(fraction.partials, x.partials)
    assert not whole.partials.any()
    assert repr(np.modf(Dual(np.inf, (2.0,)))[0]) == "Dual(0.0, (2.0,))"


def test_frexp_and_ldexp_undo_each_other():
    mantissa, exponent = np.frexp(x)
    assert exponent.dtype.kind == "i"
    again = np.ldexp(mantissa, exponent)
    np.testing.assert_array_equal(again.value, x.value)
    np.testing.assert_array_equal(again.partials, x.partials)


def test_scalars_nest():
    inner = Dual(-6.5, (1.0,), 1)
    mantissa, exponent = np.frexp(Dual(inner, (inner,), 2))
    assert exponent == 3
    assert repr(mantissa) == repr(Dual(inner / 8.0, (inner / 8.0,), 2))


def test_ldexp_broadcasts_over_exponents():
    shifted = np.ldexp(x[0], [[1], [2]])
    np.testing.assert_array_equal(shifted.partials[1], np.ldexp(x.partials[1, 0], [[1], [2]]))
    rows = np.ldexp(Dual(3.0, (1.0,)), [1, 2])
    np.testing.assert_array_equal(rows.partials, [[2.0, 4.0]])


def test_no_power_of_two_is_formed_that_is_no_number():
    assert np.ldexp(Dual(5e-324, (5e-324,)), 1074).partials == (1.0,)
    assert np.frexp(Dual(5e-324, (5e-324,)))[0].partials == (0.5,)


def test_what_is_refused():
    with pytest.raises(TypeError, match=r"exponent of numpy\.ldexp must be an integer"):
        np.ldexp(1.0, LARGE)
    with pytest.raises(TypeError, match=r"numpy\.modf of dual numbers takes no dtype"):
        np.modf(LARGE, dtype=float)
