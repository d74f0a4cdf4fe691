"""A system with its tangents from the matrix in one call, and how well conditioned it is.

    A X = B        A X' = B' - A' X

The values are factored, once; the tangents are further right-hand sides.
"""

import numpy as np

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.blocks import subtract_product
from nbrbf_kernels.linalg.condition import gecon_any
from nbrbf_kernels.linalg.door import enter, pivots
from nbrbf_kernels.linalg.lu import factor_any
from nbrbf_kernels.linalg.solve import solve_factored
from nbrbf_kernels.linalg.views import block, plane


@kernel
def one_norm(A):
    """The largest sum of |A[i, j]| over i, NaN if there is any; A (n, n) is stored by rows."""
    sums = np.zeros(A.shape[1])
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            sums[j] += abs(A[i, j])
    norm = 0.0
    for each in sums:
        if norm < each or each != each:
            norm = each
    return norm


@kernel
def solve_system(A, ipiv, dA, X, dX, trans):
    """Solve op(A) X = B with p tangents, all in arrays stored by rows: (info, rcond).

    A (n, n) is overwritten by its factors, ipiv (n,) is written; dA (p, n, n), of which there
    are none if A is constant. X (n, r) is B and becomes X, dX (n, p r) is the planes of B' side
    by side and becomes those of X', if `info`, which is that of `getrf`, is 0. `rcond` is what
    `gecon` makes of A, whatever op.
    """
    norm = one_norm(A)
    LU, P, V, dV = enter(A), pivots(ipiv), enter(X), enter(dX)
    info = factor_any(LU, P)
    if info > 0:
        return info, 0.0
    solve_factored(LU, False, P, V, trans)
    n, r = X.shape
    for k in range(dA.shape[0]):
        subtract_product(block(dV, 0, k * r, n, r), plane(dA, k), trans, V)
    if dX.shape[1] > 0:
        solve_factored(LU, False, P, dV, trans)
    return info, gecon_any(LU, P, norm)
