"""The cotangents of _adjoint.py where anything is dual: their partials are Hessians times vectors.

The passes take a direction at a time, every array in it dual with one partial at level 0, be
it zero: so they are compiled once for any width, level and choice of dual arguments.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from nbrbf._adjoint import Bars, all_places, blocks, in_groups, of_parameters, own_groups
from nbrbf._evaluation import Centres, over_blocks
from nbrbf._solver import Factors, solve
from nbrbf._split import split, split_radial
from nbrbf._weights import tangents_of_solution
from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.dual.array import wrap
from nbrbf_kernels.rbf.evaluate_vjp import add_moments
from nbrbf_kernels.rbf.pairs import add_polynomial, over_pairs


class _Direction(NamedTuple):
    """What values at x depend on, in one direction, and their cotangents."""

    radial: Any
    rows: tuple[DualArray, ...]
    weights: DualArray
    x_rows: tuple[DualArray, ...]
    f_bar: DualArray


def dual_bars(
    centres: Centres,
    weights: Any,
    state: Factors,
    smoothing: Any,
    x_rows: tuple[Any, ...],
    f_bar: Any,
    workers: int,
    dual: tuple[int, int],
) -> Bars:
    """As `real_bars`, dual of this width and level."""
    width, level = dual
    directions = list(_directions(centres, weights, x_rows, f_bar, width))
    bars = [_of_evaluation(each, centres[2:], workers) for each in directions]
    value, tangents = bars[0].rhs.value, np.concatenate([each.rhs.partials for each in bars])
    solve(state, value)
    tangents = tangents_of_solution(state, centres, smoothing, value, tangents)
    fitted = []
    for q, (direction, each) in enumerate(zip(directions, bars, strict=True)):
        rhs = wrap(value, tangents[q : q + 1], 0)
        fitted.append(_add_fit(direction, each, rhs, centres[2:], workers))
    return Bars(
        _together([each.points for each in fitted], level),
        _together([each.x for each in fitted], level),
        wrap(value, tangents, level),
        _together([each.parameters for each in fitted], level) if len(centres.radial) else (),
    )


def dual_gradient(
    centres: Centres, weights: Any, x_rows: tuple[Any, ...], workers: int, dual: tuple[int, int]
) -> Any:
    """Derivatives (S, ndim, Q) of the values at x by its rows: cotangents of sum_i f_c(x_i)."""
    (width, level), N, Q = dual, len(centres.rows[0]), len(x_rows[0])
    x_size, x_blocks, _, _ = blocks(N, Q, len(x_rows))
    columns = []
    for c in range(len(weights)):
        directions = _directions(centres, weights[c : c + 1], x_rows, np.ones((1, Q)), width)
        bars = [_zeros(len(x_rows), Q) for _ in range(width)]
        for (k, y, w, x, f_bar), x_bar in zip(directions, bars, strict=True):
            # As types those of the adjoint, so that nothing is compiled for this alone.
            places, sums = _zeros(len(y), x_blocks * N), _zeros(1, x_blocks * N)
            rows, terms = tuple(x_bar), _terms(k, Q)
            arguments = (
                k, x, tuple(f_bar), y, tuple(w), False, rows, tuple(places), tuple(sums), terms,
                x_size,
            )  # fmt: skip
            over_blocks(over_pairs, arguments, Q, workers, x_size)
            add_polynomial(f_bar, w, *centres[2:], x, rows)
        columns.append(_together(bars, level))
    return np.stack(columns)


def _directions(
    centres: Centres, weights: Any, x_rows: Any, f_bar: Any, width: int
) -> Iterator[_Direction]:
    k, dk = split_radial(centres.radial)
    ndim, arrays = len(x_rows), (*centres.rows, *x_rows, weights, f_bar)
    parts = [_moving(array, width) for array in arrays]
    for q in range(width):
        duals = [wrap(value, partials[q : q + 1], 0) for value, partials in parts]
        radial = k
        if dk is not None:
            radial = type(k)(*(Dual(v, (t,)) for v, t in zip(k, dk[q].tolist(), strict=True)))
        y, x = tuple(duals[:ndim]), tuple(duals[ndim : 2 * ndim])
        yield _Direction(radial, y, duals[-2], x, duals[-1])


def _moving(array: Any, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Value and partials, zeros if there are none, in C order."""
    value, partials = split(array)
    if partials is None:
        partials = np.zeros((width, *value.shape))
    return np.ascontiguousarray(value), np.ascontiguousarray(partials)


def _zeros(*shape: int) -> DualArray:
    return DualArray(np.zeros(shape), np.zeros((1, *shape)))


def _together(directions: list[DualArray], level: int) -> DualArray:
    """One dual array of what was computed in several directions."""
    partials = np.concatenate([each.partials for each in directions])
    return DualArray(directions[0].value, partials, level)


def _terms(k: Any, n: int) -> Any:
    """Cotangents of the parameters for each of n points, None without any."""
    return _zeros(len(k), n) if len(k) else None


def _of_evaluation(direction: _Direction, frame: Any, workers: int) -> Bars:
    """What `evaluate_vjp` adds; of the points their places, of the parameters each x's terms."""
    k, y, w, x, f_bar = direction
    S, ndim, N, Q = len(w), len(y), len(y[0]), len(x[0])
    x_size, x_blocks, _, own_blocks = blocks(N, Q, S + ndim)
    points, at_x = _zeros(ndim, (1 + max(x_blocks, own_blocks)) * N), _zeros(ndim, Q)
    sums, terms = _zeros(S, x_blocks * N), _terms(k, Q)
    at_points, rows = tuple(points[:, N:]), tuple(at_x)
    for F, a, sum_rows in zip(*map(in_groups, (f_bar, w, sums)), strict=True):
        arguments = k, x, F, y, a, False, rows, at_points, sum_rows, terms, x_size
        over_blocks(over_pairs, arguments, Q, workers, x_size)
    add_polynomial(f_bar, w, *frame, x, rows)
    rhs = _zeros(*w.shape)
    rhs[:, :N] = all_places(sums, N)
    add_moments(x, *frame, f_bar, N, rhs)
    return Bars(points, at_x, rhs, terms)


def _add_fit(direction: _Direction, bars: Bars, rhs: DualArray, frame: Any, workers: int) -> Bars:
    """All cotangents of one direction, from those of the evaluation and minus lambda."""
    k, y, w, x, _ = direction
    S, ndim, N = len(w), len(y), len(y[0])
    _, _, size, _ = blocks(N, len(x[0]), S + ndim)
    u, v, terms = np.concatenate([-rhs, w]), np.concatenate([w, -rhs]), _terms(k, N)
    points = bars.points
    own, others = tuple(points[:, :N]), tuple(points[:, N:])
    for some_u, some_v in own_groups(u, v):
        arguments = k, y, some_u, y, some_v, True, own, others, None, terms, size
        over_blocks(over_pairs, arguments, N, workers, size)
    add_polynomial(u, v, *frame, y, own)
    return Bars(all_places(points, N), bars.x, rhs, of_parameters(bars.parameters, terms))
