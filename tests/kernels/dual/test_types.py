"""Numba's types of dual numbers: what two scalars become, what a name distinguishes."""

import numpy as np
import pytest
from numba import float32, float64, int64, njit, typeof, types
from numba.core import types as numba_types

from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.dual.types import DualArrayType, DualType, promote

ONE = DualType(2, 1)
TWO = DualType(3, 2)
NESTED = DualType(3, 2, ONE)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (float64, float64, float64),
        (int64, float32, float64),
        (types.boolean, ONE, ONE),
        (ONE, ONE, ONE),
        (ONE, TWO, NESTED),
        (NESTED, ONE, NESTED),
        (NESTED, TWO, NESTED),
        (ONE, DualType(3, 1), None),
        (NESTED, DualType(1, 1), None),
        (ONE, types.unicode_type, None),
    ],
)
def test_promotion_is_symmetric(a, b, expected):
    assert promote(a, b) == expected
    assert promote(b, a) == expected


def test_typeof_tells_width_level_nesting_and_layout():
    assert typeof(Dual(1.0, (1.0, 2.0), 1)) == ONE
    inner = Dual(1.0, (1.0, 2.0), 1)
    assert typeof(Dual(inner, (inner,) * 3, 2)) == NESTED
    array = DualArray(np.ones((3, 4)), np.ones((2, 3, 4)), 1)
    t = typeof(array)
    assert isinstance(t, DualArrayType)
    assert (t.width, t.level, t.ndim, t.layout) == (2, 1, 2, "C")
    assert t.dtype == ONE
    assert typeof(array[:, 1]).layout == typeof(array.T).layout == "A"
    assert typeof(array[:, 1]).name != t.name


def test_loops_that_start_from_a_number_unify():
    @njit
    def total(x, n):
        s = 0
        for _ in range(n):
            s = s + x
        return s

    result = total(Dual(1.5, (1.0,), 1), 3)
    assert (result.value, result.partials) == (4.5, (3.0,))
    assert total(Dual(1.5, (1.0,), 1), 0).partials == (0.0,)


def test_a_dual_becomes_nested_where_branches_meet():
    choose = njit(lambda first, x, y: x if first else y)
    x, y = Dual(1.0, (2.0,), 1), Dual(3.0, (4.0,), 2)
    assert repr(choose(True, x, y)) == repr(Dual(x, (Dual(0.0, (0.0,), 1),), 2))
    assert choose(False, x, y).value.value == 3.0


def test_other_objects_are_no_numbers():
    assert promote(ONE, numba_types.none) is None
    assert promote(ONE, numba_types.complex128) is None
