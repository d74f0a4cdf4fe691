"""Cotangents of the inputs of an interpolant from those of its values.

Where anything is dual the partials of the result are products of the Hessian with directions.
"""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._arguments import is_dual, value_of
from nbrbf._evaluation import Centres
from nbrbf._passes import Arrays, Blocks, Inputs, Passes, blocks_of, started
from nbrbf._rows import unscaled
from nbrbf._solver import Factors, solve
from nbrbf._split import split_radial
from nbrbf._threads import over_blocks
from nbrbf._weights import solve_tangents
from nbrbf_kernels.dual import Dual
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf.input_bars import input_bars, vjp_in_one_call
from nbrbf_kernels.rbf.interpolant_vjp import (
    COLLECT,
    EVALUATION,
    KINKS,
    OWN,
    POLYNOMIAL,
    SOLVE,
    interpolant_vjp,
)

# Fewer pairs of points are not worth a second thread.
PAIRS = 100_000


class Bars(NamedTuple):
    """Cotangents of y (N, ndim), columns of d (N, S), x (Q, ndim), smoothing (N,) and epsilon
    (ndim,), or (1,) if one number is for all, and of the radial function's parameters (fields,)."""

    y: Any
    d: Any
    x: Any
    smoothing: Any
    epsilon: Any
    parameters: Any


def input_cotangents(
    centres: Centres,
    weights: Any,
    state: Factors,
    inputs: Inputs,
    f_bar: Any,
    workers: int,
    dual: tuple[int, int] | None,
) -> Bars:
    """Cotangents from those of the values at x, (S, Q); dual if anything is."""
    N, Q, S = len(inputs.y), len(inputs.x), len(weights)
    if N * (N + Q) < PAIRS:
        workers = 1
    if dual is not None and dual[0] == 0:
        centres = centres._replace(radial=split_radial(centres.radial)[0], dpoints=None)
        (w, F), inputs = map(value_of, (weights, f_bar)), Inputs(*map(value_of, inputs))
        bars = input_cotangents(centres, w, state, inputs, F, workers, None)
        return Bars._make(_in_no_direction(each, dual[1]) for each in bars)
    if dual is None and workers == 1:
        return _in_one_call(centres, weights, state, inputs, f_bar.T)
    passes, blocks = started(centres, weights, inputs, f_bar, dual)
    if dual is None:
        arguments = passes[0].arguments(centres.frame, (state.A, state.ipiv), blocks)
        _evaluation(arguments, Q, workers, blocks)
        _one_thread(arguments, SOLVE)
        _own(arguments, N, workers, blocks)
        return _by_inputs(passes, inputs, S, None, 0)
    directions = [each.arguments(centres.frame, (None, None), blocks) for each in passes]
    points, (x, *_) = centres.points[0], passes[0].read.x
    at_x, own = _kinks(centres.radial, points, x), _kinks(centres.radial, points)
    for arguments in directions:
        _evaluation(arguments, Q, workers, blocks, at_x)
    _solve(centres, state, inputs.smoothing, S, passes)
    for arguments in directions:
        _own(arguments, N, workers, blocks, own)
    return _by_inputs(passes, inputs, S, *dual)


def _in_no_direction(value: Any, level: int) -> Any:
    """A dual array without partials; () for parameters that there are not."""
    return pair(value, np.empty((0, *value.shape)), level) if isinstance(value, np.ndarray) else ()


def _in_one_call(
    centres: Centres, weights: np.ndarray, state: Factors, inputs: Inputs, columns: np.ndarray
) -> Bars:
    """`input_cotangents` of real numbers, `columns` (Q, S), in this thread."""
    y, x, epsilon = *inputs[:2], inputs.epsilon
    (N, ndim), Q, S, k = y.shape, len(x), len(weights), centres.radial
    out = tuple(map(np.empty, _shapes(inputs, S)))
    terms = (np.zeros((len(k), Q)), np.zeros((len(k), N))) if k else (None, None)
    vjp_in_one_call(
        k, *centres.frame, state.A, state.ipiv, centres.points, weights, y,
        x, unscaled(x, epsilon)[2], columns, *terms, *blocks_of(N, Q, S, ndim), *out,
    )  # fmt: skip
    return Bars._make((*out, _over_points(*terms) if k else ()))


def gradient_rows(
    centres: Centres, weights: Any, inputs: Inputs, workers: int, dual: tuple[int, int]
) -> Any:
    """Derivatives (S, ndim, Q) of the values at x by its rows: cotangents of sum_i f_c(x_i)."""
    (Q, ndim), S, (width, level) = inputs.x.shape, len(weights), dual
    value, partials = np.empty((S, ndim, Q)), np.empty((width, S, ndim, Q))
    for c in range(S):
        # As types those of the adjoint, so that nothing is compiled for this alone.
        passes, blocks = started(
            centres, weights[c : c + 1], inputs, np.ones((1, Q)), dual if width else None
        )
        kinks = _kinks(centres.radial, centres.points[0], passes[0].read.x[0])
        for q, each in enumerate(passes):
            arguments = each.arguments(centres.frame, (None, None), blocks)
            _evaluation(arguments, Q, workers, blocks, kinks)
            value[c] = each.written.x
            if width:
                partials[q, c] = each.dwritten.x[0]
    return pair(value, partials, level)


