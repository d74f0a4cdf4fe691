"""Evaluation of an interpolant

    f_c(x_i) = sum_j a_cj phi(|x_i - y_j|^2) + sum_r b_cr p_r(x_i),

one source for real and dual numbers: points, weights, x and out are all real or all dual.
No matrix of pairs is ever held.
"""

from nbrbf_kernels._jit import sum_kernel
from nbrbf_kernels.rbf.blocks import buffer_like, shifted
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.hints import prefer_wide_vectors
from nbrbf_kernels.rbf.monomials import monomial
from nbrbf_kernels.rbf.radial import phi


@sum_kernel
def evaluate_range(k, points, weights, shift, scale, powers, x, out, start, stop):
    """Values at the points start <= i < stop of x.

    points and x: rows of shape (N,) and (Q,); weights (S, N + R), a row (a, b) for each
    column of the data; shift, scale (ndim,); powers (R, ndim); out (S, Q), of which the
    columns start to stop are overwritten.
    """
    prefer_wide_vectors()
    N, R, S = len(points[0]), len(powers), len(weights)
    for i in range(start, stop):
        for c in range(S):
            out[c, i] = 0.0
        for r in range(R):
            p_r = monomial(x, i, shift, scale, powers, r)
            for c in range(S):
                out[c, i] = out[c, i] + weights[c, N + r] * p_r
    phi_j = buffer_like(out)
    # A block of points stays in the first level of cache while all x pass by.
    for first in range(0, N, len(phi_j)):
        y, a = shifted(points, first), shifted(weights, first)
        length = min(len(phi_j), N - first)
        for i in range(start, stop):
            if S == 1:
                # In registers: 1.3 times as fast as through the buffer.
                total = 0.0
                for j in range(length):
                    total += a[0, j] * phi(k, squared_distance(x, i, y, j))
                out[0, i] = out[0, i] + total
            else:
                for j in range(length):
                    phi_j[j] = phi(k, squared_distance(x, i, y, j))
                for c in range(S):
                    total = 0.0
                    for j in range(length):
                        total += a[c, j] * phi_j[j]
                    out[c, i] = out[c, i] + total


@sum_kernel
def evaluate(k, points, weights, shift, scale, powers, x, out):
    """Values at all points of x; arguments of `evaluate_range`."""
    evaluate_range(k, points, weights, shift, scale, powers, x, out, 0, len(x[0]))
