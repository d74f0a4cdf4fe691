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
from nbrbf_kernels.rbf.blocks import buffer_like, shifted
from nbrbf_kernels.rbf.factors import solve
from nbrbf_kernels.rbf.own_tangents import own_tangents
from nbrbf_kernels.rbf.parts import values_of
from nbrbf_kernels.rbf.polynomial import are_constant, dot, fill_tangents


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
    place_moments(y, dy, shift, scale, powers, w, dw)
    subtract_smoothing(dsmoothing, w, dw)
    for q in range(drhs.shape[0]):
        for c in range(drhs.shape[1]):
            for n in range(drhs.shape[2]):
                drhs[q, c, n] += dw[q, c, n]
        solve(A, ipiv, drhs[q])


# Knows nothing of the radial function.
solved_apart = apart(add_residual_and_solve)


def place_moments(y: Any, dy: Any, shift: Any, scale: Any, powers: Any, w: Any, dw: Any) -> None:
    """dw[q, c, N + r] = -sum_i a[c, i] p_r(y_i)' in the direction q."""


@specialise(place_moments)
def _place_moments(y, dy, shift, scale, powers, w, dw):
    def zeros(y, dy, shift, scale, powers, w, dw):
        for q in range(dw.shape[0]):
            for c in range(dw.shape[1]):
                for n in range(len(y[0]), dw.shape[2]):
                    dw[q, c, n] = 0.0

    def each_block(y, dy, shift, scale, powers, w, dw):
        place_moments(y, (), shift, scale, powers, w, dw)
        N, p, tangents = len(y[0]), buffer_like(1.0), buffer_like(1.0)
        for first in range(0, N, len(p)):
            length = min(len(p), N - first)
            y_i, dy_i, w_i = shifted(y, first), shifted(dy, first), shifted(w, first)
            for r in range(len(powers)):
                for q in range(dw.shape[0]):
                    fill_tangents(dy_i, q, shift, scale, powers, r, 0, y_i, length, p, tangents)
                    for c in range(dw.shape[1]):
                        dw[q, c, N + r] -= dot(w_i, c, tangents, length)

    return zeros if are_constant(dy) else each_block


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
