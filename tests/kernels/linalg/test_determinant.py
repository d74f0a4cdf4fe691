"""slogdet against NumPy's, and its tangents against the complex step."""

import math

import numpy as np
import pytest

from nbrbf_kernels.linalg import getrf, slogdet
from tests.kernels.linalg.naive import dual, lu


def factors(A):
    LU, ipiv = A.copy(), np.empty(len(A), np.int64)
    getrf(LU, ipiv)
    return LU, ipiv


@pytest.mark.parametrize("n", [0, 1, 2, 3, 9, 130])
@pytest.mark.parametrize("seed", range(3))
def test_sign_and_logarithm(n, seed):
    A = np.random.default_rng(seed).normal(size=(n, n))
    sign, logdet = slogdet(*factors(A))
    expected = np.linalg.slogdet(A)
    assert sign == expected[0]
    assert math.isclose(logdet, expected[1], rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize("n", [0, 1, 2, 9, 70])
def test_tangents(n):
    rng = np.random.default_rng(3)
    A, dA = rng.normal(size=(n, n)), rng.normal(size=(3, n, n))
    D, ipiv = dual(A, dA), np.empty(n, np.int64)
    getrf(D, ipiv)
    sign, logdet = slogdet(D, ipiv)
    assert (sign, logdet.value if n else logdet) == slogdet(*factors(A))
    for k in range(3 if n else 0):
        U = np.diag(lu(A + 1e-30j * dA[k], ipiv))
        expected = np.log(U / np.sign(U.real)).sum().imag / 1e-30
        assert math.isclose(logdet.partials[k], expected, rel_tol=1e-12)


def test_singular():
    assert slogdet(*factors(np.ones((3, 3)))) == (0.0, -math.inf)
    D, ipiv = dual(np.ones((3, 3)), np.ones((3, 3, 3))), np.empty(3, np.int64)
    getrf(D, ipiv)
    sign, logdet = slogdet(D, ipiv)
    assert (sign, logdet.value) == (0.0, -math.inf)
    assert not np.isfinite(logdet.partials).any()
