"""The system behind a fit: its solution, its condition, its sums; compiled end to end."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf import evaluate, fit
from nbrbf_kernels.rbf.factors import AUTO, LU, solve
from nbrbf_kernels.rbf.fit import find_duplicate, fit_values, polynomial_frame
from nbrbf_kernels.rbf.monomials import monomial_powers
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.nbrbf import naive

POINTS = np.random.default_rng(5).random((20, 2))
ROWS = tuple(np.ascontiguousarray(POINTS.T))
SMOOTHING = np.linspace(0.0, 0.1, 20)
POWERS = monomial_powers(2, 2)


def frame():
    shift, scale = np.empty(2), np.empty(2)
    polynomial_frame(ROWS, shift, scale)
    return shift, scale


def test_frame_is_the_middle_and_the_half_width():
    shift, scale = frame()
    assert np.allclose(shift, (POINTS.max(axis=0) + POINTS.min(axis=0)) / 2, rtol=1e-15)
    assert np.allclose(scale, np.ptp(POINTS, axis=0) / 2, rtol=1e-15)
    polynomial_frame((np.full(3, 7.0),) * 2, shift, scale)
    assert (shift == 7.0).all() and (scale == 1.0).all()


@pytest.mark.parametrize("solver", [LU, AUTO])
@pytest.mark.parametrize("columns", [0, 1, 3])
def test_values_in_one_call(columns, solver):
    k, M = RADIAL_FUNCTIONS["gaussian"](), 26
    d = np.random.default_rng(7).normal(size=(20, columns))
    A, ipiv, (shift, scale) = np.empty((M, M)), np.empty(M, np.int64), (np.empty(2), np.empty(2))
    weights = np.empty((columns, M))
    info, anorm, coincident = fit_values(
        k, ROWS, d, SMOOTHING, POWERS, shift, scale, A, ipiv, weights, solver
    )
    assert (info, coincident) == (0, 0)
    assert np.array_equal([shift, scale], frame())
    P = np.prod(((POINTS - shift) / scale)[:, None, :] ** POWERS, axis=2)
    K = naive.phi_matrix("gaussian", POINTS, POINTS, 1.0) + np.diag(SMOOTHING)
    system = np.block([[K, P], [P.T, np.zeros((6, 6))]])
    rhs = np.concatenate([d, np.zeros((6, columns))])
    assert np.allclose(weights, np.linalg.solve(system, rhs).T, rtol=1e-8, atol=1e-8)
    if solver == LU:
        assert ipiv.min() >= 0
        assert anorm == pytest.approx(np.linalg.norm(system, 1), rel=1e-14)
    else:
        # The matrix that is factored is in the place of K among the points that are not first.
        U = np.triu(A[6:20, 6:20])
        assert ipiv[0] == -7
        assert anorm == pytest.approx(np.linalg.norm(U.T @ U, 1), rel=1e-13)


def test_duplicates():
    rows = tuple(row.copy() for row in ROWS)
    zero = np.zeros(20)
    assert find_duplicate(rows, zero) == (-1, -1)
    for row in rows:
        row[[4, 9]] = 0.5
    assert find_duplicate(rows, zero) == (4, 9)
    for smooth in (4, 9):
        assert find_duplicate(rows, np.eye(20)[smooth]) == (-1, -1)
    rows[0][15] = rows[1][15] = 0.5
    assert find_duplicate(rows, np.eye(20)[4]) == (9, 15)
    rows[0][9] = np.nan
    assert find_duplicate(rows, np.eye(20)[4]) == (-1, -1)


def test_fit_and_evaluate_inside_one_compiled_function():
    kernel = "thin_plate_spline"
    k, d = RADIAL_FUNCTIONS[kernel](), np.stack([POINTS[:, 0] ** 2, np.sin(POINTS[:, 1])], axis=1)
    x = np.random.default_rng(6).random((7, 2))
    x_rows = tuple(np.ascontiguousarray(x.T))
    A, ipiv = np.empty((26, 26)), np.empty(26, dtype=np.int64)
    weights, out, (shift, scale) = np.empty((2, 26)), np.empty((2, 7)), frame()

    @njit
    def both(k, rows, d, smoothing, powers, A, ipiv, weights, shift, scale, x_rows, out):
        info = fit(k, rows, d, smoothing, powers, A, ipiv, weights)
        evaluate(k, rows, weights, shift, scale, powers, x_rows, out)
        return info

    info = both(k, ROWS, d, SMOOTHING, POWERS, A, ipiv, weights, shift, scale, x_rows, out)
    assert info == 0
    expected = naive.interpolate(POINTS, d, x, SMOOTHING, 1.0, kernel, degree=2)
    assert np.allclose(out.T, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("kernel", ["gaussian", "thin_plate_spline"])
@pytest.mark.parametrize("degree", [-1, 1])
@pytest.mark.parametrize("N", [3, 20])
def test_any_layout_of_what_is_written(kernel, degree, N):
    k, powers = RADIAL_FUNCTIONS[kernel](), monomial_powers(2, degree)
    M = N + len(powers)
    rows, d = tuple(row[:N].copy() for row in ROWS), np.random.default_rng(3).normal(size=(N, 2))
    smoothing = np.full(N, 0.1)

    def weights(A, ipiv, w):
        assert fit(k, rows, d, smoothing, powers, A, ipiv, w) == 0
        solved = w.copy("C")
        rhs = np.concatenate([d, np.zeros((M - N, 2))]).T.copy()
        solve(A, ipiv, rhs)
        np.testing.assert_allclose(rhs, solved, rtol=1e-7, atol=1e-8)  # with factors as they are
        return solved

    def square(order="C"):
        return np.empty((M, M), order=order)

    pivots, plain = np.empty(M, np.int64), np.empty((2, M))
    expected = weights(square(), pivots, plain)
    others = [
        (square(), np.full(M, 7, np.int32), plain),
        (square(), np.empty(2 * M, np.int64)[::2], plain),
        (square(), pivots, np.empty((2, M), order="F")),
        (square(), pivots, np.empty((4, 2 * M))[::2, ::2]),
        (square("F"), pivots, plain),
        (np.empty((M, 2 * M))[:, ::2], pivots, plain),
    ]
    for A, ipiv, w in others:
        np.testing.assert_allclose(weights(A, ipiv, w), expected, rtol=1e-7, atol=1e-8)


def test_fewer_points_than_monomials_are_singular():
    for N in (1, 2):
        A, ipiv, w = np.empty((N + 3, N + 3)), np.empty(N + 3, np.int64), np.empty((1, N + 3))
        rows, k = tuple(row[:N].copy() for row in ROWS), RADIAL_FUNCTIONS["cubic"]()
        powers = monomial_powers(2, 1)
        assert fit(k, rows, np.ones((N, 1)), np.zeros(N), powers, A, ipiv, w) > 0


def test_singular_systems_say_where():
    rows = (np.arange(6.0), np.zeros(6))
    A, ipiv, weights = np.empty((9, 9)), np.empty(9, dtype=np.int64), np.empty((1, 9))
    k, powers = RADIAL_FUNCTIONS["thin_plate_spline"](), monomial_powers(2, 1)
    info = fit(k, rows, np.zeros((6, 1)), np.zeros(6), powers, A, ipiv, weights)
    assert info > 0


def tangents(width=2, seed=8):
    """Random ones of points, d and smoothing."""
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((width, *shape)) for shape in ((20, 2), (20, 2), (20,)))


def dual_rows(points, dpoints):
    return tuple(
        DualArray(np.ascontiguousarray(points[:, k]), np.ascontiguousarray(dpoints[:, :, k]))
        for k in range(points.shape[1])
    )


@njit
def fitted(k, rows, d, smoothing, powers, weights):
    order = weights.shape[1]
    A, ipiv = np.empty((order, order)), np.empty(order, dtype=np.int64)
    return fit(k, rows, d, smoothing, powers, A, ipiv, weights)


def naive_weights(points, d, smoothing):
    """By complex arithmetic throughout, with the frame of POINTS."""
    shift, scale = frame()
    difference = points[:, None, :] - points[None, :, :]
    s = (difference * difference).sum(axis=2)
    P = naive.monomials((points - shift) / scale, 2)
    A = np.block([[np.exp(-s) + np.diag(smoothing), P], [P.T, np.zeros((6, 6))]])
    return np.linalg.solve(A, np.concatenate([d, np.zeros((6, d.shape[1]))])).T


def test_dual_points_data_and_smoothing_against_the_complex_step():
    d = np.stack([POINTS[:, 0] ** 2, np.sin(POINTS[:, 1])], axis=1)
    smoothing = SMOOTHING + 0.1
    dy, dd, ds = tangents()
    weights = DualArray(np.empty((2, 26)), np.empty((2, 2, 26)))
    arguments = (dual_rows(POINTS, dy), DualArray(d, dd), DualArray(smoothing, ds))
    assert fitted(RADIAL_FUNCTIONS["gaussian"](), *arguments, POWERS, weights) == 0
    assert np.allclose(weights.value, naive_weights(POINTS, d, smoothing), rtol=1e-10, atol=1e-10)
    for q in range(2):
        step = 1j * naive.STEP
        moved = naive_weights(POINTS + step * dy[q], d + step * dd[q], smoothing + step * ds[q])
        expected = moved.imag / naive.STEP
        size = np.max(np.abs(expected))
        assert np.max(np.abs(weights.partials[q] - expected)) < 1e-10 * size


def test_real_weights_cannot_hold_dual_data():
    d = DualArray(np.zeros((20, 1)), np.zeros((1, 20, 1)))
    with pytest.raises(TypeError, match="weights is written in place and must be a DualArray"):
        fitted(RADIAL_FUNCTIONS["gaussian"](), ROWS, d, SMOOTHING, POWERS, np.empty((1, 26)))
