"""cho_factor and cho_solve: SciPy's values and errors, and tangents by the complex step."""

import numpy as np
import pytest
import scipy.linalg

from nbrbf import linalg
from nbrbf.testing import check_reverse
from tests.kernels.linalg.naive import LAYOUTS, cholesky, close, dual, laid_out, poison, tangents

TRIANGLES = pytest.mark.parametrize("lower", [True, False], ids=["lower", "upper"])


def definite(n, rng):
    M, dM = rng.normal(size=(n, n)), rng.normal(size=(3, n, n))
    return M @ M.T + n * np.eye(n), dM + dM.swapaxes(1, 2)


def part(C, lower):
    return np.tril(C) if lower else np.triu(C)


@TRIANGLES
@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 65])
def test_cho_factor_with_the_rest_poisoned(n, lower):
    A, dA = definite(n, np.random.default_rng(0))
    a, da = poison(A, lower, False), poison(dA, lower, False)
    c, low = linalg.cho_factor(a, lower, check_finite=False)
    assert low == lower
    assert close(part(c, lower), part(scipy.linalg.cho_factor(A, lower)[0], lower))
    assert np.isnan(c).sum() == n * (n - 1) // 2
    d, _ = linalg.cho_factor(dual(a, da), lower, check_finite=False)
    assert np.array_equal(d.value, c, equal_nan=True)
    by_step = tangents(lambda A: cholesky(A) if lower else cholesky(A).T, [A], [dA])
    assert close(np.array([part(plane, lower) for plane in d.partials]), by_step)
    assert np.isnan(d.partials).sum() == 3 * n * (n - 1) // 2


@TRIANGLES
@pytest.mark.parametrize("active", ["none", "c", "b", "both"])
def test_cho_solve(active, lower):
    rng = np.random.default_rng(1)
    of_c, of_b = active in ("c", "both"), active in ("b", "both")
    for n in (0, 1, 2, 7, 65):
        A, dA = definite(n, rng)
        a, da = poison(A, lower, False), poison(dA, lower, False)
        factor = linalg.cho_factor(dual(a, da) if of_c else a, lower, check_finite=False)
        plain = linalg.cho_factor(a, lower, check_finite=False)
        for shape in [(n,), (n, 1), (n, 4), (n, 0)]:
            b, db = rng.normal(size=shape), rng.normal(size=(3, *shape))
            x = linalg.cho_solve(factor, dual(b, db) if of_b else b, check_finite=False)
            real = linalg.cho_solve(plain, b, check_finite=False)
            assert close(real, np.linalg.solve(A, b))
            if active != "none":
                assert np.array_equal(x.value, real)
                given = [dA if of_c else None, db if of_b else None]
                assert close(x.partials, tangents(np.linalg.solve, [A, b], given))


@TRIANGLES
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_and_no_input_is_written(layout, lower):
    rng = np.random.default_rng(2)
    A, dA = definite(9, rng)
    D, b = dual(A, dA, layout), laid_out(rng.normal(size=(9, 2)), layout)
    before = b.copy()
    c, _ = linalg.cho_factor(D, lower, overwrite_a=True)
    x = linalg.cho_solve((laid_out(c.value, layout), lower), b, overwrite_b=True)
    assert np.array_equal(D.value, A)
    assert np.array_equal(D.partials, dA)
    assert np.array_equal(b, before)
    assert close(x, np.linalg.solve(A, b))


def test_not_positive_definite_as_in_scipy():
    A = np.diag([1.0, 2.0, -1.0, 3.0])
    for f in (scipy.linalg.cho_factor, linalg.cho_factor):
        with pytest.raises(np.linalg.LinAlgError, match="3-th leading minor of the array is not"):
            f(A)
    with pytest.raises(np.linalg.LinAlgError, match="3-th leading minor of the array is not"):
        linalg.cho_factor(dual(A, np.zeros((3, 4, 4))))


