"""Cholesky's factors of a fit: the system they solve, and when they are not to be trusted."""

import numpy as np
import pytest

from nbrbf_kernels.rbf.factors import (
    RANK_DEFICIENT,
    UNSOUND,
    factor_definite,
    factor_general,
    reciprocal_condition,
    solve,
)
from nbrbf_kernels.rbf.monomials import monomial_powers


def monomials(n, ndim, degree, seed=0):
    y = np.random.default_rng(seed).uniform(-1, 1, (n, ndim))
    return np.prod(y[:, None, :] ** monomial_powers(ndim, degree), axis=2)


def system(n, P, seed=1):
    """A symmetric K, positive definite on the null space of P^T alone, and the whole matrix."""
    rng = np.random.default_rng(seed)
    R = P.shape[1]
    G = rng.normal(size=(n, n))
    K = G @ G.T + n * np.eye(n)
    mixed = rng.normal(size=(n, R))
    K -= 20.0 * n * (P @ P.T) + P @ mixed.T + mixed @ P.T
    return K, np.block([[K, P], [P.T, np.zeros((R, R))]])


def stored(K, P):
    """What the factorisation takes: the upper triangle and P^T, and nothing else."""
    n, M = len(P), sum(P.shape)
    A = np.full((M, M), np.nan)
    A[:n, :n] = np.where(np.tri(n, dtype=bool).T, K, np.nan)
    A[n:, :n] = P.T
    return A, np.empty(M, np.int64)


# Among them as many points as monomials, one more, and none of these.
CASES = [(1, 2, -1), (40, 2, -1), (1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 2, 1), (7, 2, 2), (90, 2, 3)]


@pytest.mark.parametrize(("n", "ndim", "degree"), [*CASES, (30, 3, 1), (300, 2, 1)])
def test_solves_the_whole_system_for_any_right_hand_side(n, ndim, degree):
    P = monomials(n, ndim, degree)
    R = P.shape[1]
    K, whole = system(n, P)
    A, ipiv = stored(K, P)
    info, anorm = factor_definite.kernel(A, ipiv, R)
    assert info == 0
    for S in (0, 1, 3):
        rhs = np.random.default_rng(2).normal(size=(S, n + R))
        x = rhs.copy()
        solve(A, ipiv, x)
        assert np.allclose(x @ whole, rhs, rtol=0.0, atol=1e-10 * n)
    U = np.triu(A[R:n, R:n])
    assert anorm == pytest.approx(np.linalg.norm(U.T @ U, 1), rel=1e-12) if n > R else anorm == 0
    # The matrix that is factored: K in terms of the points that are not first.
    order = np.arange(n)
    for r in range(R):
        p = ipiv[1 + r]
        order[[r, p]] = order[[p, r]]
    K, P = K[np.ix_(order, order)], P[order]
    L = P[R:] @ np.linalg.inv(P[:R])
    Z = np.concatenate([-L.T, np.eye(n - R)])
    assert np.allclose(U.T @ U, Z.T @ K @ Z, rtol=1e-10, atol=1e-10 * n)
    assert np.abs(L).max(initial=0.0) < 8.0


def test_condition_is_that_of_the_matrix_that_is_factored():
    P = monomials(50, 2, 1)
    K, whole = system(50, P)
    A, ipiv = stored(K, P)
    _, anorm = factor_definite.kernel(A, ipiv, 3)
    U = np.triu(A[3:50, 3:50])
    expected = 1.0 / np.linalg.cond(U.T @ U, 1)
    rcond = reciprocal_condition(A, ipiv, anorm)
    assert (1.0 - 1e-9) * expected <= rcond <= 1.5 * expected
    A, ipiv = whole.copy(), np.empty(53, np.int64)
    info, anorm = factor_general.kernel(A, ipiv)
    assert info == 0 and ipiv[0] >= 0
    rcond, expected = reciprocal_condition(A, ipiv, anorm), 1.0 / np.linalg.cond(whole, 1)
    assert (1.0 - 1e-9) * expected <= rcond <= 1.5 * expected


@pytest.mark.parametrize("n", [5, 20, 60])
def test_singular_matrices_on_which_cholesky_succeeds_are_refused(n):
    succeeded = 0
    for seed in range(40):
        G = np.random.default_rng(seed).normal(size=(n, n - 1))
        A, ipiv = stored(G @ G.T, np.empty((n, 0)))
        info, _ = factor_definite.kernel(A, ipiv, 0)
        assert info in (n, UNSOUND)
        succeeded += info == UNSOUND
    assert succeeded > 5


def test_a_condition_of_1e12_is_accepted():
    n = 60
    Q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(n, n)))
    A, ipiv = stored((Q * np.geomspace(1.0, 1e-12, n)) @ Q.T, np.empty((n, 0)))
    assert factor_definite.kernel(A, ipiv, 0)[0] == 0


def test_points_on_a_line_have_no_full_rank():
    P = monomials(20, 2, 1)
    P[:, 2] = 0.3 * P[:, 1] - 0.2
    K, _ = system(20, P)
    A, ipiv = stored(K, P)
    assert factor_definite.kernel(A, ipiv, 3)[0] == RANK_DEFICIENT


def test_nan_is_refused():
    P = monomials(9, 2, 1)
    K, _ = system(9, P)
    for row, column in ((0, 0), (2, 7), (8, 8)):
        spoiled = K.copy()
        spoiled[row, column] = np.nan
        A, ipiv = stored(spoiled, P)
        assert factor_definite.kernel(A, ipiv, 3)[0] > 0
    P[4, 1] = np.nan
    A, ipiv = stored(K, P)
    assert factor_definite.kernel(A, ipiv, 3)[0] != 0
