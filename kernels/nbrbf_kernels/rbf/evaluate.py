"""Evaluation of an interpolant and its tangents,

    f_c(x_i)  = sum_j a_cj phi(s_ij; t) + sum_r b_cr p_r(x_i)
    f_c(x_i)' = sum_j a'_cj phi + sum_r b'_cr p_r                     weights
              + x_i' . (sum_j a_cj g_ij + sum_r b_cr grad p_r)        evaluation points
              - sum_j a_cj g_ij . y_j'                                points
              + t' . sum_j a_cj dphi/dt                               parameters

with s_ij = |x_i - y_j|^2, g_ij = 2 phi1(s_ij) (x_i - y_j) and t the parameters of phi. The sums
over j that stand with x' and t' know nothing of the p directions, so those cost nothing for
further ones; y' costs ndim, a' one fused multiply-add for each pair and direction. An argument
without tangents is None, and its line is not compiled. p is known at run time only: no width
is compiled anew. No matrix of pairs is ever held.
"""

from nbrbf_kernels._core import apart
from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel, sum_kernel
from nbrbf_kernels._sharing import first_block, next_block
from nbrbf_kernels.dual.compiled_scalar import real_value
from nbrbf_kernels.rbf.blocks import buffer_like, buffers_like, shifted
from nbrbf_kernels.rbf.contraction import (
    contract,
    contract_pairs,
    together,
)
from nbrbf_kernels.rbf.jet_rows import put_jets, sum_jets
from nbrbf_kernels.rbf.jets import doubled, moves, pair_jet, seed_parameters
from nbrbf_kernels.rbf.padding import half_padded, pad, pad_points
from nbrbf_kernels.rbf.parts import (
    check_written,
    tangents_of,
    tangents_of_parameters,
    values_of,
    values_of_parameters,
)
from nbrbf_kernels.rbf.polynomial import polynomials_apart
from nbrbf_kernels.rbf.rows import axes_of, scale_rows


@sum_kernel
def evaluate_planes(
    k, dk, points, dy, weights, da, shift, scale, powers, x, dx, out, dout, start, stop
):
    """Values and tangents at the points start <= i < stop of x, all given as real arrays.

    points and x: rows of shape (N,) and (Q,); weights (S, N + R), a row (a, b) for each
    column of the data; shift, scale (ndim,); powers (R, ndim). Tangents: dk (p, fields of k),
    dy and dx tuples of (p, N) and (p, Q), da (p, S, N + R); None for what is constant, an axis
    of dy and dx too. out (S, Q) and dout (p, S, Q), None if all are constant: the columns
    start to stop are overwritten.
    """
    prefer_wide_vectors()
    # Lent, or each slice of a tuple would count references to its arrays, for each point.
    x, dx, dy, da = values_of(x), values_of(dx), values_of(dy), values_of(da)
    N, S = len(points[0]), len(weights)
    u, moved = seed_parameters(k, dk, x), moves(dk, dy, dx)
    polynomials_apart(weights, da, shift, scale, powers, x, dx, N, out, dout, start, stop)
    # Only the type of this jet counts.
    jets = buffer_like(pair_jet(u, moved, 1.0, x, 0, x, 0))
    y, a = buffers_like(1.0, points), buffer_like(1.0)
    points_together = together(dy, da)
    stride = min(len(jets), len(y[0])) // points_together
    # A block of points stays in the first level of cache while all x pass by.
    for first in range(0, N, stride):
        length = min(stride, N - first)
        half = half_padded(length)
        a_j, dy_j, da_j = shifted(weights, first), shifted(dy, first), shifted(da, first)
        pad_points(shifted(points, first), length, y)
        if S == 1:
            pad(a_j[0], length, 0.0, a)
        for group in range(start, stop, points_together):
            for b in range(min(points_together, stop - group)):
                i, pairs = group + b, shifted(jets, b * stride)
                if S == 1 and points_together == 1:
                    # In registers: 1.3 times as fast as through a buffer nobody else reads.
                    total = sum_jets(u, moved, a, x, i, y, half)
                    out[0, i] += real_value(total)
                    contract(doubled(total, x), dx, i, dk, 0, dout)
                else:
                    put_jets(u, moved, x, i, y, half, pairs)
                    for c in range(S):
                        total = 0.0
                        for j in range(length):
                            total += a_j[c, j] * pairs[j]
                        out[c, i] += real_value(total)
                        contract(doubled(total, x), dx, i, dk, c, dout)
            contract_pairs(jets, a_j, dy_j, da_j, length, stride, group, stop, dout)


planes_apart = apart(evaluate_planes)


@kernel
def evaluate(k, points, weights, shift, scale, powers, x, out):
    """Values of an interpolant at all points of x, real or dual.

    Parameters
    ----------
    k : radial function
        An instance of its type; its parameters may be Duals.
    points, x : tuple of ndim arrays or DualArrays
        Rows of shape (N,) and (Q,), multiplied by epsilon.
    weights : (S, N + R) array or DualArray
        As `fit` gives them, a row for each column of the data.
    shift, scale : (ndim,) arrays
        As `polynomial_frame` gives them.
    powers : (R, ndim) array of int64
        Exponents of the monomials.
    out : (S, Q) array or DualArray
        Overwritten; dual if any of the others is.
    """
    check_written(out, "out", (k, points, weights, x), "k points weights x")
    planes_apart(
        values_of_parameters(k), tangents_of_parameters(k),
        values_of(points), tangents_of(points), values_of(weights), tangents_of(weights),
        shift, scale, powers, values_of(x), tangents_of(x),
        values_of(out), tangents_of(out), 0, len(x[0]),
    )  # fmt: skip


@kernel(borrows=True)
def evaluate_points(
    k, dk, points, dpoints, weights, da, shift, scale, powers, x, dx, epsilon, rows, drows, out,
    dout, size, counts,
):  # fmt: skip
    """`evaluate_planes` at points x (Q, ndim), with tangents dx (p, Q, ndim) or None.

    points (ndim, N) and dpoints (ndim, p, N) or None: those of the fit, multiplied by epsilon, a
    tuple of ndim numbers; rows (ndim, Q) and drows (ndim, p, Q) or None are overwritten by those
    of x. Threads may share it (_sharing.py).
    """
    start = first_block(size, counts)
    while start < len(x):
        stop = min(start + size, len(x))
        scale_rows(x, dx, epsilon, rows, drows, start, stop)
        planes_apart(
            k, dk, axes_of(points, epsilon), axes_of(dpoints, epsilon), weights, da, shift, scale,
            powers, axes_of(rows, epsilon), axes_of(drows, epsilon), out, dout, start, stop,
        )  # fmt: skip
        start = next_block(size, counts)
