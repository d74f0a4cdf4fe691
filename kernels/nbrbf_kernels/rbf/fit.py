"""Fitting: the weights w = (a, b) of [[K + diag(smoothing), P], [P^T, 0]] w = (d, 0).

The linear algebra is in factors.py, which does not know the radial function, or it would be
compiled for each again.
"""

from typing import Any

import numpy as np

from nbrbf_kernels._core import apart
from nbrbf_kernels._jit import kernel, part, specialise, sum_kernel
from nbrbf_kernels.linalg.door import by_rows, enter, pivots, store_pivots
from nbrbf_kernels.rbf.assemble import assemble
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.factors import (
    AUTO,
    CHOLESKY,
    LU,
    NOT_ADMISSIBLE,
    UNSOUND,
    factor_definite,
    factor_general,
    solve_rows,
)
from nbrbf_kernels.rbf.parts import (
    check_written,
    tangents_of,
    tangents_of_parameters,
    values_of,
    values_of_parameters,
)
from nbrbf_kernels.rbf.residual import solve_tangents
from nbrbf_kernels.rbf.rows import axes_of, scale_rows


@kernel
def polynomial_frame(points, shift, scale):
    """Middle and half width of the points along each axis, for the monomials' argument.

    points: rows of shape (N,); shift, scale: (ndim,), written. A width of 0 counts as 1.
    """
    for k, coordinates in enumerate(points):
        low = high = coordinates[0]
        for value in coordinates:
            low = min(low, value)
            high = max(high, value)
        width = 0.5 * (high - low)
        shift[k] = 0.5 * (high + low)
        scale[k] = width if width != 0.0 else 1.0


@sum_kernel
def find_duplicate(points, smoothing):
    """Indices i < j of two points at distance 0 whose smoothing is 0; (-1, -1) without any.

    points: rows of shape (N,); smoothing: (N,).
    """
    for j in range(smoothing.shape[0]):
        coincident = 0
        for i in range(j):
            coincident += squared_distance(points, i, points, j) == 0.0
        if coincident == 0 or smoothing[j] != 0.0:
            continue
        for i in range(j):
            if smoothing[i] == 0.0 and squared_distance(points, i, points, j) == 0.0:
                return i, j
    return -1, -1


def least_degree(k: Any) -> Any:
    """Of the polynomial with which K is positive definite on its null space."""


@specialise(least_degree, inline=True)
def _least_degree(k):
    degree = k.instance_class.min_degree
    return lambda k: degree


@kernel
def may_be_definite(k, powers, smoothing):
    """Whether K + diag(smoothing) is positive definite on the null space of the monomials."""
    degree = -1
    for r in range(powers.shape[0]):
        total = 0
        for axis in range(powers.shape[1]):
            total += powers[r, axis]
        degree = max(degree, total)
    lowest = 0.0
    for each in smoothing:
        lowest = min(lowest, each)
    return degree >= least_degree(k) and lowest == 0.0


@kernel
def fit_values(k, points, d, smoothing, powers, shift, scale, A, ipiv, weights, solver):
    """Fit real data in one call: (info, 1-norm of the factored matrix, coincident entries).

    points: rows of shape (N,); d (N, S); smoothing (N,); powers (R, ndim). shift and scale
    (ndim,), A, ipiv and weights (S, N + R) are overwritten by the frame, factors and weights.
    info and solver: see factors.py. The entries are what `assemble` returns.
    """
    points = values_of(points)  # lent: references to its rows are not counted
    polynomial_frame(points, shift, scale)
    place(d, weights)
    B, P = enter(A), pivots(ipiv)
    definite = solver != LU and by_rows(B) and may_be_definite(k, powers, smoothing)
    if solver == CHOLESKY and not definite:
        return NOT_ADMISSIBLE, 0.0, 0
    while True:
        coincident = assemble(k, points, smoothing, shift, scale, powers, A, definite)
        if definite:
            info, anorm = factor_definite(B, P, len(powers))
            if info == UNSOUND and solver == CHOLESKY:
                info = 0
        else:
            info, anorm = factor_general(B, P)
        if info == 0 or solver == CHOLESKY or not definite:
            break
        definite = False
    if info == 0:
        solve_rows(B, P, enter(weights))
    store_pivots(P, ipiv)
    return info, anorm, coincident


