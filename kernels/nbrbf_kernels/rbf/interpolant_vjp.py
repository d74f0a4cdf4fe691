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

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.rbf.evaluate_vjp import add_moments
from nbrbf_kernels.rbf.gather import gather
from nbrbf_kernels.rbf.parts import no_rows
from nbrbf_kernels.rbf.residual import solve

# The steps in turn, each of which needs all of those before it. The first goes over a range of
# x, the second and the last over ranges of the points.
ALONG_X, ALONG_POINTS, SOLVE, OWN = 1, 2, 4, 8
ALL = ALONG_X | ALONG_POINTS | SOLVE | OWN


@kernel
def interpolant_vjp(
    k, points, weights, shift, scale, powers, A, ipiv, x, out_bar, points_bar, x_bar, weights_bar,
    u, v, x_terms, terms, step, start, stop,
):  # fmt: skip
    """Some steps, of real numbers; dual ones take the same passes one by one.

    Arguments are those of `evaluate_vjp`. A, ipiv: factors of the fit. u and v (2 S, N + R) are
    (-lambda, w) and (w, -lambda), of which w must be there; weights_bar (S, N + R) is the other
    part of v. x_terms (fields of k, Q) and terms (fields of k, N) are the points' shares in the
    cotangents of the parameters, None without any. All cotangents are added to what is there.
    """
    N = len(points[0])
    if step & ALONG_X:
        gather(
            k, x, out_bar, points, weights, shift, scale, powers, x_bar, no_rows(weights_bar),
            x_terms, start, stop,
        )  # fmt: skip
    if step == ALL:
        start, stop = 0, N
    if step & ALONG_POINTS:
        gather(
            k, points, weights, x, out_bar, shift, scale, no_rows(powers), points_bar,
            weights_bar, no_rows(terms), start, stop,
        )  # fmt: skip
        if start == 0:
            add_moments(x, shift, scale, powers, out_bar, N, weights_bar)
    if step & SOLVE:
        solve(A, ipiv, weights_bar)
        for c in range(weights_bar.shape[0]):
            for i in range(weights_bar.shape[1]):
                weights_bar[c, i] = u[c, i] = -weights_bar[c, i]
    if step & OWN:
        gather(
            k, points, u, points, v, shift, scale, powers, points_bar, no_rows(weights_bar),
            terms, start, stop,
        )  # fmt: skip
