"""One gathering pass over pairs of points, the work of every adjoint here:

    W_ij     = sum_c u_ci v_cj                                        cotangent of phi(s_ij)
    z_bar_i  += sum_j W_ij 2 phi1(s_ij) (z_i - w_j)
              + sum_cr u_ci v_c(n+r) grad p_r(z_i)
    sums_ci  += sum_j v_cj phi(s_ij)
    k_bar_ti += sum_j W_ij dphi/dt(s_ij; t)

with s_ij = |z_i - w_j|^2, for points z that receive and n points w that give. Each point z
gathers for itself and nothing is scattered: blocks of z may go to threads, and the results
do not depend on the blocks. Numbers are real or dual: dual ones give second derivatives.
"""

from typing import Any

from numba import types

from nbrbf_kernels._jit import specialise, sum_kernel
from nbrbf_kernels.rbf.blocks import buffer_like, shifted
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.hints import prefer_wide_vectors
from nbrbf_kernels.rbf.monomials import monomial_slope, point
from nbrbf_kernels.rbf.slopes import parameter_slope, value_and_slope
from nbrbf_kernels.rbf.totals import add_scaled, add_totals, zero_totals


@sum_kernel
def gather(k, z, u, w, v, shift, scale, powers, z_bar, sums, k_bar, start, stop):
    """Add to the cotangents of the points start <= i < stop of z, real or dual.

    z, w: rows of shape (T,) and (n,); u (S, at least T), v (S, n + R); shift, scale (ndim,);
    powers (R, ndim). z_bar: rows of shape (T,); sums (S, T); k_bar (fields of k, T); each
    None if it is not asked, the latter two without rows if that is known at run time only.
    """
    prefer_wide_vectors()
    S = len(v)
    n = len(w[0]) if S > 0 else 0  # without columns there is nothing to give
    add_polynomial(u, v, shift, scale, powers, z, n, z_bar, start, stop)
    # Only the type of this number counts.
    number = u[0, 0] * v[0, 0] * value_and_slope(k, z, 0, w, 0)[1]
    weights, values = buffer_like(number), buffer_like(number)
    stride = len(weights)
    # A block of points stays in the first level of cache while all z pass by.
    for first in range(0, n, stride):
        w_j, v_j = shifted(w, first), shifted(v, first)
        length = min(stride, n - first)
        for i in range(start, stop):
            for j in range(length):
                weights[j] = u[0, i] * v_j[0, j]
            for c in range(1, S):
                for j in range(length):
                    weights[j] += u[c, i] * v_j[c, j]
            add_parameters(k, z, i, w_j, weights, length, k_bar)
            totals = zero_totals(number, z)
            for j in range(length):
                # Both at once: they share roots and exponentials, and alone cost as much.
                values[j], slope = value_and_slope(k, z, i, w_j, j)
                totals = add_scaled(totals, weights[j] * slope, point(z, i), point(w_j, j))
            add_totals(totals, i, z_bar)
            add_sums(v_j, values, i, length, sums)


def add_sums(v: Any, values: Any, i: int, length: int, sums: Any) -> None:
    """sums[c, i] += sum_j v[c, j] values[j]."""


@specialise(add_sums, inline=True)
def _add_sums(v, values, i, length, sums):
    if isinstance(sums, types.NoneType):
        return lambda v, values, i, length, sums: None

    def each_column(v, values, i, length, sums):
        for c in range(len(sums)):
            total = 0.0
            for j in range(length):
                total += v[c, j] * values[j]
            sums[c, i] += total

    return each_column


def add_parameters(k: Any, z: Any, i: int, w: Any, weights: Any, length: int, k_bar: Any) -> None:
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
    """The polynomial's part of `gather`."""


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
