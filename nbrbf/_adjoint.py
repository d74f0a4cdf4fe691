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
        tuple(points[:, N:]), tuple(x), rhs, sums, u, v, *terms,
    )  # fmt: skip
    evaluation = zip(*map(in_groups, (f_bar, v[:S], sums)), strict=True)
    groups = [(*e, *own) for e, own in zip(evaluation, own_groups(u, v), strict=True)]
    if len(groups) == 1 and (workers == 1 or N * (N + Q) < PAIRS):
        interpolant_vjp(*arguments, groups[0], x_size, size, ALL, 0, Q)
    else:
        steps(arguments, groups, x_size, size, N, Q, workers)
    return Bars(all_places(points, N), x, -rhs, of_parameters(*terms))


def steps(
    arguments: Any, groups: Any, x_size: int, size: int, N: int, Q: int, workers: int
) -> None:
    """`interpolant_vjp`, its passes in several threads or of several groups of columns."""
    for group in groups:
        each = (*arguments, group, x_size, size, EVALUATION)
        over_blocks(interpolant_vjp, each, Q, workers, x_size)
    for group in groups[:1]:
        interpolant_vjp(*arguments, group, x_size, size, SOLVE, 0, 0)
    for group in groups:
        each = (*arguments, group, x_size, size, OWN)
        over_blocks(interpolant_vjp, each, N, workers, size)


def in_groups(rows: Any) -> list[tuple[Any, ...]]:
    """One row, or four at a time, followed by zeros: a pass is compiled for no other number."""
    if len(rows) == 1:
        return [tuple(rows)]
    each = [*rows] + [np.zeros_like(rows[0]) for _ in range(-len(rows) % 4)]
    return [tuple(each[first : first + 4]) for first in range(0, len(each), 4)]


def own_groups(u: Any, v: Any) -> list[tuple[Any, Any]]:
    """Groups of the rows of u and v, (2 S, N + R), each with the same of both halves."""
    halves = [
        in_groups(half) for rows in (u, v) for half in (rows[: len(u) // 2], rows[len(u) // 2 :])
    ]
    return [(a + b, c + d) for a, b, c, d in zip(*halves, strict=True)]


def all_places(rows: Any, N: int) -> Any:
    """The sum over the places of N numbers in each row, in their order."""
    return rows.reshape(len(rows), -1, N).sum(axis=1)


def of_parameters(x_terms: Any, terms: Any) -> Any:
    """The sum over all points."""
    return () if terms is None else x_terms.sum(axis=1) + terms.sum(axis=1)
