"""The cotangents of _adjoint.py where anything is dual: their partials are Hessians times vectors.

The kernel takes a direction at a time, everything with tangents, be they zeros: so it is
compiled once for any width and any choice of dual arguments.
"""

from typing import Any

import numpy as np

from nbrbf._adjoint import (
    Bars,
    Place,
    empty_place,
    over_points,
    parameters_of,
    written,
)
from nbrbf._evaluation import Centres
from nbrbf._solver import Factors, solve
from nbrbf._split import split, split_radial
from nbrbf._weights import tangents_of_solution
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.interpolant_vjp import ALONG_POINTS, ALONG_X, OWN

_NO_FACTORS = np.empty((0, 0)), np.empty(0, dtype=np.int64)


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
    N, Q, S = len(centres.rows[0]), len(x_rows[0]), len(weights)
    calls = _calls(centres, weights, x_rows, f_bar, state[:2], width)
    for arguments, *_ in calls:
        over_points(arguments, ALONG_X, Q, N, workers)
        over_points(arguments, ALONG_POINTS, N, Q, workers)
    values, tangents = calls[0][1], [call[2] for call in calls]
    rhs = values.rhs.copy()
    solve(state, rhs)
    drhs = np.concatenate([each.rhs for each in tangents])
    drhs = tangents_of_solution(state, centres, smoothing, rhs, drhs)
    for q, (arguments, *places) in enumerate(calls):
        for place, solution in zip(places, (rhs, drhs[q : q + 1]), strict=True):
            place.u[..., :S, :] = place.rhs[...] = -solution
        over_points(arguments, OWN, N, N, workers)
    points, x = (
        np.concatenate([each[n] for each in tangents], axis=1).swapaxes(0, 1) for n in (0, 1)
    )
    parameters: Any = ()
    if values.terms is not None:
        partials = np.concatenate([parameters_of(each) for each in tangents])
        parameters = DualArray(parameters_of(values), partials, level)
    return Bars(
        DualArray(values.points, points, level),
        DualArray(values.x, x, level),
        DualArray(rhs, drhs, level),
        parameters,
    )


def dual_gradient(
    centres: Centres, weights: Any, x_rows: tuple[Any, ...], workers: int, dual: tuple[int, int]
) -> DualArray:
    """Derivatives (S, ndim, Q) of the values at x by its rows: cotangents of sum_i f_c(x_i)."""
    width, level = dual
    N, Q, S, ndim = len(centres.rows[0]), len(x_rows[0]), len(weights), len(x_rows)
    out, dout = np.empty((S, ndim, Q)), np.empty((width, S, ndim, Q))
    for c in range(S):
        column, ones = weights[c : c + 1], np.ones((1, Q))
        calls = _calls(centres, column, x_rows, ones, _NO_FACTORS, width)
        for q, (arguments, values, tangents) in enumerate(calls):
            over_points(arguments, ALONG_X, Q, N, workers)
            out[c], dout[q, c] = values.x, tangents.x[:, 0]
    return DualArray(out, dout, level)


def _calls(
    centres: Centres, weights: Any, x_rows: Any, f_bar: Any, factors: Any, width: int
) -> list[tuple[list[Any], Place, Place]]:
    """For each direction the kernel's arguments before the step, and where it writes."""
    radial, rows, *frame = centres
    (w, dw), (f_bar, df_bar) = _moving(weights, width), _moving(f_bar, width)
    (rows, drows), (x, dx) = (
        tuple(zip(*(_moving(row, width) for row in each), strict=True)) for each in (rows, x_rows)
    )
    k, dk = split_radial(radial)
    calls = []
    for q in range(width):
        sizes = len(rows), len(rows[0]), len(x[0]), len(radial)
        values, tangents = empty_place(w, *sizes), empty_place(dw[q : q + 1], *sizes)
        pairs = ((k, dk), (rows, drows), (w, dw), (x, dx), (f_bar, df_bar))
        inputs = [part for value, partials in pairs for part in (value, _along(partials, q))]
        calls.append(([*inputs, *frame, *factors, *written(values, tangents)], values, tangents))
    return calls


def _moving(array: Any, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Value and partials, zeros if there are none, in C order."""
    value, partials = split(array)
    if partials is None:
        partials = np.zeros((width, *value.shape))
    return np.ascontiguousarray(value), np.ascontiguousarray(partials)


def _along(tangents: Any, q: int) -> Any:
    """Tangents in the direction q alone, (1,) + shape."""
    if isinstance(tangents, tuple):
        return tuple([each[q : q + 1] for each in tangents])
    return None if tangents is None else tangents[q : q + 1]
