"""Evaluation of an interpolant: values and tangents apart."""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._rows import Unscaled, rows_for
from nbrbf._split import split, split_radial
from nbrbf._threads import over_blocks
from nbrbf_kernels.rbf.evaluate import evaluate_points
from nbrbf_kernels.rbf.hessian import hessian

# What one thread takes at a time: pairs of points, and evaluation points of second derivatives.
PAIRS = 500_000
HESSIANS = 256


class Centres(NamedTuple):
    """What an interpolant is but for its weights, as the kernels take it.

    Of the points the rows (ndim, N), multiplied by epsilon, and their partials, (ndim, p, N), or
    None where they are real.
    """

    radial: Any
    points: np.ndarray
    dpoints: Any
    shift: np.ndarray
    scale: np.ndarray
    powers: np.ndarray

    @property
    def rows(self) -> tuple[np.ndarray, ...]:
        """The points, a row for each axis."""
        return tuple(self.points)

    @property
    def drows(self) -> tuple[Any, ...]:
        """Their partials, (p, N) or None for each axis."""
        return (None,) * len(self.points) if self.dpoints is None else tuple(self.dpoints)

    @property
    def frame(self) -> tuple[np.ndarray, ...]:
        """What the polynomial needs: shift, scale and powers."""
        return self[3:]


def evaluate_at(
    centres: Centres,
    weights: Any,
    x: Unscaled,
    dual: tuple[int, int] | None,
    workers: int,
    block: int | None = None,
) -> tuple[np.ndarray, Any]:
    """Values (S, Q) at the points x of the interpolant with `weights` (S, N + R), and partials.

    `dual`: the width and level of all that is dual, None if nothing is. `block` points go to a
    worker at a time; results do not depend on it.
    """
    radial, points, dpoints, *frame = centres
    w, dw = split(weights)
    (S, terms), Q = w.shape, len(x[0])
    if block is None:
        block = max(Q, 1) if workers == 1 else PAIRS // max(terms, 1) + 1
    out, dout = np.empty((S, Q)), None if dual is None else np.empty((dual[0], S, Q))
    rows = rows_for(*x[:2])
    arguments = (*split_radial(radial), points, dpoints, w, dw, *frame, *x, *rows, out, dout, block)
    over_blocks(evaluate_points, arguments, -(-Q // block), workers)
    return out, dout


def hessian_at(
    centres: Centres, weights: np.ndarray, x_rows: np.ndarray, workers: int
) -> np.ndarray:
    """Second derivatives (S, ndim, ndim, Q) by the coordinates of `x_rows`, (ndim, Q)."""
    S, (ndim, Q) = len(weights), x_rows.shape
    out = np.empty((S, ndim, ndim, Q))
    arguments = (centres.radial, centres.rows, weights, *centres.frame, tuple(x_rows), out)
    over_blocks(hessian, (*arguments, HESSIANS), -(-Q // HESSIANS), workers)
    return out
