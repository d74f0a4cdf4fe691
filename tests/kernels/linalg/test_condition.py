"""gecon against LAPACK's."""

import numpy as np
import pytest
from scipy.linalg import hilbert
from scipy.linalg.lapack import dgecon, dgetrf

from nbrbf_kernels.linalg import gecon, getrf


def condition(A, order="C"):
    LU, ipiv = A.copy(order), np.empty(len(A), np.int64)
    getrf(LU, ipiv)
    return gecon(LU, ipiv, np.abs(A).sum(0).max(initial=0.0))


def lapack(A):
    return dgecon(dgetrf(A)[0], np.abs(A).sum(0).max())[0]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 10, 65, 130])
def test_it_is_lapacks_estimate(n, order):
    for seed in range(5):
        A = np.random.default_rng(seed).normal(size=(n, n))
        assert condition(A, order) == pytest.approx(lapack(A), rel=1e-9)


@pytest.mark.parametrize("n", [2, 4, 6, 8])
def test_an_ill_conditioned_matrix(n):
    exact = 1 / np.linalg.cond(hilbert(n), 1)
    assert exact * 0.999 <= condition(hilbert(n)) <= 10 * exact
    assert condition(hilbert(n)) == pytest.approx(lapack(hilbert(n)), rel=1e-3)


def test_singular_spoiled_and_empty():
    assert condition(np.ones((4, 4))) == 0.0
    assert condition(np.zeros((3, 3))) == 0.0
    assert condition(np.diag([1.0, 1e-320, 1.0])) < 1e-300
    assert np.isnan(condition(np.full((3, 3), np.nan)))
    assert condition(np.empty((0, 0))) == 1.0
