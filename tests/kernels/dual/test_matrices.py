"""Linear algebra of dual matrices: differences, complex step, stacks, and singular ones."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import agrees_with_differences

rng = np.random.default_rng(18)
linalg = np.linalg


def matrices(*shape, width=2):
    value = 0.5 * rng.uniform(-1, 1, shape) + 3.0 * np.eye(shape[-1])
    return DualArray(value, rng.uniform(-1, 1, (width, *shape)))


def dual(*shape):
    return DualArray(rng.uniform(-1, 1, shape), rng.uniform(-1, 1, (2, *shape)))


def agrees_with_complex_step(f, a):
    result = f(a)
    for k in range(a.width):
        expected = f(a.value + 1e-30j * a.partials[k]).imag / 1e-30
        np.testing.assert_allclose(result.partials[k], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_complex_step(n):
    a, b = matrices(n, n) * n, rng.normal(size=(n, 3))
    agrees_with_complex_step(linalg.inv, a)
    agrees_with_complex_step(linalg.det, a / n / 3.0)
    agrees_with_complex_step(lambda x: linalg.solve(x, b), a)


SHAPES = [
    ((3, 3), (3,)),
    ((3, 3), (3, 2)),
    ((4, 3, 3), (4, 3, 2)),
    ((4, 3, 3), (3, 2)),
    ((3, 3), (4, 3, 2)),
    ((2, 1, 3, 3), (4, 3, 2)),
    ((4, 3, 3), (3,)),
]


@pytest.mark.parametrize(("left", "right"), SHAPES)
def test_solve(left, right):
    a, b = matrices(*left), dual(*right)
    agrees_with_differences(linalg.solve, a, b)
    agrees_with_differences(linalg.solve, a.value, b)
    agrees_with_differences(linalg.solve, a, b.value)


@pytest.mark.parametrize("f", [linalg.inv, linalg.det, linalg.slogdet])
@pytest.mark.parametrize("shape", [(3, 3), (2, 3, 3), (2, 1, 3, 3)])
def test_stacks(f, shape):
    agrees_with_differences(f, matrices(*shape))


def test_complex_matrices():
    a = matrices(3, 3) + 1j * matrices(3, 3)
    for f in (linalg.inv, linalg.det, lambda x: linalg.solve(x, np.ones(3))):
        agrees_with_differences(f, a)
    with pytest.raises(TypeError, match=r"slogdet of complex numbers has no complex deriv"):
        linalg.slogdet(a)


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_det_of_singular_matrices(rank):
    """By cofactors, of minors: at rank n - 1 the derivative is not 0, below it is."""
    left, right = rng.normal(size=(4, rank)), rng.normal(size=(rank, 4))
    a = DualArray(left @ right, rng.normal(size=(2, 4, 4)))
    cofactors = np.array(
        [
            [
                (-1) ** (i + j) * linalg.det(np.delete(np.delete(a.value, i, 0), j, 1))
                for j in range(4)
            ]
            for i in range(4)
        ]
    )
    expected = np.sum(cofactors * a.partials, axis=(1, 2))
    np.testing.assert_allclose(linalg.det(a).partials, expected, rtol=1e-12, atol=1e-13)
    assert rank < 3 or np.all(np.abs(expected) > 1e-3)


def test_singular_matrices():
    value = np.array([[1.0, 2.0], [2.0, 4.0]])
    a = DualArray(np.stack([value, np.eye(2)]), np.ones((1, 2, 2, 2)))
    sign, logdet = linalg.slogdet(a)
    assert logdet.value.tolist() == [-np.inf, 0.0] and sign.value.tolist() == [0.0, 1.0]
    assert np.isnan(logdet.partials[0, 0]) and logdet.partials[0, 1] == 2.0
    for f in (linalg.inv, lambda x: linalg.solve(x, np.ones(2))):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            f(a[0])
    with np.errstate(invalid="ignore"):
        assert np.isnan(linalg.det(a[1] * np.nan).partials[0])


def test_slogdet_is_numpys_named_tuple():
    a = matrices(3, 3)
    result, det = linalg.slogdet(-a), linalg.det(-a)
    assert isinstance(result.sign, Dual) and result.sign.partials == (0.0, 0.0)
    again = result.sign * np.exp(result.logabsdet)
    np.testing.assert_allclose(again.partials, det.partials, rtol=1e-13)


def symmetric(*shape):
    a = matrices(*shape)
    return a + np.swapaxes(a, -1, -2) + 2.0 * np.eye(shape[-1])


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (2, 3, 3)])
def test_cholesky(shape):
    agrees_with_differences(linalg.cholesky, symmetric(*shape))
    agrees_with_differences(lambda x: linalg.cholesky(x, upper=True), symmetric(*shape))


@pytest.mark.parametrize("upper", [False, True])
def test_cholesky_reads_one_triangle(upper):
    a = symmetric(4, 4)
    other = (np.tril if upper else np.triu)(np.ones((4, 4)), -1 if upper else 1) == 1.0
    expected = linalg.cholesky(a, upper=upper)
    a.value[other] = a.partials[:, other] = np.nan
    result = linalg.cholesky(a, upper=upper)
    np.testing.assert_array_equal(result.partials, expected.partials)


def test_cholesky_of_a_hermitian_matrix():
    b = matrices(3, 3) + 1j * matrices(3, 3)
    agrees_with_differences(linalg.cholesky, b @ np.conjugate(b.T))


def test_cholesky_of_an_indefinite_matrix():
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        linalg.cholesky(-symmetric(3, 3))


@pytest.mark.parametrize("n", [-2, -1, 0, 1, 2, 5])
def test_matrix_power(n):
    agrees_with_differences(lambda x: linalg.matrix_power(x, n), matrices(2, 3, 3) / 3.0)


def test_least_squares_are_refused():
    a = matrices(3, 3)
    for f in (linalg.pinv, linalg.svd, linalg.eigh, lambda x: linalg.lstsq(x, np.ones(3))):
        with pytest.raises(TypeError, match=r"numpy\.linalg\.\w+ does not take dual numbers"):
            f(a)
