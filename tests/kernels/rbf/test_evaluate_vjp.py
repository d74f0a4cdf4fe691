"""The adjoint of an evaluation against the complex step of the naive double loop."""

import numpy as np
import pytest

from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf import evaluate_vjp
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.kernels.rbf.test_evaluate import dual, dual_rows, naive, problem, rows

H = 1e-30


def cotangent(S, Q):
    return np.random.default_rng(7).standard_normal((S, Q))


def zeros_like(array, width=None):
    if width is None:
        return np.zeros(array.shape)
    return DualArray(np.zeros(array.shape), np.zeros((width, *array.shape)), 1)


def adjoint(name, y, weights, shift, scale, powers, x, out_bar):
    """(points_bar, weights_bar, x_bar), the points as columns again."""
    k = RADIAL_FUNCTIONS[name]()
    y_bar, w_bar, x_bar = (np.zeros(a.shape[::-1]) for a in (y, weights.T, x))
    arguments = k, rows(y), weights, shift, scale, powers, rows(x), out_bar
    evaluate_vjp(*arguments, tuple(y_bar), w_bar, tuple(x_bar), None)
    return y_bar.T, w_bar, x_bar.T


def directions(*arrays, seed=5):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(a.shape) for a in arrays]


def product(bars, tangents):
    return sum((bar * tangent).sum() for bar, tangent in zip(bars, tangents, strict=True))


@pytest.mark.parametrize(
    "name, ndim, S, N, degree",
    [
        ("gaussian", 2, 1, 40, 1),
        ("gaussian", 2, 3, 40, 2),
        ("gaussian", 2, 2, 40, -1),
        ("gaussian", 2, 1, 1, 0),
        ("gaussian", 2, 1, 2500, 3),  # pairs are summed in blocks of 1024
    ],
)
def test_is_the_adjoint_of_the_complex_step(name, ndim, S, N, degree):
    y, weights, shift, scale, powers, x = problem(ndim, S, N=N, degree=degree)
    out_bar = cotangent(S, len(x))
    bars = adjoint(name, y, weights, shift, scale, powers, x, out_bar)
    for part in range(3):
        tangents = directions(y, weights, x)
        for other in {0, 1, 2} - {part}:
            tangents[other] *= 0.0
        dy, dw, dx = (1j * H * t for t in tangents)
        moved = naive(name, y + dy, weights + dw, shift, scale, powers, x + dx).imag / H
        assert product(bars, tangents) == pytest.approx((out_bar * moved).sum(), rel=1e-10)


def test_cotangents_are_added():
    arguments = problem(2, 2)
    once = adjoint("gaussian", *arguments, cotangent(2, 17))
    y, weights, shift, scale, powers, x = arguments
    bars = [np.full(a.shape[::-1], 3.0) for a in (y, weights.T, x)]
    k = RADIAL_FUNCTIONS["gaussian"]()
    for _ in range(2):
        evaluate_vjp(
            k, rows(y), weights, shift, scale, powers, rows(x), cotangent(2, 17),
            tuple(bars[0]), bars[1], tuple(bars[2]), None,
        )  # fmt: skip
    for bar, expected in zip(bars, (once[0].T, once[1], once[2].T), strict=True):
        np.testing.assert_allclose(bar, 3.0 + 2.0 * expected, rtol=1e-13, atol=1e-13)


def test_what_is_none_is_not_asked():
    arguments = y, weights, shift, scale, powers, x = problem(2, 1)
    out_bar, x_bar = cotangent(1, 17), np.zeros((2, 17))
    k = RADIAL_FUNCTIONS["gaussian"]()
    evaluate_vjp(
        k, rows(y), weights, shift, scale, powers, rows(x), out_bar, None, None, tuple(x_bar), None
    )
    expected = adjoint("gaussian", *arguments, out_bar)[2]  # another kernel: sums in another order
    np.testing.assert_allclose(x_bar.T, expected, rtol=1e-14, atol=1e-15)


def test_partials_are_the_hessian_times_each_direction():
    """Against 5-point differences of the real adjoint, at data points too."""
    y, weights, shift, scale, powers, x = problem(2, 2)
    out_bar = cotangent(2, 17)
    tangents = [directions(y, weights, x, out_bar, seed=seed) for seed in (1, 2)]
    dy, dw, dx, df = (np.stack(each) for each in zip(*tangents, strict=True))
    y_bar, x_bar = ([zeros_like(a[:, 0], 2) for _ in range(2)] for a in (y, x))
    w_bar = zeros_like(weights, 2)
    evaluate_vjp(
        RADIAL_FUNCTIONS["gaussian"](), dual_rows(y, dy), dual(weights, dw), shift, scale, powers,
        dual_rows(x, dx), dual(out_bar, df), tuple(y_bar), w_bar, tuple(x_bar), None,
    )  # fmt: skip
    h = 1e-3

    def real(q, t):
        moved = (a + t * h * da[q] for a, da in ((y, dy), (weights, dw), (x, dx), (out_bar, df)))
        moved_y, moved_weights, moved_x, moved_bar = moved
        return adjoint("gaussian", moved_y, moved_weights, shift, scale, powers, moved_x, moved_bar)

    duals = [np.stack([bar.partials for bar in y_bar], axis=2), w_bar.partials]
    duals.append(np.stack([bar.partials for bar in x_bar], axis=2))
    for q in range(2):
        differences = zip(*(real(q, t) for t in (-2, -1, 1, 2)), strict=True)
        for partials, (a, b, c, d) in zip(duals, differences, strict=True):
            expected = (a - 8.0 * b + 8.0 * c - d) / (12.0 * h)
            np.testing.assert_allclose(partials[q], expected, atol=1e-9 * abs(expected).max())


def test_a_real_cotangent_cannot_hold_dual_points():
    y, weights, shift, scale, powers, x = problem(2, 1)
    k, x_rows = RADIAL_FUNCTIONS["cubic"](), dual_rows(x, np.zeros((1, 17, 2)))
    bars = tuple(np.zeros((2, 40))), np.zeros(weights.shape), tuple(np.zeros((2, 17))), None
    message = "points_bar is written in place and must be a DualArray since x is dual"
    with pytest.raises(TypeError, match=message):
        evaluate_vjp(k, rows(y), weights, shift, scale, powers, x_rows, np.ones((1, 17)), *bars)


@pytest.mark.parametrize("apart", [True, False])
def test_a_pair_at_distance_0_has_tangents_only_if_it_moves_together(apart):
    y, weights, shift, scale, powers, x = problem(2, 1, N=40, degree=1)
    x = x + 0.01  # off the data points, but for one
    x[2] = y[30]
    dy, dx = directions(y, x)
    if not apart:
        dx[2] = dy[30]
    points, targets = dual_rows(y, dy[None]), dual_rows(x, dx[None])
    bars = [tuple(zeros_like(row, 1) for row in each) for each in (points, targets)]
    arguments = points, weights, shift, scale, powers, targets, cotangent(1, len(x))
    evaluate_vjp(RADIAL_FUNCTIONS["thin_plate_spline"](), *arguments, bars[0], None, bars[1], None)
    for rows_of_bars, pair in zip(bars, (30, 2), strict=True):
        for row in rows_of_bars:
            undefined = np.flatnonzero(np.isnan(row.partials[0])).tolist()
            assert undefined == ([pair] if apart else [])
            assert np.isfinite(row.value).all()
