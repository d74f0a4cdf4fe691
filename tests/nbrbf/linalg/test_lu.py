"""lu_factor and lu_solve: SciPy's values, and tangents by the complex step."""

import numpy as np
import pytest
import scipy.linalg

from nbrbf import DualArray, linalg
from tests.kernels.linalg.naive import LAYOUTS, close, dual, laid_out, lu, tangents

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
