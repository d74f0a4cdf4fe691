"""A pair of points with its derivatives, as one Dual: the pair's jet.

Its partials are halves of those of phi(|x - y|^2) by the coordinates of x, phi1 (x - y), which
saves a product for each pair, and, where the radial function's parameters are dual, those by
each of them. They do not know in how many
directions the caller differentiates: that many, p, only enters when a whole sum of jets is
contracted with the tangents, so a pair costs the same for any p.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_scalar import chain, chain2
from nbrbf_kernels.dual.types import DualType, pack, unpack
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.monomials import point
from nbrbf_kernels.rbf.parts import values_of_parameters
from nbrbf_kernels.rbf.radial_calls import phi, phi1, phi_and_slope


def _unit(t, axis):
    """Constants: the partials of the variable number `axis`."""
    return [ir.Constant(ir.DoubleType(), float(n == axis)) for n in range(t.width)]


def _width(k, ndim):
    """Partials of a jet: those of a seeded parameter, if `k` has any."""
    return k[0].width if _is_seeded(k) else ndim


def _is_seeded(k):
    return len(k) > 0 and isinstance(k[0], DualType)


@intrinsic
def seed_parameters(typingctx, k, dk, x):
    """`k` with a partial for each of its fields after those for the rows of x; `k` if dk is None.

    dk: the tangents of the fields, which alone say whether they are dual.
    """
    if isinstance(dk, types.NoneType):
        return k(k, dk, x), lambda context, builder, signature, args: args[0]
    ndim = len(x)
    dual = DualType(ndim + len(k), 0)
    result = k.with_fields([dual] * len(k))

    def codegen(context, builder, signature, args):
        fields = [
            pack(context, builder, dual, field, _unit(dual, ndim + n))
            for n, field in enumerate(cgutils.unpack_tuple(builder, args[0]))
        ]
        return context.make_tuple(builder, result, fields)

    return result(k, dk, x), codegen


@intrinsic
def square(typingctx, k, d):
    """sum_k d_k^2 with half of its partials, d_k; those by the parameters are 0.

    Products of seeds would do, but zeros times numbers are not left out: they might be NaN.
    """
    ndim = len(d)
    result = DualType(_width(k, ndim), 0)

    def codegen(context, builder, signature, args):
        differences = cgutils.unpack_tuple(builder, args[1])
        squares = [builder.fmul(each, each) for each in differences]
        total = squares[0]
        for each in squares[1:]:
            total = builder.fadd(total, each)
        zeros = [ir.Constant(ir.DoubleType(), 0.0)] * (result.width - ndim)
        return pack(context, builder, result, total, [*differences, *zeros])

    return result(k, d), codegen


@intrinsic
def differences(typingctx, a, b):
    """a_k - b_k of two tuples of numbers."""

    def codegen(context, builder, signature, args):
        pairs = zip(*(cgutils.unpack_tuple(builder, arg) for arg in args), strict=True)
        return context.make_tuple(builder, a, [builder.fsub(x, y) for x, y in pairs])

    return a(a, b), codegen


def pair_jet(k: Any, moved: bool, a: Any, x: Any, i: int, y: Any, j: int) -> Any:
    """a phi(|x_i - y_j|^2) with its partials, a real number unless `moved`."""


@specialise(pair_jet, inline=True)
def _pair_jet(k, moved, a, x, i, y, j):
    if isinstance(moved, types.NoneType):
        return lambda k, moved, a, x, i, y, j: a * phi(k, squared_distance(x, i, y, j))

    def by_coordinates(k, moved, a, x, i, y, j):
        s = square(k, differences(point(x, i), point(y, j)))
        return chain(*phi_and_slope(k, s.value, a), s)

    def by_parameters_too(k, moved, a, x, i, y, j):
        s = square(k, differences(point(x, i), point(y, j)))
        f = phi(k, s.value)
        slope = phi1(values_of_parameters(k), s.value)
        return chain2(a * f.value, a, f, a * slope, s)

    return by_parameters_too if _is_seeded(k) else by_coordinates


@intrinsic
def doubled(typingctx, jet, x):
    """A sum of jets, its partials by the coordinates of x no longer halves."""
    if not isinstance(jet, DualType):
        return jet(jet, x), lambda context, builder, signature, args: args[0]

    def codegen(context, builder, signature, args):
        value, partials = unpack(builder, jet, args[0])
        for axis in range(len(x)):
            partials[axis] = builder.fadd(partials[axis], partials[axis])
        return pack(context, builder, jet, value, partials)

    return jet(jet, x), codegen


def moves(dk: Any, dy: Any, dx: Any) -> Any:
    """True if a parameter or a coordinate has a tangent, else None: known when compiled."""


@specialise(moves)
def _moves(dk, dy, dx):
    if all(isinstance(t, types.NoneType) for t in (dk, *dy, *dx)):
        return lambda dk, dy, dx: None
    return lambda dk, dy, dx: True
