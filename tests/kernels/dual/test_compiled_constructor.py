"""Dual(value, partials, level) inside compiled code."""

import pytest
from numba import njit

from nbrbf_kernels.dual import Dual


def test_seeds_and_constants():
    made = njit(lambda v: (Dual(v, (1.0, 0.0)), Dual(3, (1, v), 2), Dual(v, (), level=1)))
    expected = (Dual(0.5, (1.0, 0.0)), Dual(3.0, (1.0, 0.5), 2), Dual(0.5, (), 1))
    assert repr(made(0.5)) == repr(expected)


def test_nested_duals_are_made_of_one_type():
    x = Dual(2.0, (1.0,), 1)
    made = njit(lambda x: Dual(x, (1.0,), 2))(x)
    assert repr(made) == repr(Dual(x, (1.0,), 2))


def test_the_second_derivative_of_a_loop_without_leaving_compiled_code():
    @njit
    def second(x):
        d = Dual(Dual(x, (1.0,), 1), (1.0,), 2)
        total = 0.0
        for k in range(4):
            total += k * (d * d * d)
        return total.partials[0].partials[0]

    assert second(0.5) == pytest.approx(6.0 * 6.0 * 0.5, rel=1e-15)


REFUSED = {
    "partials must be a tuple in compiled code": lambda x, n: Dual(x, [1.0]),
    "level must be a constant in compiled code": lambda x, n: Dual(x, (1.0,), n),
    "level must not be negative, got -1": lambda x, n: Dual(x, (1.0,), -1),
    "must be of a lower level, got 1 inside 1": lambda x, n: Dual(Dual(x, (1.0,), 1), (1.0,), 1),
    "value and partials must be numbers or Duals": lambda x, n: Dual(x, ("1",)),
    "their widths do not mix": lambda x, n: Dual(Dual(x, (1.0,)), (Dual(x, (1.0, 2.0)),), 1),
}


@pytest.mark.parametrize("message", REFUSED)
def test_the_refusal_says_what_is_wrong(message):
    with pytest.raises(TypeError, match=message):
        njit(REFUSED[message])(1.0, 1)
