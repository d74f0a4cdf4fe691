"""trsv_vjp and trsm_vjp: the identity <X_bar, X'> = <bars, tangents>, and second derivatives."""

from itertools import product

import numpy as np
import pytest
from numba import njit

from nbrbf.testing import check_reverse
from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.linalg import trsm, trsm_vjp, trsv, trsv_vjp
from tests.kernels.linalg.naive import close, dual, laid_out, poison, tangents, triangle

FLAGS = list(product((False, True), repeat=3))
SIDES = pytest.mark.parametrize("left", [True, False], ids=["left", "right"])
SIZES = [0, 1, 2, 3, 5, 63, 64, 65, 130]


def matrix(n, rng):
    return rng.normal(size=(n, n)) / max(n, 1) + np.eye(n)


def dense(T, X, X_bar, lower, trans, unit, left, alpha):
    """(T_bar, B_bar, alpha_bar) of whole matrices; zeros where T is not read."""
    op = triangle(T, lower, unit)
    op = op.T if trans else op
    W = np.linalg.solve(op.T, X_bar) if left else np.linalg.solve(op, X_bar.T).T
    G = -(W @ X.T) if left else -(X.T @ W)
    G = G.T if trans else G
    G = np.tril(G, -1 if unit else 0) if lower else np.triu(G, 1 if unit else 0)
    return G, alpha * W, np.array([(X_bar * X).sum() / alpha])


def added(bars, start):
    """What was added to bars; 0 where they are NaN still, as they were."""
    for bar, before in zip(bars, start, strict=True):
        assert np.array_equal(np.isnan(bar), np.isnan(before))
    return [np.where(np.isnan(a), 0.0, bar - a) for bar, a in zip(bars, start, strict=True)]


@SIDES
@pytest.mark.parametrize("n, r", [(5, 3), (66, 2)])
def test_every_choice_of_active_arguments(n, r, left):
    rng = np.random.default_rng(0)
    for lower, trans, unit in FLAGS if n == 5 else FLAGS[2:5]:

        def f(T, B, alpha, flags=(lower, trans, unit)):
            trsm(T, B, *flags, left, alpha)

        def vjp(primals, results, result_bars, bars, flags=(lower, trans, unit)):
            (T, _, alpha), (X,), (X_bar,), (T_bar, B_bar, alpha_bar) = (
                primals,
                results,
                result_bars,
                bars,
            )
            alpha_bar = None if alpha_bar is None else alpha_bar.reshape(1)
            trsm_vjp(T, X, X_bar, T_bar, B_bar, alpha_bar, *flags, left, alpha)

        B = rng.normal(size=(n, r) if left else (r, n))
        T = poison(matrix(n, rng), lower, unit)
        check_reverse(f, vjp, (T, B, -0.7), written=(1,))


@SIDES
@pytest.mark.parametrize("n", SIZES)
def test_every_flag_and_size_with_the_rest_poisoned(n, left):
    rng = np.random.default_rng(1)
    T = matrix(n, rng)
    for (lower, trans, unit), r in product(FLAGS, (0, 1, 4)):
        X, X_bar, B_bar = rng.normal(size=(3, *((n, r) if left else (r, n))))
        T_bar = poison(rng.normal(size=(n, n)), lower, unit)
        start = [T_bar, B_bar, rng.normal(size=1)]
        bars = [a.copy() for a in start]
        flags = (lower, trans, unit, left, -0.7)
        trsm_vjp(poison(T, lower, unit), X, X_bar, *bars, *flags)
        for got, expected in zip(added(bars, start), dense(T, X, X_bar, *flags), strict=True):
            assert np.abs(got - expected).max(initial=0.0) <= 1e-12


@SIDES
@pytest.mark.parametrize("layout", ["F", "strided"])
def test_layouts(layout, left):
    rng = np.random.default_rng(2)
    T = matrix(70, rng)
    for lower, trans, unit in FLAGS:
        X, X_bar, B_bar = rng.normal(size=(3, *((70, 4) if left else (4, 70))))
        start = [poison(rng.normal(size=(70, 70)), lower, unit), B_bar, rng.normal(size=1)]
        bars = [laid_out(a, layout) for a in start]
        inputs = [laid_out(a, layout) for a in (poison(T, lower, unit), X, X_bar)]
        flags = (lower, trans, unit, left, 2.0)
        trsm_vjp(*inputs, *bars, *flags)
        for got, expected in zip(added(bars, start), dense(T, X, X_bar, *flags), strict=True):
            assert np.abs(got - expected).max() <= 1e-12


