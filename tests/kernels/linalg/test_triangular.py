"""trsv and trsm: every flag, layout and mix, against NumPy on the referenced triangle."""

from itertools import product

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import Dual
from nbrbf_kernels.linalg import trsm, trsv
from tests.kernels.linalg.naive import LAYOUTS, close, dual, laid_out, poison, tangents, triangle

FLAGS = list(product((False, True), repeat=3))
NAMES = ("lower", "trans", "unit")


def matrix(n, rng):
    return rng.normal(size=(n, n)) / max(n, 1) + np.eye(n)


def expected(T, B, lower, trans, unit, left=True, alpha=1.0):
    op = triangle(T, lower, unit)
    op = op.T if trans else op
    return np.linalg.solve(op, alpha * B) if left else np.linalg.solve(op.T, alpha * B.T).T


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("LTU"[k] for k in range(3) if f[k]))
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 8, 63, 64, 65, 130])
def test_trsm_every_flag_and_size_with_the_rest_poisoned(n, flags):
    rng = np.random.default_rng(0)
    T = matrix(n, rng)
    lower, trans, unit = flags
    for r, left, alpha in product((0, 1, 2, 7), (True, False), (1.0, -0.7)):
        B = rng.normal(size=(n, r) if left else (r, n))
        X = B.copy()
        trsm(poison(T, lower, unit), X, lower, trans, unit, left, alpha)
        assert close(X, expected(T, B, *flags, left, alpha))


def test_trsm_with_more_columns_than_a_tile():
    rng = np.random.default_rng(1)
    T, B = matrix(70, rng), rng.normal(size=(70, 150))
    for lower, trans in product((False, True), repeat=2):
        X = B.copy()
        trsm(T, X, lower=lower, trans=trans)
        assert close(X, expected(T, B, lower, trans, False))


@pytest.mark.parametrize("n, r", [(520, 64), (577, 200), (600, 201), (1601, 70)])
def test_few_columns_beside_many_rows_which_are_turned(n, r):
    rng = np.random.default_rng(2)
    T, B = matrix(n, rng), rng.normal(size=(n, r))
    for lower, trans, unit in FLAGS:
        X, by_columns = B.copy(), B.copy(order="F")
        trsm(poison(T, lower, unit), X, lower, trans, unit)
        trsm(T, by_columns, lower, trans, unit)
        assert close(X, expected(T, B, lower, trans, unit))
        assert np.array_equal(X, by_columns)


@pytest.mark.parametrize("n, lower, trans", [(530, False, True), (1540, True, False)])
def test_tangents_of_few_columns_beside_many_rows(n, lower, trans):
    rng = np.random.default_rng(3)
    T, dT = matrix(n, rng), rng.normal(size=(1, n, n)) / n
    B, dB = rng.normal(size=(n, 66)), rng.normal(size=(1, n, 66))
    for D in (dual(T, dT), T):
        X, real = dual(B, dB), B.copy()
        trsm(D, X, lower, trans)
        trsm(T, real, lower, trans)
        assert np.array_equal(X.value, real)
        op = triangle(dT[0], lower, False)
        moved = (op.T if trans else op) @ real if D is not T else 0.0
        assert close(X.partials[0], expected(T, dB[0] - moved, lower, trans, False))


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("LTU"[k] for k in range(3) if f[k]))
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 7, 33, 64, 65, 131])
def test_trsv(n, flags):
    rng = np.random.default_rng(2)
    T, b = matrix(n, rng), rng.normal(size=n)
    x, y, z = b.copy(), b.copy(), b.copy()
    P = poison(T, flags[0], flags[2])
    trsv(P, x, **dict(zip(NAMES, flags, strict=True)))
    assert close(x, expected(T, b, *flags))
    trsm(P, y, *flags)
    assert np.array_equal(x, y)
    trsm(P, z, *flags, left=False)
    assert close(z, expected(T, b[None], *flags, left=False)[0])


@pytest.mark.parametrize("of_T", LAYOUTS)
@pytest.mark.parametrize("of_B", ["C", "strided"])
def test_layouts_of_T_and_B(of_T, of_B):
    rng = np.random.default_rng(3)
    T, B = matrix(70, rng), rng.normal(size=(70, 6))
    for lower, trans in product((False, True), repeat=2):
        X = laid_out(B, of_B)
        trsm(laid_out(T, of_T), X, lower=lower, trans=trans)
        assert close(X, expected(T, B, lower, trans, False))


