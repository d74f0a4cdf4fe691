"""First derivatives of a pair's phi(|z - w|^2; t), which on dual numbers carry the second ones.

At s = 0 the values are as radial.py says. There the tangent of phi1 (z - w) is
phi1 (z - w)', since s' = 2 (z - w) . (z - w)' is 0, wherever phi is C2. Where phi is not
there is no such tangent: NaN, unless the two points move together.
"""

from math import nan
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nbrbf_kernels._core import apart
from nbrbf_kernels._hints import interleave_four, prefer_wide_vectors
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.compiled_scalar import chain
from nbrbf_kernels.dual.types import DualArrayType, DualType, pack, unpack
from nbrbf_kernels.rbf.blocks import buffers_like
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.divider import by_divider, knows_octets, of_octets
from nbrbf_kernels.rbf.monomials import point
from nbrbf_kernels.rbf.octets import OCTET, octets
from nbrbf_kernels.rbf.parts import values_of, values_of_parameters
from nbrbf_kernels.rbf.radial_calls import phi, phi1, phi_and_slope, phi_and_slopes
from nbrbf_kernels.rbf.registration import formula
from nbrbf_kernels.rbf.totals import put


def radial_rows(k: Any, z: Any, w: Any) -> Any:
    """Rows for a block, in the calling function, that `put_radial` fills."""


@specialise(radial_rows, inline=True)
def _radial_rows(k, z, w):
    if _has_dual_parameters(k):
        return lambda k, z, w: buffers_like(k[0] * squared_distance(z, 0, w, 0), (0, 1))
    if _are_dual(z, w):
        return lambda k, z, w: buffers_like(1.0, (0, 1, 2))
    return lambda k, z, w: buffers_like(1.0, (0, 1))


def put_radial(k: Any, z: Any, i: int, w: Any, half: int, rows: Any) -> None:
    """What `value_and_slope` needs of the radial function for z_i and 2 `half` points w."""


@specialise(put_radial, inline=True)
def _put_radial(k, z, i, w, half, rows):
    def of_dual_parameters(k, z, i, w, half, rows):
        for j in range(2 * half):
            s = squared_distance(z, i, w, j)
            put(rows, j, (phi(k, s), phi1(k, s)))
            interleave_four()

    def of_numbers(k, z, i, w, half, rows):
        x, y = values_of(z), values_of(w)
        for j in range(2 * half):
            put(rows, j, all_slopes(k, squared_distance(x, i, y, j), rows))
            interleave_four()

    def of_eights(k, z, i, w, half, rows):
        u = of_octets(k)
        v = by_divider(u)
        x, points, targets = values_of(z), octets(values_of(w)), octets(rows)
        for j in range(0, half, OCTET):
            put(targets, j, all_slopes(u, squared_distance(x, i, points, j), rows))
            far = j + half
            put(targets, far, all_slopes(v, squared_distance(x, i, points, far), rows))

    if _has_dual_parameters(k):
        return of_dual_parameters
    return of_eights if knows_octets(k) else of_numbers


def all_slopes(k: Any, s: Any, rows: Any) -> Any:
    """phi and phi1, and phi2 if there are three rows: they share roots and exponentials."""


@specialise(all_slopes, inline=True)
def _all_slopes(k, s, rows):
    if len(rows) == 3:
        return lambda k, s, rows: phi_and_slopes(k, s)
    return lambda k, s, rows: phi_and_slope(k, s, 1.0)


def value_and_slope(rows: Any, z: Any, i: int, w: Any, j: int) -> Any:
    """phi and phi1 of a pair from the rows of `put_radial`; its gradient by z is 2 phi1 (z - w).

    Tangents are made here: put into rows and read again they took 1.15 times as long.
    """


@specialise(value_and_slope, inline=True)
def _value_and_slope(rows, z, i, w, j):
    if len(rows) == 2:
        return lambda rows, z, i, w, j: point(rows, j)

    def with_tangents(rows, z, i, w, j):
        s = squared_distance(z, i, w, j)
        value, slope, curvature = point(rows, j)
        return chain(value, slope, s), chain(slope, curvature, s)

    return with_tangents


def _has_dual_parameters(k):
    return any(isinstance(t, DualType) for t in k)


def _are_dual(*rows):
    return any(isinstance(row, DualArrayType) for each in rows for row in each)


def add_kinks(k: Any, z: Any, w: Any, z_bar: Any, w_bar: Any) -> None:
    """NaN to the tangents that cotangents of points z_i and w_j at distance 0 do not have.

    Not in the passes over pairs, whose loop would be longer for what is rare. z_bar and w_bar:
    rows, or None.
    """


