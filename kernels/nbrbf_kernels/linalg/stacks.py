"""Stacks of systems, each by itself: factored, solved, and what is singular told apart.

Threads may share a stack (_sharing.py). Of tangents

    A X' = B' - A' X

are further right-hand sides, as in solve_system.py.
"""

import math

import numpy as np
from numba.core.types import Array, boolean, float64, int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels._sharing import SHARE, first_block, next_block
from nbrbf_kernels.linalg.blocks import subtract_product_real
from nbrbf_kernels.linalg.cholesky import factor as factor_definite
from nbrbf_kernels.linalg.cholesky_solve import solve_definite
from nbrbf_kernels.linalg.determinant import slogdet
from nbrbf_kernels.linalg.lu import factor_entered
from nbrbf_kernels.linalg.solve import solve_factored
from nbrbf_kernels.linalg.triangle import dot
from nbrbf_kernels.linalg.views import block, plane, row, strided

STACK, PLANES_OF_STACK = (Array(float64, ndim, "C") for ndim in (3, 4))
INFOS, NUMBERS = (Array(each, 1, "C") for each in (int64, float64))


@kernel(inline=True)
def copy(A, W):
    """W = A, both contiguous: in one piece, of which the last numbers alone are slow."""
    a, w = row(A, 0, 0, A.size), row(W, 0, 0, A.size)
    for t in range(A.size):
        w[t] = a[t]


@kernel
def is_finite(W):
    """Whether all entries of W, contiguous, are: if their squares have a finite sum."""
    w = row(W, 0, 0, W.size)
    return math.isfinite(dot(w, w, W.size)) or np.isfinite(W).all()


@core(void(STACK, PLANES_OF_STACK, STACK, STACK, boolean, boolean, boolean, INFOS, *SHARE))
def solve_stack(A, dA, X, dX, trans, definite, check_finite, info, size, counts):
    """Solve op(A_s) X_s = B_s for all s, and p tangents of it.

    A (k, n, n) is read; dA (p, k, n, n), of which there are none if A is constant. X (k, n, r) is
    B and becomes X; dX (k, n, p r) is the planes of B' side by side and becomes those of X'. Where
    info (k,), which is that of `getrf`, or if `definite` of `potrf`, is not 0, they are left; it
    is -1 if `check_finite` and an entry of A_s is not.
    """
    n, r = X.shape[1:]
    W, ipiv = strided(np.empty((n, n))), np.empty(n, np.int64)
    start = first_block(size, counts)
    while start < len(X):
        for s in range(start, min(start + size, len(X))):
            V, dV = plane(X, s), plane(dX, s)
            copy(plane(A, s), W)
            if check_finite and not is_finite(W):
                info[s] = -1
            else:
                info[s] = factor_definite(W, False) if definite else factor_entered(W, ipiv)
            if info[s] != 0:
                continue
            solve_one(W, ipiv, V, trans, definite)
            for k in range(dA.shape[0]):
                of_k = block(dV, 0, k * r, n, r)
                subtract_product_real(of_k, plane(plane(dA, k), s), trans, V)
            if dV.shape[1] > 0:
                solve_one(W, ipiv, dV, trans, definite)
        start = next_block(size, counts)


# Order up to which calls would take longer than the loops.
FEW = 8


@kernel(inline=True)
def solve_few(W, ipiv, x):
    """x = A^-1 x for the row x and the factors of a matrix of few rows."""
    n = W.shape[0]
    for i in range(n):
        p = ipiv[i]
        x[i], x[p] = x[p], x[i]
    for i in range(1, n):
        w, total = row(W, i, 0, i), x[i]
        for j in range(i):
            total -= w[j] * x[j]
        x[i] = total
    for h in range(n):
        i = n - 1 - h
        w, total = row(W, i, i, n - i), x[i]
        for j in range(1, n - i):
            total -= w[j] * x[i + j]
        x[i] = total / w[0]


@kernel(inline=True)
def solve_one(W, ipiv, V, trans, definite):
    if V.size <= FEW and V.size == W.shape[0] and not (trans or definite):
        solve_few(W, ipiv, row(V, 0, 0, V.size))
    elif definite:
        solve_definite(W, False, V, False)
    else:
        solve_factored(W, False, ipiv, V, trans)


@core(void(STACK, NUMBERS, NUMBERS, *SHARE))
def slogdet_stack(A, sign, logdet, size, counts):
    """Sign and logarithm of |det A_s| for all s: 0 and -inf if it is singular."""
    n = A.shape[1]
    W, ipiv = strided(np.empty((n, n))), np.empty(n, np.int64)
    start = first_block(size, counts)
    while start < len(A):
        for s in range(start, min(start + size, len(A))):
            copy(plane(A, s), W)
            factor_entered(W, ipiv)
            sign[s], logdet[s] = slogdet(W, ipiv)
        start = next_block(size, counts)
