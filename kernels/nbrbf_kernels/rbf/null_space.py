"""The system of the fit without its polynomial, which R of the points take with them.

Let a be R points at which the monomials are independent, b the others, and L = P_b P_a^-1 the
values at b of the polynomials that are 1 at one of the points a and 0 at the others. L times the
rows of a, subtracted from those of b, takes the polynomial from them, and P^T w = e gives w_a:

    S w_b = d_b - L d_a - (K_ba - L K_aa) w_0        w_0 = P_a^-T e,  w_a = w_0 - L^T w_b
    P_a beta = d_a - K_aa w_a - K_ab w_b             S = K_bb - L K_ab - K_ba L^T + L K_aa L^T

S = Z^T K Z, the columns of Z = | -L^T | being a basis of the null space of P^T. An entry of S is
                                |   I  |
one of K and a few products beside it, so what rounding does to it is as if it were done to that
entry of K. With an orthonormal basis, whose vectors take part of all points, smooth problems lost
a digit more. The points a are those that Gaussian elimination of P^T finds, each where its row is
largest, so that L is of the size of 1.

Of the symmetric K the upper triangle is stored, and P^T below it. They become

    | K_aa  K_ab      |      with the other triangle of K_aa too,
    |       S         |      P_a^T = C D, C a lower and D a unit upper triangle,
    |  I    L^T   C\\D |      a the first points: in step r, point r was swapped with ipiv[1 + r].
"""

import numpy as np
from numba.core.types import boolean, int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.blas import syr2k
from nbrbf_kernels.linalg.condition import index_of_largest
from nbrbf_kernels.linalg.triangle import dot
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, block, row, strided

EPS = np.finfo(float).eps


@kernel
def add_multiple(y, s, x, n):
    """y += s x."""
    for i in range(n):
        y[i] += s * x[i]


@kernel
def swap_points(A, R, i, j):
    """Swap the points i < j in the upper triangle of K and in the columns of P^T."""
    N = A.shape[0] - R
    for k in range(i):
        A[k, i], A[k, j] = A[k, j], A[k, i]
    A[i, i], A[j, j] = A[j, j], A[i, i]
    for k in range(i + 1, j):
        A[i, k], A[k, j] = A[k, j], A[i, k]
    for k in range(j + 1, N):
        A[i, k], A[j, k] = A[j, k], A[i, k]
    for k in range(N, N + R):
        A[k, i], A[k, j] = A[k, j], A[k, i]


@core(boolean(BLOCK, PIVOTS, int64))
def choose_points(A, ipiv, R):
    """The points a, L^T and the factors of P_a^T; whether P has full rank to rounding."""
    N = A.shape[0] - R
    if N < R:
        return False
    for r in range(R):
        x = row(A, N + r, 0, N)
        scale = abs(x[index_of_largest(x)])
        for q in range(r):
            A[N + r, N + q] = x[q]
            add_multiple(x, -x[q], row(A, N + q, 0, N), N)
        p = r + index_of_largest(row(A, N + r, r, N - r))
        if not abs(x[p]) > N * EPS * scale:
            return False
        ipiv[1 + r] = p
        if p > r:
            swap_points(A, R, r, p)
        A[N + r, N + r] = pivot = x[r]
        for i in range(r, N):
            x[i] /= pivot
    for r in range(R):
        for q in range(r + 1, R):
            A[N + r, N + q] = A[N + r, q]
    for h in range(R):
        r = R - 1 - h
        for q in range(r):
            add_multiple(row(A, N + q, 0, N), -A[N + q, r], row(A, N + r, 0, N), N)
    return True


@core(void(BLOCK, int64))
def eliminate_points(A, R):
    """K becomes K_aa, K_ab and S = K_bb - L Y^T - Y L^T, Y = K_ba - 1/2 L K_aa."""
    N = A.shape[0] - R
    n = N - R
    Y, L = strided(np.empty((R, n))), block(A, N, R, R, n)
    for r in range(R):
        for q in range(r):
            A[r, q] = A[q, r]
    for r in range(R):
        y, k_ab = row(Y, r, 0, n), row(A, r, R, n)
        for i in range(n):
            y[i] = k_ab[i]
        for q in range(R):
            add_multiple(y, -0.5 * A[r, q], row(L, q, 0, n), n)
    if n > 0:
        syr2k(-1.0, L, Y, False, 1.0, block(A, R, R, n, n))


@core(void(BLOCK, PIVOTS, int64, BLOCK))
def enter_null_space(A, ipiv, R, rows):
    """Each row (d, e) becomes (d_a, d_b - L d_a - (K_ba - L K_aa) w_0, w_0)."""
    N = A.shape[0] - R
    n = N - R
    for c in range(rows.shape[0]):
        d, e, rest = row(rows, c, 0, N), row(rows, c, N, R), row(rows, c, R, n)
        for r in range(R):
            p = ipiv[1 + r]
            d[r], d[p] = d[p], d[r]
        for r in range(R):
            for q in range(r):
                e[r] -= A[N + r, N + q] * e[q]
            e[r] /= A[N + r, N + r]
        for h in range(R):
            r = R - 1 - h
            for q in range(r + 1, R):
                e[r] -= A[N + r, N + q] * e[q]
        for r in range(R):
            add_multiple(rest, dot(row(A, r, 0, R), e, R) - d[r], row(A, N + r, R, n), n)
            add_multiple(rest, -e[r], row(A, r, R, n), n)


@core(void(BLOCK, PIVOTS, int64, BLOCK))
def leave_null_space(A, ipiv, R, rows):
    """Each row (d_a, w_b, w_0) becomes (w, beta), of the points in their own order."""
    N = A.shape[0] - R
    for c in range(rows.shape[0]):
        w, beta = row(rows, c, 0, N), row(rows, c, N, R)
        for r in range(R):
            w_0, beta[r] = beta[r], w[r]
            w[r] = w_0 - dot(row(A, N + r, R, N - R), row(rows, c, R, N - R), N - R)
        for r in range(R):
            beta[r] -= dot(row(A, r, 0, N), w, N)
        for r in range(R):
            for q in range(r):
                beta[r] -= A[N + q, N + r] * beta[q]
        for h in range(R):
            r = R - 1 - h
            for q in range(r + 1, R):
                beta[r] -= A[N + q, N + r] * beta[q]
            beta[r] /= A[N + r, N + r]
        for h in range(R):
            r = R - 1 - h
            p = ipiv[1 + r]
            w[r], w[p] = w[p], w[r]
