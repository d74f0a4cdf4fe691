"""The polynomial's part of the adjoints: cotangents of points, and of coefficients.

Of the monomials most are of degree 0 or 1, whose slopes are constants: those are summed in loops
that vectorise, and all others point by point.
"""

from typing import Any

from numba import types

from nbrbf_kernels._jit import kernel, specialise, sum_kernel
from nbrbf_kernels.rbf.monomials import monomial, monomial_slope, point

CONSTANT, HIGHER = -1, -2


@kernel(inline=True)
def axis_of(powers, r):
    """The axis of a monomial of degree 1; CONSTANT of degree 0, HIGHER of a higher one."""
    found = CONSTANT
    for axis in range(powers.shape[1]):
        n = powers[r, axis]
        if n > 0:
            found = axis if n == 1 and found == CONSTANT else HIGHER
    return found


@sum_kernel
def add_polynomial(u, v, shift, scale, powers, z, z_bar):
    """z_bar_i += sum_cr u_ci v_c(n+r) grad p_r(z_i), rows of shape (T,); nothing if it is None.

    u (S, at least T); v (S, n + R); z and z_bar: rows of shape (T,); shift, scale (ndim,);
    powers (R, ndim). Real or dual.
    """
    add_slopes(u, v, shift, scale, powers, z, z_bar)


def add_slopes(u: Any, v: Any, shift: Any, scale: Any, powers: Any, z: Any, z_bar: Any) -> None:
    """`add_polynomial`, for the types of its arguments."""


@specialise(add_slopes)
def _add_slopes(u, v, shift, scale, powers, z, z_bar):
    if isinstance(z_bar, types.NoneType):
        return lambda u, v, shift, scale, powers, z, z_bar: None

    def each_monomial(u, v, shift, scale, powers, z, z_bar):
        T, n = len(z[0]), v.shape[1] - len(powers)
        for r in range(len(powers)):
            only = axis_of(powers, r)
            for axis, row in enumerate(z_bar):
                for c in range(len(v) if powers[r, axis] > 0 else 0):
                    coefficient = v[c, n + r]
                    if only == axis:
                        add_multiple(u, c, T, coefficient * (1.0 / scale[axis]), row)
                        continue
                    for i in range(T):
                        slope = monomial_slope(point(z, i), shift, scale, powers, r, axis)
                        row[i] += u[c, i] * coefficient * slope

    return each_monomial


@sum_kernel
def add_multiple(u, c, T, factor, row):
    """row[i] += factor u[c, i] for i < T."""
    for i in range(T):
        row[i] += u[c, i] * factor


@sum_kernel
def add_moments(x, shift, scale, powers, u, N, moments):
    """moments[c, N + r] += sum_i u[c, i] p_r(x_i): x rows of shape (Q,), u (S, Q). Real or dual."""
    Q = len(x[0])
    for r in range(len(powers)):
        only = axis_of(powers, r)
        for c in range(len(u)):
            if only == CONSTANT:
                moments[c, N + r] += total(u, c, Q)
                continue
            if only == HIGHER:
                for i in range(Q):
                    moments[c, N + r] += u[c, i] * monomial(x, i, shift, scale, powers, r)
                continue
            for axis, row in enumerate(x):
                if axis == only:
                    first = first_moment(u, c, Q, row, shift[axis])
                    moments[c, N + r] += first * (1.0 / scale[axis])


@sum_kernel
def total(u, c, Q):
    """sum_i u[c, i] over i < Q."""
    result = 0.0
    for i in range(Q):
        result += u[c, i]
    return result


@sum_kernel
def first_moment(u, c, Q, row, shift):
    """sum_i u[c, i] (row[i] - shift) over i < Q."""
    result = 0.0
    for i in range(Q):
        result += u[c, i] * (row[i] - shift)
    return result
