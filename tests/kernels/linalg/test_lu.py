"""getrf against SciPy, and its tangents against the complex step of a naive algorithm."""

import numpy as np
import pytest
from numba import njit
from scipy.linalg.lapack import dgetrf

from nbrbf_kernels.linalg import getrf
from tests.kernels.linalg.naive import LAYOUTS, close, dual, laid_out, lu, tangents

SQUARE = [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 14, 15, 16, 17, 20, 33, 36, 63, 64, 65]
SQUARE += [127, 128, 129, 130, 200, 256, 512]
SHAPES = [(n, n) for n in SQUARE]
SHAPES += [(50, 13), (64, 30), (40, 36), (300, 256), (200, 256)]
SHAPES += [(1, 5), (5, 1), (3, 7), (7, 3), (4, 70), (64, 80), (65, 70), (130, 150)]
SHAPES += [(70, 4), (80, 64), (70, 65), (150, 130), (300, 20), (20, 300)]


def factorised(A, layout="C", integer=np.int64):
    LU, ipiv = laid_out(A, layout), np.full(min(A.shape), 99, integer)
    info = getrf(LU, ipiv)
    return LU, ipiv, info


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_factors_and_pivots_are_scipys(shape):
    A = np.random.default_rng(0).normal(size=shape)
    LU, ipiv, info = factorised(A)
    expected, pivots, _ = dgetrf(A)
    assert info == 0
    assert np.array_equal(ipiv, pivots)
    assert close(LU, expected, 1e-11)


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)], ids=str)
def test_an_empty_matrix_has_nothing_to_factorise(shape):
    _, ipiv, info = factorised(np.empty(shape))
    assert info == 0
    assert ipiv.size == 0


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(9, 9), (40, 70), (70, 40)], ids=str)
def test_every_layout_gives_the_same_bits(shape, layout):
    A = np.random.default_rng(1).normal(size=shape)
    LU, ipiv, _ = factorised(A, layout)
    expected, pivots, _ = factorised(A)
    assert np.array_equal(LU, expected)
    assert np.array_equal(ipiv, pivots)


@pytest.mark.parametrize(
    "shape", [(7, 7), (12, 12), (33, 33), (40, 21), (64, 64), (200, 200)], ids=str
)
def test_what_lies_around_a_block_is_left(shape):
    # Rows 256 and 512 numbers apart: they are worked on elsewhere.
    for width in (220, 256, 512):
        rng = np.random.default_rng(11)
        A, around = rng.normal(size=shape), rng.normal(size=(shape[0] + 3, width))
        m, n = shape
        before = around.copy()
        around[1 : m + 1, 3 : n + 3] = A
        ipiv = np.empty(n, np.int64)
        getrf(around[1 : m + 1, 3 : n + 3], ipiv)
        LU, pivots, _ = factorised(A)
        assert np.array_equal(ipiv, pivots)
        assert close(around[1 : m + 1, 3 : n + 3], LU, 1e-12)
        around[1 : m + 1, 3 : n + 3] = before[1 : m + 1, 3 : n + 3]
        assert np.array_equal(around, before)


@pytest.mark.parametrize("integer", [np.int32, np.uint16])
def test_pivots_of_any_integer_type(integer):
    A = np.random.default_rng(2).normal(size=(20, 20))
    assert np.array_equal(factorised(A, integer=integer)[1], factorised(A)[1])


@pytest.mark.parametrize("n", [1, 3, 6, 15, 38, 70, 140])
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_info_is_the_first_zero_pivot_and_the_factorisation_is_completed(n, place):
    A = np.random.default_rng(3).normal(size=(n, n))
    k = int(place * (n - 1))
    A[:, k] = 0.0
    A[:, n - 1] = 0.0
    LU, ipiv, info = factorised(A)
    assert info == k + 1
    assert np.isfinite(LU).all()
    L, U = np.tril(LU, -1) + np.eye(n), np.triu(LU)
    PA = A.copy()
    for i, p in enumerate(ipiv):
        PA[[i, p]] = PA[[p, i]]
    assert close(L @ U, PA, 1e-12)


def test_a_matrix_of_zeros():
    LU, ipiv, info = factorised(np.zeros((70, 70)))
    assert info == 1
    assert np.array_equal(ipiv, np.arange(70))
    assert not LU.any()


