"""One pass over pairs of points, the work of every adjoint here:

    W_ij     = sum_c u_ci v_cj                                        cotangent of phi(s_ij)
    z_bar_i += sum_j W_ij 2 phi1(s_ij) (z_i - w_j)
    w_bar_j -= sum_i W_ij 2 phi1(s_ij) (z_i - w_j)
    sums_cj += sum_i u_ci phi(s_ij)
    k_bar_t += sum_ij W_ij dphi/dt(s_ij; t)

with s_ij = |z_i - w_j|^2, for T points z and n points w. What belongs to z is gathered in
registers, what belongs to w in rows on the stack for each block of w. Numbers are real or
dual: dual ones give second derivatives.

Where w is z itself and W symmetric, each pair is met once, j > i: both of its points
have their part from it. The pairs of a point with itself count for k_bar only, by half.

Who gives what belongs to w a place for each block of z, and adds the places in order, may let
threads take one block each, and has results that do not depend on them.
"""

from typing import Any

from numba import types

from nbrbf_kernels._core import apart
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import part, specialise, sum_kernel
from nbrbf_kernels.rbf.blocks import buffers_like, shifted, shortest
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.monomials import point
from nbrbf_kernels.rbf.padding import half_padded, pad_points, padded, whole_vectors
from nbrbf_kernels.rbf.slopes import parameter_slope, put_radial, radial_rows, value_and_slope
from nbrbf_kernels.rbf.totals import (
    add_rows,
    add_to,
    dot,
    plus,
    put,
    scaled_difference,
    zero_totals,
)

# Points w in a block: what is read and written for them fits the first level of cache.
STRIDE = 128


@sum_kernel
def over_pairs(k, z, u, w, v, own, z_bar, w_bar, sums, k_bar, start, stop):
    """Add to the cotangents of all points w and of the points start <= i < stop of z.

    z, w: rows of shape (T,) and (n,); u and v: rows, at least (T,) and (n,) long, as many of
    one as of the other; own: whether w is z, and W symmetric. z_bar: rows of shape (T,); w_bar
    and sums, as many as u: rows, at least (n,) long; k_bar (fields of k, T); each None if it is
    not asked.
    """
    n = len(w[0])
    radial = radial_rows(k, z, w)
    # Only the type of this number counts.
    number = u[0][0] * v[0][0] * value_and_slope(radial, z, 0, w, 0)[1]
    points, columns = buffers_like(w[0], w), buffers_like(v[0], v)
    bars, kept = buffers_like(number, w), buffers_like(number, sums)
    zero, nothing = zero_totals(number, w), zero_totals(v[0][0], v)
    none_kept = zero_totals(number, kept)
    stride = min(STRIDE, shortest(points), shortest(columns), shortest(bars), shortest(kept))
    for first in range(0, n, stride):
        length = min(stride, n - first)
        pad_points(shifted(w, first), length, points)
        for j in range(padded(length)):
            put(columns, j, nothing)
            put(bars, j, zero)
            put(kept, j, none_kept)
        add_rows(shifted(v, first), length, 1.0, columns)
        for j in range(min(start - first, length) if own else 0):
            put(columns, j, nothing)
        for i in range(start, min(stop, first + length) if own else stop):
            here = i - first if own else -1
            add_parameters(k, z, u, i, points, columns, length, here, k_bar)
            # What was met has no weight any more; whole vectors of it are passed over.
            if here >= 0:
                put(columns, here, nothing)
            passed = whole_vectors(max(0, here))
            totals = row_of_pairs(
                k, z, i, point(u, i), shifted(points, passed), shifted(columns, passed),
                length - passed, radial, shifted(bars, passed), shifted(kept, passed), zero,
            )  # fmt: skip
            add_to(z_bar, i, totals, 2.0)
        add_rows(bars, length, -2.0, shifted(w_bar, first))
        add_rows(kept, length, 1.0, shifted(sums, first))


# Most of what an adjoint takes to compile: one for evaluation points, one for points' own pairs.
pairs_apart = apart(over_pairs)


@part
def row_of_pairs(k, z, i, u_i, points, columns, length, radial, bars, kept, totals):
    """The pairs of the point i of z with the next `length` points w, padded.

    What the radial function gives is put into the rows `radial` first: both loops in one need
    more registers than there are, and dual numbers take 1.15 times as long.
    """
    prefer_wide_vectors()
    put_radial(k, z, i, points, half_padded(length), radial)
    for j in range(padded(length)):
        value, slope = value_and_slope(radial, z, i, points, j)
        force = dot(u_i, point(columns, j)) * slope
        # One product for two sums, which this processor adds beside its multiplications.
        push = scaled_difference(force, point(z, i), point(points, j))
        totals = plus(totals, push)
        put(bars, j, plus(point(bars, j), push))
        add_to(kept, j, u_i, value)
    return totals


def add_parameters(
    k: Any, z: Any, u: Any, i: int, points: Any, columns: Any, length: int, here: int, k_bar: Any
) -> None:
    """k_bar[t, i] += sum_j W_ij dphi/dt for each parameter t; half for j = `here`, i itself."""


@specialise(add_parameters, inline=True)
def _add_parameters(k, z, u, i, points, columns, length, here, k_bar):
    if isinstance(k_bar, types.NoneType) or len(k) == 0:
        return lambda k, z, u, i, points, columns, length, here, k_bar: None

    def each_parameter(k, z, u, i, points, columns, length, here, k_bar):
        u_i = point(u, i)
        for t in range(len(k_bar)):
            total = 0.0
            for j in range(length):
                s = squared_distance(z, i, points, j)
                total += dot(u_i, point(columns, j)) * parameter_slope(k, s, t)
            if here >= 0:
                s = squared_distance(z, i, points, here)
                total -= 0.5 * dot(u_i, point(columns, here)) * parameter_slope(k, s, t)
            k_bar[t, i] += total

    return each_parameter
