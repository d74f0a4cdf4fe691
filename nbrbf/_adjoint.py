"""Cotangents of the inputs of an interpolant from those of its values.

Where anything is dual the partials of the result are products of the Hessian with directions.
The passes take one direction at a time, with tangents for every array, be they zero: so they
are compiled once for real numbers, and once for any width, level and choice of dual arguments.
"""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._arguments import is_dual, value_of
from nbrbf._evaluation import Centres, over_blocks
from nbrbf._rows import scaled_rows
from nbrbf._solver import Factors, solve
from nbrbf._split import split, split_radial
from nbrbf._weights import solve_tangents
from nbrbf_kernels.dual import Dual
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf.interpolant_vjp import (
    ALL,
    COLLECT,
    EVALUATION,
    OWN,
    POLYNOMIAL,
    SOLVE,
    input_bars,
    interpolant_vjp,
)

# Fewer pairs of points are not worth a second thread.
PAIRS = 100_000


Arrays = tuple[Any, ...]


class Inputs(NamedTuple):
    """What a caller of an interpolant gives, real or dual; whether `smoothing` was one number."""

    y: Any
    x: Any
    smoothing: Any
    epsilon: Any
    one_smoothing: bool


class Bars(NamedTuple):
    """Cotangents of y (N, ndim), columns of d (N, S), x (Q, ndim), smoothing (N,) and epsilon
    (ndim,), or (1,) if one number is for all, and of the radial function's parameters (fields,)."""

    y: Any
    d: Any
    x: Any
    smoothing: Any
    epsilon: Any
    parameters: Any


class _Read(NamedTuple):
    """What the passes read, as `interpolant_vjp` has it, or tangents of that."""

    points: Arrays
    x: Arrays
    weights: np.ndarray
    f_bar: np.ndarray


class _Written(NamedTuple):
    """What they write, or tangents of that; the last two are None without parameters."""

    points: np.ndarray
    x: np.ndarray
    rhs: np.ndarray
    sums: np.ndarray
    x_terms: Any = None
    terms: Any = None


class _Passes(NamedTuple):
    """All that is dual in one direction, or all that is real."""

    radial: Any
    read: _Read
    written: _Written
    dread: Any = None
    dwritten: Any = None

    def arguments(self, frame: Any, factors: Arrays, blocks: "_Blocks") -> Arrays:
        """Those of the kernel, but for the step and its range."""
        tangents = None if self.dread is None else (*self.dread, *self.dwritten)
        return (self.radial, *frame, *factors, *self.read, *self.written, tangents, *blocks)


class _Blocks(NamedTuple):
    """Columns at a time; how x and the points are divided, which does not depend on threads."""

    lanes: tuple[float, ...]
    x_size: int
    size: int


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
    passes, blocks = _started(centres, weights, inputs, f_bar, dual)
    if dual is None:
        arguments = passes[0].arguments(centres[3:], (state.LU, state.ipiv), blocks)
        if workers == 1:
            interpolant_vjp(*arguments, ALL, 0, Q)
        else:
            _evaluation(arguments, Q, workers, blocks)
            interpolant_vjp(*arguments, SOLVE, 0, 0)
            _own(arguments, N, workers, blocks)
        return _by_inputs(passes, inputs, S, None, 0)
    directions = [each.arguments(centres[3:], (None, None), blocks) for each in passes]
    for arguments in directions:
        _evaluation(arguments, Q, workers, blocks)
    _solve(centres, state, inputs.smoothing, S, passes)
    for arguments in directions:
        _own(arguments, N, workers, blocks)
    return _by_inputs(passes, inputs, S, *dual)


def gradient_rows(
    centres: Centres, weights: Any, inputs: Inputs, workers: int, dual: tuple[int, int]
) -> Any:
    """Derivatives (S, ndim, Q) of the values at x by its rows: cotangents of sum_i f_c(x_i)."""
    (Q, ndim), S, (width, level) = inputs.x.shape, len(weights), dual
    value, partials = np.empty((S, ndim, Q)), np.empty((width, S, ndim, Q))
    for c in range(S):
        # As types those of the adjoint, so that nothing is compiled for this alone.
        passes, blocks = _started(centres, weights[c : c + 1], inputs, np.ones((1, Q)), dual)
        for q, each in enumerate(passes):
            arguments = each.arguments(centres[3:], (None, None), blocks)
            _evaluation(arguments, Q, workers, blocks)
            value[c], partials[q, c] = each.written.x, each.dwritten.x[0]
    return pair(value, partials, level)


def _evaluation(arguments: Arrays, Q: int, workers: int, blocks: _Blocks) -> None:
    """The pass over evaluation points, and what comes of it for x and the weights."""
    if workers == 1:
        interpolant_vjp(*arguments, EVALUATION | COLLECT, 0, Q)
        return
    over_blocks(interpolant_vjp, (*arguments, EVALUATION), Q, workers, blocks.x_size)
    interpolant_vjp(*arguments, COLLECT, 0, 0)


