"""The names are SciPy's, and so is the order of the arguments."""

import inspect

import numpy as np
import pytest
import scipy.linalg

from nbrbf import linalg


@pytest.mark.parametrize("name", [name for name in linalg.__all__ if name != "slogdet"])
def test_arguments_are_scipys_in_the_same_order(name):
    ours = list(inspect.signature(getattr(linalg, name)).parameters)
    theirs = list(inspect.signature(getattr(scipy.linalg, name)).parameters)
    assert ours[1:] == theirs[1 : len(ours)]
    assert ours[0] == theirs[0] or ours[0].endswith(("_and_piv", "_and_lower"))


def test_slogdet_is_numpys():
    assert linalg.slogdet([[2.0]])._fields == np.linalg.slogdet([[2.0]])._fields
