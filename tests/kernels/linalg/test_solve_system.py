"""solve_system: solution, tangents and condition in one call, against NumPy and LAPACK."""

from itertools import product

import numpy as np
import pytest
from scipy.linalg.lapack import dgecon, dgetrf

from nbrbf_kernels.linalg.solve_system import one_norm, solve_system
from tests.kernels.linalg.naive import close, tangents


def solved(A, dA, B, dB, trans):
    """(info, rcond, X, X'), the planes of B' (p, n, r) being set side by side and back."""
    (p, n, r), LU, X = dB.shape, A.copy(), B.copy()
    dX = dB.transpose(1, 0, 2).reshape(n, p * r).copy()
    info, rcond = solve_system(LU, np.empty(n, np.int64), dA, X, dX, trans)
    return info, rcond, X, dX.reshape(n, p, r).transpose(1, 0, 2)


@pytest.mark.parametrize("n, r, p", list(product((1, 6, 70), (1, 3), (1, 4))))
def test_solution_and_tangents(n, r, p):
    rng = np.random.default_rng(n)
    A, dA = rng.normal(size=(n, n)) + 2 * n**0.5 * np.eye(n), rng.normal(size=(p, n, n))
    B, dB = rng.normal(size=(n, r)), rng.normal(size=(p, n, r))
    for trans, moving in product((False, True), (False, True)):
        info, rcond, X, dX = solved(A, dA if moving else dA[:0], B, dB, trans)
        exact = tangents(
            lambda A, B, trans=trans: np.linalg.solve(A.T if trans else A, B),
            [A, B],
            [dA if moving else None, dB],
        )
        assert info == 0
        assert close(X, np.linalg.solve(A.T if trans else A, B))
        assert close(dX, exact)
        assert rcond == pytest.approx(dgecon(dgetrf(A)[0], np.abs(A).sum(0).max())[0], rel=1e-9)


def test_a_singular_matrix_is_reported_and_the_right_hand_side_left():
    B = np.arange(3.0)[:, None]
    info, rcond, X, _ = solved(np.ones((3, 3)), np.empty((0, 3, 3)), B, np.empty((0, 3, 1)), False)
    assert (info, rcond) == (2, 0.0)
    assert np.array_equal(X, B)


def test_one_norm():
    A = np.random.default_rng(0).normal(size=(7, 7))
    assert one_norm(A) == pytest.approx(np.linalg.norm(A, 1), rel=1e-14)
    assert one_norm(np.empty((0, 0))) == 0.0
    A[3, 0] = np.nan
    assert np.isnan(one_norm(A))
