"""The weights of an interpolant and their partials, from a factored matrix."""

from typing import Any

import numpy as np

from nbrbf._arguments import is_dual
from nbrbf._evaluation import Centres, evaluate_at
from nbrbf._rows import promoted
from nbrbf._solver import Factors, solve
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf import fit


def real_weights(state: Factors, d: np.ndarray) -> np.ndarray:
    """Weights (S, N + R) of the data columns `d`, (N, S)."""
    n, S = d.shape
    weights = np.zeros((S, len(state.ipiv)))
    weights[:, :n] = d.T
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
    n, S = d.shape
    tangent = np.zeros((width, *weights.shape))
    if is_dual(d):
        tangent[:, :, :n] += d.partials.transpose(0, 2, 1)
    if is_dual(smoothing):
        tangent[:, :, :n] -= smoothing.partials[:, None, :] * weights[:, :n]
    if is_dual(centres.rows[0]) or any(map(is_dual, centres.radial)):
        tangent[:, :, :n] -= evaluate_at(centres, weights, centres.rows, 1, n).partials
    if is_dual(centres.rows[0]):
        constant = promoted(weights, width, level)
        sums = promoted(np.zeros((S, len(centres.powers))), width, level)
        fit.moments(centres.rows, constant, centres.shift, centres.scale, centres.powers, sums)
        tangent[:, :, n:] -= sums.partials
    solve(state, tangent.reshape(width * S, weights.shape[1]))
    return DualArray(weights, tangent, level)
