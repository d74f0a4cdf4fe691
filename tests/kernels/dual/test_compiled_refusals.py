"""What would drop a derivative in compiled code: the message names the construct and the remedy."""

import math

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from nbrbf_kernels.dual import Dual


def assign(x):
    array = np.zeros(2)
    array[0] = x
    return array


REFUSED = {
    "cannot become a float: take .value": lambda x: float(x),
    "cannot become an int: take .value": lambda x: int(x),
    "cannot become a complex number": lambda x: complex(x),
    r"math.floor .*: take np.floor, or take .value": lambda x: math.floor(x),
    r"math.ceil .*: take np.ceil": lambda x: math.ceil(x),
    r"math.trunc .*: take np.trunc": lambda x: math.trunc(x),
    r"round of a Dual has no derivative: take np.rint": lambda x: round(x),
    r"round of a Dual has no derivative": lambda x: round(x, 2),
    "math.nextafter of a Dual": lambda x: math.nextafter(x, 1.0),
    "bounds of a range cannot be Duals": lambda x: range(x),
    "a Dual cannot be an index": lambda x: np.zeros(3)[x],
    "an array of floats cannot hold a dual number, .*zeros_like": assign,
    "the exponent of ldexp must be an integer": lambda x: math.ldexp(1.0, x),
}


@pytest.mark.parametrize("message", REFUSED)
def test_the_refusal_names_construct_and_remedy(message):
    with pytest.raises(TypeError, match=message):
        njit(REFUSED[message])(Dual(1.5, (1.0,)))


@pytest.mark.parametrize("function", [np.nextafter, np.gcd])
def test_what_has_no_rule_is_no_overload(function):
    with pytest.raises(TypingError, match=function.__name__):
        njit(lambda x: function(x, x))(Dual(1.5, (1.0,)))


def test_floats_are_left_to_numba():
    plain = njit(lambda x: (float(x), int(x), round(x), math.floor(x), math.nextafter(x, 2.0)))
    assert plain(1.5) == (1.5, 1, 2, 1, math.nextafter(1.5, 2.0))
