"""SciPy's own tests of RBFInterpolator, run from the installed SciPy on our class."""

import numpy as np
import pytest
from scipy.interpolate.tests import test_rbfinterp as scipys

from nbrbf import RBFInterpolator


@pytest.fixture
def xp():
    return np


class TestScipysOwn(scipys.TestRBFInterpolatorNeighborsNone):
    def build(self, *args, **kwargs):
        return RBFInterpolator(*args, **kwargs)

    def test_chunking(self, monkeypatch, xp):
        super().test_chunking(monkeypatch, xp)
