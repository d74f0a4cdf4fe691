"""Adjoint of the LU of a tall panel, strip by strip of four columns, from the last to the first.

F holds the factors, its rows in their final order, and D their bars, which become those of the
matrix. For a strip and what lies right of it, the latter done,

    | L11\\U11  U12 |     Ubar12 -= L21^T Abar22       Lbar21 -= Abar22 U12^T
    | L21      A22 |     Abar12 = L11^-T Ubar12       Lbar11 -= tril(Abar12 U12^T, -1)

and then the strip by itself, from its last row to the first, each from its last column:

    k < i:   abar_ik = lbar_ik / u_kk     ubar_kk -= l_ik abar_ik
    k >= i:  abar_ik = ubar_ik
    both:    lbar_iq -= abar_ik u_qk      ubar_qk -= l_iq abar_ik     q < min(i, k)
"""

from numba.core.types import void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, sum_kernel
from nbrbf_kernels.linalg.micro import safe_pivots, solve4
from nbrbf_kernels.linalg.triangle import dot
from nbrbf_kernels.linalg.views import BLOCK, at, block, row, transposed


@sum_kernel
def update_row(L21, A22, i, U12, A12):
    """Row i of the bars of L21, which stand left of Abar22, and what it adds to Abar12."""
    n = U12.shape[1]
    l, d, t = row(L21, i, 0, 4), row(A22, i, 0, 4), row(A22, i, 4, n)
    u0, u1, u2, u3 = row(U12, 0, 0, n), row(U12, 1, 0, n), row(U12, 2, 0, n), row(U12, 3, 0, n)
    a0, a1, a2, a3 = row(A12, 0, 0, n), row(A12, 1, 0, n), row(A12, 2, 0, n), row(A12, 3, 0, n)
    l0, l1, l2, l3 = l[0], l[1], l[2], l[3]
    s0 = s1 = s2 = s3 = 0.0
    for c in range(n):
        x = t[c]
        s0 += x * u0[c]
        s1 += x * u1[c]
        s2 += x * u2[c]
        s3 += x * u3[c]
        a0[c] -= x * l0
        a1[c] -= x * l1
        a2[c] -= x * l2
        a3[c] -= x * l3
    d[0], d[1], d[2], d[3] = d[0] - s0, d[1] - s1, d[2] - s2, d[3] - s3


@sum_kernel
def update_two_rows(L21, A22, i, U12, A12):
    """`update_row` for the rows i and i + 1: 16 fused multiply-adds for 14 memory operations."""
    n = U12.shape[1]
    l, d, t = row(L21, i, 0, 4), row(A22, i, 0, 4), row(A22, i, 4, n)
    k, e, v = row(L21, i + 1, 0, 4), row(A22, i + 1, 0, 4), row(A22, i + 1, 4, n)
    u0, u1, u2, u3 = row(U12, 0, 0, n), row(U12, 1, 0, n), row(U12, 2, 0, n), row(U12, 3, 0, n)
    a0, a1, a2, a3 = row(A12, 0, 0, n), row(A12, 1, 0, n), row(A12, 2, 0, n), row(A12, 3, 0, n)
    l0, l1, l2, l3, k0, k1, k2, k3 = l[0], l[1], l[2], l[3], k[0], k[1], k[2], k[3]
    s0 = s1 = s2 = s3 = r0 = r1 = r2 = r3 = 0.0
    for c in range(n):
        x, y, w0, w1, w2, w3 = t[c], v[c], u0[c], u1[c], u2[c], u3[c]
        s0 += x * w0
        s1 += x * w1
        s2 += x * w2
        s3 += x * w3
        r0 += y * w0
        r1 += y * w1
        r2 += y * w2
        r3 += y * w3
        a0[c] -= x * l0 + y * k0
        a1[c] -= x * l1 + y * k1
        a2[c] -= x * l2 + y * k2
        a3[c] -= x * l3 + y * k3
    d[0], d[1], d[2], d[3] = d[0] - s0, d[1] - s1, d[2] - s2, d[3] - s3
    e[0], e[1], e[2], e[3] = e[0] - r0, e[1] - r1, e[2] - r2, e[3] - r3


