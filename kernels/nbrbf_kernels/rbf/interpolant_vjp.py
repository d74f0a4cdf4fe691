"""The adjoint of a fit and an evaluation: the reverse rule of the whole interpolant.

With w = (a, b) the weights, A their symmetric matrix and F the cotangent of the values,

    w_bar = those of the weights and, for the fit held fixed, x_bar, y_bar, t_bar of F
    lambda = A^-1 w_bar                     d_bar = lambda_a        smoothing_bar = -lambda_a a
    y_bar_i += sum_j (sum_c -lambda_ci a_cj - a_ci lambda_cj) 2 phi1(s_ij) (y_i - y_j)
             - sum_cr (lambda_ci b_cr + a_ci lambda_cr) grad p_r(y_i)
    t_bar += sum_ij sum_c -lambda_ci a_cj dphi/dt(s_ij; t)

A is a matrix of the points in both roles, so with u = (-lambda, w) and v = (w, -lambda), twice
the columns, it is a pass over their own pairs. lambda w^T is never formed.

Everything is real, or everything is dual: with tangents in one direction, which give the
product of the Hessian with it. So the passes are compiled for two types of numbers, not for
every width and choice of dual inputs.
"""

from numba import types

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import part, sum_kernel
from nbrbf_kernels._sharing import first_block, next_block
from nbrbf_kernels.linalg.views import PIVOTS
from nbrbf_kernels.rbf.blocks import rows_of, shifted
from nbrbf_kernels.rbf.factors import solve
from nbrbf_kernels.rbf.pairs import pairs_apart
from nbrbf_kernels.rbf.parts import moving
from nbrbf_kernels.rbf.polynomial import cotangents_apart, moments_apart
from nbrbf_kernels.rbf.slopes import add_kinks

# The steps in turn, each of which needs all of those before it. The first takes blocks of x, the
# last blocks of the points: threads may share each of these two.
EVALUATION, COLLECT, SOLVE, POLYNOMIAL, OWN = 1, 2, 4, 8, 16
ALL = EVALUATION | COLLECT | SOLVE | POLYNOMIAL | OWN
# With COLLECT and with POLYNOMIAL, `add_kinks` to what comes of x and of the points themselves.
KINKS = 32

ROWS = types.Array(types.float64, 2, "C")


# Knows nothing of the radial function: in here it would double the time to compile, for each.
@core(types.void(ROWS, PIVOTS, ROWS))
def negated_solution(A, ipiv, rhs):
    """rhs = -A^-1 rhs, for each of its rows."""
    solve(A, ipiv, rhs)
    for c in range(rhs.shape[0]):
        for i in range(rhs.shape[1]):
            rhs[c, i] = -rhs[c, i]


@part
def sum_of_places(sums, N, rhs):
    """rhs[c] = sum_b sums[c, b N : (b + 1) N], followed by zeros."""
    for c in range(len(rhs)):
        for i in range(rhs.shape[1]):
            rhs[c, i] = 0.0
        for first in range(0, sums.shape[1], N):
            for j in range(N):
                rhs[c, j] += sums[c, first + j]


@sum_kernel(borrows=True)
def interpolant_vjp(
    k, shift, scale, powers, A, ipiv, points, x, weights, out_bar, points_bar, x_bar, rhs, sums,
    x_terms, terms, tangents, lanes, x_size, size, step, counts,
):  # fmt: skip
    """Some of the steps above, one bit of `step` for each.

    Parameters
    ----------
    k, shift, scale, powers, points, x, weights, out_bar
        As `evaluate_vjp` takes them.
    A, ipiv
        Factors of the fit; None for dual numbers, which SOLVE is not for.
    points_bar : (ndim, (1 + B) N) array
        The cotangents are the sums over its places, N numbers each: the first for what a point
        gathers itself, the others for each block of x, or of points, of which there are B at
        most.
    x_bar : (ndim, Q) array
    rhs : (S, N + R) array
        The cotangent of the right-hand side of the fit, negated. From COLLECT to SOLVE that of
        the weights.
    sums : (S, B N) array
    x_terms, terms : (fields of k, Q) and (fields of k, N) arrays, or None
        The points' shares in the cotangents of the parameters.
    tangents : None or tuple
        Those, (1, ...), of all arrays from `points` to `terms`.
    lanes : tuple of as many numbers as there are columns at a time
        S is a multiple of that. What the numbers are does not matter.
    x_size, size, step : int
        Points of x go by blocks of x_size, those of the fit of size.
    counts : (2,) array of int64
        Where the threads that share a step count its blocks (_sharing.py).

    What ends in bar, sums and terms must be zeros at first.
    """
    N, Q, S, columns = len(points[0]), len(x[0]), len(out_bar), len(lanes)
    y, z, w, F, y_bar, z_bar, v, places, z_terms, y_terms = moving(
        (points, x, weights, out_bar, points_bar, x_bar, rhs, sums, x_terms, terms), tangents
    )
    y_rows, z_rows = rows_of(y_bar, 0, points), rows_of(z_bar, 0, points)
    if step & EVALUATION:
        start = first_block(x_size, counts)
        while start < Q:
            place, stop = start // x_size * N, min(start + x_size, Q)
            for c in range(0, S, columns):
                pairs_apart(
                    k, z, rows_of(F, c, lanes), y, rows_of(w, c, lanes), False, z_rows,
                    shifted(y_rows, N + place), shifted(rows_of(places, c, lanes), place), z_terms,
                    start, stop,
                )  # fmt: skip
            start = next_block(x_size, counts)
    if step & COLLECT:
        cotangents_apart(F, w, shift, scale, powers, z, z_rows)
        sum_of_places(places, N, v)
        moments_apart(z, shift, scale, powers, F, N, v)
        if step & KINKS:
            add_kinks(k, z, y, z_rows, y_rows)
    if A is not None and step & SOLVE:
        negated_solution(A, ipiv, rhs)
    if step & POLYNOMIAL:
        cotangents_apart(v, w, shift, scale, powers, y, y_rows)
        cotangents_apart(w, v, shift, scale, powers, y, y_rows)
        if step & KINKS:
            add_kinks(k, y, y, y_rows, y_rows)
    if step & EVALUATION and step & OWN:  # in one thread
        counts[0] = 0
    if step & OWN:
        start = first_block(size, counts)
        while start < N:
            place, stop = start // size * N, min(start + size, N)
            for c in range(0, S, columns):
                w_c, v_c = rows_of(w, c, lanes), rows_of(v, c, lanes)
                pairs_apart(
                    k, y, v_c + w_c, y, w_c + v_c, True, y_rows, shifted(y_rows, N + place), None,
                    y_terms, start, stop,
                )  # fmt: skip
            start = next_block(size, counts)
