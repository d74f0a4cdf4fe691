"""Four rows or columns at a time: the loops under the panel and the triangular solve.

Rank 4 on four rows is 16 fused multiply-adds for 12 memory operations; one column and one row
at a time would be 1 for 3. Blocks are real, with unit inner stride, but for
T and L, which may be transposed views.
"""

from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.vectors import VECTOR, exchange
from nbrbf_kernels.linalg.views import BLOCK, at, row

# Its reciprocal is the largest that is still finite, as LAPACK's dlamch("S").
SAFE_MINIMUM = 2.2250738585072014e-308


@kernel
def safe_pivots(T):
    """Whether the four pivots of T have finite reciprocals, zeros counted as not."""
    low = min(abs(at(T, 0, 0)), abs(at(T, 1, 1)))
    high = min(abs(at(T, 2, 2)), abs(at(T, 3, 3)))
    return min(low, high) >= SAFE_MINIMUM


@kernel(inline=True)
def swap(A, i, k):
    """Swap the rows i and k."""
    n = A.shape[1]
    a, b = row(A, i, 0, n), row(A, k, 0, n)
    whole = n & -VECTOR
    for t in range(0, whole, VECTOR):
        exchange(a, t, b, t)
    for t in range(whole, n):
        x, y = at(A, i, t), at(A, k, t)
        row(A, i, t, 1)[0], row(A, k, t, 1)[0] = y, x


@core(void(BLOCK, BLOCK, BLOCK))
def rank4(C, L, U):
    """C -= L U, with U of four rows."""
    m, n = C.shape
    u0, u1, u2, u3 = row(U, 0, 0, n), row(U, 1, 0, n), row(U, 2, 0, n), row(U, 3, 0, n)
    i = 0
    while i + 4 <= m:
        a0, a1, a2, a3 = at(L, i, 0), at(L, i, 1), at(L, i, 2), at(L, i, 3)
        b0, b1, b2, b3 = at(L, i + 1, 0), at(L, i + 1, 1), at(L, i + 1, 2), at(L, i + 1, 3)
        c0, c1, c2, c3 = at(L, i + 2, 0), at(L, i + 2, 1), at(L, i + 2, 2), at(L, i + 2, 3)
        d0, d1, d2, d3 = at(L, i + 3, 0), at(L, i + 3, 1), at(L, i + 3, 2), at(L, i + 3, 3)
        a, b, c, d = row(C, i, 0, n), row(C, i + 1, 0, n), row(C, i + 2, 0, n), row(C, i + 3, 0, n)
        for t in range(n):
            x0, x1, x2, x3 = u0[t], u1[t], u2[t], u3[t]
            a[t] = a[t] - a0 * x0 - a1 * x1 - a2 * x2 - a3 * x3
            b[t] = b[t] - b0 * x0 - b1 * x1 - b2 * x2 - b3 * x3
            c[t] = c[t] - c0 * x0 - c1 * x1 - c2 * x2 - c3 * x3
            d[t] = d[t] - d0 * x0 - d1 * x1 - d2 * x2 - d3 * x3
        i += 4
    while i < m:
        a0, a1, a2, a3 = at(L, i, 0), at(L, i, 1), at(L, i, 2), at(L, i, 3)
        a = row(C, i, 0, n)
        for t in range(n):
            a[t] = a[t] - a0 * u0[t] - a1 * u1[t] - a2 * u2[t] - a3 * u3[t]
        i += 1


@core(void(BLOCK, BLOCK, boolean, boolean))
def solve4(T, B, forward, unit):
    """B = T^-1 B for a triangle T of four rows or fewer, from its first row or its last."""
    w, n = B.shape
    if w == 4 and (unit or safe_pivots(T)):
        p, q, r, s = (0, 1, 2, 3) if forward else (3, 2, 1, 0)
        qp, rp, rq = at(T, q, p), at(T, r, p), at(T, r, q)
        sp, sq, sr = at(T, s, p), at(T, s, q), at(T, s, r)
        pp = qq = rr = ss = 1.0
        if not unit:
            pp, qq = 1.0 / at(T, p, p), 1.0 / at(T, q, q)
            rr, ss = 1.0 / at(T, r, r), 1.0 / at(T, s, s)
        bp, bq, br, bs = row(B, p, 0, n), row(B, q, 0, n), row(B, r, 0, n), row(B, s, 0, n)
        for t in range(n):
            xp = pp * bp[t]
            xq = qq * (bq[t] - qp * xp)
            xr = rr * (br[t] - rp * xp - rq * xq)
            xs = ss * (bs[t] - sp * xp - sq * xq - sr * xr)
            bp[t], bq[t], br[t], bs[t] = xp, xq, xr, xs
        return
    for i in range(w):
        k = i if forward else w - 1 - i
        b = row(B, k, 0, n)
        for h in range(i):
            j = h if forward else w - 1 - h
            x, tkj = row(B, j, 0, n), at(T, k, j)
            for t in range(n):
                b[t] -= tkj * x[t]
        if not unit:
            tkk = at(T, k, k)
            for t in range(n):
                b[t] /= tkk


@core(void(BLOCK, BLOCK, BLOCK, boolean, boolean))
def triangle4(C, T, X, forward, unit):
    """C -= tri(T) X for a triangle T of four rows or fewer: the strict one if `unit`."""
    w, n = C.shape
    if w == 4:
        p, q, r, s = (0, 1, 2, 3) if forward else (3, 2, 1, 0)
        qp, rp, rq = at(T, q, p), at(T, r, p), at(T, r, q)
        sp, sq, sr = at(T, s, p), at(T, s, q), at(T, s, r)
        cp, cq, cr, cs = row(C, p, 0, n), row(C, q, 0, n), row(C, r, 0, n), row(C, s, 0, n)
        xp, xq, xr, xs = row(X, p, 0, n), row(X, q, 0, n), row(X, r, 0, n), row(X, s, 0, n)
        if unit:
            for t in range(n):
                cq[t] -= qp * xp[t]
                cr[t] = cr[t] - rp * xp[t] - rq * xq[t]
                cs[t] = cs[t] - sp * xp[t] - sq * xq[t] - sr * xr[t]
            return
        pp, qq = at(T, p, p), at(T, q, q)
        rr, ss = at(T, r, r), at(T, s, s)
        for t in range(n):
            cp[t] -= pp * xp[t]
            cq[t] = cq[t] - qp * xp[t] - qq * xq[t]
            cr[t] = cr[t] - rp * xp[t] - rq * xq[t] - rr * xr[t]
            cs[t] = cs[t] - sp * xp[t] - sq * xq[t] - sr * xr[t] - ss * xs[t]
        return
    for i in range(w):
        k = i if forward else w - 1 - i
        c = row(C, k, 0, n)
        for h in range(i if unit else i + 1):
            j = h if forward else w - 1 - h
            x, tkj = row(X, j, 0, n), at(T, k, j)
            for t in range(n):
                c[t] -= tkj * x[t]
