"""One pass over pairs of points, the work of every adjoint here:

    W_ij     = sum_c u_ci v_cj                                        cotangent of phi(s_ij)
    z_bar_i += sum_j W_ij 2 phi1(s_ij) (z_i - w_j)
             + sum_cr u_ci v_c(n+r) grad p_r(z_i)
    w_bar_j -= sum_i W_ij 2 phi1(s_ij) (z_i - w_j)
    sums_cj += sum_i u_ci phi(s_ij)
    k_bar_t += sum_ij W_ij dphi/dt(s_ij; t)

with s_ij = |z_i - w_j|^2, for T points z and n points w. What belongs to z is gathered in
registers, what belongs to w in a row on the stack for each block of w. Numbers are real or
dual: dual ones give second derivatives.

Where w is z itself and W symmetric, each pair is met once, j > i: both of its points
have their part from it. The pairs of a point with itself count for k_bar only, by half.

What belongs to w has a place for each block of z, `size` points long, so threads may take one
block each. Who adds the places in order has results that do not depend on threads.
"""

from typing import Any

from numba import types

from nbrbf_kernels._jit import specialise, sum_kernel
from nbrbf_kernels.rbf.blocks import buffer_like, buffers_like, shifted
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.hints import prefer_wide_vectors
from nbrbf_kernels.rbf.monomials import monomial_slope, point
from nbrbf_kernels.rbf.slopes import parameter_slope, value_and_slope
from nbrbf_kernels.rbf.totals import add_scaled, add_totals, put, subtract_rows, zero_totals

# Points w in a block: what is read and written for them fits the first level of cache.
STRIDE = 256


@sum_kernel
def over_pairs(
    k, z, u, w, v, shift, scale, powers, own, z_bar, w_bar, sums, k_bar, size, start, stop
):
    """Add to the cotangents of all points w and of the points start <= i < stop of z.

    z, w: rows of shape (T,) and (n,); u (S, at least T), v (S, n + R); shift, scale (ndim,);
    powers (R, ndim); own: whether w is z, and u v symmetric. z_bar: rows of shape (T,);
    w_bar: rows, at least (blocks n,) long; sums (S, at least blocks n); k_bar (fields of k, T);
    each None if it is not asked, the latter two without rows if that is known at run time only.
    The points b size <= i < (b + 1) size of z give to the places from b n on; `start` is a
    multiple of `size`.
    """
    n = len(w[0]) if len(v) > 0 else 0  # without columns there is nothing to give
    add_polynomial(u, v, shift, scale, powers, z, n, z_bar, start, stop)
    for first in range(start, stop, size):
        place = first // size * n
        block_of_pairs(
            k, z, u, w, v, own, z_bar, shifted(w_bar, place), shifted(sums, place), k_bar,
            first, min(first + size, stop),
        )  # fmt: skip


@sum_kernel
def block_of_pairs(k, z, u, w, v, own, z_bar, w_bar, sums, k_bar, start, stop):
    """`over_pairs` for one block of z, without the polynomial."""
    S = len(v)
    n = len(w[0]) if S > 0 else 0
    # Only the type of this number counts.
    number = u[0, 0] * v[0, 0] * value_and_slope(k, z, 0, w, 0)[1]
    weights, values, bars = buffer_like(number), buffer_like(number), buffers_like(number, w)
    zero = zero_totals(number, z)
    stride = min(STRIDE, len(weights))
    for first in range(0, n, stride):
        length = min(stride, n - first)
        for j in range(length):
            put(bars, j, zero)
        for i in range(start, min(stop, first + length) if own else stop):
            # From a multiple of 8 on: vectors do not cross the lines of the cache.
            passed = max(0, i - first) // 8 * 8 if own else 0
            met = i - first - passed if own else -1
            row_of_pairs(
                k, z, u, i, shifted(w, first + passed), shifted(v, first + passed), met,
                length - passed, z_bar, shifted(sums, first + passed), k_bar, zero, weights,
                values, shifted(bars, passed),
            )  # fmt: skip
        subtract_rows(bars, length, shifted(w_bar, first))


@sum_kernel(inline=True)
def row_of_pairs(k, z, u, i, w, v, met, length, z_bar, sums, k_bar, zero, weights, values, bars):
    """`over_pairs` of one point of z and the next `length` points w, of which it met `met`.

    The next one is itself then; -1 if no point is.
    """
    prefer_wide_vectors()
    u_i = u[0, i]
    for j in range(length):
        weights[j] = u_i * v[0, j]
    for c in range(1, len(v)):
        u_i = u[c, i]
        for j in range(length):
            weights[j] += u_i * v[c, j]
    if met >= 0:
        for j in range(met):
            weights[j] *= 0.0
        weights[met] *= 0.5
    add_parameters(k, z, i, w, weights, length, k_bar)
    totals = zero
    for j in range(length):
        # Both at once: they share roots and exponentials, and alone cost as much.
        values[j], slope = value_and_slope(k, z, i, w, j)
        force, z_i, w_j = weights[j] * slope, point(z, i), point(w, j)
        totals = add_scaled(totals, force, z_i, w_j)
        put(bars, j, add_scaled(point(bars, j), force, z_i, w_j))
    add_totals(totals, i, z_bar)
    add_sums(u, i, values, length, sums)


def add_sums(u: Any, i: int, values: Any, length: int, sums: Any) -> None:
    """sums[c, j] += u[c, i] values[j]."""


@specialise(add_sums, inline=True)
def _add_sums(u, i, values, length, sums):
    if isinstance(sums, types.NoneType):
        return lambda u, i, values, length, sums: None

    def each_column(u, i, values, length, sums):
        prefer_wide_vectors()
        for c in range(len(sums)):
            u_ci = u[c, i]
            for j in range(length):
                sums[c, j] += u_ci * values[j]

    return each_column


def add_parameters(
    k: Any, z: Any, i: int, w: Any, weights: Any, length: int, k_bar: Any
) -> None:  # fmt: skip
    """k_bar[t, i] += sum_j weights[j] dphi/dt of the pair, for each parameter t."""


@specialise(add_parameters, inline=True)
def _add_parameters(k, z, i, w, weights, length, k_bar):
    if isinstance(k_bar, types.NoneType) or len(k) == 0:
        return lambda k, z, i, w, weights, length, k_bar: None

    def each_parameter(k, z, i, w, weights, length, k_bar):
        for t in range(len(k_bar)):
            total = 0.0
            for j in range(length):
                s = squared_distance(z, i, w, j)
                total += weights[j] * parameter_slope(k, s, t)
            k_bar[t, i] += total

    return each_parameter


def add_polynomial(
    u: Any, v: Any, shift: Any, scale: Any, powers: Any, z: Any, n: int, z_bar: Any,
    start: int, stop: int,
) -> None:  # fmt: skip
    """The polynomial's part of `over_pairs`."""


@specialise(add_polynomial)
def _add_polynomial(u, v, shift, scale, powers, z, n, z_bar, start, stop):
    if isinstance(z_bar, types.NoneType):
        return lambda u, v, shift, scale, powers, z, n, z_bar, start, stop: None

    def each_point(u, v, shift, scale, powers, z, n, z_bar, start, stop):
        for i in range(start, stop):
            z_i = point(z, i)
            for r in range(len(powers)):
                for axis, row in enumerate(z_bar):
                    if powers[r, axis] > 0:
                        slope_r = monomial_slope(z_i, shift, scale, powers, r, axis)
                        for c in range(len(v)):
                            row[i] += u[c, i] * v[c, n + r] * slope_r

    return each_point
