"""Tangents of an interpolant at its own points, the weights held real:

    f(y_i)' = sum_j a_j 2 phi1(s_ij) (y_i - y_j) . (y_i' - y_j')  +  grad p(y_i) . y_i'

Each pair is met once, j > i, and both of its points have their part. With dual parameters of
the radial function it is an evaluation as any other.
"""

from typing import Any

import numpy as np
from numba import types

from nbrbf_kernels._hints import interleave_four, prefer_wide_vectors
from nbrbf_kernels._jit import part, specialise
from nbrbf_kernels.rbf.blocks import buffer_like, buffers_like, shifted, shortest
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.evaluate import evaluate_planes
from nbrbf_kernels.rbf.padding import pad_points, padded, whole_vectors
from nbrbf_kernels.rbf.pairs import STRIDE
from nbrbf_kernels.rbf.polynomial import polynomials_apart
from nbrbf_kernels.rbf.radial_calls import phi_and_slope


def own_tangents(
    k: Any, dk: Any, y: Any, dy: Any, shift: Any, scale: Any, powers: Any, w: Any, dw: Any
) -> None:
    """dw[:, :, :N] = f(y)' with the weights w real: 0 unless points or parameters are dual.

    y: rows of shape (N,); dy (p, N) for each, or None; dk (p, fields of k) or None; w
    (S, N + R); dw (p, S, N + R).
    """


@specialise(own_tangents)
def _own_tangents(k, dk, y, dy, shift, scale, powers, w, dw):
    points_are_real = all(isinstance(t, types.NoneType) for t in dy)
    if not isinstance(dk, types.NoneType):

        def evaluated(k, dk, y, dy, shift, scale, powers, w, dw):
            N = len(y[0])
            out = np.empty((w.shape[0], N))
            evaluate_planes(k, dk, y, dy, w, None, shift, scale, powers, y, dy, out, dw, 0, N)

        return evaluated

    def nothing(k, dk, y, dy, shift, scale, powers, w, dw):
        dw[:, :, : len(y[0])] = 0.0

    def halves(k, dk, y, dy, shift, scale, powers, w, dw):
        N = len(y[0])
        out = np.empty((w.shape[0], N))
        polynomials_apart(w, None, shift, scale, powers, y, dy, N, out, dw, 0, N)
        add_pairs(k, y, dy, w, dw)

    return nothing if points_are_real else halves


@part
def add_pairs(k, y, dy, w, dw):
    """The pairs' part of `own_tangents`."""
    N = len(y[0])
    points, slopes = buffers_like(1.0, y), buffer_like(1.0)
    stride = min(STRIDE, shortest(points))
    for first in range(0, N, stride):
        length = min(stride, N - first)
        pad_points(shifted(y, first), length, points)
        for i in range(first + length):
            passed = whole_vectors(max(0, i - first))
            start = first + passed
            add_row(
                k, y, dy, i, shifted(points, passed), shifted(dy, start), i - start,
                length - passed, w, shifted(w, start), slopes, dw, shifted(dw, start),
            )  # fmt: skip


@part
def add_row(k, y, dy, i, y_j, dy_j, met, length, w, w_j, slopes, dw, dw_j):
    """The pairs of the point i with the next `length` ones, padded, of which `met` have met it."""
    prefer_wide_vectors()
    for j in range(padded(length)):
        slopes[j] = phi_and_slope(k, squared_distance(y, i, y_j, j), 2.0)[1]
        interleave_four()
    for j in range(met):
        slopes[j] = 0.0
    for q in range(dw.shape[0]):
        for c in range(dw.shape[1]):
            a_i, total = w[c, i], 0.0
            for j in range(length):
                tangent = slopes[j] * along_difference(y, dy, i, y_j, dy_j, j, q)
                total += tangent * w_j[c, j]
                dw_j[q, c, j] += tangent * a_i
            dw[q, c, i] += total


def along_difference(y: Any, dy: Any, i: int, y_j: Any, dy_j: Any, j: int, q: int) -> Any:
    """sum_k (y_k[i] - y_j_k[j]) (dy_k[q, i] - dy_j_k[q, j]) over the axes that have tangents."""


@specialise(along_difference, inline=True)
def _along_difference(y, dy, i, y_j, dy_j, j, q):
    if len(y) == 0:
        return lambda y, dy, i, y_j, dy_j, j, q: 0.0
    if isinstance(dy[0], types.NoneType):
        return lambda y, dy, i, y_j, dy_j, j, q: along_difference(
            y[1:], dy[1:], i, y_j[1:], dy_j[1:], j, q
        )

    def this_axis(y, dy, i, y_j, dy_j, j, q):
        return (y[0][i] - y_j[0][j]) * (dy[0][q, i] - dy_j[0][q, j])

    def this_axis_and_others(y, dy, i, y_j, dy_j, j, q):
        product = (y[0][i] - y_j[0][j]) * (dy[0][q, i] - dy_j[0][q, j])
        return product + along_difference(y[1:], dy[1:], i, y_j[1:], dy_j[1:], j, q)

    return this_axis if len(y) == 1 else this_axis_and_others
