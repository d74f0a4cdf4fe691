"""Sums over monomials of every degree against their matrix, real and dual, forwards and back."""

import numpy as np
import pytest

from nbrbf import DualArray
from nbrbf_kernels.rbf.evaluate import evaluate_planes
from nbrbf_kernels.rbf.monomials import monomial_powers
from nbrbf_kernels.rbf.polynomial import add_moments, add_polynomial
from nbrbf_kernels.rbf.radial import Cubic

Q, S, WIDTH = 37, 2, 3
CASES = [(ndim, degree) for ndim in (1, 2, 3) for degree in (-1, 0, 1, 3)]


class Problem:
    """Points z, coefficients b and, of a monomial r at a point, values P and slopes."""

    def __init__(self, ndim, degree):
        rng = np.random.default_rng(10 * ndim + degree)
        self.z, self.dz = rng.uniform(-1, 1, (ndim, Q)), rng.normal(size=(ndim, WIDTH, Q))
        self.shift, self.scale = rng.normal(size=ndim), rng.uniform(1, 2, ndim)
        self.powers = monomial_powers(ndim, degree)
        R = len(self.powers)
        self.b, self.db = rng.normal(size=(S, R)), rng.normal(size=(WIDTH, S, R))
        self.u, self.du = rng.normal(size=(S, Q)), rng.normal(size=(1, S, Q))
        t = (self.z - self.shift[:, None]) / self.scale[:, None]
        self.P = np.prod(t.T[:, None, :] ** self.powers, axis=2)
        self.slopes = self.slopes_at(self.z)

    def slopes_at(self, z):
        """Derivatives (ndim, Q, R) of the monomials at points z, which may be complex."""
        t = (z - self.shift[:, None]) / self.scale[:, None]
        slopes = np.zeros((len(z), Q, len(self.powers)), z.dtype)
        for k in range(len(z)):
            lower = self.powers - np.eye(len(z), dtype=int)[k]
            factors = np.prod(t.T[:, None, :] ** np.maximum(lower, 0), axis=2)
            slopes[k] = self.powers[:, k] * factors / self.scale[k]
        return slopes

    @property
    def frame(self):
        return self.shift, self.scale, self.powers


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-d, degree {case[1]}")
def problem(request):
    return Problem(*request.param)


@pytest.mark.parametrize("still", [False, True])
def test_values_and_tangents(problem, still):
    p, ndim = problem, len(problem.z)
    weights = np.concatenate([np.zeros((S, 1)), p.b], axis=1)
    dweights = np.concatenate([np.zeros((WIDTH, S, 1)), p.db], axis=2)
    out, dout = np.full((S, Q), np.nan), np.full((WIDTH, S, Q), np.nan)
    centre = tuple(np.zeros((ndim, 1)))
    dz = [*p.dz]
    if still:  # along the first axis
        dz[0] = None
    evaluate_planes(
        Cubic(), None, centre, (None,) * ndim, weights, dweights, *p.frame, tuple(p.z), tuple(dz),
        out, dout, 0, Q,
    )  # fmt: skip
    np.testing.assert_allclose(out, p.b @ p.P.T, rtol=1e-13, atol=1e-13)
    expected = np.einsum("qsr,ir->qsi", p.db, p.P)
    for k in range(still, ndim):
        expected += np.einsum("sr,ir,qi->qsi", p.b, p.slopes[k], p.dz[k])
    np.testing.assert_allclose(dout, expected, rtol=1e-13, atol=1e-13)


def test_cotangents_of_points(problem):
    p = problem
    before = np.ones_like(p.z)
    bars = tuple(before.copy())
    add_polynomial(p.u, p.b, *p.frame, tuple(p.z), bars)
    expected = before + np.einsum("si,sr,kir->ki", p.u, p.b, p.slopes)
    np.testing.assert_allclose(bars, expected, rtol=1e-13, atol=1e-13)


def test_cotangents_of_coefficients(problem):
    p, N = problem, 4
    moments = np.ones((S, N + len(p.powers)))
    add_moments(tuple(p.z), *p.frame, p.u, N, moments)
    assert np.all(moments[:, :N] == 1.0)
    np.testing.assert_allclose(moments[:, N:], 1.0 + p.u @ p.P, rtol=1e-13, atol=1e-13)


def test_cotangents_of_dual_numbers_carry_the_derivative(problem):
    p, dz = problem, problem.dz[:, :1]
    moments = DualArray(np.zeros_like(p.b), np.zeros((1, *p.b.shape)))
    points = tuple(DualArray(*pair) for pair in zip(p.z, dz, strict=True))
    add_moments(points, *p.frame, DualArray(p.u, p.du), 0, moments)
    expected = p.du[0] @ p.P + np.einsum("si,kir,ki->sr", p.u, p.slopes, dz[:, 0])
    np.testing.assert_allclose(moments.partials[0], expected, rtol=1e-12, atol=1e-12)

    bars = tuple(DualArray(np.zeros(Q), np.zeros((1, Q))) for _ in p.z)
    add_polynomial(DualArray(p.u, p.du), p.b, *p.frame, points, bars)
    slopes = p.slopes_at(p.z + 1e-20j * dz[:, 0]).imag / 1e-20
    for k, bar in enumerate(bars):
        expected = np.einsum("si,sr,ir->i", p.du[0], p.b, p.slopes[k])
        expected += np.einsum("si,sr,ir->i", p.u, p.b, slopes[k])
        np.testing.assert_allclose(bar.partials[0], expected, rtol=1e-12, atol=1e-12)
