"""The adjoints of getrs, gesv, inv, slogdet and laswp: against their forward mode, and on duals."""

import numpy as np
import pytest
from numba import njit

from nbrbf.testing import check_reverse
from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.linalg import (
    gesv,
    gesv_vjp,
    getrf,
    getrs,
    getrs_vjp,
    inv,
    inv_vjp,
    laswp,
    slogdet,
    slogdet_vjp,
)
from tests.kernels.linalg.naive import close, dual, laid_out, lu_solve_adjoint, tangents

# One number of partials throughout: each is compiled for.
P = 3
# Around the blocks of the solves, and those for one right-hand side.
SIZES = [0, 1, 2, 3, 5, 63, 64, 65, 130, 257]


def system(n, rng):
    """A matrix that is well conditioned and has its rows swapped, and its factors."""
    A = (rng.normal(size=(n, n)) + 2 * n**0.5 * np.eye(n))[::-1].copy()
    LU, ipiv = A.copy(), np.empty(n, np.int64)
    getrf(LU, ipiv)
    return A, LU, ipiv


def getrs_rule(primals, results, result_bars, bars):
    LU, ipiv, _, trans = primals
    getrs_vjp(LU, ipiv, results[0], result_bars[0], bars[0], bars[2], trans)


def solved(A, B):
    C, X = A.copy(), B.copy()
    assert gesv(C, np.empty(len(A), np.int64), X) == 0
    return X


def solved_rule(primals, results, result_bars, bars):
    LU, ipiv = primals[0].copy(), np.empty(len(primals[0]), np.int64)
    getrf(LU, ipiv)
    gesv_vjp(LU, ipiv, results[0], result_bars[0], *bars)


@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize("n", SIZES)
def test_getrs(n, trans):
    rng = np.random.default_rng(0)
    _, LU, ipiv = system(n, rng)
    for shape in [(n,), (n, 1), (n, 4), (n, 0)]:
        check_reverse(
            getrs,
            getrs_rule,
            (LU, ipiv, rng.normal(size=shape), trans),
            active=(0, 2),
            written=(2,),
            width=P,
        )


@pytest.mark.parametrize("n", SIZES)
def test_gesv(n):
    rng = np.random.default_rng(1)
    A, _, _ = system(n, rng)
    for shape in [(n, 1), (n, 4), (n, 0)]:
        check_reverse(solved, solved_rule, (A, rng.normal(size=shape)), width=P)


@pytest.mark.parametrize("trans", [False, True])
@pytest.mark.parametrize(
    "of_LU, of_bar", [("C", "C"), ("F", "F"), ("C", "F"), ("strided", "strided")]
)
def test_every_layout_of_factors_and_bars_and_no_input_is_written(of_LU, of_bar, trans):
    rng = np.random.default_rng(2)
    _, LU, ipiv = system(70, rng)
    X, X_bar = rng.normal(size=(2, 70, 3))
    start, B_start = rng.normal(size=(70, 70)), rng.normal(size=(70, 3))
    expected, B_expected = lu_solve_adjoint(LU, X, X_bar, ipiv, trans)
    F, Y = laid_out(LU, of_LU), laid_out(X, of_LU)
    LU_bar, B_bar = laid_out(start, of_bar), laid_out(B_start, of_bar)
    getrs_vjp(F, ipiv.astype(np.int32), Y, X_bar, LU_bar, B_bar, trans)
    assert close(LU_bar - start, expected)
    assert close(B_bar - B_start, B_expected)
    assert np.array_equal(F, LU)
    assert np.array_equal(Y, X)


@pytest.mark.parametrize("trans", [False, True])
def test_one_right_hand_side_and_a_bar_larger_than_the_cache(trans):
    rng = np.random.default_rng(9)
    _, LU, ipiv = system(521, rng)
    x, x_bar, b_start = rng.normal(size=(3, 521))
    start = rng.normal(size=LU.shape)
    expected, b_expected = lu_solve_adjoint(LU, x[:, None], x_bar[:, None], ipiv, trans)
    LU_bar, b_bar = start.copy(), b_start.copy()
    getrs_vjp(LU, ipiv, x, x_bar, LU_bar, b_bar, trans)
    assert close(LU_bar - start, expected)
    assert close(b_bar - b_start, b_expected[:, 0])


