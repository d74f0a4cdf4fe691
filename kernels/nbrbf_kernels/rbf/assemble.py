"""The collocation matrix

    [ K + diag(smoothing)   P ]     K_ij = phi(|y_i - y_j|^2)
    [ P^T                   0 ]     P_ir = p_r(y_i),

values only: no matrix of partials is ever formed.
"""

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.hints import prefer_wide_vectors
from nbrbf_kernels.rbf.monomials import monomial
from nbrbf_kernels.rbf.radial import phi


@kernel
def assemble(k, points, smoothing, shift, scale, powers, A):
    """Fill A, (N + R, N + R) in C order; it comes out exactly symmetric.

    points: rows of shape (N,); smoothing (N,); shift, scale (ndim,); powers (R, ndim). Returns
    how many entries off the diagonal are those of two points at distance 0.
    """
    N, R = len(points[0]), len(powers)
    coincident = 0
    for i in range(N):
        # Whole rows, written in order: K's other half costs less than transposing one.
        coincident += fill_row(k, points, i, A)
        coincident -= squared_distance(points, i, points, i) == 0.0
        A[i, i] += smoothing[i]
        for r in range(R):
            p = monomial(points, i, shift, scale, powers, r)
            A[i, N + r] = p
            A[N + r, i] = p
    for r in range(R):
        A[N + r, N:] = 0.0
    return coincident


@kernel
def fill_row(k, points, i, A):
    """A[i, j] = phi(|y_i - y_j|^2) for all j < N; returns how many distances are 0."""
    prefer_wide_vectors()
    coincident = 0
    for j in range(len(points[0])):
        s = squared_distance(points, i, points, j)
        A[i, j] = phi(k, s)
        coincident += s == 0.0
    return coincident
