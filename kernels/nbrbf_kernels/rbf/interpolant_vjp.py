"""The adjoint of a fit and an evaluation: the reverse rule of the whole interpolant.

With w = (a, b) the weights, A their symmetric matrix and F the cotangent of the values,

    w_bar = those of the weights and, for the fit held fixed, x_bar, y_bar, t_bar of F
    lambda = A^-1 w_bar                     d_bar = lambda_a        smoothing_bar = -lambda_a a
    y_bar_i += sum_j (sum_c -lambda_ci a_cj - a_ci lambda_cj) 2 phi1(s_ij) (y_i - y_j)
             - sum_cr (lambda_ci b_cr + a_ci lambda_cr) grad p_r(y_i)
    t_bar += sum_ij sum_c -lambda_ci a_cj dphi/dt(s_ij; t)

A is a matrix of the points in both roles, so its pass along them serves both at once: with
u = (-lambda, w) and v = (w, -lambda) it is `gather` with twice the columns. The parameters
meet each pair twice there, and want half of it. lambda w^T is never formed.
"""

from typing import Any

from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.types import DualArrayType
from nbrbf_kernels.rbf.evaluate_vjp import add_moments
from nbrbf_kernels.rbf.gather import gather
from nbrbf_kernels.rbf.parts import joined, joined_parameters, no_rows
from nbrbf_kernels.rbf.residual import solve

# The steps in turn, each of which needs all of those before it. The first goes over a range of
# x, the second and the last over ranges of the points.
ALONG_X, ALONG_POINTS, SOLVE, OWN = 1, 2, 4, 8
ALL = ALONG_X | ALONG_POINTS | SOLVE | OWN


@kernel
def interpolant_vjp(
    k, dk, points, dy, weights, dw, x, dx, out_bar, dout_bar, shift, scale, powers, A, ipiv,
    points_bar, dy_bar, x_bar, dx_bar, weights_bar, dw_bar, u, du, v, dv, x_terms, dx_terms,
    terms, dterms, step, start, stop,
):  # fmt: skip
    """One step, or ALL with real numbers; with tangents those of one direction.

    Arguments are those of `evaluate_vjp`, each followed by its tangents, (1,) + shape or None
    for all. A, ipiv: factors of the fit. u and v (2 S, N + R) are (-lambda, w) and
    (w, -lambda), of which w must be there; weights_bar (S, N + R) is lambda's part of v.
    x_terms (fields of k, Q) and terms (fields of k, N) are the points' shares in the cotangents
    of the parameters, None without any. All cotangents are added to what is there. SOLVE
    does nothing to dual ones: their solution takes more than the factors.
    """
    N = len(points[0])
    k_dual, y, z = joined_parameters(k, dk), joined(points, dy), joined(x, dx)
    w, w_bar = joined(weights, dw), joined(weights_bar, dw_bar)
    f_bar, y_bar = joined(out_bar, dout_bar), joined(points_bar, dy_bar)
    share = joined(terms, dterms)
    if step & ALONG_X:
        gather(
            k_dual, z, f_bar, y, w, shift, scale, powers, joined(x_bar, dx_bar), no_rows(w_bar),
            joined(x_terms, dx_terms), start, stop,
        )  # fmt: skip
    if step == ALL:
        start, stop = 0, N
    if step & ALONG_POINTS:
        gather(
            k_dual, y, w, z, f_bar, shift, scale, no_rows(powers), y_bar, w_bar,
            no_rows(share), start, stop,
        )  # fmt: skip
        if start == 0:
            add_moments(z, shift, scale, powers, f_bar, N, w_bar)
    if step & SOLVE:
        negated_solution(A, ipiv, w_bar, u)
    if step & OWN:
        gather(
            k_dual, y, joined(u, du), y, joined(v, dv), shift, scale, powers, y_bar,
            no_rows(w_bar), share, start, stop,
        )  # fmt: skip


def negated_solution(A: Any, ipiv: Any, w_bar: Any, u: Any) -> None:
    """w_bar = -A^-1 w_bar, which is also written over the first rows of u; real ones only."""


@specialise(negated_solution)
def _negated_solution(A, ipiv, w_bar, u):
    if isinstance(w_bar, DualArrayType):
        return lambda A, ipiv, w_bar, u: None

    def real_solution(A, ipiv, w_bar, u):
        solve(A, ipiv, w_bar)
        for c in range(w_bar.shape[0]):
            for i in range(w_bar.shape[1]):
                w_bar[c, i] = u[c, i] = -w_bar[c, i]

    return real_solution
