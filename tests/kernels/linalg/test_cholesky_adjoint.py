"""potrf_vjp and potrs_vjp: against the dense formula and the identity, and second derivatives."""

import numpy as np
import pytest

from nbrbf.testing import check_reverse
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.linalg import potrf, potrf_vjp, potrs, potrs_vjp
from tests.kernels.linalg.naive import close, dual, laid_out, poison, tangents

TRIANGLES = pytest.mark.parametrize("lower", [True, False], ids=["lower", "upper"])
# One number of partials throughout, as in the other files here: each is compiled for.
P = 3
SIZES = [0, 1, 2, 3, 4, 5, 7, 9, 63, 64, 65, 66, 67, 130, 200]


def part(C, lower):
    return np.tril(C) if lower else np.triu(C)


def factor(n, rng, lower):
    """A factor whose other triangle is NaN."""
    M = rng.normal(size=(n, n))
    C = poison(M @ M.T + n * np.eye(n), lower, False)
    potrf(C, lower)
    return C


def of_matrix(C, C_bar, lower):
    """L^-T phi(L^T Lbar) L^-1 made symmetric, and of that the bar of the stored entries."""
    if not lower:
        return of_matrix(C.T, C_bar.T, True).T
    L = np.tril(C)
    P = np.tril(L.T @ np.tril(C_bar))
    P -= np.diag(np.diag(P)) / 2
    S = np.linalg.solve(L.T, np.linalg.solve(L.T, (P + P.T) / 2).T)
    return np.tril(S + S.T) - np.diag(np.diag(S))


def of_solve(C, X, X_bar, lower):
    """(C_bar, B_bar)"""
    L = np.tril(C) if lower else np.triu(C).T
    z = np.linalg.solve(L @ L.T, X_bar)
    L_bar = -np.tril(z @ X.T @ L + X @ z.T @ L)
    return L_bar if lower else L_bar.T, z


@TRIANGLES
@pytest.mark.parametrize("n", SIZES)
def test_potrf_vjp_with_the_rest_poisoned(n, lower):
    rng = np.random.default_rng(0)
    C, C_bar = factor(n, rng, lower), rng.normal(size=(n, n))
    before, bar = C.copy(), poison(C_bar, lower, False)
    potrf_vjp(C, bar, lower)
    assert close(part(bar, lower), of_matrix(C, C_bar, lower))
    assert np.isnan(bar).sum() == n * (n - 1) // 2
    assert np.array_equal(C, before, equal_nan=True)


@TRIANGLES
@pytest.mark.parametrize("of_C, of_bar", [("F", "C"), ("C", "F"), ("F", "F"), ("strided", "rows")])
def test_potrf_vjp_in_mixed_layouts(of_C, of_bar, lower):
    rng = np.random.default_rng(1)
    C, C_bar = factor(131, rng, lower), rng.normal(size=(131, 131))
    for one, other in ((of_C, of_bar), (of_bar, of_C)):
        bar = laid_out(poison(C_bar, lower, False), other)
        potrf_vjp(laid_out(C, one), bar, lower)
        assert close(part(bar, lower), of_matrix(C, C_bar, lower))
        assert np.isnan(bar).sum() == 131 * 65


@TRIANGLES
@pytest.mark.parametrize("dual_C", [True, False], ids=["dual L", "real L"])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 64, 65, 130])
def test_tangents_of_potrf_vjp(n, dual_C, lower):
    rng = np.random.default_rng(2)
    C, dC = factor(n, rng, lower), rng.normal(size=(P, n, n))
    C_bar, dC_bar = rng.normal(size=(n, n)), rng.normal(size=(P, n, n))
    bar = dual(poison(C_bar, lower, False), poison(dC_bar, lower, False))
    real = bar.value.copy()
    potrf_vjp(dual(C, poison(dC, lower, False)) if dual_C else C, bar, lower)
    potrf_vjp(C, real, lower)
    assert np.array_equal(bar.value, real, equal_nan=True)
    by_step = tangents(
        lambda C, C_bar: of_matrix(C, C_bar, lower),
        [part(C, lower), C_bar],
        [dC if dual_C else None, dC_bar],
    )
    assert close(np.array([part(d, lower) for d in bar.partials]), by_step)
    assert np.isnan(bar.partials).sum() == P * n * (n - 1) // 2


