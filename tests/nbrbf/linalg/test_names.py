"""The names are SciPy's, and so is the order of the arguments."""

import inspect

import numpy as np
import pytest
import scipy.linalg

from nbrbf import linalg

SCIPYS = [n for n in linalg.__all__ if n != "slogdet" and not n.endswith("_vjp")]


@pytest.mark.parametrize("name", SCIPYS)
def test_arguments_are_scipys_in_the_same_order(name):
    parameters = inspect.signature(getattr(linalg, name)).parameters
    # `workers` is our own, and a keyword.
    ours = [p for p, each in parameters.items() if each.kind is not each.KEYWORD_ONLY]
    theirs = list(inspect.signature(getattr(scipy.linalg, name)).parameters)
    assert ours[1:] == theirs[1 : len(ours)]
    assert ours[0] == theirs[0] or ours[0].endswith(("_and_piv", "_and_lower"))


def test_slogdet_is_numpys():
    assert linalg.slogdet([[2.0]])._fields == np.linalg.slogdet([[2.0]])._fields


@pytest.mark.parametrize("name", [*SCIPYS, "slogdet"])
def test_an_adjoint_stands_beside_each_function_and_shares_its_arguments(name):
    function = inspect.signature(getattr(linalg, name)).parameters
    for argument, parameter in inspect.signature(getattr(linalg, f"{name}_vjp")).parameters.items():
        if argument in function:
            assert parameter.default == function[argument].default