def given(x, dx, active):
    return dual(x, dx) if active else x


def bars(*shapes):
    """Dual ones that are zero."""
    return [DualArray(np.zeros(shape), np.zeros((P, *shape))) for shape in shapes]


@pytest.mark.parametrize("active", ["LU X X_bar", "X", "X_bar", ""])
@pytest.mark.parametrize("trans", [False, True])
def test_getrs_on_duals_gives_the_second_derivative(active, trans):
    rng = np.random.default_rng(3)
    active = [name in active.split() for name in ("LU", "X", "X_bar")]
    for n, r in [(1, 1), (3, 2), (70, 3), (130, 1)]:
        _, LU, ipiv = system(n, rng)
        x = [LU, *rng.normal(size=(2, n, r))]
        dx = [rng.normal(size=(P, *each.shape)) / n for each in x]
        D = [given(*each) for each in zip(x, dx, active, strict=True)]
        got, real = bars((n, n), (n, r)), (np.zeros((n, n)), np.zeros((n, r)))
        getrs_vjp(D[0], ipiv, *D[1:], *got, trans)
        getrs_vjp(LU, ipiv, *x[1:], *real, trans)
        moved = [d if a else None for d, a in zip(dx, active, strict=True)]
        for k in range(2):  # the bar of LU, that of B
            assert np.array_equal(got[k].value, real[k])
            if not any(active):
                assert not got[k].partials.any()
                continue
            by_step = tangents(lambda *x, p=ipiv, k=k: lu_solve_adjoint(*x, p, trans)[k], x, moved)
            assert close(got[k].partials, by_step)


@pytest.mark.parametrize("n", [1, 3, 70])
def test_gesv_inv_and_slogdet_on_duals(n):
    rng = np.random.default_rng(4)
    A, _, _ = system(n, rng)
    x, x_bar = rng.normal(size=(2, n))
    dA, dx, dx_bar = (rng.normal(size=(P, *a.shape)) for a in (A, x, x_bar))
    LU, ipiv = dual(A, dA), np.empty(n, np.int64)
    getrf(LU, ipiv)

    A_bar, b_bar = bars((n, n), (n,))
    gesv_vjp(LU, ipiv, dual(x, dx), dual(x_bar, dx_bar), A_bar, b_bar)
    z = tangents(lambda A, z: np.linalg.solve(A.T, z), [A, x_bar], [dA, dx_bar])
    of_A = tangents(
        lambda A, x, x_bar: -np.outer(np.linalg.solve(A.T, x_bar), x),
        [A, x, x_bar],
        [dA, dx, dx_bar],
    )
    assert close(b_bar.partials, z)
    assert close(A_bar.partials, of_A)

    C, dC = np.linalg.inv(A), tangents(np.linalg.inv, [A], [dA])
    (A_bar,) = bars((n, n))
    inv_vjp(dual(C, dC), A, A_bar)
    assert close(A_bar.partials, tangents(lambda C: -C.T @ A @ C.T, [C], [dC]))

    (A_bar,) = bars((n, n))
    g = Dual(2.0, (1.0, -1.0, 0.5))
    slogdet_vjp(LU, ipiv, g, A_bar)
    expected = [2.0 * dC[k].T + g.partials[k] * C.T for k in range(3)]
    assert close(A_bar.value, 2.0 * C.T)
    assert close(A_bar.partials, np.array(expected))