def _kinks(radial: Any, *rows: np.ndarray) -> int:
    """The step KINKS if there may be points at distance 0: equal along the axis of `rows`.

    A distance below 1.5e-154 is 0 when squared.
    """
    if type(radial).smoothness >= 2:
        return 0
    row = np.sort(np.concatenate(rows))
    return KINKS if np.any(row[1:] <= row[:-1] + 1e-150) else 0


def _one_thread(arguments: Arrays, steps: int) -> None:
    over_blocks(interpolant_vjp, (*arguments, steps), 1, 1)


def _evaluation(arguments: Arrays, Q: int, workers: int, blocks: Blocks, kinks: int = 0) -> None:
    """The pass over evaluation points, and what comes of it for x and the weights."""
    if workers == 1:
        _one_thread(arguments, EVALUATION | COLLECT | kinks)
        return
    over_blocks(interpolant_vjp, (*arguments, EVALUATION), -(-Q // blocks.x_size), workers)
    _one_thread(arguments, COLLECT | kinks)


def _solve(centres: Centres, state: Factors, smoothing: Any, S: int, passes: list[Passes]) -> None:
    """The step between them of dual numbers: one solution, and its tangent in each direction."""
    value = passes[0].written.rhs[:S].copy()
    tangents = np.concatenate([each.dwritten.rhs[:, :S] for each in passes])
    solve(state, value)
    solve_tangents(state, centres, smoothing, value, tangents)
    for each, tangent in zip(passes, tangents, strict=True):
        np.negative(value, out=each.written.rhs[:S])
        np.negative(tangent, out=each.dwritten.rhs[0, :S])


def _own(arguments: Arrays, N: int, workers: int, blocks: Blocks, kinks: int = 0) -> None:
    """The pass over the points' own pairs."""
    if workers == 1:
        _one_thread(arguments, POLYNOMIAL | OWN | kinks)
        return
    _one_thread(arguments, POLYNOMIAL | kinks)
    over_blocks(interpolant_vjp, (*arguments, OWN), -(-N // blocks.size), workers)


def _by_inputs(passes: list[Passes], inputs: Inputs, S: int, width: int | None, level: int) -> Bars:
    """Cotangents of the inputs from what the passes wrote."""
    y, x, epsilon = inputs.y, inputs.x, np.empty(inputs.y.shape[1])
    epsilon[...] = value_of(inputs.epsilon)
    shapes = _shapes(inputs, S)
    out = tuple(map(np.empty, shapes))
    if width is None:
        (each,) = passes
        input_bars(*each.written[:3], each.read.weights, y, x, epsilon, *out, None)
        terms = () if each.written.terms is None else _over_points(*each.written[4:])
        return Bars._make((*out, terms))
    y, x = (np.require(value_of(each), requirements=["C", "W"]) for each in (y, x))
    tangents = [np.zeros((width, *a.shape)) for a in (y, x, epsilon)]
    for t, each in zip(tangents, (inputs.y, inputs.x, inputs.epsilon), strict=True):
        if is_dual(each):
            partials = np.asarray(each.partials)
            t[...] = partials[:, None] if partials.ndim < t.ndim else partials
    dout = [np.empty((width, *shape)) for shape in shapes]
    for q, each in enumerate(passes):
        moving = [t[q : q + 1] for t in (*tangents, *dout)]
        moved = (*each.dwritten[:3], each.dread.weights, *moving)
        input_bars(*each.written[:3], each.read.weights, y, x, epsilon, *out, moved)
    duals = [pair(*parts, level) for parts in zip(out, dout, strict=True)]
    if passes[0].written.terms is None:
        return Bars._make((*duals, ()))
    partials = np.concatenate([_over_points(*each.dwritten[4:]) for each in passes])
    return Bars._make((*duals, pair(_over_points(*passes[0].written[4:]), partials, level)))


def _shapes(inputs: Inputs, S: int) -> tuple[tuple[int, ...], ...]:
    """Of the cotangents of y, d, x, smoothing and epsilon."""
    N, ndim = inputs.y.shape
    return (
        (N, ndim),
        (N, S),
        inputs.x.shape,
        (1,) if inputs.one_smoothing else (N,),
        (1,) if isinstance(inputs.epsilon, (float, Dual)) else (ndim,),
    )


def _over_points(x_terms: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Cotangents of the parameters: sums of all points' shares."""
    total: np.ndarray = x_terms.sum(axis=-1) + terms.sum(axis=-1)
    return total
