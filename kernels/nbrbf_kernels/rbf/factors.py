"""The factors of the fit's matrix, and all that knows which they are: Cholesky's or LU's.

    P A = L U    of the whole matrix, pivots in ipiv
    U^T U        of K on the null space of the R monomials, see null_space.py; ipiv[0] = -1 - R

Cholesky takes half the work, and needs K to be positive definite there: it is for a radial
function that is conditionally so, monomials of a high enough degree and no negative smoothing.
It can succeed on a singular matrix all the same, so what it gives is looked at.
"""

import math

import numpy as np
from numba.core.types import Tuple, float64, int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, sum_kernel
from nbrbf_kernels.linalg.cholesky import factor as factor_triangle
from nbrbf_kernels.linalg.cholesky_solve import solve_definite_any
from nbrbf_kernels.linalg.condition import gecon_any
from nbrbf_kernels.linalg.door import by_rows, duplicate, enter, pivots, store
from nbrbf_kernels.linalg.lu import factor_entered
from nbrbf_kernels.linalg.solve import solve_factored_any
from nbrbf_kernels.linalg.triangle import dot
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, at, block, column, row, strided, transposed
from nbrbf_kernels.rbf.null_space import (
    choose_points,
    eliminate_points,
    enter_null_space,
    leave_null_space,
)

# How a fit factors: Cholesky where it may and its factor is sound, else LU; or only one of them.
AUTO, LU, CHOLESKY = range(3)
# What takes the place of LAPACK's info where Cholesky is refused.
NOT_ADMISSIBLE, RANK_DEFICIENT, UNSOUND = -1, -2, -3
# Of the largest entry of the matrix: squared pivots above one part that need no closer look,
# eigenvalues above the other that tell it from a singular one. Where Cholesky succeeded on
# singular matrices of order 5 to 1500 they were found at 7e-16 of it at most.
SAFE, SOUND = 1e-8, 1e-14


@sum_kernel
def row_norm(A, i, first):
    """Sum of |A[i, j]| over j from `first` on."""
    entries, n = row(A, i, first, A.shape[1] - first), A.shape[1] - first
    total = 0.0
    for j in range(n):
        total += abs(entries[j])
    return total


@kernel
def symmetric_norm(U):
    """1-norm of a symmetric matrix given by its upper triangle."""
    n, norm = U.shape[0], 0.0
    sums = strided(np.zeros((1, n)))
    for i in range(n):
        entries, rest = row(U, i, i + 1, n - i - 1), row(sums, 0, i + 1, n - i - 1)
        sums[0, i] += row_norm(U, i, i)
        for j in range(n - i - 1):
            rest[j] += abs(entries[j])
    for i in range(n):
        norm = max(norm, sums[0, i])
    return norm


@kernel
def is_sound(U, scale):
    """Whether U^T U is not singular to rounding: by its pivots, or if they are small its smallest
    eigenvalue, in two steps of inverse iteration from where the smallest pivot is.
    """
    n, j = U.shape[0], 0
    for i in range(n):
        j = i if at(U, i, i) < at(U, j, j) else j
    if n == 0 or at(U, j, j) ** 2 >= SAFE * scale:
        return True
    x, norm = np.zeros(n), 1.0
    x[j] = 1.0
    for _ in range(2):
        for i in range(n):
            x[i] /= norm
        solve_definite_any(U, column(x), False)
        norm = math.sqrt(dot(x, x, n))
    return norm * SOUND * scale <= 1.0  # which NaN is not


@core(Tuple((int64, float64))(BLOCK, PIVOTS, int64))
def factor_definite(A, ipiv, R):
    """Cholesky's factors from the upper triangle of K and P^T: (info, 1-norm of what is factored).

    A is stored by rows. info: 0; LAPACK's, of K on the null space; or one of the above.
    """
    n = A.shape[0] - 2 * R
    ipiv[0] = -1 - R
    if R > 0:
        if not choose_points(A, ipiv, R):
            return RANK_DEFICIENT, 0.0
        eliminate_points(A, R)
    U = block(A, R, R, n, n)
    anorm, scale = symmetric_norm(U), 0.0
    for i in range(n):
        scale = max(scale, at(U, i, i))
    info = factor_triangle(U, False)
    if info == 0 and not is_sound(U, scale):
        info = UNSOUND
    return info, anorm


@core(Tuple((int64, float64))(BLOCK, PIVOTS))
def factor_general(A, ipiv):
    """LU of a symmetric matrix: (LAPACK's info, its 1-norm)."""
    # The matrix is symmetric: the largest row sum is the 1-norm.
    anorm = 0.0
    for i in range(A.shape[0]):
        anorm = max(anorm, row_norm(A, i, 0))
    return factor_entered(A, ipiv), anorm


@core(void(BLOCK, PIVOTS, BLOCK))
def solve_rows(A, ipiv, rows):
    """`solve`, behind the door."""
    if rows.size == 0:
        return
    if ipiv[0] >= 0:
        solve_factored_any(A, ipiv, transposed(rows), False)
        return
    R = -1 - ipiv[0]
    n, columns = A.shape[0] - 2 * R, rows.shape[0]
    by_row = by_rows(rows)
    W = rows if by_row else duplicate(rows)
    enter_null_space(A, ipiv, R, W)
    solve_definite_any(block(A, R, R, n, n), transposed(block(W, 0, R, columns, n)), False)
    leave_null_space(A, ipiv, R, W)
    if not by_row:
        store(W, rows)


@kernel
def solve(A, ipiv, rows):
    """Weights of the data in `rows`, in place: (S, N + R), a row for each column of data."""
    solve_rows(enter(A), pivots(ipiv), enter(rows))


@core(float64(BLOCK, PIVOTS, float64))
def condition_entered(A, ipiv, anorm):
    """`reciprocal_condition`, behind the door."""
    if ipiv[0] >= 0:
        return gecon_any(A, ipiv, anorm)
    R = -1 - ipiv[0]
    n = A.shape[0] - 2 * R
    return gecon_any(block(A, R, R, n, n), ipiv[:0], anorm)


@kernel
def reciprocal_condition(A, ipiv, anorm):
    """Estimate of 1 / (|A|_1 |A^-1|_1) of the factored matrix, which has the 1-norm `anorm`."""
    return condition_entered(enter(A), pivots(ipiv), anorm)
