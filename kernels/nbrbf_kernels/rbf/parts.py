"""The values and the tangents of what a kernel is given, real or dual, taken apart and joined.

Everything is lent: the arrays own nothing, and the caller's outlive them.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_refusals import refuse_to_drop
from nbrbf_kernels.dual.types import DualArrayType, DualType, unpack


def _lent(context, builder, t, array):
    native = make_array(t)(context, builder, array)
    native.meminfo = cgutils.get_null_value(native.meminfo.type)
    return native._getvalue()


def _part(t, which):
    """Numba type of the value or the partials of an argument, or of each of a tuple."""
    if isinstance(t, types.BaseTuple):
        return types.Tuple([_part(each, which) for each in t])
    if isinstance(t, DualArrayType):
        return t.values if which == "value" else t.planes
    return t if which == "value" else types.none


def _take(context, builder, t, argument, which):
    if isinstance(t, types.BaseTuple):
        elements = cgutils.unpack_tuple(builder, argument)
        taken = [
            _take(context, builder, each, e, which) for each, e in zip(t, elements, strict=True)
        ]
        return context.make_tuple(builder, _part(t, which), taken)
    if isinstance(t, types.NoneType):
        return argument
    if isinstance(t, DualArrayType):
        native = cgutils.create_struct_proxy(t)(context, builder, argument)
        return _lent(context, builder, _part(t, which), getattr(native, which))
    return _lent(context, builder, t, argument) if which == "value" else context.get_dummy_value()


@intrinsic
def values_of(typingctx, argument):
    """The values of an array, or of each of a tuple of rows."""

    def codegen(context, builder, signature, args):
        return _take(context, builder, argument, args[0], "value")

    return _part(argument, "value")(argument), codegen


@intrinsic
def tangents_of(typingctx, argument):
    """The partials of an array, or of each of a tuple of rows; None of a real one."""

    def codegen(context, builder, signature, args):
        return _take(context, builder, argument, args[0], "partials")

    return _part(argument, "partials")(argument), codegen


def _joined(t, tangents):
    """Numba type of `moving`."""
    if isinstance(tangents, types.NoneType):
        return t
    if isinstance(t, types.BaseTuple):
        return types.Tuple([_joined(each, tangents[n]) for n, each in enumerate(t)])
    return DualArrayType(t, 1, 0)


def _join(context, builder, t, tangents, args):
    if isinstance(tangents, types.NoneType):
        return _take(context, builder, t, args[0], "value")
    if isinstance(t, types.BaseTuple):
        pairs = zip(*(cgutils.unpack_tuple(builder, each) for each in args), strict=True)
        joined = [_join(context, builder, t[n], tangents[n], pair) for n, pair in enumerate(pairs)]
        return context.make_tuple(builder, _joined(t, tangents), joined)
    dual = cgutils.create_struct_proxy(_joined(t, tangents))(context, builder)
    dual.value = _lent(context, builder, t, args[0])
    dual.partials = _lent(context, builder, tangents, args[1])
    return dual._getvalue()


@intrinsic
def moving(typingctx, arrays, tangents):
    """The DualArray of an array and its tangents (1, ...), or a tuple of them of tuples of both.

    What has None for its tangents stays as it is, an array, None or a tuple.
    """

    def codegen(context, builder, signature, args):
        return _join(context, builder, arrays, tangents, args)

    return _joined(arrays, tangents)(arrays, tangents), codegen


def _dual_fields(k):
    return [t for t in k if isinstance(t, DualType)]


@intrinsic
def values_of_parameters(typingctx, k):
    """The radial function `k` with the values of its parameters."""
    if not _dual_fields(k):
        return k(k), lambda context, builder, signature, args: args[0]
    result = k.with_fields([types.float64] * len(k))

    def codegen(context, builder, signature, args):
        fields = zip(k, cgutils.unpack_tuple(builder, args[0]), strict=True)
        values = [
            unpack(builder, t, field)[0]
            if isinstance(t, DualType)
            else context.cast(builder, field, t, types.float64)
            for t, field in fields
        ]
        return context.make_tuple(builder, result, values)

    return result(k), codegen


@intrinsic
def tangents_of_parameters(typingctx, k):
    """The partials (p, fields) of the parameters of `k`; None without any."""
    duals = _dual_fields(k)
    if not duals:
        return types.none(k), lambda context, builder, signature, args: context.get_dummy_value()
    width, count = duals[0].width, len(k)
    result = types.Array(types.float64, 2, "C")

    def codegen(context, builder, signature, args):
        data = cgutils.alloca_once(builder, ir.DoubleType(), size=width * count)
        for n, (t, field) in enumerate(zip(k, cgutils.unpack_tuple(builder, args[0]), strict=True)):
            zeros = [ir.Constant(ir.DoubleType(), 0.0)] * width
            partials = unpack(builder, t, field)[1] if isinstance(t, DualType) else zeros
            for q, partial in enumerate(partials):
                place = ir.Constant(ir.IntType(64), q * count + n)
                builder.store(partial, builder.gep(data, [place]))
        array = make_array(result)(context, builder)
        sizes = [context.get_constant(types.intp, n) for n in (width, count, 8 * count, 8)]
        populate_array(
            array, data=data, shape=sizes[:2], strides=sizes[2:], itemsize=sizes[3], meminfo=None
        )
        return array._getvalue()

    return result(k), codegen


def check_written(out: Any, name: str, arguments: Any, names: str) -> None:
    """Refuse to write into `out` what the dual ones of `arguments` imply, if it cannot hold it."""


@specialise(check_written)
def _check_written(out, name, arguments, names):
    if not isinstance(name, types.StringLiteral):
        return None  # Numba asks again with the strings themselves
    name, names = name.literal_value, names.literal_value.split()
    for argument, called in zip(arguments, names, strict=True):
        for t in argument if isinstance(argument, types.BaseTuple) else [argument]:
            refuse_to_drop(out, name, t, called)
    return lambda out, name, arguments, names: None