@specialise(add_kinks)
def _add_kinks(k, z, w, z_bar, w_bar):
    if k.instance_class.smoothness >= 2 or not _are_dual(z, w):
        return lambda k, z, w, z_bar, w_bar: None
    return lambda k, z, w, z_bar, w_bar: kinks_apart(z, w, z_bar, w_bar)


@kernel
def add_kinks_of_pairs(z, w, z_bar, w_bar):
    """`add_kinks`, whatever the radial function."""
    prefer_wide_vectors()
    for i in range(len(z[0])):
        coincident = 0
        for j in range(len(w[0])):
            coincident += squared_distance(z, i, w, j).value == 0.0
        for j in range(len(w[0]) if coincident > 0 else 0):
            s = squared_distance(z, i, w, j)
            if s.value == 0.0:
                kink = kinked(0.0 * s, s.value, point(z, i), point(w, j))
                add_to_each(z_bar, i, kink)
                add_to_each(w_bar, j, kink)


kinks_apart = apart(add_kinks_of_pairs)


def add_to_each(rows: Any, j: int, number: Any) -> None:
    """row[j] += number for each of a tuple of rows; nothing if it is None."""


@specialise(add_to_each)
def _add_to_each(rows, j, number):
    if isinstance(rows, types.NoneType):
        return lambda rows, j, number: None

    def each(rows, j, number):
        for row in rows:
            row[j] = row[j] + number

    return each


@intrinsic
def kinked(typingctx, dual, s, z, w):
    """`dual` with NaN for the partials of which z' and w' differ at s = 0."""

    def codegen(context, builder, signature, args):
        value, partials = unpack(builder, dual, args[0])
        zero = ir.Constant(ir.DoubleType(), 0.0)
        coincident = builder.fcmp_ordered("==", args[1], zero)
        tangents = [_tangents(builder, t, arg) for t, arg in zip((z, w), args[2:], strict=True)]
        for q, partial in enumerate(partials):
            apart = cgutils.false_bit
            for of_z, of_w in zip(*tangents, strict=True):
                pair = (each[q] if each else zero for each in (of_z, of_w))
                apart = builder.or_(apart, builder.fcmp_unordered("!=", *pair))
            undefined = builder.and_(coincident, apart)
            partials[q] = builder.select(undefined, ir.Constant(ir.DoubleType(), nan), partial)
        return pack(context, builder, dual, value, partials)

    return dual(dual, s, z, w), codegen


def _tangents(builder, t, numbers):
    """The partials of each of a tuple of numbers, none of a real one."""
    each = zip(t, cgutils.unpack_tuple(builder, numbers), strict=True)
    return [unpack(builder, d, x)[1] if isinstance(d, DualType) else [] for d, x in each]


def parameter_slope(k: Any, s: Any, t: int) -> Any:
    """dphi/dt by the parameter number `t` of k.

    Its tangent is d^2phi/dt^2 t' + dphi1/dt s': the second is 0 at s = 0, where the formula's
    own derivative by s may be infinite.
    """


@specialise(parameter_slope, inline=True)
def _parameter_slope(k, s, t):
    if not isinstance(s, DualType):
        return lambda k, s, t: formula(varied(k), s).partials[t]

    def by_parameters_and_distance(k, s, t):
        at_distance = formula(varied(k), s.value).partials[t]
        slopes = phi1(varied(values_of_parameters(k)), s.value).partials
        return at_distance + chain(0.0, slopes[t], s)

    return by_parameters_and_distance


@intrinsic
def varied(typingctx, k):
    """`k` with each parameter the variable of a derivative call inside of all they carry."""
    duals = [t for t in k if isinstance(t, DualType)]
    inner = duals[0] if duals else types.float64
    variable = DualType(len(k), 1 + inner.level if duals else 1, inner)
    result = k.with_fields([variable] * len(k))

    def codegen(context, builder, signature, args):
        def number(value):
            constant = ir.Constant(ir.DoubleType(), value)
            return context.cast(builder, constant, types.float64, inner)

        fields = []
        for n, (t, field) in enumerate(zip(k, cgutils.unpack_tuple(builder, args[0]), strict=True)):
            unit = [number(float(n == m)) for m in range(len(k))]
            value = context.cast(builder, field, t, inner)
            fields.append(pack(context, builder, variable, value, unit))
        return context.make_tuple(builder, result, fields)

    return result(k), codegen
