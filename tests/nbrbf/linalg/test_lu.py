"""lu_factor and lu_solve: SciPy's values, and tangents by the complex step."""

import numpy as np
import pytest
import scipy.linalg

from nbrbf import DualArray, linalg
from nbrbf.testing import check_reverse
from tests.kernels.linalg.naive import (
    LAYOUTS,
    close,
    dual,
    laid_out,
    lu,
    lu_adjoint,
    lu_solve_adjoint,
    tangents,
)

SHAPES = [(0, 0), (1, 1), (2, 2), (3, 3), (7, 7), (65, 65), (4, 7), (7, 4)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_lu_factor(shape):
    rng = np.random.default_rng(0)
    A, dA = rng.normal(size=shape), rng.normal(size=(3, *shape))
    factors, piv = linalg.lu_factor(A)
    expected, pivots = scipy.linalg.lu_factor(A)
    assert close(factors, expected)
    assert np.array_equal(piv, pivots)
    assert piv.dtype == pivots.dtype
    D, duals_piv = linalg.lu_factor(dual(A, dA))
    assert np.array_equal(D.value, factors)
    assert np.array_equal(duals_piv, piv)
    assert close(D.partials, tangents(lambda A: lu(A, piv), [A], [dA]))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_and_no_input_is_written(layout):
    rng = np.random.default_rng(1)
    A, dA = rng.normal(size=(9, 9)), rng.normal(size=(3, 9, 9))
    D = dual(A, dA, layout)
    factors, piv = linalg.lu_factor(D, overwrite_a=True)
    assert np.array_equal(D.value, A)
    assert np.array_equal(D.partials, dA)
    assert close(factors.partials, tangents(lambda A: lu(A, piv), [A], [dA]))
    b = laid_out(rng.normal(size=(9, 2)), layout)
    before = b.copy()
    x = linalg.lu_solve((laid_out(factors.value, layout), piv), b, overwrite_b=True)
    assert np.array_equal(b, before)
    assert close(x, np.linalg.solve(A, b))


@pytest.mark.parametrize("active", ["none", "lu", "b", "both"])
@pytest.mark.parametrize("trans", [0, 1, 2])
def test_lu_solve(trans, active):
    rng = np.random.default_rng(2)
    for n in (0, 1, 2, 7, 65):
        A, dA = rng.normal(size=(n, n)) + n * np.eye(n), rng.normal(size=(3, n, n))
        of_lu, of_b = active in ("lu", "both"), active in ("b", "both")
        factors, piv = linalg.lu_factor(dual(A, dA) if of_lu else A)
        for shape in [(n,), (n, 1), (n, 4), (n, 0)]:
            b, db = rng.normal(size=shape), rng.normal(size=(3, *shape))
            x = linalg.lu_solve((factors, piv), dual(b, db) if of_b else b, trans=trans)
            real = linalg.lu_solve(linalg.lu_factor(A), b, trans=trans)
            assert np.array_equal(x.value if active != "none" else x, real)
            assert close(real, np.linalg.solve(A.T if trans else A, b))
            if active != "none":
                by_step = tangents(
                    lambda A, b: np.linalg.solve(A.T if trans else A, b),
                    [A, b],
                    [dA if of_lu else None, db if of_b else None],
                )
                assert close(x.partials, by_step)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_lu_factor_vjp(shape):
    def rule(primals, results, result_bars, bars):
        return (linalg.lu_factor_vjp(results, result_bars[0]),)

    A = np.random.default_rng(3).normal(size=shape) + 9 * np.eye(*shape)[::-1]
    check_reverse(lambda A: linalg.lu_factor(A), rule, (A,), width=3)


@pytest.mark.parametrize("trans", [0, 1, 2])
def test_lu_solve_vjp(trans):
    def rule(primals, results, result_bars, bars):
        lu_bar, b_bar = linalg.lu_solve_vjp(primals[0], results[0], result_bars[0], trans=trans)
        return (lu_bar, None), b_bar

    rng = np.random.default_rng(4)
    for n in (0, 1, 2, 7, 65):
        factors = linalg.lu_factor(rng.normal(size=(n, n)) + 2 * n**0.5 * np.eye(n)[::-1])
        for shape in [(n,), (n, 4), (n, 0)]:
            check_reverse(
                lambda lu_piv, b: linalg.lu_solve(lu_piv, b, trans),
                rule,
                (tuple(factors), rng.normal(size=shape)),
                width=3,
            )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_adjoints_on_duals_of_every_layout_write_no_input(layout):
    rng = np.random.default_rng(5)
    factors, piv = linalg.lu_factor(rng.normal(size=(9, 9)) + 6 * np.eye(9)[::-1])
    x = [factors, *rng.normal(size=(2, 9, 2))]
    dx = [rng.normal(size=(3, *each.shape)) for each in x]
    D = [dual(*each, layout) for each in zip(x, dx, strict=True)]
    A_bar = linalg.lu_factor_vjp((D[0], piv), D[0])
    by_step = tangents(lambda LU: lu_adjoint(LU, LU, piv), [factors], dx[:1])
    assert close(A_bar.partials, by_step)
    got = linalg.lu_solve_vjp((D[0], piv), D[1], D[2])
    for k in range(2):
        by_step = tangents(lambda *x, k=k: lu_solve_adjoint(*x, piv, False)[k], x, dx)
        assert close(got[k].partials, by_step)
    for array, value, partials in zip(D, x, dx, strict=True):
        assert np.array_equal(array.value, value)
        assert np.array_equal(array.partials, partials)


def test_whatever_is_dual_makes_both_bars_dual():
    rng = np.random.default_rng(6)
    factors, x = linalg.lu_factor(rng.normal(size=(4, 4))), rng.normal(size=4)
    lu_bar, b_bar = linalg.lu_solve_vjp(factors, x, dual(x, rng.normal(size=(3, 4))))
    real = linalg.lu_solve_vjp(factors, x, x)
    assert np.array_equal(lu_bar.value, real[0])
    assert np.array_equal(b_bar.value, real[1])
    assert lu_bar.partials.any()
    assert b_bar.partials.any()


def test_an_adjoint_of_factors_with_a_zero_pivot_is_refused():
    factors = np.array([[2.0, 1.0], [0.5, 0.0]]), np.array([0, 1])
    for bar in (factors[0], dual(factors[0], np.ones((3, 2, 2)))):
        with pytest.raises(np.linalg.LinAlgError, match="Diagonal number 2 is exactly zero"):
            linalg.lu_factor_vjp(factors, bar)


def test_a_zero_pivot_is_refused_in_value_and_forward():
    A = np.ones((3, 3))
    for a in (A, dual(A, np.zeros((3, 3, 3)))):
        with pytest.raises(np.linalg.LinAlgError, match="Diagonal number 2 is exactly zero"):
            linalg.lu_factor(a)


def test_refusals():
    factors = linalg.lu_factor(np.eye(3))
    with pytest.raises(ValueError, match=r"a must have 2 dimensions, got shape \(3,\)"):
        linalg.lu_factor(np.ones(3))
    with pytest.raises(ValueError, match=r"incompatible shapes: lu has \(3, 3\) and b has \(4,\)"):
        linalg.lu_solve(factors, np.ones(4))
    with pytest.raises(ValueError, match=r"trans must be one of \(0, 1, 2\), got 'N'"):
        linalg.lu_solve(factors, np.ones(3), trans="N")
    with pytest.raises(ValueError, match="piv must be from 0 to 2, got 0 to 3"):
        linalg.lu_solve((factors[0], [0, 1, 3]), np.ones(3))
    with pytest.raises(ValueError, match=r"piv must be 3 integers, got float64 of shape \(3,\)"):
        linalg.lu_solve((factors[0], np.ones(3)), np.ones(3))
    with pytest.raises(ValueError, match="array must not contain infs or NaNs, but b does"):
        linalg.lu_solve(factors, [1.0, np.inf, 0.0])
    with pytest.raises(TypeError, match="must have one width and one level"):
        linalg.lu_solve(
            (DualArray(np.eye(3), np.ones((3, 3, 3))), factors[1]),
            DualArray(np.ones(3), np.ones((2, 3))),
        )
    with pytest.raises(ValueError, match=r"lu_bar must have the shape of lu, \(3, 3\), got \(3,\)"):
        linalg.lu_factor_vjp(factors, np.ones(3))
    with pytest.raises(ValueError, match="piv must be 3 integers"):
        linalg.lu_factor_vjp((factors[0], [0, 1]), factors[0])
    with pytest.raises(ValueError, match=r"incompatible shapes: lu has \(3, 3\) and x has \(4,\)"):
        linalg.lu_solve_vjp(factors, np.ones(4), np.ones(4))
    with pytest.raises(ValueError, match=r"x_bar must have the shape of x, \(3,\), got \(3, 1\)"):
        linalg.lu_solve_vjp(factors, np.ones(3), np.ones((3, 1)))
    with pytest.raises(TypeError, match="x_bar must be real, got complex128"):
        linalg.lu_solve_vjp(factors, np.ones(3), np.ones(3) * 1j)
