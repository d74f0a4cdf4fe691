"""The system behind a fit: its solution, its condition, its sums; compiled end to end."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf import fit
from nbrbf_kernels.rbf.evaluate import evaluate
from nbrbf_kernels.rbf.monomials import monomial_powers
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.nbrbf import naive

POINTS = np.random.default_rng(5).random((20, 2))
ROWS = tuple(np.ascontiguousarray(POINTS.T))
SMOOTHING = np.linspace(0.0, 0.1, 20)
POWERS = monomial_powers(2, 2)


def frame():
    shift, scale = np.empty(2), np.empty(2)
    fit.polynomial_frame(ROWS, shift, scale)
    return shift, scale


def test_frame_is_the_middle_and_the_half_width():
    shift, scale = frame()
    assert np.allclose(shift, (POINTS.max(axis=0) + POINTS.min(axis=0)) / 2, rtol=1e-15)
    assert np.allclose(scale, np.ptp(POINTS, axis=0) / 2, rtol=1e-15)
    fit.polynomial_frame((np.full(3, 7.0),) * 2, shift, scale)
    assert (shift == 7.0).all() and (scale == 1.0).all()


def test_duplicates():
    rows = tuple(row.copy() for row in ROWS)
    zero = np.zeros(20)
    assert fit.find_duplicate(rows, zero) == (-1, -1)
    for row in rows:
        row[[4, 9]] = 0.5
    assert fit.find_duplicate(rows, zero) == (4, 9)
    for smooth in (4, 9):
        assert fit.find_duplicate(rows, np.eye(20)[smooth]) == (-1, -1)
    rows[0][15] = rows[1][15] = 0.5
    assert fit.find_duplicate(rows, np.eye(20)[4]) == (9, 15)
    rows[0][9] = np.nan
    assert fit.find_duplicate(rows, np.eye(20)[4]) == (-1, -1)


@pytest.mark.parametrize("kernel", ["cubic", "gaussian", "matern3_2"])
def test_fit_and_evaluate_inside_one_compiled_function(kernel):
    k, d = RADIAL_FUNCTIONS[kernel](), np.stack([POINTS[:, 0] ** 2, np.sin(POINTS[:, 1])], axis=1)
    x = np.random.default_rng(6).random((7, 2))
    x_rows = tuple(np.ascontiguousarray(x.T))
    A, ipiv = np.empty((26, 26)), np.empty(26, dtype=np.int64)
    weights, out, (shift, scale) = np.empty((2, 26)), np.empty((2, 7)), frame()

    @njit
    def both(k, rows, d, smoothing, powers, A, ipiv, weights, shift, scale, x_rows, out):
        info = fit.fit(k, rows, d, smoothing, powers, A, ipiv, weights)
        evaluate(k, rows, weights, shift, scale, powers, x_rows, out)
        return info

    info = both(k, ROWS, d, SMOOTHING, POWERS, A, ipiv, weights, shift, scale, x_rows, out)
    assert info == 0
    expected = naive.interpolate(POINTS, d, x, SMOOTHING, 1.0, kernel, degree=2)
    assert np.allclose(out.T, expected, rtol=1e-9, atol=1e-11)


def test_singular_systems_say_where():
    rows = (np.arange(6.0), np.zeros(6))
    A, ipiv, weights = np.empty((9, 9)), np.empty(9, dtype=np.int64), np.empty((1, 9))
    k, powers = RADIAL_FUNCTIONS["thin_plate_spline"](), monomial_powers(2, 1)
    info = fit.fit(k, rows, np.zeros((6, 1)), np.zeros(6), powers, A, ipiv, weights)
    assert info > 0


def test_moments_against_the_complex_step():
    rng = np.random.default_rng(7)
    a, (shift, scale) = rng.random((3, 20)), frame()
    tangent = rng.random((20, 2))

    def sums(points):
        return a @ naive.monomials((points - shift) / scale, 2)

    out = np.empty((3, 6))
    fit.moments(ROWS, a, shift, scale, POWERS, out)
    assert np.allclose(out, sums(POINTS), rtol=1e-13)

    dual_rows = tuple(
        DualArray(row, np.ascontiguousarray(tangent[:, k])[None]) for k, row in enumerate(ROWS)
    )
    dual_a = DualArray(a, np.zeros((1, *a.shape)))
    dual_out = DualArray(np.empty((3, 6)), np.empty((1, 3, 6)))
    fit.moments(dual_rows, dual_a, shift, scale, POWERS, dual_out)
    expected = sums(POINTS + 1j * naive.STEP * tangent).imag / naive.STEP
    assert np.allclose(dual_out.value, out, rtol=1e-14)
    assert np.allclose(dual_out.partials[0], expected, rtol=1e-12, atol=1e-13)
