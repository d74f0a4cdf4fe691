"""The BLAS pointers: row-major products on blocks of larger arrays."""

from itertools import product

import numpy as np
import pytest

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.blas import gemm, gemv, syr2k, syrk
from nbrbf_kernels.linalg.views import block, column


@kernel
def product_of_blocks(alpha, A, trans_a, B, trans_b, beta, C, k):
    m, n = C.shape
    a = block(A, 1, 2, k if trans_a else m, m if trans_a else k)
    b = block(B, 3, 1, n if trans_b else k, k if trans_b else n)
    gemm(alpha, a, trans_a, b, trans_b, beta, block(C, 0, 0, m, n))


@kernel
def product_with_vector(alpha, A, trans, x, beta, y):
    gemv(alpha, block(A, 0, 0, A.shape[0], A.shape[1]), trans, column(x), beta, column(y))


@kernel
def squares(A, B, lower, C, D):
    m, n = A.shape
    a, b = block(A, 1, 2, m - 1, n - 2), block(B, 1, 2, m - 1, n - 2)
    k = C.shape[0] - 1
    syrk(2.0, a, lower, -1.0, block(C, 1, 1, k, k))
    syr2k(2.0, a, b, lower, -1.0, block(D, 1, 1, k, k))


@pytest.mark.parametrize("trans_a, trans_b", list(product((False, True), repeat=2)))
@pytest.mark.parametrize("m, n, k", [(1, 1, 1), (3, 4, 5), (7, 1, 2), (1, 6, 9), (40, 30, 50)])
def test_gemm(m, n, k, trans_a, trans_b):
    rng = np.random.default_rng(0)
    A, B, C = rng.normal(size=(60, 60)), rng.normal(size=(60, 60)), rng.normal(size=(m, n))
    a = A[1 : 1 + (k if trans_a else m), 2 : 2 + (m if trans_a else k)]
    b = B[3 : 3 + (n if trans_b else k), 1 : 1 + (k if trans_b else n)]
    expected = 0.5 * (a.T if trans_a else a) @ (b.T if trans_b else b) - 2.0 * C
    product_of_blocks(0.5, A, trans_a, B, trans_b, -2.0, C, k)
    assert np.allclose(C, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("trans", [False, True])
def test_gemv(trans):
    rng = np.random.default_rng(1)
    A = rng.normal(size=(7, 4))
    x, y = rng.normal(size=7 if trans else 4), rng.normal(size=4 if trans else 7)
    expected = 2.0 * (A.T if trans else A) @ x + 3.0 * y
    product_with_vector(2.0, A, trans, x, 3.0, y)
    assert np.allclose(y, expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("lower", [False, True])
def test_squares_keep_to_their_triangle(lower):
    rng = np.random.default_rng(2)
    A, B = rng.normal(size=(8, 6)), rng.normal(size=(8, 6))
    a, b = A[1:, 2:], B[1:, 2:]
    a, b = (a, b) if lower else (a.T, b.T)
    n = len(a) + 1
    keep, rest = (np.tril, np.triu) if lower else (np.triu, np.tril)
    C = rng.normal(size=(n, n))
    D, before = C.copy(), C.copy()
    squares(A, B, lower, C, D)
    for got, square in ((C, a @ a.T), (D, a @ b.T + b @ a.T)):
        inner = got[1:, 1:]
        assert np.allclose(keep(inner), keep(2.0 * square - before[1:, 1:]), rtol=1e-13)
        k = 1 if lower else -1
        assert np.array_equal(rest(inner, k), rest(before[1:, 1:], k))
        assert np.array_equal(got[0], before[0])