@kernel
def update_adjoint(F, D, right):
    """What lies right of a strip of four columns."""
    m = F.shape[0]
    U12, A12 = block(F, 0, 4, 4, right), block(D, 0, 4, 4, right)
    for i in range(4, m - 1, 2):
        update_two_rows(F, D, i, U12, A12)
    if m % 2 == 1:
        update_row(F, D, m - 1, U12, A12)
    solve4(transposed(block(F, 0, 0, 4, 4)), A12, False, True)
    for i in range(1, 4):
        for j in range(i):
            row(D, i, 0, 4)[j] -= dot(row(A12, i, 0, right), row(U12, j, 0, right), right)


@kernel
def strip_adjoint_rows(F, D, first, last, w):
    """The rows last to first of a strip of w columns, any row."""
    for h in range(last - first):
        i = last - 1 - h
        f, d = row(F, i, 0, w), row(D, i, 0, w)
        for g in range(w):
            k = w - 1 - g
            if k < i:
                d[k] /= at(F, k, k)
                row(D, k, 0, w)[k] -= f[k] * d[k]
            for q in range(min(i, k)):
                d[q] -= d[k] * at(F, q, k)
                row(D, q, 0, w)[k] -= f[q] * d[k]


@kernel
def strip_adjoint(F, D, w):
    """A strip of w columns."""
    m = F.shape[0]
    if w < 4 or m < 4 or not safe_pivots(F):
        strip_adjoint_rows(F, D, 0, m, w)
        return
    f0, f1, f2, f3 = row(F, 0, 0, 4), row(F, 1, 0, 4), row(F, 2, 0, 4), row(F, 3, 0, 4)
    r0, r1, r2, r3 = 1.0 / f0[0], 1.0 / f1[1], 1.0 / f2[2], 1.0 / f3[3]
    u01, u02, u03, u12, u13, u23 = f0[1], f0[2], f0[3], f1[2], f1[3], f2[3]
    v00 = v01 = v02 = v03 = v11 = v12 = v13 = v22 = v23 = v33 = 0.0
    for i in range(4, m):
        f, d = row(F, i, 0, 4), row(D, i, 0, 4)
        l0, l1, l2, l3 = f[0], f[1], f[2], f[3]
        x3 = d[3] * r3
        x2 = (d[2] - x3 * u23) * r2
        x1 = (d[1] - x3 * u13 - x2 * u12) * r1
        x0 = (d[0] - x3 * u03 - x2 * u02 - x1 * u01) * r0
        d[0], d[1], d[2], d[3] = x0, x1, x2, x3
        v00 += l0 * x0
        v01 += l0 * x1
        v02 += l0 * x2
        v03 += l0 * x3
        v11 += l1 * x1
        v12 += l1 * x2
        v13 += l1 * x3
        v22 += l2 * x2
        v23 += l2 * x3
        v33 += l3 * x3
    d0, d1, d2, d3 = row(D, 0, 0, 4), row(D, 1, 0, 4), row(D, 2, 0, 4), row(D, 3, 0, 4)
    d0[0], d0[1], d0[2], d0[3] = d0[0] - v00, d0[1] - v01, d0[2] - v02, d0[3] - v03
    d1[1], d1[2], d1[3] = d1[1] - v11, d1[2] - v12, d1[3] - v13
    d2[2], d2[3], d3[3] = d2[2] - v22, d2[3] - v23, d3[3] - v33
    strip_adjoint_rows(F, D, 0, 4, 4)


@core(void(BLOCK, BLOCK))
def panel_adjoint(F, D):
    """D, the bars of the factors F of a panel, become those of the panel, its rows as in F."""
    m, n = F.shape
    for h in range((n + 3) // 4):
        j = 4 * ((n + 3) // 4 - 1 - h)
        w, right = min(4, n - j), max(n - j - 4, 0)
        G, E = block(F, j, j, m - j, w + right), block(D, j, j, m - j, w + right)
        if right > 0:
            update_adjoint(G, E, right)
        strip_adjoint(G, E, w)