def test_refusals():
    with pytest.raises(ValueError, match="expected square matrix, got a of shape"):
        linalg.cho_factor(np.ones((2, 3)))
    with pytest.raises(ValueError, match="infs or NaNs, but a does"):
        linalg.cho_factor([[1.0, 0.0], [np.nan, 1.0]])
    with pytest.raises(ValueError, match=r"incompatible shapes: c has \(2, 2\) and b has \(3,\)"):
        linalg.cho_solve((np.eye(2), True), np.ones(3))
    with pytest.raises(TypeError, match="c must be real, got complex128"):
        linalg.cho_solve((np.eye(2) * 1j, True), np.ones(2))


@TRIANGLES
@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_the_adjoints(n, lower):
    rng = np.random.default_rng(3)
    A, _ = definite(n, rng)

    def factor(a):
        return linalg.cho_factor(a, lower, check_finite=False)[0]

    def factor_vjp(primals, results, result_bars, bars):
        return (linalg.cho_factor_vjp((results[0], lower), result_bars[0]),)

    def solution(c, b):
        return linalg.cho_solve((c, lower), b, check_finite=False)

    def solution_vjp(primals, results, result_bars, bars):
        return linalg.cho_solve_vjp((primals[0], lower), results[0], result_bars[0])

    # Only the stored triangle counts, and the other one is passed on.
    rest = rng.normal(size=(n, n))
    rest -= part(rest, lower)
    check_reverse(factor, factor_vjp, (part(A, lower) + rest,))
    c = poison(factor(A), lower, False)
    for shape in [(n,), (n, 2), (n, 0)]:
        check_reverse(solution, solution_vjp, (c, rng.normal(size=shape)))


@TRIANGLES
@pytest.mark.parametrize("layout", LAYOUTS)
def test_second_derivatives_through_the_adjoints(layout, lower):
    rng = np.random.default_rng(4)
    A, dA = definite(9, rng)
    b, db = rng.normal(size=9), rng.normal(size=(3, 9))

    def gradient(A, b, k):  # of the sum of x^3, in the entries that are stored
        x = np.linalg.solve(A, b)
        z = np.linalg.solve(A, 3 * x**2)
        S = -np.outer(z, x)
        stored = part(S + S.T, lower) - np.diag(np.diag(S))
        return (stored, z)[k]

    a, b_dual = dual(A, dA, layout), dual(b, db, layout)
    factor = linalg.cho_factor(a, lower)
    x = linalg.cho_solve(factor, b_dual)
    c_bar, b_bar = linalg.cho_solve_vjp(factor, x, 3 * x**2)
    for k, bar in enumerate((linalg.cho_factor_vjp(factor, c_bar), b_bar)):
        assert close(bar.value, gradient(A, b, k))
        assert close(bar.partials, tangents(lambda A, b, k=k: gradient(A, b, k), [A, b], [dA, db]))


def test_what_is_dual_makes_the_bars_dual():
    c, x, D = np.eye(2), np.ones(2), dual(np.eye(2), np.ones((3, 2, 2)))
    for bar in (
        linalg.cho_factor_vjp((D, True), c),
        linalg.cho_factor_vjp((c, True), D),
        *linalg.cho_solve_vjp((D, True), x, x),
        *linalg.cho_solve_vjp((c, True), D, c),
        *linalg.cho_solve_vjp((c, True), c, D),
    ):
        assert bar.width == 3


def test_refusals_of_the_adjoints():
    factor = (np.eye(2), True)
    with pytest.raises(ValueError, match=r"c_bar must have the shape of c, \(2, 2\), got \(2,\)"):
        linalg.cho_factor_vjp(factor, np.ones(2))
    with pytest.raises(ValueError, match=r"incompatible shapes: c has \(2, 2\) and x has \(3,\)"):
        linalg.cho_solve_vjp(factor, np.ones(3), np.ones(3))
    with pytest.raises(TypeError, match="x_bar must be real, got complex128"):
        linalg.cho_solve_vjp(factor, np.ones(2), np.ones(2) * 1j)
