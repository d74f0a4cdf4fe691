"""A linear system differentiated step by step: every choice of active arguments, in a batch.

A system is solved whole, by factors, and by hand: a copy, the row interchanges, a solve with L
and one with U, of a factorisation made outside. A triangular matrix has random numbers, and
random tangents, in the triangle that is not its own.
"""

from itertools import product

import numpy as np
import pytest
from numba import njit

from nbrbf import DualArray, linalg
from nbrbf_kernels.linalg import gesv, getrf, getrs, laswp, trsm, trsv
from tests.kernels.linalg.naive import close, lu, tangents, triangle

SIZES = [(6, 1), (6, 3), (70, 3), (150, 1)]
# How many tangents at once.
BATCH = 3
EVERY = [active for active in product((False, True), repeat=2) if any(active)]


def names(first, second):
    return [
        "+".join(n for n, a in zip((first, second), active, strict=True) if a) for active in EVERY
    ]


def solved_whole(A, b):
    LU, x, ipiv = A.copy(), b.copy(), np.empty(len(A), np.int64)
    assert gesv(LU, ipiv, x) == 0
    return x


def factorised(A):
    LU, ipiv = A.copy(), np.empty(len(A), np.int64)
    assert getrf(LU, ipiv) == 0
    return LU, ipiv


def solved_by_factors(LU, ipiv, b):
    x = b.copy()
    getrs(LU, ipiv, x)
    return x


@njit
def solved_by_hand(LU, ipiv, b):
    x = b.copy()
    laswp(x, ipiv)
    trsv(LU, x, lower=True, unit=True)
    trsv(LU, x)
    return x


class Case:
    """A system of one size, its factors, and a batch of random tangents of everything."""

    def __init__(self, n, r):
        rng = np.random.default_rng(n)
        # Well conditioned, so that 1e-12 can be asked for, with its largest entries far from the
        # diagonal, so that rows are interchanged.
        self.A = rng.normal(size=(n, n)) + 2 * n**0.5 * np.eye(n)[::-1]
        self.T = rng.normal(size=(n, n)) / n + np.eye(n)
        self.dA = rng.normal(size=(BATCH, n, n))
        self.b, self.db = rng.normal(size=(n, r)), rng.normal(size=(BATCH, n, r))
        self.LU, self.ipiv = factorised(self.A)
        self.dLU = rng.normal(size=(BATCH, n, n)) / n


@pytest.fixture(params=SIZES, ids=lambda size: "n={}, r={}".format(*size))
def case(request):
    return Case(*request.param)


def given(x, dx, active):
    return DualArray(x, dx) if active else x


def promoted(b, db, active):
    """b as a dual array, which is to hold a dual solution; a constant one has no tangent."""
    return DualArray(b, db if active else np.zeros_like(db))


def by_factors(LU, ipiv, b):
    """x from the factors, real or complex."""
    x = b.copy()
    for k, p in enumerate(ipiv):
        x[[k, p]] = x[[p, k]]
    return np.linalg.solve(np.triu(LU), np.linalg.solve(triangle(LU, True, True), x))


def test_the_values_first(case):
    x = np.linalg.solve(case.A, case.b)
    assert close(solved_whole(case.A, case.b), x)
    assert close(solved_by_factors(case.LU, case.ipiv, case.b), x)
    assert close(linalg.solve(case.A, case.b), x)
    assert close(solved_by_hand(case.LU, case.ipiv, case.b[:, 0].copy()), x[:, 0])


@pytest.mark.parametrize("active", EVERY, ids=names("A", "b"))
def test_the_solution_by_A_and_b(case, active):
    of_A, of_b = active
    expected = tangents(
        np.linalg.solve, [case.A, case.b], [case.dA if of_A else None, case.db if of_b else None]
    )
    A = given(case.A, case.dA, of_A)
    x = solved_whole(A, promoted(case.b, case.db, of_b))
    assert np.array_equal(x.value, solved_whole(case.A, case.b))
    assert close(x.partials, expected)
    x = linalg.solve(A, given(case.b, case.db, of_b))
    assert close(x.partials, expected)


def test_the_factors_by_A(case):
    LU, ipiv = factorised(DualArray(case.A, case.dA))
    assert np.array_equal(ipiv, case.ipiv)
    assert np.array_equal(LU.value, case.LU)
    assert close(LU.partials, tangents(lambda A: lu(A, ipiv), [case.A], [case.dA]))


@pytest.mark.parametrize("active", EVERY, ids=names("LU", "b"))
def test_the_solution_by_the_factors_and_b(case, active):
    of_LU, of_b = active
    LU, b = given(case.LU, case.dLU, of_LU), promoted(case.b, case.db, of_b)
    x = solved_by_factors(LU, case.ipiv, b)
    assert np.array_equal(x.value, solved_by_factors(case.LU, case.ipiv, case.b))
    by_step = tangents(
        lambda LU, b: by_factors(LU, case.ipiv, b),
        [case.LU, case.b],
        [case.dLU if of_LU else None, case.db if of_b else None],
    )
    assert close(x.partials, by_step)
    for k in range(case.b.shape[1]):
        y = solved_by_hand(LU, case.ipiv, b[:, k].copy())
        assert close(y.value, x.value[:, k])
        assert close(y.partials, by_step[..., k])


@pytest.mark.parametrize("lower, trans, unit", list(product((False, True), repeat=3)))
@pytest.mark.parametrize("active", EVERY, ids=names("T", "b"))
def test_triangular_solves_by_the_matrix_and_b(case, active, lower, trans, unit):
    of_T, of_b = active
    T, dT = case.T, case.dLU
    X = promoted(case.b.copy(), case.db.copy(), of_b)
    x = X[:, 0].copy()
    trsm(given(T, dT, of_T), X, lower, trans, unit)
    trsv(given(T, dT, of_T), x, lower, trans, unit)

    def by_numpy(T, b):
        op = triangle(T, lower, unit)
        return np.linalg.solve(op.T if trans else op, b)

    by_step = tangents(by_numpy, [T, case.b], [dT if of_T else None, case.db if of_b else None])
    assert close(X.value, by_numpy(T, case.b))
    assert close(X.partials, by_step)
    assert close(x.value, X.value[:, 0])
    assert close(x.partials, by_step[..., 0])
