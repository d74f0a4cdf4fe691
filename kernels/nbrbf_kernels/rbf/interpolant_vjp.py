"""The adjoint of a fit and an evaluation: the reverse rule of the whole interpolant.

With w = (a, b) the weights, A their symmetric matrix and F the cotangent of the values,

    w_bar = those of the weights and, for the fit held fixed, x_bar, y_bar, t_bar of F
    lambda = A^-1 w_bar                     d_bar = lambda_a        smoothing_bar = -lambda_a a
    y_bar_i += sum_j (sum_c -lambda_ci a_cj - a_ci lambda_cj) 2 phi1(s_ij) (y_i - y_j)
             - sum_cr (lambda_ci b_cr + a_ci lambda_cr) grad p_r(y_i)
    t_bar += sum_ij sum_c -lambda_ci a_cj dphi/dt(s_ij; t)

A is a matrix of the points in both roles, so with u = (-lambda, w) and v = (w, -lambda), twice
the columns, it is a pass over their own pairs. lambda w^T is never formed.
"""

from numba import types

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, sum_kernel
from nbrbf_kernels.linalg.views import PIVOTS
from nbrbf_kernels.rbf.evaluate_vjp import add_moments
from nbrbf_kernels.rbf.pairs import add_polynomial, over_pairs
from nbrbf_kernels.rbf.residual import solve

# The steps in turn, each of which needs all of those before it. The first goes over a range of
# x, the last over one of the points.
EVALUATION, SOLVE, OWN = 1, 2, 4
ALL = EVALUATION | SOLVE | OWN

ROWS = types.Array(types.float64, 2, "C")


# Knows nothing of the radial function: in here it would double the time to compile, for each.
@core(types.void(ROWS, PIVOTS, ROWS, ROWS))
def negated_solution(A, ipiv, rhs, u):
    """rhs = -A^-1 rhs, for each of its rows, which are also written over the first of u."""
    solve(A, ipiv, rhs)
    for c in range(rhs.shape[0]):
        for i in range(rhs.shape[1]):
            rhs[c, i] = u[c, i] = -rhs[c, i]


@sum_kernel
def add_places(places, N, rows):
    """rows[c, j] += sum_b places[c, b N + j] for j < N."""
    for c in range(len(places)):
        for first in range(0, places.shape[1], N):
            for j in range(N):
                rows[c, j] += places[c, first + j]


@kernel
def interpolant_vjp(
    k, points, weights, shift, scale, powers, A, ipiv, x, out_bar, points_bar, places, x_bar,
    weights_bar, sums, u, v, x_terms, terms, columns, x_size, size, step, start, stop,
):  # fmt: skip
    """Some steps, of real numbers; dual ones take the same passes one by one.

    Arguments are those of `evaluate_vjp` and `over_pairs`. A, ipiv: factors of the fit. u and v
    (2 S, N + R) are (-lambda, w) and (w, -lambda), of which w must be there; weights_bar
    (S, N + R) is the other part of v. places: rows, to be added to points_bar; sums (S, blocks
    of x times N). x_terms (fields of k, Q) and terms (fields of k, N) are the points' shares in
    the cotangents of the parameters, None without any. columns: tuples of rows, of the same
    columns each, of out_bar, weights, sums, u and v, for which the passes are. Points of x and
    own ones go by blocks of x_size and of size. All cotangents are added to what is there.
    """
    N = len(points[0])
    x_u, x_v, x_sums, own_u, own_v = columns
    if step & EVALUATION:
        over_pairs(
            k, x, x_u, points, x_v, False, x_bar, places, x_sums, x_terms, x_size, start, stop
        )
    if step & SOLVE:
        add_polynomial(out_bar, weights, shift, scale, powers, x, x_bar)
        add_places(sums, N, weights_bar)
        add_moments(x, shift, scale, powers, out_bar, N, weights_bar)
        negated_solution(A, ipiv, weights_bar, u)
        add_polynomial(u, v, shift, scale, powers, points, points_bar)
    if step == ALL:
        start, stop = 0, N
    if step & OWN:
        over_pairs(
            k, points, own_u, points, own_v, True, points_bar, places, None, terms, size, start,
            stop,
        )  # fmt: skip
