"""inv against NumPy's, and its tangents against the complex step."""

import numpy as np
import pytest

from nbrbf_kernels.linalg import getrf, inv
from tests.kernels.linalg.naive import LAYOUTS, close, dual, laid_out, tangents


def system(n, rng, p=0):
    A, dA = rng.normal(size=(n, n)) + 2 * n**0.5 * np.eye(n), rng.normal(size=(p, n, n))
    return A[::-1].copy(), dA


def factors(A, layout="C"):
    LU, ipiv = A.copy(), np.empty(len(A), np.int64)
    getrf(LU, ipiv)
    return laid_out(LU, layout), ipiv


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 9, 63, 64, 65, 130])
def test_inverse(n):
    A, _ = system(n, np.random.default_rng(0))
    C = np.full((n, n), np.nan)
    inv(*factors(A), C)
    assert close(C, np.linalg.inv(A))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout(layout):
    A, _ = system(70, np.random.default_rng(1))
    C = laid_out(np.full((70, 70), np.nan), layout)
    inv(*factors(A, layout), C)
    assert close(C, np.linalg.inv(A))


@pytest.mark.parametrize("layout", ["C", "F", "strided"])
@pytest.mark.parametrize("n", [1, 3, 9, 64, 130])
def test_tangents_of_dual_factors(n, layout):
    A, dA = system(n, np.random.default_rng(2), 3)
    D, ipiv = dual(A, dA, layout), np.empty(n, np.int64)
    getrf(D, ipiv)
    nan = np.full((4, n, n), np.nan)
    C, real = dual(nan[0], nan[1:], layout), np.empty((n, n))
    inv(D, ipiv, C)
    inv(*factors(A, layout), real)
    assert np.array_equal(C.value, real)
    assert close(C.partials, tangents(np.linalg.inv, [A], [dA]))


def test_of_singular_factors_nothing_is_finite_and_zero():
    A = np.ones((4, 4))
    D, ipiv = dual(A, np.ones((3, 4, 4))), np.empty(4, np.int64)
    assert getrf(D, ipiv) == 2
    C = dual(np.zeros((4, 4)), np.zeros((3, 4, 4)))
    inv(D, ipiv, C)
    assert not np.isfinite(C.value).any()
    assert not np.isfinite(C.partials).any()
