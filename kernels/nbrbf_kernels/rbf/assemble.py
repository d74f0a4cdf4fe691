"""The collocation matrix

    [ K + diag(smoothing)   P ]     K_ij = phi(|y_i - y_j|^2)
    [ P^T                   0 ]     P_ir = p_r(y_i),

values only: no matrix of partials is ever formed.
"""

from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.rbf.blocks import buffer_like, buffers_like, shifted
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.monomials import ITSELF, fill_monomial
from nbrbf_kernels.rbf.padding import pad_points, padded
from nbrbf_kernels.rbf.parts import values_of
from nbrbf_kernels.rbf.radial_calls import phi

# Columns of a block of which only those rows count that reach the diagonal.
HALF = 256


@kernel
def assemble(k, points, smoothing, shift, scale, powers, A, half):
    """Fill A, (N + R, N + R) in C order; it comes out exactly symmetric.

    points: rows of shape (N,); smoothing (N,); shift, scale (ndim,); powers (R, ndim). Returns
    how many entries off the diagonal are those of two points at distance 0. If `half`, of K
    what is on and above the diagonal, and perhaps some of the rest.
    """
    N, R = len(points[0]), len(powers)
    coincident = fill(k, points, A, half)
    for i in range(N):
        coincident -= squared_distance(points, i, points, i) == 0.0
        A[i, i] += smoothing[i]
    for r in range(R):
        below = A[N + r]
        fill_monomial(points, shift, scale, powers, r, ITSELF, N, below)
        for i in range(N):
            A[i, N + r] = below[i]
        for n in range(N, N + R):
            below[n] = 0.0
    return coincident


@kernel
def fill(k, points, A, half):
    """A[i, j] = phi(|y_i - y_j|^2) for all i, j < N; returns how many distances are 0.

    Whole rows, written in order: K's other half costs less than transposing one.
    """
    prefer_wide_vectors()
    points = values_of(points)  # lent, or each slice of the tuple would count references
    N, y, values = len(points[0]), buffers_like(1.0, points), buffer_like(1.0)
    coincident, longest = 0, min(HALF, len(y[0])) if half else len(y[0])
    for first in range(0, N, longest):
        length = min(longest, N - first)
        whole = padded(length)
        block = shifted(A, first)
        pad_points(shifted(points, first), length, y)
        for i in range(first + length if half else N):
            for j in range(whole):
                s = squared_distance(points, i, y, j)
                values[j] = phi(k, s)
                coincident += s == 0.0
            for j in range(length):
                block[i, j] = values[j]
            # Those that follow the last point are no further points.
            if squared_distance(points, i, y, length - 1) == 0.0:
                coincident -= whole - length
    return coincident
