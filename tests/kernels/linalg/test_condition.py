"""gecon and pocon against LAPACK's."""

import numpy as np
import pytest
from scipy.linalg import hilbert
from scipy.linalg.lapack import dgecon, dgetrf, dpocon, dpotrf

from nbrbf_kernels.linalg import gecon, getrf, pocon, potrf


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


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n", [1, 2, 5, 65, 130])
def test_of_a_positive_definite_matrix_it_is_lapacks_estimate(n, order, lower):
    for seed in range(3):
        G = np.random.default_rng(seed).normal(size=(n, n))
        A = G @ G.T + 1e-3 * np.eye(n)
        anorm = np.abs(A).sum(0).max()
        L = A.copy(order)
        assert potrf(L, lower) == 0
        L[(np.tri(n, k=-1) > 0).T if lower else np.tri(n, k=-1) > 0] = np.nan
        factor, _ = dpotrf(A, lower=lower)
        expected, _ = dpocon(factor, anorm, uplo="L" if lower else "U")
        assert pocon(L, anorm, lower) == pytest.approx(expected, rel=1e-6)


def test_of_a_factor_with_zeros_or_nan_or_nothing():
    assert pocon(np.diag([1.0, 0.0]), 1.0) == 0.0
    assert np.isnan(pocon(np.full((2, 2), np.nan), 1.0))
    assert pocon(np.empty((0, 0)), 0.0) == 1.0
