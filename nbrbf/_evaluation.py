"""Evaluation of an interpolant: values and tangents apart, blocks over threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from nbrbf._arguments import common_width, is_dual
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
    radial, rows, shift, scale, powers = centres
    if not any(map(is_dual, (weights, x_rows[0], rows[0], *radial))):
        # The same as below without the questions, which take as long as 10 points.
        out, real = np.empty((S, Q)), (None,) * len(rows)
        arguments: tuple[Any, ...] = (
            radial, None, rows, real, weights, None, shift, scale, powers, x_rows, real, out, None
        )  # fmt: skip
        _over_blocks(arguments, Q, workers, block)
        return out
    dual = common_width(y=rows[0], x=x_rows[0], d=weights, **parameters(radial))
    assert dual is not None
    width, level = dual
    out, dout = np.empty((S, Q)), np.empty((width, S, Q))
    arguments = (
        *split_radial(radial), *split_rows(rows), *split(weights), shift, scale, powers,
        *split_rows(x_rows), out, dout,
    )  # fmt: skip
    _over_blocks(arguments, Q, workers, block)
    return DualArray(out, dout, level)


def _over_blocks(arguments: tuple[Any, ...], Q: int, workers: int, block: int) -> None:
    if workers == 1 or block >= Q:
        evaluate_planes(*arguments, 0, Q)
        return

    def evaluate_block(start: int) -> None:
        evaluate_planes(*arguments, start, min(start + block, Q))

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(evaluate_block, range(0, Q, block)))
