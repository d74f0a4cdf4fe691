"""Cotangents of what an interpolant is made of, as the kernels see it.

Coordinates are those multiplied by epsilon.
"""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._evaluation import Centres, over_blocks
from nbrbf._solver import Factors
from nbrbf_kernels.rbf.interpolant_vjp import (
    ALL,
    ALONG_POINTS,
    ALONG_X,
    OWN,
    SOLVE,
    interpolant_vjp,
)

# Pairs of points that one thread takes at a time.
PAIRS = 100_000


class Bars(NamedTuple):
    """Cotangents of the points (ndim, N), of x (ndim, Q), of the right-hand sides of which the
    weights are the solution (S, N + R), and of the parameters (fields,)."""

    points: Any
    x: Any
    rhs: Any
    parameters: Any


def real_bars(
    centres: Centres,
    weights: np.ndarray,
    state: Factors,
    x_rows: tuple[np.ndarray, ...],
    f_bar: np.ndarray,
    workers: int,
) -> Bars:
    """Cotangents from those of the values at x, (S, Q)."""
    radial, rows, *frame = centres
    (S, M), ndim, N, Q = weights.shape, len(rows), len(rows[0]), len(x_rows[0])
    u, v = np.empty((2 * S, M)), np.zeros((2 * S, M))
    u[S:] = v[:S] = weights
    rhs, points, x = v[S:], np.zeros((ndim, N)), np.zeros((ndim, Q))
    terms = [np.zeros((len(radial), n)) if radial else None for n in (Q, N)]
    arguments = (
        radial, rows, v[:S], *frame, state.LU, state.ipiv, x_rows, f_bar, tuple(points), tuple(x),
        rhs, u, v, *terms,
    )  # fmt: skip
    if workers == 1 or N * (N + Q) < PAIRS:
        interpolant_vjp(*arguments, ALL, 0, Q)
    else:
        over_points(interpolant_vjp, (*arguments, ALONG_X), Q, N, workers)
        over_points(interpolant_vjp, (*arguments, ALONG_POINTS), N, Q, workers)
        interpolant_vjp(*arguments, SOLVE, 0, 0)
        over_points(interpolant_vjp, (*arguments, OWN), N, N, workers)
    return Bars(points, x, -rhs, of_parameters(*terms))


def over_points(kernel: Any, arguments: Any, T: int, n: int, workers: int) -> None:
    """A pass over T points that each meet n others."""
    over_blocks(kernel, arguments, T, workers, PAIRS // (n + 1) + 1)


def of_parameters(x_terms: Any, terms: Any) -> Any:
    """The sum over all points, where each of the fit's own pairs came twice."""
    return () if terms is None else x_terms.sum(axis=1) + 0.5 * terms.sum(axis=1)
