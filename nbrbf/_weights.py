"""The weights of an interpolant and their partials, from a factored matrix."""

from typing import Any

import numpy as np

from nbrbf._arguments import is_dual
from nbrbf._evaluation import Centres, evaluate_at
from nbrbf._rows import Unscaled
from nbrbf._solver import Factors, monomial_matrix, padded, solve
from nbrbf._split import split, split_radial
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf.residual import solution_tangents


def real_weights(state: Factors, d: np.ndarray) -> np.ndarray:
    """Weights (S, N + R) of the data columns `d`, (N, S)."""
    weights = padded(d, len(state.ipiv))
    solve(state, weights)
    return weights


def dual_weights(
    state: Factors,
    centres: Centres,
    d: Any,
    smoothing: Any,
    weights: np.ndarray,
    width: int,
    level: int,
) -> DualArray:
    """The real `weights` w = (a, b) with their partials w', from A w' = b' - A' w.

    The right-hand side is the tangent of the residual with w held real,

        (d - f(y) - smoothing a, -P(y)^T a),

    so no matrix of partials is formed.
    """
    tangents, N = np.zeros((width, *weights.shape)), len(d)
    if is_dual(d):
        tangents[:, :, :N] = d.partials.transpose(0, 2, 1)
    solve_tangents(state, centres, smoothing, weights, tangents)
    return pair(weights, tangents, level)


def solve_tangents(
    state: Factors, centres: Centres, smoothing: Any, solution: np.ndarray, tangents: np.ndarray
) -> None:
    """A^-1 (b' - A' x) in place of the tangents b', (p, S, N + R), for solutions x of any b."""
    solution_tangents(
        *split_radial(centres.radial), centres.rows, centres.drows, split(smoothing)[1],
        *centres.frame, state.A, state.ipiv, solution, tangents,
    )  # fmt: skip


def values_cotangent(
    state: Factors, centres: Centres, y: Unscaled, x_rows: np.ndarray, columns: np.ndarray,
    workers: int,
) -> np.ndarray:  # fmt: skip
    """Cotangents (N, S) of the data at y from those of the values, `columns` (Q, S), at x.

    They are lambda_a of A lambda = (K^T f_bar, P^T f_bar), A being symmetric, with K and P at
    the evaluation points. K^T f_bar is an interpolant too: centred there, seen from the data.
    """
    N, f_bar = len(y[0]), np.ascontiguousarray(columns.T)
    mirrored = centres._replace(points=x_rows, powers=centres.powers[:0])
    rhs = np.empty((len(f_bar), len(state.ipiv)))
    rhs[:, :N], _ = evaluate_at(mirrored, f_bar, y, None, workers)
    rhs[:, N:] = f_bar @ monomial_matrix(x_rows, centres)
    solve(state, rhs)
    return np.ascontiguousarray(rhs[:, :N].T)