@pytest.mark.parametrize("n", [0, 1, 2, 3, 65, 300])
def test_vectors(n):
    rng = np.random.default_rng(3)
    T = matrix(n, rng)
    for lower, trans, unit in FLAGS:
        x, x_bar, b_bar = rng.normal(size=(3, n))
        P = poison(T, lower, unit)
        start = [poison(rng.normal(size=(n, n)), lower, unit), b_bar]
        bars = [a.copy() for a in start]
        trsv_vjp(P, x, x_bar, *bars, lower, trans, unit)
        columns = dense(T, x[:, None], x_bar[:, None], lower, trans, unit, True, 1.0)
        of_T, of_b = added(bars, start)
        assert np.abs(of_T - columns[0]).max(initial=0.0) <= 1e-12
        assert np.abs(of_b - columns[1][:, 0]).max(initial=0.0) <= 1e-12
        # To trsm it is a column, or right of T a row.
        for left in (True, False):
            again = [a.copy() for a in start]
            trsm_vjp(P, x, x_bar, *again, None, lower, trans == left, unit, left)
            if left != trans:
                assert np.array_equal(again[1], bars[1])
                assert np.array_equal(again[0], bars[0], equal_nan=True)


@SIDES
@pytest.mark.parametrize("n", [1, 3, 65])
@pytest.mark.parametrize("active", ["all", "T", "X"])
def test_tangents_of_the_bars(active, n, left):
    rng = np.random.default_rng(4)
    p, shape = 2, (n, 3) if left else (3, n)
    T, dT = matrix(n, rng), rng.normal(size=(p, n, n)) / n
    X, X_bar = rng.normal(size=(2, *shape))
    dX, dX_bar = rng.normal(size=(2, p, *shape))
    dalpha = np.array([0.3, -1.1])
    of_T, of_X, rest = active in ("all", "T"), active in ("all", "X"), active == "all"
    for lower, trans, unit in FLAGS:
        P = poison(T, lower, unit)
        zeros = [poison(np.zeros((n, n)), lower, unit), np.zeros(shape), np.zeros(1)]
        bars = [DualArray(z, np.broadcast_to(z, (p, *z.shape)).copy()) for z in zeros]
        trsm_vjp(
            dual(P, poison(dT, lower, unit)) if of_T else P,
            dual(X, dX) if of_X else X,
            dual(X_bar, dX_bar) if rest else X_bar,
            *bars,
            *(lower, trans, unit, left),
            Dual(-0.7, tuple(dalpha)) if rest else -0.7,
        )
        given = [dT if of_T else None, dX if of_X else None]
        given += [dX_bar, dalpha] if rest else [None, None]
        for k, bar in enumerate(bars):
            by_step = tangents(
                lambda T, X, X_bar, alpha, flags=(lower, trans, unit, left), k=k: dense(
                    T, X, X_bar, *flags, alpha
                )[k],
                [T, X, X_bar, -0.7],
                given,
            )
            assert np.array_equal(np.isnan(bar.value), np.isnan(zeros[k]))
            assert close(np.nan_to_num(bar.partials), by_step)


def test_values_of_duals_are_real_results_to_the_bit():
    rng = np.random.default_rng(5)
    T, X, X_bar = matrix(130, rng), *rng.normal(size=(2, 130, 3))
    real = np.zeros((130, 130)), np.zeros((130, 3)), np.zeros(1)
    bars = [dual(a, np.zeros((2, *a.shape))) for a in real]
    D, V, W = (dual(a, rng.normal(size=(2, *a.shape))) for a in (T, X, X_bar))
    trsm_vjp(T, X, X_bar, *real, lower=True)
    trsm_vjp(D, V, W, *bars, lower=True)
    for got, expected in zip(bars, real, strict=True):
        assert np.array_equal(got.value, expected)


def test_from_compiled_code_and_a_tangent_that_is_not_needed():
    @njit
    def gradient(T, b, weights, T_bar):
        x = b.copy()
        trsv(T, x, trans=True)
        trsv_vjp(T, x, weights, T_bar, None, trans=True)
        return x

    rng = np.random.default_rng(6)
    T, b, weights, T_bar = matrix(9, rng), rng.normal(size=9), rng.normal(size=9), np.zeros((9, 9))
    x = gradient(T, b, weights, T_bar)
    flags = (False, True, False, True, 1.0)
    assert close(T_bar, dense(T, x[:, None], weights[:, None], *flags)[0])
    # The bars of real inputs have no tangent: dual ones take the values.
    D = dual(np.zeros((9, 9)), np.ones((2, 9, 9)))
    trsv_vjp(T, x, weights, D, None, trans=True)
    assert np.array_equal(D.value, T_bar)
    assert np.array_equal(D.partials, np.ones((2, 9, 9)))
