"""The polynomial's part of evaluation, and of its adjoint.

Of the monomials most are of degree 0 or 1, whose slopes are constants: those are summed in loops
that vectorise, and all others point by point.

Nothing here knows the radial function, so it is called apart: compiled once for all of them.
"""

from typing import Any

from numba import types

from nbrbf_kernels._core import apart
from nbrbf_kernels._jit import kernel, specialise, sum_kernel
from nbrbf_kernels.dual.compiled_scalar import real_value
from nbrbf_kernels.rbf.contraction import add_weight, clear, contract
from nbrbf_kernels.rbf.jets import seeded_point
from nbrbf_kernels.rbf.monomials import monomial, monomial_at, monomial_slope, point

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


@kernel
def add_polynomials(
    u, moved, dk, weights, da, shift, scale, powers, x, dx, N, out, dout, start, stop
):
    """The polynomial's part of `evaluate_planes` at its points, over what was there."""
    S = len(weights)
    for c in range(S):
        for i in range(start, stop):
            out[c, i] = 0.0
            clear(dout, c, i)
    for r in range(len(powers)):
        only = axis_of(powers, r)
        if only != HIGHER:
            for c in range(S):
                add_plane(only, weights[c, N + r], da, N + r, c, shift, scale, x, dx, out, dout,
                          start, stop)  # fmt: skip
            continue
        for i in range(start, stop):
            p_r = monomial_at(seeded_point(u, moved, x, i), shift, scale, powers, r)
            for c in range(S):
                term = weights[c, N + r] * p_r
                out[c, i] += real_value(term)
                contract(term, dx, i, dk, c, dout)
                add_weight(p_r, da, N + r, c, i, dout)


# Nothing reordered: a loop's remainder must come out as its vectors do, wherever a block ends.
@kernel
def add_plane(only, b, da, n, c, shift, scale, x, dx, out, dout, start, stop):
    """A monomial of degree 0 or 1 with the coefficient b, whose tangents are da[:, c, n]."""
    if only == CONSTANT:
        for i in range(start, stop):
            out[c, i] += b
        add_constants(da, n, c, start, stop, dout)
        return
    for axis, row in enumerate(x):
        if axis == only:
            factor = 1.0 / scale[axis]
            for i in range(start, stop):
                out[c, i] += (b * factor) * (row[i] - shift[axis])
            add_lines(da, n, c, row, shift[axis], factor, start, stop, dout)
    add_moving(dx, only, b / scale[only], c, start, stop, dout)


def add_constants(da: Any, n: int, c: int, start: int, stop: int, dout: Any) -> None:
    """dout[q, c, i] += da[q, c, n]; nothing if da is None."""


@specialise(add_constants)
def _add_constants(da, n, c, start, stop, dout):
    if isinstance(da, types.NoneType):
        return lambda da, n, c, start, stop, dout: None

    def each_direction(da, n, c, start, stop, dout):
        for q in range(len(da)):
            for i in range(start, stop):
                dout[q, c, i] += da[q, c, n]

    return each_direction


def add_lines(
    da: Any, n: int, c: int, row: Any, shift: float, factor: float, start: int, stop: int, dout: Any
) -> None:
    """dout[q, c, i] += da[q, c, n] factor (row[i] - shift); nothing if da is None."""


@specialise(add_lines)
def _add_lines(da, n, c, row, shift, factor, start, stop, dout):
    if isinstance(da, types.NoneType):
        return lambda da, n, c, row, shift, factor, start, stop, dout: None

    def each_direction(da, n, c, row, shift, factor, start, stop, dout):
        for q in range(len(da)):
            slope = da[q, c, n] * factor
            for i in range(start, stop):
                dout[q, c, i] += slope * (row[i] - shift)

    return each_direction


def add_moving(dx: Any, axis: int, slope: float, c: int, start: int, stop: int, dout: Any) -> None:
    """dout[q, c, i] += slope dx_axis[q, i]; nothing if that is None."""


@specialise(add_moving)
def _add_moving(dx, axis, slope, c, start, stop, dout):
    if all(isinstance(t, types.NoneType) for t in dx):
        return lambda dx, axis, slope, c, start, stop, dout: None
    if isinstance(dx[0], types.NoneType):
        return lambda dx, axis, slope, c, start, stop, dout: add_moving(
            dx[1:], axis - 1, slope, c, start, stop, dout
        )

    def this_axis_or_another(dx, axis, slope, c, start, stop, dout):
        if axis == 0:
            tangents = dx[0]
            for q in range(len(tangents)):
                for i in range(start, stop):
                    dout[q, c, i] += slope * tangents[q, i]
        else:
            add_moving(dx[1:], axis - 1, slope, c, start, stop, dout)

    return this_axis_or_another


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


polynomials_apart = apart(add_polynomials)
cotangents_apart = apart(add_polynomial)
moments_apart = apart(add_moments)
