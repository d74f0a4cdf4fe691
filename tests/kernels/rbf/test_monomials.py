"""Monomials: SciPy's order, and their values, real and dual."""

import numpy as np
import pytest
from scipy.interpolate._rbfinterp_common import _monomial_powers_impl

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.monomials import ITSELF, fill_monomial, monomial_powers


@kernel
def monomials(x, shift, scale, powers, out):
    for r in range(len(powers)):
        fill_monomial(x, shift, scale, powers, r, ITSELF, len(x[0]), out[:, r])


@pytest.mark.parametrize("ndim", [1, 2, 3, 5])
@pytest.mark.parametrize("degree", [0, 1, 2, 4])
def test_powers_are_scipys_in_scipys_order(ndim, degree):
    powers = monomial_powers(ndim, degree)
    assert powers.dtype == np.int64
    np.testing.assert_array_equal(powers, _monomial_powers_impl(ndim, degree))


@pytest.mark.parametrize("ndim", [1, 3])
def test_no_polynomial_has_no_powers(ndim):
    powers = monomial_powers(ndim, -1)
    assert powers.shape == (0, ndim)
    assert powers.dtype == np.int64


def test_values_are_products_of_powers_of_scaled_coordinates():
    rng = np.random.default_rng(2)
    x, shift, scale = rng.standard_normal((3, 6)), rng.standard_normal(3), rng.uniform(0.5, 2, 3)
    powers = monomial_powers(3, 3)
    out = np.empty((6, len(powers)))
    monomials(tuple(x), shift, scale, powers, out)
    z = (x.T - shift) / scale
    np.testing.assert_allclose(out, np.prod(z[:, None, :] ** powers, axis=2), rtol=1e-14)


def test_partials_agree_with_the_complex_step():
    rng = np.random.default_rng(3)
    x, dx = rng.standard_normal((2, 5)), rng.standard_normal((2, 5))
    shift, scale = np.array([0.2, -0.3]), np.array([1.5, 0.7])
    powers = monomial_powers(2, 3)
    rows = tuple(DualArray(x[k], dx[None, k], 1) for k in range(2))
    out = DualArray(np.empty((5, len(powers))), np.empty((1, 5, len(powers))), 1)
    monomials(rows, shift, scale, powers, out)
    z = ((x + 1e-30j * dx).T - shift) / scale
    stepped = np.prod(z[:, None, :] ** powers, axis=2)
    np.testing.assert_allclose(out.value, stepped.real, rtol=1e-14)
    np.testing.assert_allclose(out.partials[0], stepped.imag / 1e-30, rtol=1e-13, atol=1e-15)
