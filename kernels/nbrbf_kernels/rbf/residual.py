"""Tangents of the weights w = (a, b), from the tangent of the residual with w held real,

    A w' = b' - A' w = ( d' - f(y)' - smoothing' a ;  -(P^T)' a ),

f(y) being the interpolant at its own points. So no matrix of partials is ever formed, and the
matrix is factored once, real. All three parts are needed. An argument that is None is constant.
"""

from typing import Any

import numpy as np
from numba import types

from nbrbf_kernels._core import apart
from nbrbf_kernels._jit import kernel, specialise, sum_kernel
from nbrbf_kernels.linalg.solve import getrs
from nbrbf_kernels.rbf.contraction import along
from nbrbf_kernels.rbf.jets import seeded_point
from nbrbf_kernels.rbf.monomials import monomial_at
from nbrbf_kernels.rbf.own_tangents import own_tangents
from nbrbf_kernels.rbf.parts import values_of
from nbrbf_kernels.rbf.polynomial import HIGHER, axis_of


@kernel
def solve(A, ipiv, weights):
    """Weights of the data in `weights`, in place: (S, N + R), a row for each column of data."""
    if weights.shape[0] == 1:
        getrs(A, ipiv, weights[0])
    else:
        getrs(A, ipiv, weights.T)


@kernel
def add_residual_and_solve(y, dy, dsmoothing, shift, scale, powers, A, ipiv, w, dw, drhs):
    """drhs = A^-1 (drhs - A' w), given f(y)' in the columns of dw below N.

    y: rows of shape (N,); dy (p, N) for each, dsmoothing (p, N), each or None; w (S, N + R) real
    weights; dw and drhs (p, S, N + R), the first for -A' w.
    """
    N = len(y[0])
    for q in range(dw.shape[0]):
        for c in range(dw.shape[1]):
            for i in range(N):
                dw[q, c, i] = -dw[q, c, i]
            for r in range(len(powers)):
                dw[q, c, N + r] = -moment(y, dy, shift, scale, powers, w, q, c, r)
    subtract_smoothing(dsmoothing, w, dw)
    drhs += dw
    for q in range(drhs.shape[0]):
        solve(A, ipiv, drhs[q])


# Knows nothing of the radial function.
solved_apart = apart(add_residual_and_solve)


def moment(
    y: Any, dy: Any, shift: Any, scale: Any, powers: Any, w: Any, q: int, c: int, r: int
) -> Any:
    """sum_i a[c, i] p_r(y_i)' in the direction q."""


@specialise(moment)
def _moment(y, dy, shift, scale, powers, w, q, c, r):
    if all(isinstance(t, types.NoneType) for t in dy):
        return lambda y, dy, shift, scale, powers, w, q, c, r: 0.0

    if all(isinstance(t, types.Array) for t in dy):

        def of_lower_degree(y, dy, shift, scale, powers, w, q, c, r):
            only = axis_of(powers, r)
            if only == HIGHER:
                return over_points(y, dy, shift, scale, powers, w, q, c, r)
            total = 0.0
            for axis, tangents in enumerate(dy):
                if axis == only:
                    for i in range(len(y[0])):
                        total += w[c, i] * tangents[q, i]
                    total /= scale[axis]
            return total

        return of_lower_degree

    return lambda y, dy, shift, scale, powers, w, q, c, r: over_points(
        y, dy, shift, scale, powers, w, q, c, r
    )


@sum_kernel
def over_points(y, dy, shift, scale, powers, w, q, c, r):
    """`moment` of any monomial."""
    total = 0.0
    for i in range(len(y[0])):
        p_r = monomial_at(seeded_point((), True, y, i), shift, scale, powers, r)
        total += w[c, i] * along(p_r.partials, dy, i, None, q)
    return total


def place_data(dd: Any, dw: Any) -> None:
    """dw = b', (p, S, N + R): dd (p, N, S) or None, in its columns, and zeros."""


@specialise(place_data)
def _place_data(dd, dw):
    def zeros(dd, dw):
        dw[...] = 0.0

    def columns(dd, dw):
        dw[...] = 0.0
        p, N, S = dd.shape
        for q in range(p):
            for c in range(S):
                for i in range(N):
                    dw[q, c, i] = dd[q, i, c]

    return zeros if isinstance(dd, types.NoneType) else columns


def subtract_smoothing(dsmoothing: Any, w: Any, dw: Any) -> None:
    """dw[q, c, i] -= dsmoothing[q, i] a[c, i]."""


@specialise(subtract_smoothing)
def _subtract_smoothing(dsmoothing, w, dw):
    if isinstance(dsmoothing, types.NoneType):
        return lambda dsmoothing, w, dw: None

    def diagonal(dsmoothing, w, dw):
        p, N = dsmoothing.shape
        for q in range(p):
            for c in range(w.shape[0]):
                for i in range(N):
                    dw[q, c, i] -= dsmoothing[q, i] * w[c, i]

    return diagonal


def solve_tangents(
    k: Any, dk: Any, y: Any, dy: Any, dd: Any, dsmoothing: Any, shift: Any, scale: Any,
    powers: Any, A: Any, ipiv: Any, w: Any, dw: Any,
) -> None:  # fmt: skip
    """dw = A^-1 (b' - A' w) with the factors of A; nothing if dw is None."""


@specialise(solve_tangents)
def _solve_tangents(k, dk, y, dy, dd, dsmoothing, shift, scale, powers, A, ipiv, w, dw):
    if isinstance(dw, types.NoneType):
        return lambda k, dk, y, dy, dd, dsmoothing, shift, scale, powers, A, ipiv, w, dw: None

    def each_direction(k, dk, y, dy, dd, dsmoothing, shift, scale, powers, A, ipiv, w, dw):
        place_data(dd, dw)
        tangents_apart(k, dk, y, dy, dsmoothing, shift, scale, powers, A, ipiv, w, dw)

    return each_direction


@sum_kernel
def solution_tangents(k, dk, y, dy, dsmoothing, shift, scale, powers, A, ipiv, w, drhs):
    """drhs = A^-1 (drhs - A' w), (p, S, N + R), for a solution w of any right-hand sides.

    A, ipiv: the factors; the others as `add_residual_and_solve` and `own_tangents` have them.
    """
    y, dy = values_of(y), values_of(dy)  # lent: references are not counted
    dw = np.empty_like(drhs)
    own_tangents(k, dk, y, dy, shift, scale, powers, w, dw)
    solved_apart(y, dy, dsmoothing, shift, scale, powers, A, ipiv, w, dw, drhs)


tangents_apart = apart(solution_tangents)
