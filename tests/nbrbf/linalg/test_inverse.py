"""inv and slogdet against NumPy and SciPy, and tangents by the complex step."""

import math

import numpy as np
import pytest
import scipy.linalg

from nbrbf import Dual, linalg
from nbrbf.testing import check_reverse
from tests.kernels.linalg.naive import LAYOUTS, close, dual, lu, tangents


def system(n, rng, p):
    return rng.normal(size=(n, n)) + 2 * n**0.5 * np.eye(n)[::-1], rng.normal(size=(p, n, n))


@pytest.mark.parametrize("p", [0, 1, 3])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 65, 130])
def test_inv(n, p):
    A, dA = system(n, np.random.default_rng(0), p)
    C, D = linalg.inv(A), linalg.inv(dual(A, dA))
    assert close(C, np.linalg.inv(A))
    assert np.array_equal(D.value, C)
    assert D.partials.shape == dA.shape
    if p:
        assert close(D.partials, tangents(np.linalg.inv, [A], [dA]))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_and_no_input_is_written(layout):
    A, dA = system(9, np.random.default_rng(1), 2)
    D = dual(A, dA, layout)
    assert close(linalg.inv(D, overwrite_a=True).partials, tangents(np.linalg.inv, [A], [dA]))
    assert math.isclose(linalg.slogdet(D)[1].value, np.linalg.slogdet(A)[1], rel_tol=1e-12)
    assert np.array_equal(D.value, A)
    assert np.array_equal(D.partials, dA)


@pytest.mark.parametrize("p", [0, 1, 3])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 65])
def test_slogdet(n, p):
    A, dA = system(n, np.random.default_rng(2), p)
    result, D = linalg.slogdet(A), linalg.slogdet(dual(A, dA))
    expected = np.linalg.slogdet(A)
    assert result.sign == D.sign == expected.sign
    assert math.isclose(result.logabsdet, expected.logabsdet, rel_tol=1e-12)
    assert D.logabsdet.value == result.logabsdet
    assert len(D.logabsdet.partials) == p
    _, piv = linalg.lu_factor(A)
    for k in range(p):
        U = np.diag(lu(A + 1e-30j * dA[k], piv))
        by_step = np.log(U / np.sign(U.real)).sum().imag / 1e-30
        assert math.isclose(D.logabsdet.partials[k], by_step, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 7, 65])
def test_adjoints(n):
    def inv_rule(primals, results, result_bars, bars):
        return (linalg.inv_vjp(results[0], result_bars[0]),)

    def slogdet_rule(primals, results, result_bars, bars):
        return (linalg.slogdet_vjp(primals[0], result_bars[0]),)

    A, _ = system(n, np.random.default_rng(3), 0)
    check_reverse(lambda A: linalg.inv(A), inv_rule, (A,), width=3)
    if n > 0:
        check_reverse(lambda A: linalg.slogdet(A).logabsdet, slogdet_rule, (A,), width=3)


def test_adjoints_on_duals():
    rng = np.random.default_rng(4)
    A, dA = system(9, rng, 3)
    C_bar = rng.normal(size=(9, 9))
    A_bar = linalg.inv_vjp(linalg.inv(dual(A, dA)), C_bar)
    by_step = tangents(lambda A: -(np.linalg.inv(A).T @ C_bar @ np.linalg.inv(A).T), [A], [dA])
    assert close(A_bar.partials, by_step)
    A_bar = linalg.slogdet_vjp(dual(A, dA, "F"), Dual(2.0, (1.0, 0.0, -1.0)))
    C = np.linalg.inv(A)
    assert close(A_bar.value, 2.0 * C.T)
    expected = 2.0 * tangents(np.linalg.inv, [A], [dA]).swapaxes(1, 2)
    assert close(A_bar.partials, expected + np.multiply.outer([1.0, 0.0, -1.0], C.T))
    A_bar = linalg.slogdet_vjp(A, Dual(2.0, (1.0, 0.0, -1.0)))
    assert close(A_bar.partials, np.multiply.outer([1.0, 0.0, -1.0], C.T))


def test_singular_matrices():
    A = np.ones((3, 3))
    D = dual(A, np.ones((2, 3, 3)))
    for f in (scipy.linalg.inv, linalg.inv):
        with pytest.raises(np.linalg.LinAlgError, match="singular"):
            f(A)
    with pytest.raises(np.linalg.LinAlgError, match="Matrix is singular"):
        linalg.inv(D)
    assert linalg.slogdet(A) == tuple(np.linalg.slogdet(A)) == (0.0, -math.inf)
    sign, logdet = linalg.slogdet(D)
    assert (sign, logdet.value) == (0.0, -math.inf)
    assert np.isnan(logdet.partials).all()
    assert np.isnan(linalg.slogdet_vjp(A, 1.0)).all()
    assert np.isnan(linalg.slogdet_vjp(D, 1.0).partials).all()


def test_an_ill_conditioned_matrix_warns_as_in_scipy():
    for f in (scipy.linalg.inv, linalg.inv):
        with pytest.warns(scipy.linalg.LinAlgWarning, match=r"(?i)ill-conditioned"):
            f(scipy.linalg.hilbert(14))


def test_refusals():
    with pytest.raises(ValueError, match=r"expected square matrix, got a of shape \(2, 3\)"):
        linalg.inv(np.ones((2, 3)))
    for f in (np.linalg.slogdet, linalg.slogdet):
        with pytest.raises(np.linalg.LinAlgError, match="square"):
            f(np.ones((2, 3)))
    with pytest.raises(TypeError, match="a must be real, got complex128"):
        linalg.slogdet(np.eye(2) * 1j)
    with pytest.raises(np.linalg.LinAlgError, match="square"):
        linalg.slogdet_vjp(np.ones((2, 3)), 1.0)
    with pytest.raises(ValueError, match=r"c_bar must have the shape of a_inv, \(2, 2\), got \(3,"):
        linalg.inv_vjp(np.eye(2), np.eye(3))
    with pytest.raises(TypeError, match="logdet_bar must be real"):
        linalg.slogdet_vjp(np.eye(2), 1j)
