"""The names are SciPy's, and so is the order of the arguments."""

import inspect

import numpy as np
import pytest
import scipy.linalg

from nbrbf import linalg

SCIPYS = [name for name in linalg.__all__ if name != "slogdet" and not name.endswith("_vjp")]


@pytest.mark.parametrize("name", SCIPYS)
def test_arguments_are_scipys_in_the_same_order(name):
    ours = list(inspect.signature(getattr(linalg, name)).parameters)
    theirs = list(inspect.signature(getattr(scipy.linalg, name)).parameters)
    assert ours[1:] == theirs[1 : len(ours)]
    assert ours[0] == theirs[0] or ours[0].endswith(("_and_piv", "_and_lower"))


def test_slogdet_is_numpys():
    assert linalg.slogdet([[2.0]])._fields == np.linalg.slogdet([[2.0]])._fields


@pytest.mark.parametrize("name", [*SCIPYS, "slogdet"])
def test_each_function_has_its_adjoint(name):
    assert f"{name}_vjp" in linalg.__all__
