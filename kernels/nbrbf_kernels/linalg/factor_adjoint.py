"""Adjoint of the LU factorisation, from the factors alone.

With the rows in their final order, that is of PA = L U, the bars satisfy

    LUbar = tril(Abar U^T, -1) + triu(L^T Abar)

(de Hoog, Anderssen, Lukas 2011, doi 10.1090/S0025-5718-2011-02451-8, transposed), which the
steps of the factorisation backwards solve for Abar in place. Differentiated, it is the same
equation for Abar', with the bars

    LUbar' - tril(Abar U'^T, -1) - triu(L'^T Abar)

so that planes of partials need no adjoint of their own.
"""

import numpy as np
from numba.core.types import void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.blocks import subtract_product_real
from nbrbf_kernels.linalg.halves import halves
from nbrbf_kernels.linalg.outer import subtract_outer, subtract_outer_triangle
from nbrbf_kernels.linalg.panel_adjoint import panel_adjoint
from nbrbf_kernels.linalg.triangular import solve
from nbrbf_kernels.linalg.views import BLOCK, PLANES, at, block, plane, strided

# Columns of a panel; wider ones are slower at every size but below 16.
PANEL = 16
# Columns of the equation for Abar' whose bars are brought up to date together.
BASE = 64


@kernel
def eliminate_adjoint(F, D, start, end, right):
    """The columns end to end + right, brought up to date with those from start to end:

    | L11  U12 |  start       Ubar12 -= L21^T Abar22      Lbar21 -= Abar22 U12^T
    | L21  A22 |  end         Abar12 = L11^-T Ubar12      Lbar11 -= tril(Abar12 U12^T, -1)
    start  end   end + right
    """
    span, below = end - start, F.shape[0] - end
    U12, A12 = block(F, start, end, span, right), block(D, start, end, span, right)
    if below > 0:
        A22 = block(D, end, end, below, right)
        subtract_product_real(A12, block(F, end, start, below, span), True, A22)
        subtract_outer(block(D, end, start, below, span), A22, U12)
    solve(block(F, start, start, span, span), A12, True, True, True)
    subtract_outer_triangle(block(D, start, start, span, span), A12, U12, True, True)


@core(void(BLOCK, BLOCK))
def factor_adjoint_real(F, D):
    """The steps of `factor` backwards."""
    m, n = F.shape
    k, base = min(m, n), PANEL
    if n > m:
        eliminate_adjoint(F, D, 0, m, n - m)
    panels = (k + base - 1) // base
    for h in range(panels):
        j = panels - 1 - h
        first = j * base
        end = min(first + base, k)
        span, right = halves(j, base, k - end)
        if right > 0:
            eliminate_adjoint(F, D, end - span, end, right)
        rows, width = m - first, end - first
        panel_adjoint(block(F, first, first, rows, width), block(D, first, first, rows, width))


@kernel
def split(F, U, L):
    """The two triangles of a block on the diagonal, zeros in the other; that of L is strict."""
    for i in range(F.shape[0]):
        for j in range(F.shape[1]):
            x = at(F, i, j)
            U[i, j], L[i, j] = (0.0, x) if j < i else (x, 0.0)


@kernel
def add_triangles(D, lower, upper):
    """D += lower below the diagonal, D += upper on and above it."""
    for i in range(D.shape[0]):
        for j in range(D.shape[1]):
            D[i, j] += lower[i, j] if j < i else upper[i, j]


@core(void(BLOCK, BLOCK, BLOCK))
def subtract_tangent_terms(F, A, D):
    """D -= tril(Abar U'^T, -1) + triu(L'^T Abar), with U' and L' held by F."""
    m, n = A.shape
    k = min(m, n)
    W = strided(np.empty((4, min(BASE, k), min(BASE, k))))
    for start in range(0, k, BASE):
        w = min(BASE, k - start)
        end, below, right = start + w, m - start - w, n - start - w
        U, L = block(plane(W, 0), 0, 0, w, w), block(plane(W, 1), 0, 0, w, w)
        lower, upper = block(plane(W, 2), 0, 0, w, w), block(plane(W, 3), 0, 0, w, w)
        split(block(F, start, start, w, w), U, L)
        L21, U12 = block(F, end, start, below, w), block(F, start, end, w, right)
        A11, A12 = block(A, start, start, w, w), block(A, start, end, w, right)
        A21, A22 = block(A, end, start, below, w), block(A, end, end, below, right)
        D12, D21 = block(D, start, end, w, right), block(D, end, start, below, w)
        lower[:, :] = 0.0
        upper[:, :] = 0.0
        subtract_outer(lower, A11, U)
        subtract_outer(lower, A12, U12)
        subtract_product_real(upper, L, True, A11)
        subtract_product_real(upper, L21, True, A21)
        add_triangles(block(D, start, start, w, w), lower, upper)
        subtract_outer(D21, A21, U)
        subtract_outer(D21, A22, U12)
        subtract_product_real(D12, L, True, A12)
        subtract_product_real(D12, L21, True, A22)


@core(void(PLANES, PLANES))
def factor_adjoint_planes(F, D):
    factor_adjoint_real(F.value, D.value)
    for k in range(D.partials.shape[0]):
        dD = plane(D.partials, k)
        subtract_tangent_terms(plane(F.partials, k), D.value, dD)
        factor_adjoint_real(F.value, dD)


@core(void(BLOCK, PLANES))
def factor_adjoint_linear(F, D):
    factor_adjoint_real(F, D.value)
    for k in range(D.partials.shape[0]):
        factor_adjoint_real(F, plane(D.partials, k))


# D, the bars of the factors F, become those of the matrix, its rows in the order of F.
factor_adjoint = choice(factor_adjoint_real, factor_adjoint_linear, factor_adjoint_planes)