def test_gesv_after_gesv_on_duals_is_not_silently_wrong():
    LU, X = dual(np.eye(2), np.ones((3, 2, 2))), dual(np.ones(2), np.ones((3, 2)))
    ipiv = np.empty(2, np.int64)
    assert gesv(LU, ipiv, X) == 0
    A_bar, B_bar = bars((2, 2), (2,))
    gesv_vjp(LU, ipiv, X, np.ones(2), A_bar, B_bar)
    assert np.isnan(A_bar.partials).all()


def inverse(A):
    LU, ipiv, C = A.copy(), np.empty(len(A), np.int64), A.copy()
    getrf(LU, ipiv)
    inv(LU, ipiv, C)
    return C


def inverse_rule(primals, results, result_bars, bars):
    inv_vjp(results[0], result_bars[0], bars[0])


def logdet(A):
    LU, ipiv = A.copy(), np.empty(len(A), np.int64)
    getrf(LU, ipiv)
    return slogdet(LU, ipiv)[1]


def logdet_rule(primals, results, result_bars, bars):
    LU, ipiv = primals[0].copy(), np.empty(len(primals[0]), np.int64)
    getrf(LU, ipiv)
    slogdet_vjp(LU, ipiv, float(result_bars[0]), bars[0])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 64, 65, 130])
def test_inv_and_slogdet(n):
    A, _, _ = system(n, np.random.default_rng(5))
    check_reverse(inverse, inverse_rule, (A,), width=P)
    if n > 0:
        check_reverse(logdet, logdet_rule, (A,), width=P)


def test_inv_and_slogdet_in_another_layout():
    rng = np.random.default_rng(8)
    A, LU, ipiv = system(65, rng)
    C, start = np.linalg.inv(A), rng.normal(size=(65, 65))
    A_bar = laid_out(start, "F")
    inv_vjp(laid_out(C, "F"), laid_out(A, "F"), A_bar)
    assert close(A_bar - start, -C.T @ A @ C.T)
    A_bar = laid_out(start, "F")
    slogdet_vjp(laid_out(LU, "F"), ipiv, 2.0, A_bar)
    assert close(A_bar - start, 2.0 * C.T)


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("shape", [(9,), (9, 4)], ids=str)
def test_the_adjoint_of_laswp_is_laswp(shape, inverse):
    def rule(primals, results, result_bars, bars):
        bar = result_bars[0].copy()
        laswp(bar, primals[1], not inverse)
        return bar, None

    rng = np.random.default_rng(6)
    ipiv = np.array([rng.integers(k, 9) for k in range(9)])
    check_reverse(
        lambda B, ipiv: laswp(B, ipiv, inverse), rule, (rng.normal(size=shape), ipiv), written=(0,)
    )


def test_singular_factors_have_no_derivative_that_is_finite_and_zero():
    LU, ipiv = np.ones((4, 4)), np.empty(4, np.int64)
    assert getrf(LU, ipiv) == 2
    LU_bar, b_bar = np.zeros((4, 4)), np.zeros(4)
    with np.errstate(all="ignore"):
        getrs_vjp(LU, ipiv, np.full(4, np.nan), np.ones(4), LU_bar, b_bar)
    assert not np.isfinite(LU_bar).any()
    assert not np.isfinite(b_bar).any()


def test_from_compiled_code():
    @njit
    def outer(LU, ipiv, x, x_bar, LU_bar, b_bar):
        getrs_vjp(LU, ipiv, x, x_bar, LU_bar, None, trans=True)
        getrs_vjp(LU, ipiv, x, x_bar, None, b_bar, True)
        gesv_vjp(LU, ipiv, x, x_bar, None, None)

    rng = np.random.default_rng(7)
    _, LU, ipiv = system(6, rng)
    x, x_bar = rng.normal(size=(2, 6))
    LU_bar, b_bar = np.zeros((6, 6)), np.zeros(6)
    outer(LU, ipiv, x, x_bar, LU_bar, b_bar)
    expected = lu_solve_adjoint(LU, x[:, None], x_bar[:, None], ipiv, True)
    assert close(LU_bar, expected[0])
    assert close(b_bar, expected[1][:, 0])
