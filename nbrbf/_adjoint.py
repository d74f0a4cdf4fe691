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


class Place(NamedTuple):
    """What the kernel writes, zeros at first; for tangents (1,) precedes the shape of each row.

    u and v, (2 S, N + R), become (-rhs, w) and (w, -rhs); `rhs` is the half of v.
    """

    points: np.ndarray
    x: np.ndarray
    rhs: np.ndarray
    u: np.ndarray
    v: np.ndarray
    x_terms: np.ndarray | None
    terms: np.ndarray | None


def empty_place(weights: np.ndarray, ndim: int, N: int, Q: int, fields: int) -> Place:
    """For the weights (S, N + R), or their tangents in one direction (1, S, N + R)."""
    *one, S, M = weights.shape
    u, v = np.empty((*one, 2 * S, M)), np.zeros((*one, 2 * S, M))
    u[..., S:, :] = v[..., :S, :] = weights
    points, x, rhs = np.zeros((ndim, *one, N)), np.zeros((ndim, *one, Q)), v[..., S:, :]
    if fields == 0:
        return Place(points, x, rhs, u, v, None, None)
    x_terms, terms = np.zeros((*one, fields, Q)), np.zeros((*one, fields, N))
    return Place(points, x, rhs, u, v, x_terms, terms)


def written(values: Place, tangents: Place | None) -> list[Any]:
    """Values and tangents in turn, as the kernel takes them."""
    constant = (None,) * len(values.points)
    no_tangents: Any = (constant, constant, *(None for _ in values[2:]))
    points, x, *others = zip(values, tangents or no_tangents, strict=True)
    rows = [tuple(each) for each in (*points, *x)]
    return [*rows, *(part for pair in others for part in pair)]


def over_points(arguments: Any, step: int, T: int, n: int, workers: int) -> None:
    """A step over T points that each meet n others."""
    over_blocks(interpolant_vjp, (*arguments, step), T, workers, PAIRS // (n + 1) + 1)


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
    N, Q, constant = len(rows[0]), len(x_rows[0]), (None,) * len(rows)
    place = empty_place(weights, len(rows), N, Q, len(radial))
    arguments = [
        radial, None, rows, constant, place.v[: len(weights)], None, x_rows, constant, f_bar, None,
        *frame, state.LU, state.ipiv, *written(place, None),
    ]  # fmt: skip
    if workers == 1 or N * (N + Q) < PAIRS:
        interpolant_vjp(*arguments, ALL, 0, Q)
    else:
        over_points(arguments, ALONG_X, Q, N, workers)
        over_points(arguments, ALONG_POINTS, N, Q, workers)
        interpolant_vjp(*arguments, SOLVE, 0, 0)
        over_points(arguments, OWN, N, N, workers)
    return Bars(place.points, place.x, -place.rhs, parameters_of(place))


def parameters_of(place: Place) -> Any:
    """The fit's own pairs stand for two each."""
    if place.terms is None or place.x_terms is None:
        return ()
    return place.x_terms.sum(axis=-1) + 0.5 * place.terms.sum(axis=-1)
