"""Second derivatives of an interpolant by the coordinates of the evaluation point,

    d^2 f_c / dx_m dx_n = sum_j a_cj [4 phi2(s_j) d_m d_n + 2 phi1(s_j) delta_mn]
                        + sum_r b_cr d^2 p_r / dx_m dx_n,       d = x - y_j, s_j = |d|^2.

Where x is a data point, phi1 and phi2 at 0 are what the radial function's type says, but a
function of less than two continuous derivatives has none there: NaN.
"""

from math import nan
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel, specialise, sum_kernel
from nbrbf_kernels._sharing import first_block, next_block
from nbrbf_kernels.rbf.blocks import buffer_like, shifted
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.jets import differences
from nbrbf_kernels.rbf.monomials import point
from nbrbf_kernels.rbf.radial_calls import phi1, phi2


def curvature(k: Any, s: Any) -> Any:
    """phi2, NaN at s = 0 where the second derivatives by x do not exist there."""


@specialise(curvature, inline=True)
def _curvature(k, s):
    if k.instance_class.smoothness >= 2:
        return lambda k, s: phi2(k, s)

    def where_it_exists(k, s):
        second = phi2(k, s)
        return nan if s == 0.0 else second

    return where_it_exists


@intrinsic
def add_pair(typingctx, totals, first, second, d):
    """totals_mn + second d_m d_n + first delta_mn for the pairs m <= n, in turn."""

    def codegen(context, builder, signature, args):
        sums = cgutils.unpack_tuple(builder, args[0])
        axes = cgutils.unpack_tuple(builder, args[3])
        added = []
        for m, d_m in enumerate(axes):
            scaled = builder.fmul(args[2], d_m)
            for n in range(m, len(axes)):
                total = builder.fadd(sums[len(added)], builder.fmul(scaled, axes[n]))
                added.append(builder.fadd(total, args[1]) if n == m else total)
        return context.make_tuple(builder, totals, added)

    return totals(totals, first, second, d), codegen


@intrinsic
def no_pairs(typingctx, d):
    """What `add_pair` starts from: a zero for each pair of axes."""
    count = len(d) * (len(d) + 1) // 2
    result = types.UniTuple(types.float64, count)

    def codegen(context, builder, signature, args):
        return context.make_tuple(builder, result, [ir.Constant(ir.DoubleType(), 0.0)] * count)

    return result(d), codegen


@kernel
def hessian(k, points, weights, shift, scale, powers, x, out, size, counts):
    """Hessians at all points of x, all real.

    points and x: rows of shape (N,) and (Q,); weights (S, N + R), a row for each column of the
    data; shift, scale (ndim,); powers (R, ndim). out (S, ndim, ndim, Q) is overwritten, the
    derivatives being by the coordinates as they are in x. Threads may share it (_sharing.py).
    """
    start = first_block(size, counts)
    while start < len(x[0]):
        stop = min(start + size, len(x[0]))
        hessian_block(k, points, weights, shift, scale, powers, x, out, start, stop)
        start = next_block(size, counts)


@sum_kernel
def hessian_block(k, points, weights, shift, scale, powers, x, out, start, stop):
    """`hessian` at the points start <= i < stop of x."""
    prefer_wide_vectors()
    N, S, ndim = len(points[0]), len(weights), len(points)
    slopes, curvatures = buffer_like(x[0]), buffer_like(x[0])
    stride = len(slopes)
    for i in range(start, stop):
        for c in range(S):
            add_polynomial(weights, shift, scale, powers, x, i, N, c, out)
    for first in range(0, N, stride):
        y, a = shifted(points, first), shifted(weights, first)
        length = min(stride, N - first)
        for i in range(start, stop):
            for j in range(length):
                s = squared_distance(x, i, y, j)
                slopes[j] = 2.0 * phi1(k, s)
                curvatures[j] = 4.0 * curvature(k, s)
            for c in range(S):
                totals = no_pairs(x)
                for j in range(length):
                    d = differences(point(x, i), point(y, j))
                    totals = add_pair(totals, a[c, j] * slopes[j], a[c, j] * curvatures[j], d)
                pair = 0
                for m in range(ndim):
                    for n in range(m, ndim):
                        out[c, m, n, i] += totals[pair]
                        out[c, n, m, i] = out[c, m, n, i]
                        pair += 1


@sum_kernel
def add_polynomial(weights, shift, scale, powers, x, i, N, c, out):
    """The polynomial's part of `hessian` at the point i, over what was there."""
    ndim = len(x)
    x_i = point(x, i)
    for m in range(ndim):
        for n in range(m, ndim):
            total = 0.0
            for r in range(len(powers)):
                total += weights[c, N + r] * monomial_second(x_i, shift, scale, powers, r, m, n)
            out[c, m, n, i] = out[c, n, m, i] = total


@kernel
def monomial_second(x_i, shift, scale, powers, r, m, n):
    """d^2/dx_m dx_n of prod_k z_k^powers[r, k] with z_k = (x_k - shift_k) / scale_k."""
    product = 1.0
    for axis in range(len(x_i)):
        order, power = (axis == m) + (axis == n), powers[r, axis]
        if order > power:
            return 0.0
        for t in range(order):
            product *= (power - t) / scale[axis]
        z = (x_i[axis] - shift[axis]) / scale[axis]
        for _ in range(power - order):
            product *= z
    return product
