"""solve_triangular: every flag, against SciPy and the complex step, the rest poisoned."""

from itertools import product

import numpy as np
import pytest
import scipy.linalg

from nbrbf import linalg
from nbrbf.testing import check_reverse
from tests.kernels.linalg.naive import LAYOUTS, close, dual, poison, tangents, triangle

FLAGS = list(product((0, 1, 2, "N", "T", "C"), (False, True), (False, True)))


def by_numpy(T, b, trans, lower, unit):
    op = triangle(T, lower, unit)
    return np.linalg.solve(op if trans in (0, "N") else op.T, b)


@pytest.mark.parametrize("active", ["none", "a", "b", "both"])
@pytest.mark.parametrize("trans, lower, unit", FLAGS, ids=str)
def test_every_flag_with_the_rest_poisoned(trans, lower, unit, active):
    rng = np.random.default_rng(0)
    of_a, of_b = active in ("a", "both"), active in ("b", "both")
    for n in (0, 1, 2, 3, 65):
        T, dT = rng.normal(size=(n, n)) / 9 + np.eye(n), rng.normal(size=(3, n, n)) / 9
        a, da = poison(T, lower, unit), poison(dT, lower, unit)
        for shape in [(n,), (n, 1), (n, 4), (n, 0)]:
            b, db = rng.normal(size=shape), rng.normal(size=(3, *shape))
            x, real = (
                linalg.solve_triangular(a, b, trans, lower, unit, check_finite=False)
                for a, b in ((dual(a, da) if of_a else a, dual(b, db) if of_b else b), (a, b))
            )
            assert close(real, by_numpy(T, b, trans, lower, unit))
            if active != "none":
                assert np.array_equal(x.value, real)
                by_step = tangents(
                    lambda T, b: by_numpy(T, b, trans, lower, unit),
                    [T, b],
                    [dT if of_a else None, db if of_b else None],
                )
                assert close(x.partials, by_step)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_and_no_input_is_written(layout):
    rng = np.random.default_rng(1)
    T, dT = rng.normal(size=(9, 9)) / 9 + np.eye(9), rng.normal(size=(3, 9, 9))
    b, db = rng.normal(size=9), rng.normal(size=(3, 9))
    D, B = dual(T, dT, layout), dual(b, db, layout)
    x = linalg.solve_triangular(D, B, lower=True, overwrite_b=True)
    for got, given in ((D.value, T), (D.partials, dT), (B.value, b), (B.partials, db)):
        assert np.array_equal(got, given)
    by_step = tangents(lambda T, b: by_numpy(T, b, 0, True, False), [T, b], [dT, db])
    assert close(x.partials, by_step)


def test_what_is_read_only_may_be():
    T, b = np.eye(3), np.ones(3)
    T.flags.writeable = b.flags.writeable = False
    assert np.array_equal(linalg.solve_triangular(T, b), b)


def test_singular_as_in_scipy():
    T = np.triu(np.ones((3, 3)))
    T[1, 1] = 0.0
    for f in (scipy.linalg.solve_triangular, linalg.solve_triangular):
        with pytest.raises(np.linalg.LinAlgError, match="resolution failed at diagonal 1"):
            f(T, np.ones(3))
    with pytest.raises(np.linalg.LinAlgError, match="resolution failed at diagonal 1"):
        linalg.solve_triangular(dual(T, np.ones((3, 3, 3))), np.ones(3))
    assert np.isfinite(linalg.solve_triangular(T, np.ones(3), unit_diagonal=True)).all()


def test_refusals():
    with pytest.raises(ValueError, match=r"trans must be one of \(0, 1, 2, 'N', 'T', 'C'\), got 3"):
        linalg.solve_triangular(np.eye(2), np.ones(2), trans=3)
    with pytest.raises(ValueError, match="expected square matrix"):
        linalg.solve_triangular(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ValueError, match="infs or NaNs, but a does"):
        linalg.solve_triangular([[1.0, 0.0], [np.nan, 1.0]], np.ones(2))


@pytest.mark.parametrize("trans, lower, unit", FLAGS, ids=str)
def test_the_adjoint(trans, lower, unit):
    rng = np.random.default_rng(2)

    def f(a, b):
        return linalg.solve_triangular(a, b, trans, lower, unit, check_finite=False)

    def vjp(primals, results, result_bars, bars):
        return linalg.solve_triangular_vjp(
            primals[0], results[0], result_bars[0], trans, lower, unit
        )

    for n, shape in [(0, (0,)), (1, (1, 1)), (4, (4,)), (4, (4, 0)), (9, (9, 2))]:
        a = poison(rng.normal(size=(n, n)) / 9 + np.eye(n), lower, unit)
        check_reverse(f, vjp, (a, rng.normal(size=shape)))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_second_derivatives_through_the_adjoint(layout):
    rng = np.random.default_rng(3)
    T, dT = rng.normal(size=(9, 9)) / 9 + np.eye(9), rng.normal(size=(3, 9, 9))
    b, db = rng.normal(size=9), rng.normal(size=(3, 9))

    def gradient(T, b, k):  # of the sum of x^3
        x = by_numpy(T, b, "T", True, False)
        w = np.linalg.solve(triangle(T, True, False), 3 * x**2)
        return (-np.tril(np.outer(x, w)), w)[k]

    a, b_dual = dual(T, dT, layout), dual(b, db, layout)
    x = linalg.solve_triangular(a, b_dual, "T", lower=True)
    bars = linalg.solve_triangular_vjp(a, x, 3 * x**2, "T", lower=True)
    for k, bar in enumerate(bars):
        assert close(bar.value, gradient(T, b, k))
        assert close(bar.partials, tangents(lambda T, b, k=k: gradient(T, b, k), [T, b], [dT, db]))
    # Whatever is dual makes all of it so.
    for bar in linalg.solve_triangular_vjp(T, x.value, 3 * x**2, "T", lower=True):
        assert np.abs(bar.partials).max() > 0.0


def test_refusals_of_the_adjoint():
    T, x = np.triu(np.ones((2, 2))), np.ones(2)
    with pytest.raises(ValueError, match=r"x_bar must have the shape of x, \(2,\), got \(3,\)"):
        linalg.solve_triangular_vjp(T, x, np.ones(3))
    with pytest.raises(ValueError, match=r"a has \(2, 2\) and x has \(3,\)"):
        linalg.solve_triangular_vjp(T, np.ones(3), np.ones(3))
    with pytest.raises(np.linalg.LinAlgError, match="resolution failed at diagonal 0"):
        linalg.solve_triangular_vjp(T - np.eye(2), x, x)
    with pytest.raises(TypeError, match="one width and one level"):
        linalg.solve_triangular_vjp(dual(T, np.ones((1, 2, 2))), dual(x, np.ones((2, 2))), x)
