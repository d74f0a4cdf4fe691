"""The polynomial's part of evaluation, and of its adjoint: a monomial at a block of points at once.

Nothing here knows the radial function, so it is called apart: compiled once for all of them.
"""

from typing import Any

from numba import types

from nbrbf_kernels._core import apart
from nbrbf_kernels._jit import kernel, specialise, sum_kernel
from nbrbf_kernels.rbf.blocks import buffer_like, shifted
from nbrbf_kernels.rbf.monomials import ITSELF, fill_monomial


# Nothing reordered: a loop's remainder must come out as its vectors do, wherever a block ends.
@kernel
def add_polynomials(weights, da, shift, scale, powers, x, dx, N, out, dout, start, stop):
    """The polynomial's part of `evaluate_planes` at its points, over what was there."""
    p = buffer_like(1.0)
    for first in range(start, stop, len(p)):
        length = min(len(p), stop - first)
        x_i, dx_i = shifted(x, first), shifted(dx, first)
        out_i, dout_i = shifted(out, first), shifted(dout, first)
        for c in range(len(weights)):
            for i in range(length):
                out_i[c, i] = 0.0
        clear(dout_i, length)
        for r in range(len(powers)):
            fill_monomial(x_i, shift, scale, powers, r, ITSELF, length, p)
            for c in range(len(weights)):
                b = weights[c, N + r]
                for i in range(length):
                    out_i[c, i] += b * p[i]
            add_weights(da, N + r, p, length, dout_i)
            add_moving(weights, N + r, shift, scale, powers, r, x_i, dx_i, length, p, dout_i)


def clear(dout: Any, length: int) -> None:
    """dout[q, c, i] = 0 for i < length; nothing if it is None."""


@specialise(clear)
def _clear(dout, length):
    if isinstance(dout, types.NoneType):
        return lambda dout, length: None

    def each_direction(dout, length):
        for q in range(dout.shape[0]):
            for c in range(dout.shape[1]):
                for i in range(length):
                    dout[q, c, i] = 0.0

    return each_direction


def add_weights(da: Any, n: int, p: Any, length: int, dout: Any) -> None:
    """dout[q, c, i] += da[q, c, n] p[i]; nothing if da is None."""


@specialise(add_weights)
def _add_weights(da, n, p, length, dout):
    if isinstance(da, types.NoneType):
        return lambda da, n, p, length, dout: None

    def each_direction(da, n, p, length, dout):
        for q in range(dout.shape[0]):
            for c in range(dout.shape[1]):
                b = da[q, c, n]
                for i in range(length):
                    dout[q, c, i] += b * p[i]

    return each_direction


def add_moving(
    weights: Any, n: int, shift: Any, scale: Any, powers: Any, r: int, x: Any, dx: Any, length: int,
    p: Any, dout: Any,
) -> None:  # fmt: skip
    """dout[q, c, i] += weights[c, n] p_r(x_i)' in the direction q; p is overwritten."""


@specialise(add_moving)
def _add_moving(weights, n, shift, scale, powers, r, x, dx, length, p, dout):
    if are_constant(dx):
        return lambda weights, n, shift, scale, powers, r, x, dx, length, p, dout: None

    def each_direction(weights, n, shift, scale, powers, r, x, dx, length, p, dout):
        tangents = buffer_like(1.0)
        for q in range(dout.shape[0]):
            fill_tangents(dx, q, shift, scale, powers, r, 0, x, length, p, tangents)
            for c in range(dout.shape[1]):
                b = weights[c, n]
                for i in range(length):
                    dout[q, c, i] += b * tangents[i]

    return each_direction


def are_constant(dx: Any) -> bool:
    """Whether the types of a tuple of tangents are those of None."""
    return all(isinstance(t, types.NoneType) for t in dx)


def fill_tangents(
    dx: Any, q: int, shift: Any, scale: Any, powers: Any, r: int, axis: int, x: Any, length: int,
    p: Any, tangents: Any,
) -> None:  # fmt: skip
    """tangents[i] = p_r(x_i)' in the direction q; p is overwritten.

    dx: the tangents of the coordinates from `axis` on, (p, Q) each, or None.
    """


@specialise(fill_tangents)
def _fill_tangents(dx, q, shift, scale, powers, r, axis, x, length, p, tangents):
    if len(dx) == 0:

        def zeros(dx, q, shift, scale, powers, r, axis, x, length, p, tangents):
            for i in range(length):
                tangents[i] = 0.0

        return zeros

    def others(dx, q, shift, scale, powers, r, axis, x, length, p, tangents):
        fill_tangents(dx[1:], q, shift, scale, powers, r, axis + 1, x, length, p, tangents)

    def others_and_this(dx, q, shift, scale, powers, r, axis, x, length, p, tangents):
        fill_tangents(dx[1:], q, shift, scale, powers, r, axis + 1, x, length, p, tangents)
        if powers[r, axis] > 0:
            fill_monomial(x, shift, scale, powers, r, axis, length, p)
            for i in range(length):
                tangents[i] += p[i] * dx[0][q, i]

    return others if isinstance(dx[0], types.NoneType) else others_and_this


@kernel
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
        T, n, slopes = len(z[0]), v.shape[1] - len(powers), buffer_like(z[0])
        for first in range(0, T, len(slopes)):
            length = min(len(slopes), T - first)
            z_i, u_i = shifted(z, first), shifted(u, first)
            for r in range(len(powers)):
                for axis, row in enumerate(shifted(z_bar, first)):
                    if powers[r, axis] > 0:
                        fill_monomial(z_i, shift, scale, powers, r, axis, length, slopes)
                        for c in range(len(v)):
                            b = v[c, n + r]
                            for i in range(length):
                                row[i] += u_i[c, i] * (b * slopes[i])

    return each_monomial


@kernel
def add_moments(x, shift, scale, powers, u, N, moments):
    """moments[c, N + r] += sum_i u[c, i] p_r(x_i): x rows of shape (Q,), u (S, Q). Real or dual."""
    Q, p = len(x[0]), buffer_like(x[0])
    for first in range(0, Q, len(p)):
        length = min(len(p), Q - first)
        x_i, u_i = shifted(x, first), shifted(u, first)
        for r in range(len(powers)):
            fill_monomial(x_i, shift, scale, powers, r, ITSELF, length, p)
            for c in range(len(u)):
                moments[c, N + r] += dot(u_i, c, p, length)


@sum_kernel
def dot(u, c, p, length):
    """sum_i u[c, i] p[i] over i < length."""
    total = 0.0
    for i in range(length):
        total += u[c, i] * p[i]
    return total


polynomials_apart = apart(add_polynomials)
cotangents_apart = apart(add_polynomial)
moments_apart = apart(add_moments)