@pytest.mark.parametrize("n", [4, 7, 40, 100])
def test_a_tie_goes_to_the_first_row(n):
    A = np.where(np.random.default_rng(4).random((n, n)) < 0.5, -1.0, 1.0)
    A[:, 1:] *= 2.0 ** np.arange(1, n)
    assert factorised(A)[1][0] == 0
    A[0, 0] = 0.5
    assert factorised(A)[1][0] == 1
    # Ties in every column, without rounding.
    H = np.kron(np.eye(n // 2), [[2.0, 1.0], [-2.0, 3.0]])
    assert np.array_equal(factorised(H)[1], np.arange(2 * (n // 2)))
    assert np.array_equal(factorised(H)[1], dgetrf(H)[1])


@pytest.mark.parametrize("n", [1, 3, 8, 16, 35, 70, 130])
def test_nan_propagates_and_pivots_stay_in_range(n):
    A = np.random.default_rng(5).normal(size=(n, n))
    for i, j in [(0, 0), (n // 2, n // 3), (n - 1, n - 1)]:
        B = A.copy()
        B[i, j] = np.nan
        LU, ipiv, _ = factorised(B)
        assert np.isnan(LU).any()
        assert (ipiv >= np.arange(n)).all()
        assert (ipiv < n).all()
    LU, ipiv, info = factorised(np.full((n, n), np.nan))
    assert np.isnan(LU).all()
    assert info == 0
    assert np.array_equal(ipiv, np.arange(n))


def test_subnormal_pivots_are_not_inverted():
    A = np.array([[4e-310, 1.0, 2.0], [2e-310, 3.0, 1.0], [-1e-310, 1.0, 5.0]])
    LU, ipiv, _ = factorised(A)
    assert close(LU, lu(A, ipiv))
    assert np.isfinite(LU).all()


def test_from_compiled_code():
    @njit
    def outer(A, ipiv):
        return getrf(ipiv=ipiv, A=A)

    A = np.random.default_rng(6).normal(size=(30, 30))
    LU, ipiv = A.copy(), np.empty(30, np.int64)
    assert outer(LU, ipiv) == 0
    assert np.array_equal(LU, factorised(A)[0])


@pytest.mark.parametrize("p", [0, 1, 3])
@pytest.mark.parametrize(
    "shape",
    [(3, 3), (14, 14), (40, 40), (70, 70), (130, 130), (150, 70), (70, 150), (256, 256)],
    ids=str,
)
def test_values_of_duals_are_real_results_to_the_bit(shape, p):
    rng = np.random.default_rng(7)
    A, dA = rng.normal(size=shape), rng.normal(size=(p, *shape))
    D, ipiv = dual(A, dA), np.empty(min(shape), np.int64)
    assert getrf(D, ipiv) == 0
    LU, pivots, _ = factorised(A)
    assert np.array_equal(D.value, LU)
    assert np.array_equal(ipiv, pivots)


@pytest.mark.parametrize("layout", ["C", "F", "strided"])
@pytest.mark.parametrize(
    "shape",
    [(n, n) for n in (1, 2, 3, 5, 9, 14, 40, 64, 65, 130, 256)]
    + [(3, 9), (9, 3), (64, 80), (150, 70), (70, 150)],
    ids=str,
)
def test_tangents(shape, layout):
    rng = np.random.default_rng(8)
    A, dA = rng.normal(size=shape), rng.normal(size=(3, *shape))
    D, ipiv = dual(A, dA, layout), np.empty(min(shape), np.int64)
    getrf(D, ipiv)
    assert close(D.partials, tangents(lambda A: lu(A, ipiv), [A], [dA]))


def test_a_singular_matrix_never_has_zero_derivatives():
    A = np.random.default_rng(9).normal(size=(6, 6))
    A[:, 2] = 0.0
    D, ipiv = dual(A, np.ones((1, 6, 6))), np.empty(6, np.int64)
    assert getrf(D, ipiv) == 3
    assert not np.isfinite(D.partials[0, 3:, 2]).any()
    assert not np.isfinite(D.partials[0, 3:, 3:]).any()


def test_a_zero_value_with_a_tangent_is_no_shortcut():
    A, dA = np.eye(5), np.ones((1, 5, 5))
    D, ipiv = dual(A, dA), np.empty(5, np.int64)
    getrf(D, ipiv)
    assert np.array_equal(D.value, A)
    assert np.array_equal(D.partials, dA)
