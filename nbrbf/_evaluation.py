"""Evaluation of an interpolant: values and tangents apart, blocks over threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np

from nbrbf._arguments import common_width
from nbrbf._split import parameters, split, split_radial, split_rows
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf.evaluate import evaluate_planes
from nbrbf_kernels.rbf.hessian import hessian

# What one thread takes at a time: pairs of points, and evaluation points of second derivatives.
PAIRS = 1_000_000
HESSIANS = 256


class Centres(NamedTuple):
    """What an interpolant is but for its weights, as the kernels take it."""

    radial: Any
    rows: tuple[Any, ...]
    shift: np.ndarray
    scale: np.ndarray
    powers: np.ndarray


def evaluate_at(
    centres: Centres,
    weights: Any,
    x_rows: tuple[Any, ...],
    workers: int,
    block: int | None = None,
) -> Any:
    """Values (S, Q) at the points `x_rows` of the interpolant with `weights` (S, N + R).

    Dual if anything is. `block` points go to a worker at a time; results do not depend on it.
    """
    dual = common_width(y=centres.rows[0], x=x_rows[0], d=weights, **parameters(centres.radial))
    out, dout = evaluate_parts(centres, weights, *split_rows(x_rows), dual, workers, block)
    return out if dual is None else pair(out, dout, dual[1])


def evaluate_parts(
    centres: Centres,
    weights: Any,
    x: tuple[np.ndarray, ...],
    dx: tuple[Any, ...],
    dual: tuple[int, int] | None,
    workers: int,
    block: int | None = None,
) -> tuple[np.ndarray, Any]:
    """As `evaluate_at`, values and partials apart; `dual` is the width and level of all."""
    radial, rows, *frame = centres
    w, dw = split(weights)
    (S, terms), Q = w.shape, len(x[0])
    if block is None:
        block = PAIRS // terms + 1
    out, dout = np.empty((S, Q)), None if dual is None else np.empty((dual[0], S, Q))
    arguments = (
        *split_radial(radial), *split_rows(rows), w, dw, *frame, x, dx, out, dout
    )  # fmt: skip
    over_blocks(evaluate_planes, arguments, Q, workers, block)
    return out, dout


def hessian_at(
    centres: Centres, weights: np.ndarray, x_rows: tuple[np.ndarray, ...], workers: int
) -> np.ndarray:
    """Second derivatives (S, ndim, ndim, Q) by the coordinates of `x_rows`."""
    S, Q, ndim = len(weights), len(x_rows[0]), len(x_rows)
    radial, rows, shift, scale, powers = centres
    out = np.empty((S, ndim, ndim, Q))
    arguments = (radial, rows, weights, shift, scale, powers, x_rows, out)
    over_blocks(hessian, arguments, Q, workers, HESSIANS)
    return out


def over_blocks(kernel: Any, arguments: tuple[Any, ...], Q: int, workers: int, block: int) -> None:
    """Call the kernel with the arguments and a range of points, `block` of Q at a time."""
    if workers == 1 or block >= Q:
        kernel(*arguments, 0, Q)
        return

    def of_block(start: int) -> None:
        kernel(*arguments, start, min(start + block, Q))

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(of_block, range(0, Q, block)))
