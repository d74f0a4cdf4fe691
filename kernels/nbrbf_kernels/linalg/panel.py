"""LU of a tall panel in strips of four columns, and its tangent.

Real, for the strip of columns j to j + 4 and what lies right of it:

    | L11\\U11  U12 |     the strip column by column with pivots, whole rows swapped;
    | L21      A22 |     U12 = L11^-1 A12;  A22 -= L21 U12

Tangent, with the rows already in their final order and the factors known:

    l'_ik = (a'_ik - sum_{q<k} l'_iq u_qk - sum_{q<=k} l_iq u'_qk) / u_kk
    u'_ik =  a'_ik - sum_{q<i} (l'_iq u_qk + l_iq u'_qk)
    U12' = L11^-1 (A12' - L11' U12);  A22' -= L21' U12 + L21 U12'

The strip's tangent thus needs no pivots and no order of elimination but the rows' own.
"""

from numba.core.types import int64, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.micro import rank4, safe_pivots, solve4, triangle4
from nbrbf_kernels.linalg.small import LARGEST, small_panel
from nbrbf_kernels.linalg.strip import strip
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, at, block, row

# Columns up to which loops over single numbers are faster than vectors.
FEW = 8

# A call costs 10 ns, and the LU of a matrix of 8 rows 150.
inlined_rank4, inlined_solve4 = rank4.kernel, solve4.kernel


@core(int64(BLOCK, PIVOTS, int64))
def panel_real(A, ipiv, offset):
    """LU of the tall panel A; row 0 is row `offset` of the matrix that ipiv belongs to."""
    m, n = A.shape
    if n > FEW and m <= LARGEST:
        return small_panel(A, ipiv, offset)
    info = 0
    for j in range(0, n, 4):
        w = min(4, n - j)
        first = strip(A, j, w, ipiv, offset)
        if info == 0:
            info = first
        right = n - j - 4
        if right > 0:
            U12 = block(A, j, j + 4, 4, right)
            inlined_solve4(block(A, j, j, 4, 4), U12, True, True)
            L21 = block(A, j + 4, j, m - j - 4, 4)
            inlined_rank4(block(A, j + 4, j + 4, m - j - 4, right), L21, U12)
    return info


@kernel
def strip_tangent_rows(F, D, first, last, w):
    """Tangent of the rows first to last of a strip of w columns, any row."""
    for i in range(first, last):
        f, d = row(F, i, 0, w), row(D, i, 0, w)
        for k in range(w):
            s = d[k]
            for q in range(min(i, k)):
                s -= d[q] * at(F, q, k)
            for q in range(min(i, k + 1)):
                s -= f[q] * at(D, q, k)
            d[k] = s / at(F, k, k) if k < i else s


@kernel
def strip_tangent(F, D, w):
    """Tangent of a strip of w columns: D becomes the tangent of its factors F."""
    m = F.shape[0]
    strip_tangent_rows(F, D, 0, min(w, m), w)
    if w < 4 or m < 4 or not safe_pivots(F):
        strip_tangent_rows(F, D, w, m, w)
        return
    f0, f1, f2, f3 = row(F, 0, 0, 4), row(F, 1, 0, 4), row(F, 2, 0, 4), row(F, 3, 0, 4)
    d0, d1, d2, d3 = row(D, 0, 0, 4), row(D, 1, 0, 4), row(D, 2, 0, 4), row(D, 3, 0, 4)
    r0, r1, r2, r3 = 1.0 / f0[0], 1.0 / f1[1], 1.0 / f2[2], 1.0 / f3[3]
    u01, u02, u03, u12, u13, u23 = f0[1], f0[2], f0[3], f1[2], f1[3], f2[3]
    v00, v01, v02, v03 = d0[0], d0[1], d0[2], d0[3]
    v11, v12, v13, v22, v23, v33 = d1[1], d1[2], d1[3], d2[2], d2[3], d3[3]
    for i in range(4, m):
        f, d = row(F, i, 0, 4), row(D, i, 0, 4)
        l0, l1, l2, l3 = f[0], f[1], f[2], f[3]
        x0 = (d[0] - l0 * v00) * r0
        x1 = (d[1] - l0 * v01 - l1 * v11 - x0 * u01) * r1
        x2 = (d[2] - l0 * v02 - l1 * v12 - l2 * v22 - x0 * u02 - x1 * u12) * r2
        x3 = d[3] - l0 * v03 - l1 * v13 - l2 * v23 - l3 * v33
        x3 = (x3 - x0 * u03 - x1 * u13 - x2 * u23) * r3
        d[0], d[1], d[2], d[3] = x0, x1, x2, x3


@core(void(BLOCK, BLOCK))
def panel_tangent(F, D):
    """D, the tangent of a panel with its rows in the order of F, becomes that of its factors F."""
    m, n = F.shape
    for j in range(0, n, 4):
        w = min(4, n - j)
        strip_tangent(block(F, j, j, m - j, w), block(D, j, j, m - j, w), w)
        right, below = n - j - 4, m - j - 4
        if right > 0:
            L11, U12 = block(F, j, j, 4, 4), block(F, j, j + 4, 4, right)
            dU12 = block(D, j, j + 4, 4, right)
            triangle4(dU12, block(D, j, j, 4, 4), U12, True, True)
            solve4(L11, dU12, True, True)
            dA22 = block(D, j + 4, j + 4, below, right)
            rank4(dA22, block(D, j + 4, j, below, 4), U12)
            rank4(dA22, block(F, j + 4, j, below, 4), dU12)
