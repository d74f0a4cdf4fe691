"""Reciprocal condition number in the 1-norm, estimated from the factors in O(n^2).

The factors are those of LU, or of Cholesky where there are no pivots.

Higham (1988), ACM TOMS 14, 381, algorithm 4.1: a few steps of a power method for the largest
||A^-1 x||_1 over ||x||_1 = 1, and one fixed vector that catches what they can miss.
"""

import math

import numpy as np
from numba.core.types import float64

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.cholesky_solve import solve_definite
from nbrbf_kernels.linalg.door import enter, pivots, real, stored_by_rows
from nbrbf_kernels.linalg.solve import solve_factored
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, at, column, transposed

STEPS = 5


@kernel
def apply_inverse(R, flipped, ipiv, x, trans):
    """x = A^-1 x, or A^-T x; returns its 1-norm. Of Cholesky's factors U is stored by rows as R."""
    if ipiv.size > 0:
        solve_factored(R, flipped, ipiv, column(x), trans)
    else:
        solve_definite(R, flipped, column(x), False)
    total = 0.0
    for i in range(x.size):
        total += abs(x[i])
    return total


@kernel
def take_signs(x, signs):
    """x and signs become the signs of x; whether that is what they were."""
    same = True
    for i in range(x.size):
        s = 1.0 if x[i] >= 0.0 else -1.0
        same = same and s == signs[i]
        x[i] = signs[i] = s
    return same


@kernel
def index_of_largest(x):
    best, j = -1.0, 0
    for i in range(x.size):
        if abs(x[i]) > best:
            best, j = abs(x[i]), i
    return j


@kernel
def inverse_norm(R, flipped, ipiv):
    """Estimate of ||A^-1||_1, a lower bound; not finite if a solution overflows."""
    n = R.shape[0]
    x, signs = np.full(n, 1.0 / n), np.zeros(n)
    estimate = apply_inverse(R, flipped, ipiv, x, False)
    if n == 1 or not math.isfinite(estimate):
        return estimate
    take_signs(x, signs)
    apply_inverse(R, flipped, ipiv, x, True)
    j = index_of_largest(x)
    for _ in range(STEPS - 1):
        x[:] = 0.0
        x[j] = 1.0
        previous, estimate = estimate, apply_inverse(R, flipped, ipiv, x, False)
        if take_signs(x, signs) or not estimate > previous:
            break
        apply_inverse(R, flipped, ipiv, x, True)
        last, j = j, index_of_largest(x)
        if x[last] == abs(x[j]):
            break
    for i in range(n):
        x[i] = (1.0 + i / (n - 1)) * (-1.0 if i % 2 else 1.0)
    alternating = 2.0 * apply_inverse(R, flipped, ipiv, x, False) / (3.0 * n)
    return alternating if not alternating < estimate else estimate


@core(float64(BLOCK, PIVOTS, float64))
def gecon_any(LU, ipiv, anorm):
    n = LU.shape[0]
    if n == 0:
        return 1.0
    R, flipped = stored_by_rows(LU)
    spoiled, singular = math.isnan(anorm), anorm == 0.0
    for i in range(n):
        u = at(R, i, i)
        spoiled, singular = spoiled or math.isnan(u), singular or u == 0.0
    if spoiled:
        return math.nan
    norm = math.inf if singular else inverse_norm(R, flipped, ipiv)
    return 1.0 / norm / anorm if math.isfinite(norm) else 0.0


@kernel
def gecon(LU, ipiv, anorm):
    """Reciprocal condition number of A in the 1-norm, estimated from its factors.

    Parameters
    ----------
    LU, ipiv : (n, n) array, (n,) array of any integer type
        As `getrf` gives them.
    anorm : float
        The 1-norm of A, before it was factorised.

    Returns
    -------
    rcond : float
        0 for a singular A, and NaN if A has NaN.
    """
    real(LU, "LU")
    return gecon_any(enter(LU), pivots(ipiv), float(anorm))


@kernel
def pocon_flag(L, anorm, lower):
    """`pocon` with its flag as an integer."""
    real(L, "L")
    U = transposed(enter(L)) if lower != 0 else enter(L)
    return gecon_any(U, np.empty(0, np.int64), float(anorm))


def pocon(L, anorm, lower=True):
    """`gecon` from the Cholesky factor of a positive definite A.

    Parameters
    ----------
    L : (n, n) array
        As `potrf` gives it: L, or U if not `lower`; the other triangle is not read.
    anorm : float
        The 1-norm of A, before it was factorised.
    lower : bool
        Which triangle holds the factor.

    Returns
    -------
    rcond : float
        0 for a singular A, and NaN if A has NaN.
    """
    return pocon_flag(L, anorm, lower + 0)


@specialise(pocon)
def _(L, anorm, lower=True):
    return pocon
