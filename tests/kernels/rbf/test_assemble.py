"""The collocation matrix against SciPy's and the naive formula."""

import numpy as np
import pytest
from scipy.interpolate._rbfinterp_np import _build_system

from nbrbf_kernels.rbf.assemble import assemble
from nbrbf_kernels.rbf.monomials import monomial_powers
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.nbrbf.naive import PHI

NAMES = list(RADIAL_FUNCTIONS)


def matrix(name, y, smoothing, shift, scale, powers):
    size = len(y) + len(powers)
    A = np.full((size, size), np.nan)
    rows = tuple(np.ascontiguousarray(y.T))
    assemble(RADIAL_FUNCTIONS[name](), rows, smoothing, shift, scale, powers, A, False)
    return A


@pytest.mark.parametrize(
    "name, ndim, degree",
    [
        ("thin_plate_spline", 1, 2),
        ("multiquadric", 2, 1),
        ("multiquadric", 2, -1),
        ("thin_plate_spline", 3, 2),
        ("cubic", 5, 1),
    ],
)
def test_is_scipys(name, ndim, degree):
    rng = np.random.default_rng(0)
    y, smoothing, epsilon = rng.random((41, ndim)), rng.random(41), 1.7
    powers = monomial_powers(ndim, degree)
    expected, _, shift, scale = _build_system(
        y, np.zeros((41, 1)), smoothing, name, epsilon, powers, np
    )
    A = matrix(name, epsilon * y, smoothing, epsilon * shift, epsilon * scale, powers)
    np.testing.assert_allclose(A, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_every_radial_function_gives_a_symmetric_matrix(name):
    rng = np.random.default_rng(1)
    y, smoothing = rng.random((61, 2)), rng.random(61)
    powers = monomial_powers(2, 1)
    A = matrix(name, y, smoothing, np.zeros(2), np.ones(2), powers)
    np.testing.assert_array_equal(A, A.T)
    difference = y[:, None, :] - y[None, :, :]
    K = PHI[name]((difference * difference).sum(axis=2)) + np.diag(smoothing)
    np.testing.assert_allclose(A[:61, :61], K, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(A[:61, 61:], np.prod(y[:, None, :] ** powers, axis=2), rtol=1e-15)
    np.testing.assert_array_equal(A[61:, 61:], 0.0)


# Columns are written in blocks of 1024, each filled up to a multiple of 32.
@pytest.mark.parametrize("N", [31, 32, 33, 1024, 1025])
def test_blocks_of_columns(N):
    y = np.random.default_rng(4).random((N, 2))
    A = matrix("gaussian", y, np.zeros(N), np.zeros(2), np.ones(2), monomial_powers(2, 0))
    difference = y[:, None, :] - y[None, :, :]
    K = PHI["gaussian"]((difference * difference).sum(axis=2))
    np.testing.assert_allclose(A[:N, :N], K, rtol=1e-14)
    np.testing.assert_array_equal(A[N], np.append(np.ones(N), 0.0))


# In blocks of 256 columns, which end at the diagonal.
@pytest.mark.parametrize("N", [1, 255, 257, 600])
def test_half_is_what_is_on_and_above_the_diagonal(N):
    y, smoothing = np.random.default_rng(4).random((N, 2)), np.linspace(0.0, 1.0, N)
    k, powers = RADIAL_FUNCTIONS["gaussian"](), monomial_powers(2, 1)
    whole, half = np.empty((N + 3, N + 3)), np.full((N + 3, N + 3), np.nan)
    for A in (whole, half):
        rows = tuple(np.ascontiguousarray(y.T))
        assemble(k, rows, smoothing, np.zeros(2), np.ones(2), powers, A, A is half)
    np.testing.assert_array_equal(np.triu(half), np.triu(whole))
    np.testing.assert_array_equal(half[N:], whole[N:])


def test_coordinates_of_1e50_do_not_overflow():
    y = 1e50 * np.random.default_rng(2).random((9, 2)) + 1e55
    A = matrix("quintic", y, np.zeros(9), np.full(2, 1e55), np.full(2, 1e50), monomial_powers(2, 2))
    assert np.isfinite(A).all()


@pytest.mark.parametrize("N", [0, 1])
def test_no_point_and_one_point(N):
    y, powers = np.full((N, 2), 0.5), monomial_powers(2, 0)
    A = matrix("gaussian", y, np.full(N, 0.25), np.zeros(2), np.ones(2), powers)
    np.testing.assert_array_equal(A, [[0.0]] if N == 0 else [[1.25, 1.0], [1.0, 0.0]])


def test_entries_of_coincident_points_are_counted():
    y, powers = np.random.default_rng(3).random((40, 2)), monomial_powers(2, 0)
    A = np.empty((41, 41))

    def counted():
        rows = tuple(np.ascontiguousarray(y.T))
        k = RADIAL_FUNCTIONS["gaussian"]()
        return assemble(k, rows, np.zeros(40), np.zeros(2), np.ones(2), powers, A, False)

    assert counted() == 0
    y[7] = y[31]
    assert counted() == 2
    y[12] = y[31]
    assert counted() == 6
    y[3] = np.nan  # is at no distance from itself
    assert counted() == 6
    y[39] = y[31]  # the last one, which also fills up the block
    assert counted() == 12
