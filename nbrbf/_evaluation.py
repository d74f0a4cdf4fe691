"""Evaluation of an interpolant: promotion to dual numbers, blocks over threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from nbrbf._arguments import common_width, is_dual
from nbrbf._rows import promoted
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.evaluate import evaluate_range


class Centres(NamedTuple):
    """What an interpolant is but for its weights, as the kernels take it."""

    radial: Any
    rows: tuple[Any, ...]
    shift: np.ndarray
    scale: np.ndarray
    powers: np.ndarray


def evaluate_at(
    centres: Centres, weights: Any, x_rows: tuple[Any, ...], workers: int, block: int
) -> Any:
    """Values (S, Q) at the points `x_rows` of the interpolant with `weights` (S, N + R).

    Dual if anything is. `block` points go to a worker at a time; results do not depend on it.
    """
    rows, S, Q = centres.rows, len(weights), len(x_rows[0])
    dual = common_width(y=rows[0], x=x_rows[0], d=weights)
    out: Any
    if dual is None:
        return _run(centres, weights, x_rows, np.empty((S, Q)), workers, block)
    width, level = dual
    if not is_dual(rows[0]) and not is_dual(x_rows[0]):
        # Linear in the weights: their partials are further columns of real ones.
        columns = np.concatenate([weights.value[None], weights.partials])
        out = np.empty(((1 + width) * S, Q))
        _run(
            centres, columns.reshape((1 + width) * S, weights.shape[1]), x_rows, out, workers, block
        )
        planes = out.reshape(1 + width, S, Q)
        return DualArray(planes[0], planes[1:], level)
    rows, x_rows = (tuple(promoted(row, width, level) for row in t) for t in (rows, x_rows))
    out = DualArray(np.empty((S, Q)), np.empty((width, S, Q)), level)
    weights = promoted(weights, width, level)
    return _run(centres._replace(rows=rows), weights, x_rows, out, workers, block)


def _run(centres: Centres, weights: Any, x_rows: Any, out: Any, workers: int, block: int) -> Any:
    radial, rows, shift, scale, powers = centres
    arguments = (radial, rows, weights, shift, scale, powers, x_rows, out)
    Q = len(x_rows[0])
    if workers == 1 or block >= Q:
        evaluate_range(*arguments, 0, Q)
        return out

    def evaluate_block(start: int) -> None:
        evaluate_range(*arguments, start, min(start + block, Q))

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(evaluate_block, range(0, Q, block)))
    return out