@TRIANGLES
def test_factor_and_solve_through_check_reverse(lower):
    def factor_vjp(primals, results, result_bars, bars):
        bar = result_bars[0].copy()
        potrf_vjp(results[0], bar, lower)
        return (bar,)

    def solve_vjp(primals, results, result_bars, bars):
        potrs_vjp(primals[0], results[0], result_bars[0], *bars, lower)

    rng = np.random.default_rng(3)
    for n in (1, 3, 9):
        A = rng.normal(size=(n, n)) + 2 * n * np.eye(n)
        check_reverse(lambda A: potrf(A, lower), factor_vjp, (A,), written=(0,), width=P)
        primals = (factor(n, rng, lower), rng.normal(size=n))
        check_reverse(lambda L, b: potrs(L, b, lower), solve_vjp, primals, written=(1,), width=P)


# What has one row or column is of another type than its layout: compiled for once, not for each.
@TRIANGLES
@pytest.mark.parametrize(
    "layout, columns, n",
    [
        *(("C", (0, 1, 3), n) for n in (0, 1, 2, 5, 65, 130)),
        *((layout, (3,), n) for layout in ("F", "strided") for n in (2, 5, 65, 130)),
    ],
)
def test_potrs_vjp_accumulates_with_the_rest_poisoned(n, layout, columns, lower):
    rng = np.random.default_rng(4)
    C = factor(n, rng, lower)
    for r in columns:
        X, X_bar, B_bar = rng.normal(size=(3, n, r))
        C_bar = rng.normal(size=(n, n))
        bars = laid_out(poison(C_bar, lower, False), layout), laid_out(B_bar, layout)
        potrs_vjp(*(laid_out(a, layout) for a in (C, X, X_bar)), *bars, lower)
        of_C, of_B = of_solve(C, X, X_bar, lower)
        assert np.abs(part(bars[0], lower) - part(C_bar, lower) - of_C).max(initial=0.0) <= 1e-12
        assert np.abs(bars[1] - B_bar - of_B).max(initial=0.0) <= 1e-12
        assert np.isnan(bars[0]).sum() == n * (n - 1) // 2


@TRIANGLES
@pytest.mark.parametrize("active", ["all", "L", "X_bar"])
@pytest.mark.parametrize("n", [1, 3, 65])
def test_tangents_of_potrs_vjp(n, active, lower):
    rng = np.random.default_rng(5)
    C, dC = factor(n, rng, lower), rng.normal(size=(P, n, n)) / n
    X, X_bar = rng.normal(size=(2, n, 3))
    dX, dX_bar = rng.normal(size=(2, P, n, 3))
    of_C, of_X, of_bar = active in ("all", "L"), active == "all", active in ("all", "X_bar")
    zeros = poison(np.zeros((n, n)), lower, False)
    bars = [DualArray(z, np.array([z] * P)) for z in (zeros, np.zeros((n, 3)))]
    potrs_vjp(
        dual(C, poison(dC, lower, False)) if of_C else C,
        dual(X, dX) if of_X else X,
        dual(X_bar, dX_bar) if of_bar else X_bar,
        *bars,
        lower,
    )
    given = [dC if of_C else None, dX if of_X else None, dX_bar if of_bar else None]
    for k, bar in enumerate(bars):
        by_step = tangents(
            lambda C, X, X_bar, k=k: of_solve(C, X, X_bar, lower)[k],
            [part(C, lower), X, X_bar],
            given,
        )
        assert close(np.nan_to_num(bar.partials), by_step)
        assert np.isnan(bar.partials).sum() == (P * n * (n - 1) // 2 if k == 0 else 0)