def _solve(centres: Centres, state: Factors, smoothing: Any, S: int, passes: list[_Passes]) -> None:
    """The step between them of dual numbers: one solution, and its tangent in each direction."""
    value = passes[0].written.rhs[:S].copy()
    tangents = np.concatenate([each.dwritten.rhs[:, :S] for each in passes])
    solve(state, value)
    solve_tangents(state, centres, smoothing, value, tangents)
    for each, tangent in zip(passes, tangents, strict=True):
        np.negative(value, out=each.written.rhs[:S])
        np.negative(tangent, out=each.dwritten.rhs[0, :S])


def _own(arguments: Arrays, N: int, workers: int, blocks: _Blocks) -> None:
    """The pass over the points' own pairs."""
    if workers == 1:
        interpolant_vjp(*arguments, POLYNOMIAL | OWN, 0, N)
        return
    interpolant_vjp(*arguments, POLYNOMIAL, 0, 0)
    over_blocks(interpolant_vjp, (*arguments, OWN), N, workers, blocks.size)


def _started(
    centres: Centres, weights: Any, inputs: Inputs, f_bar: Any, dual: tuple[int, int] | None
) -> tuple[list[_Passes], _Blocks]:
    """All directions, one of real numbers, with zeros to write into."""
    (N, ndim), Q, S = inputs.y.shape, len(inputs.x), len(weights)
    # No pass is compiled for another number of columns.
    lanes = (0.0,) if S == 1 else (0.0,) * 4
    # Few enough blocks that what is written takes at most a quarter of the matrix.
    most = max(1, min(64, N // (4 * (S + ndim))))
    x_blocks, own_blocks = max(1, min(Q // 128, most)), max(1, min(N // 128, most))
    k, dk = split_radial(centres.radial)
    x, dx = scaled_rows(inputs.x, inputs.epsilon)
    points, dpoints = centres[1:3]
    (w, dw), (F, dF) = split(weights), split(f_bar)
    w, F = map(np.ascontiguousarray if len(w) % len(lanes) == 0 else _whole, (w, F))
    fields = len(k)
    shapes = (
        (ndim, (1 + max(x_blocks, own_blocks)) * N),
        (ndim, Q),
        w.shape,
        (len(w), x_blocks * N),
        (fields, Q),
        (fields, N),
    )[: 6 if fields else 4]
    blocks = _Blocks(lanes, -(-max(Q, 1) // x_blocks), -(-N // own_blocks))
    read = _Read(points, x, w, F)
    if dual is None:
        return [_Passes(k, read, _Written(*map(np.zeros, shapes)))], blocks
    width = dual[0]
    drows = [np.zeros((width, N)) if t is None else t for t in dpoints]
    dtargets = [np.zeros((width, Q)) if t is None else t for t in dx]
    dw, dF = (_tangents(value, t, width) for value, t in ((w, dw), (F, dF)))
    passes = []
    for q in range(width):
        only = slice(q, q + 1)
        radial = k
        if dk is not None:
            radial = type(k)(*(Dual(v, (t,)) for v, t in zip(k, dk[q].tolist(), strict=True)))
        dread = _Read(
            tuple([t[only] for t in drows]),
            tuple([t[only] for t in dtargets]),
            dw[only],
            dF[only],
        )
        written = _Written(*map(np.zeros, shapes))
        dwritten = _Written(*(np.zeros((1, *shape)) for shape in shapes))
        passes.append(_Passes(radial, read, written, dread, dwritten))
    return passes, blocks


def _whole(rows: np.ndarray) -> np.ndarray:
    """Rows (..., S, n), followed by zeros up to a multiple of four."""
    *lead, S, n = rows.shape
    return np.concatenate([rows, np.zeros((*lead, -S % 4, n))], axis=-2)


def _tangents(rows: np.ndarray, tangents: Any, width: int) -> np.ndarray:
    """Tangents (p, S, n) of rows (S, n) that may be `_whole`, zeros if there are none."""
    if tangents is None:
        return np.zeros((width, *rows.shape))
    return np.ascontiguousarray(tangents) if tangents.shape[1:] == rows.shape else _whole(tangents)


def _by_inputs(
    passes: list[_Passes], inputs: Inputs, S: int, width: int | None, level: int
) -> Bars:
    """Cotangents of the inputs from what the passes wrote."""
    y, x, epsilon = inputs.y, inputs.x, np.empty(inputs.y.shape[1])
    epsilon[...] = value_of(inputs.epsilon)
    shapes = (
        y.shape,
        (len(y), S),
        x.shape,
        (1,) if inputs.one_smoothing else (len(y),),
        (1,) if np.ndim(inputs.epsilon) == 0 else epsilon.shape,
    )
    out = tuple(map(np.empty, shapes))
    if width is None:
        (each,) = passes
        input_bars(*each.written[:3], each.read.weights, y, x, epsilon, *out, None)
        terms = () if each.written.terms is None else _over_points(each.written)
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
    partials = np.concatenate([_over_points(each.dwritten) for each in passes])
    return Bars._make((*duals, pair(_over_points(passes[0].written), partials, level)))


def _over_points(written: _Written) -> np.ndarray:
    """Cotangents of the parameters: sums of all points' shares."""
    total: np.ndarray = written.x_terms.sum(axis=-1) + written.terms.sum(axis=-1)
    return total