@kernel
def place(d, weights):
    """The columns of data d (N, S) as rows of weights (S, N + R), followed by zeros."""
    N = d.shape[0]
    for c in range(weights.shape[0]):
        for i in range(N):
            weights[c, i] = d[i, c]
        for i in range(N, weights.shape[1]):
            weights[c, i] = 0.0


values_apart = apart(fit_values)


@part
def fit_planes(
    k, dk, points, dpoints, d, dd, smoothing, dsmoothing, powers, shift, scale, A, ipiv, weights,
    dweights, solver,
):  # fmt: skip
    """`fit_values`, and the tangents dweights (p, S, N + R) if that is not None.

    Tangents: dk (p, fields of k), dpoints a tuple of (p, N), dd (p, N, S), dsmoothing (p, N);
    None for what is constant, an axis of dpoints too.
    """
    result = values_apart(k, points, d, smoothing, powers, shift, scale, A, ipiv, weights, solver)
    if result[0] == 0:
        solve_tangents(
            k, dk, points, dpoints, dd, dsmoothing, shift, scale, powers, A, ipiv, weights,
            dweights,
        )  # fmt: skip
    return result


@kernel(borrows=True)
def fit_points(
    k, dk, y, dy, epsilon, points, dpoints, d, dd, smoothing, dsmoothing, powers, shift, scale, A,
    ipiv, weights, dweights, solver,
):  # fmt: skip
    """`fit_planes` of points y (N, ndim), tangents dy (p, N, ndim) or None.

    epsilon: a tuple of ndim numbers. points (ndim, N) and dpoints (ndim, p, N), or None, are
    overwritten by the rows of epsilon y.
    """
    scale_rows(y, dy, epsilon, points, dpoints, 0, len(y))
    return fit_planes(
        k, dk, axes_of(points, epsilon), axes_of(dpoints, epsilon), d, dd, smoothing, dsmoothing,
        powers, shift, scale, A, ipiv, weights, dweights, solver,
    )  # fmt: skip


@kernel
def fit(k, points, d, smoothing, powers, A, ipiv, weights):
    """Fit without leaving compiled code, real or dual.

    Parameters
    ----------
    k : radial function
        An instance of its type; its parameters may be Duals.
    points : tuple of ndim arrays or DualArrays
        Rows of shape (N,), multiplied by epsilon.
    d : (N, S) array or DualArray
        Columns of data.
    smoothing : (N,) array or DualArray
        Added to the diagonal.
    powers : (R, ndim) array of int64
        Exponents of the monomials, as `monomial_powers` gives them.
    A, ipiv : (N + R, N + R) and (N + R,) arrays
        Overwritten by the factors of the matrix of values, by Cholesky where that is sound, else
        by LU: real in any case.
    weights : (S, N + R) array or DualArray
        Overwritten if the result is 0; dual if any of the others is.

    Returns
    -------
    info : int
        0, or 1 + the index of the first pivot that is exactly 0.
    """
    check_written(weights, "weights", (k, points, d, smoothing), "k points d smoothing")
    shift, scale = np.empty(len(points)), np.empty(len(points))
    info, _, _ = fit_planes(
        values_of_parameters(k), tangents_of_parameters(k), values_of(points),
        tangents_of(points), values_of(d), tangents_of(d), values_of(smoothing),
        tangents_of(smoothing), powers, shift, scale, A, ipiv, values_of(weights),
        tangents_of(weights), AUTO,
    )  # fmt: skip
    return info
