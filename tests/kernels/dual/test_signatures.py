"""NumPy's arguments get to an implementation by name; those it does not name are refused."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.dual.protocol import FUNCTIONS
from nbrbf_kernels.dual.signatures import Signature, implements, qualified

a = DualArray([1.0, 2.0], [[3.0, 4.0]])


def test_names_and_defaults():
    signature = Signature(np.sum)
    assert signature.named((a, 0, float)) == [("a", a), ("axis", 0), ("dtype", float)]
    assert signature.defaults["dtype"] is None
    assert Signature(np.gradient).named((1, 2, 3)) == [("f", 1), ("varargs", 2), ("varargs", 3)]
    with pytest.raises(
        TypeError, match=r"numpy\.fliplr of dual numbers takes 1 positional .* got 2"
    ):
        Signature(np.fliplr).named((a, a))


def test_a_function_that_does_not_say_how_it_is_called():
    def fallback(x, y=1):
        return x, y

    # Python's own `iter` is such a one.
    assert Signature(iter, fallback).positional == ["x", "y"]
    assert Signature(iter).positional == []


def test_defaults_are_not_refused():
    signature = Signature(np.convolve)
    signature.refuse({"mode": "full", "v": None})
    with pytest.raises(TypeError, match=r"numpy\.convolve of dual numbers takes no mode"):
        signature.refuse({"mode": "same"})


def test_positional_arguments_are_those_of_numpy():
    called = []
    before = FUNCTIONS[np.nansum]
    try:
        implements(np.nansum)(lambda a, keepdims=False: called.append((a, keepdims)))
        np.nansum(a, None, None, None, True)
        np.nansum(a=a)
        with pytest.raises(TypeError, match=r"numpy\.nansum of dual numbers takes no axis"):
            np.nansum(a, 0)
    finally:
        FUNCTIONS[np.nansum] = before
    assert called[0][0] is a and [keepdims for _, keepdims in called] == [True, False]


@pytest.mark.parametrize("f", FUNCTIONS, ids=qualified)
def test_none_takes_what_numpy_does_not(f):
    with pytest.raises(TypeError):
        f(a, nonsense=1)


def test_the_refusal_names_the_function():
    with pytest.raises(TypeError, match=r"numpy\.linalg\.svd does not take dual numbers"):
        np.linalg.svd(a)
    with pytest.raises(TypeError, match=r"numpy\.fmod\.accumulate does not take dual numbers"):
        np.fmod.accumulate(a)
    with pytest.raises(TypeError, match=r"numpy\.add\.at does not take dual numbers"):
        np.add.at(a, [0], Dual(1.0, (1.0,)))
