"""Fitting: the weights w = (a, b) of [[K + diag(smoothing), P], [P^T, 0]] w = (d, 0).

The solver's seam is `factor` and `solve`: whoever fits knows nothing of the matrix but these.
They do not know the radial function, or the linear algebra would be compiled for each again.
"""

import numpy as np

from nbrbf_kernels._jit import kernel, sum_kernel
from nbrbf_kernels.linalg.condition import gecon
from nbrbf_kernels.linalg.lu import getrf
from nbrbf_kernels.linalg.solve import getrs
from nbrbf_kernels.rbf.assemble import assemble
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.monomials import monomial


@kernel
def polynomial_frame(points, shift, scale):
    """Middle and half width of the points along each axis, for the monomials' argument.

    points: rows of shape (N,); shift, scale: (ndim,), written. A width of 0 counts as 1.
    """
    for k, row in enumerate(points):
        low = high = row[0]
        for value in row:
            low = min(low, value)
            high = max(high, value)
        shift[k] = 0.5 * (high + low)
        scale[k] = 0.5 * (high - low)
        if scale[k] == 0.0:
            scale[k] = 1.0


@sum_kernel
def find_duplicate(points, smoothing):
    """Indices i < j of two points at distance 0 whose smoothing is 0; (-1, -1) without any.

    points: rows of shape (N,); smoothing: (N,).
    """
    for j in range(smoothing.shape[0]):
        coincident = 0
        for i in range(j):
            coincident += squared_distance(points, i, points, j) == 0.0
        if coincident == 0 or smoothing[j] != 0.0:
            continue
        for i in range(j):
            if smoothing[i] == 0.0 and squared_distance(points, i, points, j) == 0.0:
                return i, j
    return -1, -1


@kernel
def factor(A, ipiv):
    """Factor a symmetric matrix: (LAPACK's info, reciprocal condition estimate).

    A (M, M) is overwritten by its factors, ipiv (M,) is written.
    """
    # The matrix is symmetric: the largest row sum is the 1-norm.
    anorm = 0.0
    for i in range(A.shape[0]):
        anorm = max(anorm, row_norm(A, i))
    info = getrf(A, ipiv)
    rcond = 0.0 if info != 0 else gecon(A, ipiv, anorm)
    return info, rcond


@sum_kernel
def row_norm(A, i):
    """Sum of |A[i, j]| over j."""
    total = 0.0
    for j in range(A.shape[1]):
        total += abs(A[i, j])
    return total


@kernel
def solve(A, ipiv, weights):
    """Weights of the data in `weights`, in place: (S, N + R), a row for each column of data."""
    if weights.shape[0] == 1:
        getrs(A, ipiv, weights[0])
    else:
        getrs(A, ipiv, weights.T)


@kernel
def fit(k, points, d, smoothing, powers, A, ipiv, weights):
    """Fit without leaving compiled code: LAPACK's info, the weights are written if it is 0.

    points: rows of shape (N,), multiplied by epsilon; d (N, S); smoothing (N,); powers (R, ndim);
    A (N + R, N + R), ipiv (N + R,) and weights (S, N + R) are written.
    """
    shift, scale = np.empty(len(points)), np.empty(len(points))
    polynomial_frame(points, shift, scale)
    assemble(k, points, smoothing, shift, scale, powers, A)
    info = getrf(A, ipiv)
    if info == 0:
        weights[:, : d.shape[0]] = d.T
        weights[:, d.shape[0] :] = 0.0
        solve(A, ipiv, weights)
    return info


@sum_kernel
def moments(points, a, shift, scale, powers, out):
    """P^T a: out[c, r] = sum_i a[c, i] p_r(y_i), for real or dual rows, `a` and `out`.

    points: rows of shape (N,); a (S, N) or wider; out (S, R) is written.
    """
    for c in range(out.shape[0]):
        for r in range(powers.shape[0]):
            total = 0.0
            for i in range(len(points[0])):
                total += a[c, i] * monomial(points, i, shift, scale, powers, r)
            out[c, r] = total
