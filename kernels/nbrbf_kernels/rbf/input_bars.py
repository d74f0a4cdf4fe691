"""Cotangents of what people give, from those of what the kernels take."""

import numpy as np

from nbrbf_kernels._core import apart
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.rbf.interpolant_vjp import ALL, interpolant_vjp
from nbrbf_kernels.rbf.parts import moving
from nbrbf_kernels.rbf.rows import axes_of, scale_rows

vjp_apart = apart(interpolant_vjp)


@kernel
def vjp_in_one_call(
    k, shift, scale, powers, A, ipiv, points, weights, y, x, epsilon, columns, x_terms, terms,
    lanes, x_size, size, by_y, by_d, by_x, by_smoothing, by_epsilon,
):  # fmt: skip
    """All steps of `interpolant_vjp`, of real numbers, and then `input_bars`.

    points (ndim, N): the rows of epsilon y; weights (S, N + R); y (N, ndim); x (Q, ndim); epsilon
    a tuple of ndim numbers; columns (Q, S), the cotangent of the values; the others as those
    kernels have them.
    """
    N, (Q, S), ndim = len(y), columns.shape, len(epsilon)
    together = -(-S // len(lanes)) * len(lanes)
    w, F = np.zeros((together, weights.shape[1])), np.zeros((together, Q))
    for c in range(S):
        for i in range(weights.shape[1]):
            w[c, i] = weights[c, i]
        for i in range(Q):
            F[c, i] = columns[i, c]
    rows, factors = np.empty((ndim, Q)), np.empty(ndim)
    scale_rows(x, None, epsilon, rows, None, 0, Q)
    for axis in range(ndim):
        factors[axis] = epsilon[axis]
    x_blocks, blocks = -(-max(Q, 1) // x_size), -(-N // size)
    points_bar, x_bar = np.zeros((ndim, (1 + max(x_blocks, blocks)) * N)), np.zeros((ndim, Q))
    rhs, sums = np.zeros_like(w), np.zeros((together, x_blocks * N))
    vjp_apart(
        k, shift, scale, powers, A, ipiv, axes_of(points, epsilon), axes_of(rows, epsilon), w, F,
        points_bar, x_bar, rhs, sums, x_terms, terms, None, lanes, x_size, size, ALL,
        np.zeros(2, np.int64),
    )  # fmt: skip
    input_bars(
        points_bar, x_bar, rhs, w, y, x, factors, by_y, by_d, by_x, by_smoothing, by_epsilon, None
    )


@kernel
def input_bars(
    points_bar, x_bar, rhs, weights, y, x, epsilon, by_y, by_d, by_x, by_smoothing, by_epsilon,
    tangents,
):  # fmt: skip
    """What follows for the inputs, by the chain rule of epsilon times coordinates.

    points_bar, x_bar, rhs as `interpolant_vjp` left them; y (N, ndim), x (Q, ndim), epsilon
    (ndim,). Written: by_y (N, ndim), by_d (N, S), by_x (Q, ndim); by_smoothing (N,) and
    by_epsilon (ndim,), or (1,) if one number is for all. Of weights and rhs the first S rows
    count. tangents: None or those of all.
    """
    place_bar, z_bar, v, w, y, z, e, y_out, d_out, x_out, smoothing_out, e_out = moving(
        (
            points_bar, x_bar, rhs, weights, y, x, epsilon, by_y, by_d, by_x, by_smoothing,
            by_epsilon,
        ),
        tangents,
    )  # fmt: skip
    for k in range(len(by_epsilon)):
        e_out[k] = 0.0
    add_by_axis(place_bar, y, e, y_out, e_out)
    add_by_axis(z_bar, z, e, x_out, e_out)
    N, S = by_d.shape
    for n in range(len(by_smoothing)):
        smoothing_out[n] = 0.0
    for i in range(N):
        n = min(i, len(by_smoothing) - 1)
        for c in range(S):
            d_out[i, c] = -v[c, i]
            smoothing_out[n] = smoothing_out[n] + v[c, i] * w[c, i]


@kernel
def add_by_axis(places, points, epsilon, bars, epsilon_bar):
    """bars (n, ndim) of points (n, ndim) from those of epsilon times them, sums over places.

    Those of epsilon are added to.
    """
    n = len(points)
    for k in range(len(epsilon)):
        common = min(k, len(epsilon_bar) - 1)
        for i in range(n):
            total = places[k, i]
            for first in range(n, places.shape[1], n):
                total = total + places[k, first + i]
            bars[i, k] = epsilon[k] * total
            epsilon_bar[common] = epsilon_bar[common] + points[i, k] * total
