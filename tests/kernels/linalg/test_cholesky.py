"""potrf and potrs against SciPy, and their tangents against the complex step."""

import numpy as np
import pytest
from numba import njit
from scipy.linalg.lapack import dpotrf

from nbrbf_kernels.linalg import potrf, potrs
from tests.kernels.linalg.naive import LAYOUTS, cholesky, close, dual, laid_out, poison, tangents

SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 33, 63, 64, 65, 127, 128, 129, 131, 200, 321, 600]
TRIANGLES = pytest.mark.parametrize("lower", [True, False], ids=["lower", "upper"])


def definite(n, rng, p=None):
    M = rng.normal(size=(n, n))
    A = M @ M.T + n * np.eye(n)
    if p is None:
        return A
    dM = rng.normal(size=(p, n, n))
    return A, dM + dM.swapaxes(1, 2)


def factor(A, lower):
    """The factor of a real or complex symmetric matrix, and zeros."""
    L = cholesky(A)
    return L if lower else L.T


def part(C, lower):
    return np.tril(C) if lower else np.triu(C)


@TRIANGLES
@pytest.mark.parametrize("n", SIZES)
def test_the_factor_is_lapacks_and_the_rest_is_left_alone(n, lower):
    A = definite(n, np.random.default_rng(0))
    C = poison(A, lower, False)
    assert potrf(C, lower=lower) == 0
    if n:
        assert close(part(C, lower), dpotrf(A, lower=lower)[0], 1e-13)
    assert np.isnan(C).sum() == n * (n - 1) // 2


@TRIANGLES
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_factor(layout, lower):
    A = definite(131, np.random.default_rng(1))
    C, expected = laid_out(poison(A, lower, False), layout), A.copy()
    potrf(expected, lower)
    assert potrf(C, lower) == 0
    assert close(part(C, lower), part(expected, lower), 1e-14)
    assert np.isnan(C).sum() == 131 * 65


@TRIANGLES
@pytest.mark.parametrize("n", [1, 3, 6, 70, 140])
@pytest.mark.parametrize("place", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("spoiler", [0.0, -1.0, np.nan, -np.inf])
def test_info_is_the_first_minor_that_is_not_positive(n, place, spoiler, lower):
    A = definite(n, np.random.default_rng(2))
    k = int(place * (n - 1))
    A[k, k] = A[n - 1, n - 1] = spoiler
    assert potrf(A.copy(), lower) == k + 1
    if not np.isnan(spoiler):  # which OpenBLAS, unlike LAPACK, passes on
        assert dpotrf(A, lower=lower)[1] == k + 1
    assert potrf(dual(A, np.ones((3, n, n))), lower) == k + 1


@TRIANGLES
@pytest.mark.parametrize("n", [1, 3, 4, 5, 6, 8, 40])
def test_pivots_whose_reciprocal_is_infinite(n, lower):
    A = definite(n, np.random.default_rng(12))
    scale = np.ones(n)
    scale[::3], scale[-1] = 2.0**-518, 2.0**-519
    A *= scale * scale[:, None]
    assert np.diag(A).min() < 5e-309
    C = A.copy()
    assert potrf(C, lower) == 0
    # A number below 2^-1022 is rounded to a multiple of 2^-1074.
    expected = (dpotrf(A, lower=lower)[0].T if lower else dpotrf(A)[0]) / scale
    assert close((part(C, lower).T if lower else part(C, lower)) / scale, expected, 1e-8)


@TRIANGLES
@pytest.mark.parametrize("p", [0, 3])
@pytest.mark.parametrize("n", [3, 70, 130, 321])
def test_values_of_duals_are_real_results_to_the_bit(n, p, lower):
    A, dA = definite(n, np.random.default_rng(3), p)
    D, C = dual(A, dA), A.copy()
    assert potrf(D, lower) == potrf(C, lower) == 0
    assert np.array_equal(D.value, C)


@TRIANGLES
@pytest.mark.parametrize("layout", ["C", "F", "strided"])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 9, 64, 65, 130])
def test_tangents_with_the_rest_poisoned(n, layout, lower):
    A, dA = definite(n, np.random.default_rng(4), 3)
    D = dual(poison(A, lower, False), poison(dA, lower, False), layout)
    assert potrf(D, lower) == 0
    by_step = tangents(lambda A: factor(A, lower), [A], [dA])
    assert close(np.array([part(d, lower) for d in D.partials]), by_step)
    assert np.isnan(D.partials).sum() == 3 * n * (n - 1) // 2


def test_a_zero_value_with_a_tangent_is_no_shortcut():
    D = dual(np.eye(5), np.ones((3, 5, 5)))
    potrf(D)
    assert np.array_equal(np.tril(D.partials[0]), np.tril(np.ones((5, 5)), -1) + np.eye(5) / 2)


@TRIANGLES
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 64, 65, 130])
def test_potrs_with_the_rest_poisoned(n, lower):
    rng = np.random.default_rng(5)
    A = definite(n, rng)
    C = poison(A, lower, False)
    potrf(C, lower)
    for shape in [(n,), (n, 0), (n, 1), (n, 4)]:
        B = rng.normal(size=shape)
        X = B.copy()
        potrs(C, X, lower=lower)
        assert close(X, np.linalg.solve(A, B))


@TRIANGLES
@pytest.mark.parametrize("layout", LAYOUTS)
def test_potrs_in_every_layout(layout, lower):
    rng = np.random.default_rng(6)
    A = definite(70, rng)
    B, C = rng.normal(size=(70, 3)), A.copy()
    potrf(C, lower)
    X = laid_out(B, layout)
    potrs(laid_out(C, layout), X, lower)
    assert close(X, np.linalg.solve(A, B))


@TRIANGLES
@pytest.mark.parametrize("n", [1, 3, 9, 70])
@pytest.mark.parametrize("dual_A", [True, False], ids=["dual L", "real L"])
def test_potrs_tangents(n, dual_A, lower):
    rng = np.random.default_rng(7)
    A, dA = definite(n, rng, 3)
    C, D = poison(A, lower, False), None
    potrf(C, lower)
    if dual_A:
        D = dual(poison(A, lower, False), poison(dA, lower, False))
        potrf(D, lower)
    for shape in [(n,), (n, 1), (n, 4)]:
        B, dB = rng.normal(size=shape), rng.normal(size=(3, *shape))
        X, real = dual(B, dB), B.copy()
        potrs(D if dual_A else C, X, lower)
        potrs(C, real, lower)
        assert np.array_equal(X.value, real)
        by_step = tangents(np.linalg.solve, [A, B], [dA if dual_A else None, dB])
        assert close(X.partials, by_step)


def test_from_compiled_code_lower_is_the_default():
    @njit
    def outer(A, b):
        info = potrf(A)
        potrs(A, b)
        return info

    rng = np.random.default_rng(8)
    A, b = definite(6, rng), rng.normal(size=6)
    x = b.copy()
    assert outer(poison(A, True, False), x) == 0
    assert close(x, np.linalg.solve(A, b))
