"""The weights of an interpolant and their partials, from a factored matrix."""

from typing import Any

import numpy as np

from nbrbf._evaluation import Centres
from nbrbf._solver import Factors, padded, solve
from nbrbf._split import split, split_radial, split_rows
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf.evaluate import evaluate_planes
from nbrbf_kernels.rbf.residual import residual_tangents


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
    radial, rows, *frame = centres
    radial, dradial = split_radial(radial)
    rows, drows = split_rows(rows)
    N, S = d.shape
    tangent = np.zeros((width, *weights.shape))
    if dradial is not None or drows[0] is not None:
        evaluate_planes(
            radial, dradial, rows, drows, weights, None, *frame, rows, drows, np.empty((S, N)),
            tangent, 0, N,
        )  # fmt: skip
    residual_tangents(rows, drows, split(d)[1], split(smoothing)[1], *frame, weights, tangent)
    solve(state, tangent.reshape(-1, weights.shape[1]))
    return pair(weights, tangent, level)
