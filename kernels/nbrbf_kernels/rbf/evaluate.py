"""Evaluation of an interpolant

    f_c(x_i) = sum_j a_cj phi(|x_i - y_j|^2) + sum_r b_cr p_r(x_i),

one source for real and dual numbers: points, weights, x and out are all real or all dual.
No matrix of pairs is ever held.
"""

from nbrbf_kernels._jit import sum_kernel
from nbrbf_kernels.rbf.buffer import LENGTH, buffer_like
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.hints import prefer_wide_vectors
from nbrbf_kernels.rbf.monomials import monomial
from nbrbf_kernels.rbf.radial import phi


@sum_kernel
def evaluate(k, points, weights, shift, scale, powers, x, out):
    """Values at all points of x; see `evaluate_range`."""
    evaluate_range(k, points, weights, shift, scale, powers, x, out, 0, len(x[0]))


@sum_kernel
def evaluate_range(k, points, weights, shift, scale, powers, x, out, start, stop):
    """Values at the points start <= i < stop of x.

    points and x: rows of shape (N,) and (Q,); weights (S, N + R), a row (a, b) for each
    column of the data; shift, scale (ndim,); powers (R, ndim); out (S, Q), of which the
    columns start to stop are overwritten.
    """
    if len(weights) == 1:
        for i in range(start, stop):
            out[0, i] = radial_sum(k, points, weights, x, i) + polynomial(
                weights, 0, len(points[0]), shift, scale, powers, x, i
            )
    else:
        for i in range(start, stop):
            evaluate_columns(k, points, weights, shift, scale, powers, x, i, out)


@sum_kernel
def radial_sum(k, points, weights, x, i):
    """sum_j a_j phi(|x_i - y_j|^2) with the first row of weights."""
    prefer_wide_vectors()
    total = 0.0
    for j in range(len(points[0])):
        total += weights[0, j] * phi(k, squared_distance(x, i, points, j))
    return total


@sum_kernel
def polynomial(weights, c, N, shift, scale, powers, x, i):
    """sum_r b_cr p_r(x_i)."""
    total = 0.0
    for r in range(len(powers)):
        total += weights[c, N + r] * monomial(x, i, shift, scale, powers, r)
    return total


@sum_kernel
def evaluate_columns(k, points, weights, shift, scale, powers, x, i, out):
    """Column i of out: phi is computed once for all columns of the data, a buffer at a time."""
    prefer_wide_vectors()
    N = len(points[0])
    phi_j = buffer_like(out)
    for c in range(len(weights)):
        out[c, i] = polynomial(weights, c, N, shift, scale, powers, x, i)
    for first in range(0, N, LENGTH):
        length = min(LENGTH, N - first)
        for j in range(length):
            phi_j[j] = phi(k, squared_distance(x, i, points, first + j))
        for c in range(len(weights)):
            total = 0.0
            for j in range(length):
                total += weights[c, first + j] * phi_j[j]
            out[c, i] = out[c, i] + total
