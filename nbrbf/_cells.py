"""Evaluation from the data near each point (nbrbf_kernels/rbf/near.py), where that is less work.

It is where the radial function decays and the data lie farther apart than it reaches.
"""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._evaluation import PAIRS, Centres
from nbrbf._rows import Unscaled, rows_for
from nbrbf._threads import over_blocks
from nbrbf_kernels.rbf.near import CELL, GROUP, LOST, evaluate_near
from nbrbf_kernels.rbf.radial_type import is_registered

# Of fewer points, or where phi is not lost yet at half of the data's diagonal, to find the cells
# that count takes as long as it saves.
FEWEST = 8 * CELL


class Cells(NamedTuple):
    """Data points in cells of near ones: in their order, the rows (ndim, N), each cell's box."""

    order: np.ndarray
    points: np.ndarray
    low: np.ndarray
    high: np.ndarray


class CellWeights(NamedTuple):
    """Weights (S, N + R) of an interpolant, in the order of its cells too; what each cell has.

    Logarithms of its sum of |a_j|, over the largest |a_j| of all: of S, the largest and smallest.
    """

    given: np.ndarray
    ordered: np.ndarray
    most: np.ndarray
    least: np.ndarray


def cells_of(centres: Centres) -> Cells | None:
    """The cells of these points; None if all count wherever one looks from."""
    radial, points = centres.radial, centres.points
    n = points.shape[1]
    if n < FEWEST or not hasattr(radial, "log_phi") or is_registered(type(radial)):
        return None
    half = np.ptp(points, axis=1) / 2.0
    if not radial.log_phi(float(half @ half)) < np.log(LOST):
        return None
    order = np.arange(n)
    _divide(points, order)
    order = np.pad(order, (0, -n % CELL), mode="edge")
    ordered = np.ascontiguousarray(points[:, order])
    cells = ordered.reshape(len(points), -1, CELL)
    return Cells(order, ordered, cells.min(axis=2), cells.max(axis=2))


def _divide(points: np.ndarray, order: np.ndarray) -> None:
    """Order the points: in halves of the widest axis again and again, down to a cell."""
    if len(order) <= CELL:
        return
    each = points[:, order]
    axis = np.ptp(each, axis=1).argmax()
    middle = (len(order) // CELL + 1) // 2 * CELL
    order[:] = order[np.argpartition(each[axis], middle)]
    _divide(points, order[:middle])
    _divide(points, order[middle:])


def weights_of(cells: Cells, n: int, weights: np.ndarray) -> CellWeights:
    """What evaluation needs of the weights (S, n + R) of n points."""
    S, terms = weights.shape
    count = len(cells.order)
    ordered = np.zeros((S, count + terms - n))
    ordered[:, :n] = weights[:, cells.order[:n]]
    ordered[:, count:] = weights[:, n:]
    sizes = np.abs(ordered[:, :count])
    sizes = sizes[sizes.any(axis=1)]  # columns of zeros need no cell
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes /= sizes.max(axis=1, initial=0.0, keepdims=True)
        logs = np.log(sizes.reshape(len(sizes), count // CELL, CELL).sum(axis=2))
    # A NaN is the largest, so that cell counts.
    most = logs.max(axis=0, initial=-np.inf)
    least = logs.min(axis=0) if len(logs) else most
    return CellWeights(weights, ordered, most, least)


def evaluate_in(
    cells: Cells, weights: CellWeights, centres: Centres, x: Unscaled, workers: int
) -> np.ndarray:
    """Values (S, Q) at the points x, as `evaluate_at` has them but for rounding."""
    points, _, epsilon = x
    Q, (S, terms) = len(points), weights.ordered.shape
    size = ((Q if workers == 1 else PAIRS // terms) // GROUP + 1) * GROUP
    out = np.empty((S, Q))
    arguments: tuple[Any, ...] = (
        centres.radial, *cells[1:], weights.most, weights.least, weights.ordered, *centres.frame,
        points, epsilon, rows_for(points, None)[0], out, size,
    )  # fmt: skip
    over_blocks(evaluate_near, arguments, -(-Q // size), workers)
    return out
