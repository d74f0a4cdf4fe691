"""Cotangents of what an interpolant is made of, as the kernels see it.

Coordinates are those multiplied by epsilon.
"""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._evaluation import Centres, over_blocks
from nbrbf._solver import Factors
from nbrbf_kernels.rbf.interpolant_vjp import ALL, EVALUATION, OWN, SOLVE, interpolant_vjp

# Fewer pairs of points are not worth a second thread.
PAIRS = 100_000


class Bars(NamedTuple):
    """Cotangents of the points (ndim, N), of x (ndim, Q), of the right-hand sides of which the
    weights are the solution (S, N + R), and of the parameters (fields,)."""

    points: Any
    x: Any
    rhs: Any
    parameters: Any


class Blocks(NamedTuple):
    """How evaluation points and data points are divided: they do not depend on the threads."""

    x_size: int
    x_blocks: int
    size: int
    own_blocks: int


def blocks(N: int, Q: int, rows: int) -> Blocks:
    """Few enough that `rows` of N numbers for each take at most a quarter of the matrix."""
    counts = [max(1, min(n // 128, 64, N // (4 * rows))) for n in (Q, N)]
    (x_size, x_blocks), (size, own_blocks) = (
        (-(-max(n, 1) // most), most) for n, most in zip((Q, N), counts, strict=True)
    )
    return Blocks(x_size, x_blocks, size, own_blocks)


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
    x_size, x_blocks, size, own_blocks = blocks(N, Q, S + ndim)
    u, v = np.empty((2 * S, M)), np.zeros((2 * S, M))
    u[S:] = v[:S] = weights
    rhs, sums, x = v[S:], np.zeros((S, x_blocks * N)), np.zeros((ndim, Q))
    # The first N for what a point gathers itself.
    points = np.zeros((ndim, (1 + max(x_blocks, own_blocks)) * N))
    terms = [np.zeros((len(radial), n)) if radial else None for n in (Q, N)]
    arguments = (
        radial, rows, v[:S], *frame, state.LU, state.ipiv, x_rows, f_bar, tuple(points[:, :N]),
        tuple(points[:, N:]), tuple(x), rhs, sums, u, v, *terms, x_size, size,
    )  # fmt: skip
    if workers == 1 or N * (N + Q) < PAIRS:
        interpolant_vjp(*arguments, ALL, 0, Q)
    else:
        over_blocks(interpolant_vjp, (*arguments, EVALUATION), Q, workers, x_size)
        interpolant_vjp(*arguments, SOLVE, 0, 0)
        over_blocks(interpolant_vjp, (*arguments, OWN), N, workers, size)
    return Bars(all_places(points, N), x, -rhs, of_parameters(*terms))


def all_places(rows: Any, N: int) -> Any:
    """The sum over the places of N numbers in each row, in their order."""
    return rows.reshape(len(rows), -1, N).sum(axis=1)


def of_parameters(x_terms: Any, terms: Any) -> Any:
    """The sum over all points."""
    return () if terms is None else x_terms.sum(axis=1) + terms.sum(axis=1)
