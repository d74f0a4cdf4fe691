"""Evaluation of an interpolant: values and tangents apart, blocks over threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from nbrbf._arguments import common_width
from nbrbf._split import parameters, split, split_radial, split_rows
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.evaluate import evaluate_planes


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
    S, Q = len(weights), len(x_rows[0])
    dual = common_width(y=centres.rows[0], x=x_rows[0], d=weights, **parameters(centres.radial))
    if dual is None:
        out, dout = np.empty((S, Q)), None
    else:
        width, level = dual
        out, dout = np.empty((S, Q)), np.empty((width, S, Q))
    radial, shift, scale, powers = (centres.radial, centres.shift, centres.scale, centres.powers)
    arguments = (
        *split_radial(radial), *split_rows(centres.rows), *split(weights), shift, scale, powers,
        *split_rows(x_rows), out, dout,
    )  # fmt: skip
    _over_blocks(arguments, Q, workers, block)
    return out if dual is None else DualArray(out, dout, level)


def _over_blocks(arguments: tuple[Any, ...], Q: int, workers: int, block: int) -> None:
    if workers == 1 or block >= Q:
        evaluate_planes(*arguments, 0, Q)
        return

    def evaluate_block(start: int) -> None:
        evaluate_planes(*arguments, start, min(start + block, Q))

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(evaluate_block, range(0, Q, block)))