@pytest.mark.parametrize("of_B", LAYOUTS)
def test_layouts_of_B_on_either_side(of_B):
    rng = np.random.default_rng(4)
    T, B, b = matrix(70, rng), rng.normal(size=(70, 6)), rng.normal(size=70)
    X, Y, x = laid_out(B, of_B), laid_out(B.T, of_B), laid_out(b, of_B)
    trsm(T, X, lower=True)
    assert close(X, expected(T, B, True, False, False))
    trsm(T, Y, lower=True, left=False)
    assert close(Y, expected(T, B.T, True, False, False, left=False))
    trsv(T, x, lower=True)
    assert close(x, expected(T, b, True, False, False))


def test_no_shortcut_for_zeros():
    T, x = np.eye(6), np.zeros(6)
    T[4, 1] = np.nan
    trsv(T, x, lower=True)
    assert np.isnan(x[4])
    B = np.ones((6, 2))
    trsm(T, B, lower=True, alpha=0.0)
    assert np.isnan(B[4]).all()


def test_from_compiled_code_with_keywords():
    @njit
    def outer(T, B, x):
        trsm(T, B, lower=True, alpha=2.0)
        trsv(T, x, trans=True)

    rng = np.random.default_rng(5)
    T, B, b = matrix(9, rng), rng.normal(size=(9, 2)), rng.normal(size=9)
    X, x = B.copy(), b.copy()
    outer(T, X, x)
    assert close(X, expected(T, B, True, False, False, alpha=2.0))
    assert close(x, expected(T, b, False, True, False))


@pytest.mark.parametrize("dual_T", [True, False], ids=["dual T", "real T"])
@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("LTU"[k] for k in range(3) if f[k]))
@pytest.mark.parametrize("n", [1, 2, 3, 9, 64, 65, 130])
def test_tangents_with_the_rest_poisoned(n, flags, dual_T):
    rng = np.random.default_rng(6)
    T, dT = matrix(n, rng), rng.normal(size=(3, n, n)) / n
    lower, _, unit = flags
    poisoned = poison(T, lower, unit)
    D = dual(poisoned, poison(dT, lower, unit)) if dual_T else poisoned
    for r, left in product((1, 5), (True, False)):
        shape = (n, r) if left else (r, n)
        B, dB = rng.normal(size=shape), rng.normal(size=(3, *shape))
        X, real = dual(B, dB), B.copy()
        trsm(D, X, *flags, left=left)
        trsm(poisoned, real, *flags, left=left)
        assert np.array_equal(X.value, real)
        by_step = tangents(
            lambda T, B, left=left: expected(T, B, *flags, left),
            [T, B],
            [dT if dual_T else None, dB],
        )
        assert close(X.partials, by_step)


@pytest.mark.parametrize("p, layout", [(0, "C"), (3, "C"), (3, "F"), (3, "strided")])
def test_trsv_tangents(p, layout):
    rng = np.random.default_rng(7)
    T, dT = matrix(70, rng), rng.normal(size=(p, 70, 70)) / 70
    b, db = rng.normal(size=70), rng.normal(size=(p, 70))
    for flags in FLAGS:
        x, real = dual(b, db, layout), laid_out(b, layout)
        trsv(dual(T, dT, layout), x, *flags)
        trsv(laid_out(T, layout), real, *flags)
        assert np.array_equal(x.value, real)
        if p:
            by_step = tangents(lambda T, b, f=flags: expected(T, b, *f), [T, b], [dT, db])
            assert close(x.partials, by_step)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.7])
def test_dual_alpha(alpha):
    rng = np.random.default_rng(8)
    T, B, dB = matrix(7, rng), rng.normal(size=(7, 3)), rng.normal(size=(3, 7, 3))
    dalpha = np.array([0.3, -1.1, 0.7])
    X = dual(B, dB)
    trsm(T, X, lower=True, alpha=Dual(alpha, tuple(dalpha)))
    by_step = tangents(
        lambda B, a: expected(T, B, True, False, False, alpha=a), [B, alpha], [dB, dalpha]
    )
    assert close(X.partials, by_step)
    assert close(X.value, expected(T, B, True, False, False, alpha=alpha))


@pytest.mark.parametrize("n", [1, 3, 4, 9])
def test_subnormal_diagonals_are_divided_by(n):
    T, b = np.diag(np.full(n, 1e-310)), np.full(n, 2e-310)
    x, X = b.copy(), np.outer(b, np.ones(3))
    trsv(T, x)
    trsm(T, X)
    assert np.allclose(x, 2.0, rtol=1e-9)
    assert np.allclose(X, 2.0, rtol=1e-9)
