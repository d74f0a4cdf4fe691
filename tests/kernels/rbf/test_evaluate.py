"""Evaluation against the naive double loop and SciPy; its partials against the complex step."""

import numpy as np
import pytest
from scipy.interpolate import RBFInterpolator

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.evaluate import evaluate, evaluate_planes
from nbrbf_kernels.rbf.monomials import monomial_powers
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.nbrbf.naive import PHI

NAMES = list(RADIAL_FUNCTIONS)
IN_SCIPY = [name for name in NAMES if not name.startswith("matern")]
H = 1e-30


def naive(name, y, weights, shift, scale, powers, x):
    """f(x), (S, Q), from its formula; any argument may be complex."""
    difference = x[:, None, :] - y[None, :, :]
    K = PHI[name]((difference * difference).sum(axis=2))
    P = np.prod((((x - shift) / scale)[:, None, :]) ** powers, axis=2)
    return weights @ np.concatenate([K, P], axis=1).T


def problem(ndim, S, N=40, Q=17, degree=2, seed=0):
    rng = np.random.default_rng(seed)
    y, x = rng.random((N, ndim)), rng.random((Q, ndim))
    x[: min(N, Q) // 2] = y[: min(N, Q) // 2]  # evaluation at data points is the common case
    powers = monomial_powers(ndim, degree)
    weights = rng.standard_normal((S, N + len(powers)))
    return y, weights, rng.random(ndim), rng.uniform(0.5, 2.0, ndim), powers, x


def rows(points):
    return tuple(np.ascontiguousarray(points.T))


def run(name, y, weights, shift, scale, powers, x):
    out = np.full((len(weights), len(x)), np.nan)
    k = RADIAL_FUNCTIONS[name]()
    none = (None,) * y.shape[1]
    evaluate_planes(
        k, None, rows(y), none, weights, None, shift, scale, powers, rows(x), none, out, None,
        0, len(x),
    )  # fmt: skip
    return out


def dual(value, tangents):
    return DualArray(np.ascontiguousarray(value), np.ascontiguousarray(tangents), 1)


def planes(tangents):
    return tuple(np.ascontiguousarray(tangents[:, :, k]) for k in range(tangents.shape[2]))


def dual_rows(points, tangents):
    return tuple(dual(points[:, k], tangents[:, :, k]) for k in range(points.shape[1]))


def run_dual(name, y, dy, weights, dweights, shift, scale, powers, x, dx):
    p = len(dx)
    out = DualArray(np.empty((len(weights), len(x))), np.empty((p, len(weights), len(x))), 1)
    evaluate_planes(
        RADIAL_FUNCTIONS[name](), None, rows(y), planes(dy), weights, dweights, shift, scale,
        powers, rows(x), planes(dx), out.value, out.partials, 0, len(x),
    )  # fmt: skip
    return out


def error(result, expected):
    return np.max(np.abs(result - expected)) / np.max(np.abs(expected))


@pytest.mark.parametrize("S", [1, 2, 5])
@pytest.mark.parametrize("name", NAMES)
def test_is_the_naive_double_loop(name, S):
    arguments = problem(2, S)
    assert error(run(name, *arguments), naive(name, *arguments)) < 1e-13


@pytest.mark.parametrize("S", [1, 3])
@pytest.mark.parametrize(
    ("name", "ndim"),
    [("gaussian", 1), ("thin_plate_spline", 1), ("thin_plate_spline", 3), ("cubic", 5)],
)
def test_any_dimension(name, S, ndim):
    arguments = problem(ndim, S)
    assert error(run(name, *arguments), naive(name, *arguments)) < 1e-13


@pytest.mark.parametrize("S", [1, 3])
@pytest.mark.parametrize("name", IN_SCIPY)
def test_is_scipys(name, S):
    rng = np.random.default_rng(1)
    y, x, epsilon = rng.random((50, 2)), rng.random((23, 2)), 3.0
    f = RBFInterpolator(y, rng.standard_normal((50, S)), kernel=name, epsilon=epsilon)
    weights = np.ascontiguousarray(f._coeffs.T)
    out = run(
        name, epsilon * y, weights, epsilon * f._shift, epsilon * f._scale, f.powers, epsilon * x
    )
    # SciPy's sum has its own rounding errors, in proportion to its terms.
    terms = naive(name, epsilon * y, np.abs(weights), 0.0, 1.0, f.powers, epsilon * x)
    assert np.max(np.abs(out - f(x).T)) < 1e-14 * np.max(np.abs(terms))


# Points are summed in blocks of 1024.
@pytest.mark.parametrize("N", [1023, 1024, 1025, 2055])
@pytest.mark.parametrize("S", [1, 2])
def test_around_the_length_of_a_block(N, S):
    arguments = problem(2, S, N=N)
    assert error(run("cubic", *arguments), naive("cubic", *arguments)) < 1e-13


@pytest.mark.parametrize(
    "N, Q, S, degree", [(0, 3, 1, 1), (0, 3, 2, 1), (4, 0, 1, 1), (4, 3, 0, 1)]
)
def test_nothing_to_sum_over(N, Q, S, degree):
    arguments = problem(2, S, N=N, Q=Q, degree=degree)
    np.testing.assert_allclose(run("cubic", *arguments), naive("cubic", *arguments), rtol=1e-13)


@pytest.mark.parametrize("S", [1, 2])
def test_no_polynomial(S):
    arguments = problem(2, S, degree=-1)
    assert error(run("gaussian", *arguments), naive("gaussian", *arguments)) < 1e-13


def test_no_points_and_no_polynomial_is_zero():
    arguments = problem(2, 1, N=0, degree=-1)
    np.testing.assert_array_equal(run("cubic", *arguments), 0.0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("S", [1, 2])
def test_nan_in_one_point_spoils_that_point_alone(name, S):
    *others, x = problem(2, S)
    clean = run(name, *others, x)
    x[5, 1] = np.nan
    spoilt = run(name, *others, x)
    assert np.isnan(spoilt[:, 5]).all()
    np.testing.assert_array_equal(np.delete(spoilt, 5, axis=1), np.delete(clean, 5, axis=1))


def test_a_range_leaves_the_others_and_agrees_to_the_bit():
    y, weights, shift, scale, powers, x = problem(2, 2, N=300)
    none = (None, None)
    arguments = (
        RADIAL_FUNCTIONS["cubic"](), None, rows(y), none, weights, None, shift, scale, powers,
        rows(x), none,
    )  # fmt: skip
    whole, part = np.empty((2, len(x))), np.full((2, len(x)), -7.0)
    evaluate_planes(*arguments, whole, None, 0, len(x))
    evaluate_planes(*arguments, part, None, 3, 9)
    np.testing.assert_array_equal(part[:, 3:9], whole[:, 3:9])
    assert (np.delete(part, slice(3, 9), axis=1) == -7.0).all()


def test_far_from_the_origin_distances_come_from_differences():
    y, weights, shift, scale, powers, x = problem(2, 1, degree=-1)
    y, x = np.round(y * 2**20) / 2**20, np.round(x * 2**20) / 2**20  # 2^30 + y is exact
    near = run("cubic", y, weights, shift, scale, powers, x)
    far = run("cubic", y + 2.0**30, weights, shift, scale, powers, x + 2.0**30)
    np.testing.assert_array_equal(near, far)


def complex_step(name, y, dy, weights, dweights, shift, scale, powers, x, dx):
    stepped = (
        naive(name, y + H * 1j * dy[q], weights + H * 1j * dweights[q], shift, scale, powers,
              x + H * 1j * dx[q]).imag / H
        for q in range(len(dx))
    )  # fmt: skip
    return np.stack(list(stepped))


def tangents_of(width, y, weights, x, seed=4):
    rng = np.random.default_rng(seed)
    return (rng.standard_normal((width, *a.shape)) for a in (y, weights, x))


@pytest.mark.parametrize("S", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_partials_agree_with_the_complex_step(name, S):
    y, weights, shift, scale, powers, x = problem(2, S)
    x += 2.0  # away from the data points, where the square root has no complex step
    dy, dw, dx = tangents_of(2, y, weights, x)
    out = run_dual(name, y, dy, weights, dw, shift, scale, powers, x, dx)
    assert error(out.value, naive(name, y, weights, shift, scale, powers, x)) < 1e-13
    expected = complex_step(name, y, dy, weights, dw, shift, scale, powers, x, dx)
    assert error(out.partials, expected) < 1e-12


@pytest.mark.parametrize(
    "name, ndim, width",
    [("thin_plate_spline", 1, 1), ("thin_plate_spline", 3, 3), ("matern5_2", 2, 8)],
)
def test_partials_in_other_dimensions_and_widths(name, ndim, width):
    y, weights, shift, scale, powers, x = problem(ndim, 1, N=70)
    x += 2.0
    dy, dw, dx = tangents_of(width, y, weights, x)
    out = run_dual(name, y, dy, weights, dw, shift, scale, powers, x, dx)
    expected = complex_step(name, y, dy, weights, dw, shift, scale, powers, x, dx)
    assert error(out.partials, expected) < 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_partials_at_a_data_point_are_the_limit_or_a_subgradient(name):
    """One coincident pair: its distance has no derivative, what is left is finite and exact."""
    y, x = np.array([[0.3, 0.4], [0.9, 0.1]]), np.array([[0.3, 0.4]])
    powers = monomial_powers(2, 1)
    weights = np.array([[1.7, -0.6, 0.2, 0.5, -0.4]])
    shift, scale = np.array([0.6, 0.25]), np.array([0.3, 0.15])
    dy, dw, dx = tangents_of(2, y, weights, x)
    out = run_dual(name, y, dy, weights, dw, shift, scale, powers, x, dx)
    # Without the coincident pair's phi', which is 0 there, and with its weight's part.
    others = np.delete(weights, 0, axis=1)
    expected = complex_step(
        name, y[1:], dy[:, 1:], others, np.delete(dw, 0, axis=2), shift, scale, powers, x, dx
    )
    at_zero = PHI[name](np.zeros(1))[0]
    assert error(out.partials, expected + dw[:, :, :1] * at_zero) < 1e-12


@pytest.mark.parametrize("S", [1, 2])
@pytest.mark.parametrize("dual_ones", ["x", "yw"])
def test_only_some_arguments_are_dual(dual_ones, S):
    y, weights, shift, scale, powers, x = problem(2, S, N=300, Q=6)
    x += 2.0
    dy, dw, dx = tangents_of(3, y, weights, x)
    dy, dw, dx = (
        t if name in dual_ones else 0.0 * t for name, t in (("y", dy), ("w", dw), ("x", dx))
    )
    out = DualArray(np.empty((S, 6)), np.empty((3, S, 6)), 1)
    evaluate(
        RADIAL_FUNCTIONS["cubic"](),
        dual_rows(y, dy) if "y" in dual_ones else rows(y),
        dual(weights, dw) if "w" in dual_ones else weights,
        shift, scale, powers,
        dual_rows(x, dx) if "x" in dual_ones else rows(x),
        out,
    )  # fmt: skip
    expected = complex_step("cubic", y, dy, weights, dw, shift, scale, powers, x, dx)
    exact = naive("cubic", y, weights, shift, scale, powers, x)
    assert error(out.value, exact) < 1e-13
    assert error(out.partials, expected) < 1e-12


def test_a_real_result_cannot_hold_dual_points():
    y, weights, shift, scale, powers, x = problem(2, 1)
    k, x_rows = RADIAL_FUNCTIONS["cubic"](), dual_rows(x, np.zeros((1, 17, 2)))
    with pytest.raises(TypeError, match="out is written in place and must be a DualArray since x"):
        evaluate(k, rows(y), weights, shift, scale, powers, x_rows, np.empty((1, 17)))
