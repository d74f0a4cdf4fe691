"""Four rows or columns at a time: the loops under the panel and the triangular solve.

Rank 4 on four rows is 16 fused multiply-adds for 12 memory operations; one column and one row
at a time would be 1 for 3. Blocks are real, with unit inner stride.
"""

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.views import row


@kernel
def swap(A, i, k):
    """Swap the rows i and k."""
    n = A.shape[1]
    a, b = row(A, i, 0, n), row(A, k, 0, n)
    for t in range(n):
        a[t], b[t] = b[t], a[t]


@kernel
def entry(T, i, j, trans):
    """op(T)[i, j]."""
    return row(T, j, i, 1)[0] if trans else row(T, i, j, 1)[0]


@kernel
def four(T, i, trans):
    """op(T)[i, 0:4]."""
    return entry(T, i, 0, trans), entry(T, i, 1, trans), entry(T, i, 2, trans), entry(T, i, 3, trans)


@kernel
def rank4(C, L, trans, U):
    """C -= op(L) U, with U of four rows."""
    m, n = C.shape
    u0, u1, u2, u3 = row(U, 0, 0, n), row(U, 1, 0, n), row(U, 2, 0, n), row(U, 3, 0, n)
    i = 0
    while i + 4 <= m:
        a0, a1, a2, a3 = four(L, i, trans)
        b0, b1, b2, b3 = four(L, i + 1, trans)
        c0, c1, c2, c3 = four(L, i + 2, trans)
        d0, d1, d2, d3 = four(L, i + 3, trans)
        a, b, c, d = row(C, i, 0, n), row(C, i + 1, 0, n), row(C, i + 2, 0, n), row(C, i + 3, 0, n)
        for t in range(n):
            x0, x1, x2, x3 = u0[t], u1[t], u2[t], u3[t]
            a[t] = a[t] - a0 * x0 - a1 * x1 - a2 * x2 - a3 * x3
            b[t] = b[t] - b0 * x0 - b1 * x1 - b2 * x2 - b3 * x3
            c[t] = c[t] - c0 * x0 - c1 * x1 - c2 * x2 - c3 * x3
            d[t] = d[t] - d0 * x0 - d1 * x1 - d2 * x2 - d3 * x3
        i += 4
    while i < m:
        a0, a1, a2, a3 = four(L, i, trans)
        a = row(C, i, 0, n)
        for t in range(n):
            a[t] = a[t] - a0 * u0[t] - a1 * u1[t] - a2 * u2[t] - a3 * u3[t]
        i += 1


@kernel
def solve4(T, B, forward, trans, unit):
    """B = op(T)^-1 B for a triangle T of four rows or fewer, from its first row or its last."""
    w, n = B.shape
    if w == 4:
        p, q, r, s = (0, 1, 2, 3) if forward else (3, 2, 1, 0)
        qp, rp, rq = entry(T, q, p, trans), entry(T, r, p, trans), entry(T, r, q, trans)
        sp, sq, sr = entry(T, s, p, trans), entry(T, s, q, trans), entry(T, s, r, trans)
        pp = qq = rr = ss = 1.0
        if not unit:
            pp, qq = 1.0 / entry(T, p, p, trans), 1.0 / entry(T, q, q, trans)
            rr, ss = 1.0 / entry(T, r, r, trans), 1.0 / entry(T, s, s, trans)
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
            x, tkj = row(B, j, 0, n), entry(T, k, j, trans)
            for t in range(n):
                b[t] -= tkj * x[t]
        if not unit:
            scale = 1.0 / entry(T, k, k, trans)
            for t in range(n):
                b[t] *= scale


@kernel
def triangle4(C, T, X, forward, trans, unit):
    """C -= tri(op(T)) X for a triangle T of four rows or fewer: the strict one if `unit`."""
    w, n = C.shape
    if w == 4:
        p, q, r, s = (0, 1, 2, 3) if forward else (3, 2, 1, 0)
        qp, rp, rq = entry(T, q, p, trans), entry(T, r, p, trans), entry(T, r, q, trans)
        sp, sq, sr = entry(T, s, p, trans), entry(T, s, q, trans), entry(T, s, r, trans)
        cp, cq, cr, cs = row(C, p, 0, n), row(C, q, 0, n), row(C, r, 0, n), row(C, s, 0, n)
        xp, xq, xr, xs = row(X, p, 0, n), row(X, q, 0, n), row(X, r, 0, n), row(X, s, 0, n)
        if unit:
            for t in range(n):
                cq[t] -= qp * xp[t]
                cr[t] = cr[t] - rp * xp[t] - rq * xq[t]
                cs[t] = cs[t] - sp * xp[t] - sq * xq[t] - sr * xr[t]
            return
        pp, qq = entry(T, p, p, trans), entry(T, q, q, trans)
        rr, ss = entry(T, r, r, trans), entry(T, s, s, trans)
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
            x, tkj = row(X, j, 0, n), entry(T, k, j, trans)
            for t in range(n):
                c[t] -= tkj * x[t]
