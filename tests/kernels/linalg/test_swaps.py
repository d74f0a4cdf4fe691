"""laswp against a loop in Python."""

import numpy as np
import pytest

from nbrbf_kernels.linalg import laswp
from tests.kernels.linalg.naive import LAYOUTS, dual, laid_out


def swapped(B, ipiv, inverse):
    B = B.copy()
    steps = list(enumerate(ipiv))
    for k, p in reversed(steps) if inverse else steps:
        B[[k, p]] = B[[p, k]]
    return B


def pivots(n, k, rng):
    return np.array([rng.integers(i, n) for i in range(k)], np.int64)


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(1, 1), (5, 0), (5, 3), (40, 70), (9,)], ids=str)
def test_swaps(shape, layout, inverse):
    rng = np.random.default_rng(0)
    B = rng.normal(size=shape)
    for k in {shape[0], shape[0] // 2, 0}:
        ipiv, C = pivots(shape[0], k, rng), laid_out(B, layout)
        laswp(C, ipiv, inverse=inverse)
        assert np.array_equal(C, swapped(B, ipiv, inverse))


def test_the_inverse_undoes_them():
    rng = np.random.default_rng(1)
    B, ipiv = rng.normal(size=(20, 3)), pivots(20, 20, rng).astype(np.int32)
    C = B.copy()
    laswp(C, ipiv)
    assert not np.array_equal(C, B)
    laswp(C, ipiv, inverse=True)
    assert np.array_equal(C, B)


@pytest.mark.parametrize("layout", ["C", "strided"])
@pytest.mark.parametrize("shape", [(9, 4), (9,)], ids=str)
def test_partials_are_swapped_alike(shape, layout):
    rng = np.random.default_rng(2)
    B, dB, ipiv = rng.normal(size=shape), rng.normal(size=(3, *shape)), pivots(9, 9, rng)
    D = dual(B, dB, layout)
    laswp(D, ipiv)
    assert np.array_equal(D.value, swapped(B, ipiv, False))
    assert np.array_equal(D.partials, [swapped(d, ipiv, False) for d in dB])
