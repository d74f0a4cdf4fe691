"""getrs and gesv against NumPy's solve, real and complex-stepped."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.linalg import gesv, getrf, getrs
from tests.kernels.linalg.naive import LAYOUTS, close, dual, laid_out, tangents


def system(n, rng, p=0):
    A, dA = rng.normal(size=(n, n)) + 3 * np.eye(n), rng.normal(size=(p, n, n))
    return A[::-1].copy(), dA


def factors(A, layout="C", integer=np.int64):
    LU, ipiv = A.copy(), np.empty(len(A), integer)
    getrf(LU, ipiv)
    return laid_out(LU, layout), ipiv


def op(A, trans):
    return A.T if trans else A


@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 8, 64, 65, 130])
def test_getrs(n, trans):
    rng = np.random.default_rng(0)
    A, _ = system(n, rng)
    LU, ipiv = factors(A)
    for shape in [(n,), (n, 0), (n, 1), (n, 4)]:
        B = rng.normal(size=shape)
        X = B.copy()
        getrs(LU, ipiv, X, trans=trans)
        assert close(X, np.linalg.solve(op(A, trans), B))


@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_getrs_in_every_layout(layout, trans):
    rng = np.random.default_rng(1)
    A, _ = system(70, rng)
    B, b = rng.normal(size=(70, 3)), rng.normal(size=70)
    LU, ipiv = factors(A, layout, np.int32)
    X, x = laid_out(B, layout), laid_out(b, layout)
    getrs(LU, ipiv, X, trans)
    getrs(LU, ipiv, x, trans)
    assert close(X, np.linalg.solve(op(A, trans), B))
    assert close(x, np.linalg.solve(op(A, trans), b))


@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("n", [1, 3, 9, 70])
@pytest.mark.parametrize("dual_A", [True, False], ids=["dual LU", "real LU"])
def test_getrs_tangents(n, trans, dual_A):
    rng = np.random.default_rng(2)
    A, dA = system(n, rng, 3)
    LU, ipiv = factors(A)
    D = LU
    if dual_A:
        D = dual(A, dA)
        getrf(D, ipiv)
    for shape in [(n,), (n, 1), (n, 4)]:
        B, dB = rng.normal(size=shape), rng.normal(size=(3, *shape))
        X, real = dual(B, dB), B.copy()
        getrs(D, ipiv, X, trans)
        getrs(LU, ipiv, real, trans)
        assert np.array_equal(X.value, real)
        by_step = tangents(
            lambda A, B: np.linalg.solve(op(A, trans), B), [A, B], [dA if dual_A else None, dB]
        )
        assert close(X.partials, by_step)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_gesv(layout):
    rng = np.random.default_rng(3)
    A, _ = system(70, rng)
    B, b = rng.normal(size=(70, 3)), rng.normal(size=70)
    C, X, x = laid_out(A, layout), laid_out(B, layout), b.copy()
    ipiv = np.empty(70, np.int64)
    assert gesv(C, ipiv, X) == 0
    LU, pivots = factors(A)
    assert np.array_equal(C, LU)
    assert np.array_equal(ipiv, pivots)
    assert close(X, np.linalg.solve(A, B))
    assert gesv(A.copy(), ipiv, x) == 0
    assert close(x, np.linalg.solve(A, b))


@pytest.mark.parametrize("p", [0, 1, 3])
@pytest.mark.parametrize("layout", ["C", "F"])
def test_gesv_tangents_cost_the_partials_of_A(layout, p):
    rng = np.random.default_rng(4)
    for n, shape in [(1, (1,)), (5, (5,)), (70, (70, 3))]:
        A, dA = system(n, rng, p)
        B, dB = rng.normal(size=shape), rng.normal(size=(p, *shape))
        D, X, ipiv = dual(A, dA, layout), dual(B, dB, layout), np.empty(n, np.int64)
        assert gesv(D, ipiv, X) == 0
        C, real = laid_out(A, layout), laid_out(B, layout)
        gesv(C, ipiv, real)
        assert np.array_equal(X.value, real)
        assert np.array_equal(D.value, C)
        assert np.isnan(D.partials).all()
        if p:
            assert close(X.partials, tangents(np.linalg.solve, [A, B], [dA, dB]))


def test_gesv_with_a_real_matrix():
    rng = np.random.default_rng(5)
    A, _ = system(9, rng)
    B, dB = rng.normal(size=(9, 2)), rng.normal(size=(3, 9, 2))
    X = dual(B, dB)
    assert gesv(A.copy(), np.empty(9, np.int64), X) == 0
    assert close(X.value, np.linalg.solve(A, B))
    assert close(X.partials, tangents(lambda B: np.linalg.solve(A, B), [B], [dB]))


def test_gesv_leaves_the_right_hand_side_of_a_singular_matrix():
    A, B, ipiv = np.ones((3, 3)), np.ones((3, 2)), np.empty(3, np.int64)
    D, X = dual(A, np.ones((1, 3, 3))), dual(B, np.ones((1, 3, 2)))
    assert gesv(A, ipiv, B) == 2
    assert np.array_equal(B, np.ones((3, 2)))
    assert gesv(D, ipiv, X) == 2
    assert np.isnan(D.partials).all()


def test_from_compiled_code():
    @njit
    def outer(A, ipiv, B, C):
        info = gesv(A, ipiv, B)
        getrs(A, ipiv, C, trans=True)
        return info

    rng = np.random.default_rng(6)
    A, _ = system(6, rng)
    B, C = rng.normal(size=(6, 2)), rng.normal(size=(6, 2))
    X, Y = B.copy(), C.copy()
    assert outer(A.copy(), np.empty(6, np.int64), X, Y) == 0
    assert close(X, np.linalg.solve(A, B))
    assert close(Y, np.linalg.solve(A.T, C))
