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

    points: rows of shape (N,); smoothing (N,); shift, scale (ndim,); powers (R, ndim).
    """
    N, R = len(points[0]), len(powers)
    for i in range(N):
        # Whole rows, written in order: K's other half costs less than transposing one.
        fill_row(k, points, i, A)
        A[i, i] += smoothing[i]
        for r in range(R):
            p = monomial(points, i, shift, scale, powers, r)
            A[i, N + r] = p
            A[N + r, i] = p
    for r in range(R):
        A[N + r, N:] = 0.0


@kernel
def fill_row(k, points, i, A):
    """A[i, j] = phi(|y_i - y_j|^2) for all j < N."""
    prefer_wide_vectors()
    for j in range(len(points[0])):
        A[i, j] = phi(k, squared_distance(points, i, points, j))
