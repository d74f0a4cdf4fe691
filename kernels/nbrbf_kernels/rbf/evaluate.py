from nbrbf_kernels._jit import sum_kernel
from nbrbf_kernels.rbf.hints import prefer_wide_vectors
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.monomials import monomial
from nbrbf_kernels.rbf.radial import phi


@sum_kernel
def evaluate_range(k, points, weights, shift, scale, powers, x, out, start, stop):
    prefer_wide_vectors()
    N = len(points[0])
    R = len(powers)
    for i in range(start, stop):
        f = 0.0
        for j in range(N):
            f += weights[0, j] * phi(k, squared_distance(x, i, points, j))
        for r in range(R):
            f += weights[0, N + r] * monomial(x, i, shift, scale, powers, r)
        out[0, i] = f
