"""DualArray in compiled code: made of its two arrays, its shape, other views of it."""

import itertools

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.arraydecl import get_array_index_type
from numba.extending import intrinsic, overload_attribute, overload_method
from numba.np.arrayobj import (
    _attempt_nocopy_reshape,
    basic_indexing,
    make_array,
    populate_array,
)

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_elements import array_type, new_array
from nbrbf_kernels.dual.types import DualArrayType

_WORD = ir.Constant(ir.IntType(64), 8)


@intrinsic
def like(typingctx, array, value, partials):
    """The DualArray of `value` and `partials` with the width and level of `array`."""
    layout = "C" if value.layout == partials.layout == "C" else "A"
    result = DualArrayType(value.copy(layout=layout), array.width, array.level)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(result)(context, builder)
        # The layout is in the type alone, the memory of an array's description is the same.
        native.value, native.partials = args[1], args[2]
        for t, a in zip(signature.args[1:], args[1:], strict=True):
            context.nrt.incref(builder, t, a)
        return native._getvalue()

    return result(array, value, partials), codegen


@intrinsic
def empty(typingctx, array, shape):
    """A new array of this shape, not initialised, for numbers as `array` holds."""
    result = array_type(array.dtype, len(shape))

    def codegen(context, builder, signature, args):
        return new_array(context, builder, result, cgutils.unpack_tuple(builder, args[1]))

    return result(array, shape), codegen


def _arrange(context, builder, t, array, result, arrangement):
    """The view of a DualArray whose value has this (data, shape, strides).

    Every plane is laid out as the value: the same distance into it, the same strides.
    """
    native = cgutils.create_struct_proxy(t)(context, builder, array)
    values = make_array(t.values)(context, builder, native.value)
    planes = make_array(t.planes)(context, builder, native.partials)
    data, shape, strides = arrangement
    integer = ir.IntType(64)
    start, here = (builder.ptrtoint(p, integer) for p in (values.data, data))
    offset = builder.sub(here, start)
    width = context.get_constant(types.intp, t.width)
    plane = builder.extract_value(planes.strides, 0)
    view = cgutils.create_struct_proxy(result)(context, builder)
    for name, source, to, place in (
        ("value", values, result.values, (data, shape, strides)),
        (
            "partials",
            planes,
            result.planes,
            (
                cgutils.pointer_add(builder, planes.data, offset),
                [width, *shape],
                [plane, *strides],
            ),
        ),
    ):
        part = make_array(to)(context, builder)
        populate_array(part, *place, _WORD, source.meminfo, source.parent)
        setattr(view, name, part._getvalue())
    context.nrt.incref(builder, result, view._getvalue())
    return view._getvalue()


@intrinsic(prefer_literal=False)
def view(typingctx, array, index):
    """array[index] for slices, integers, None and an ellipsis."""
    indexed = get_array_index_type(array.values, index)
    result = DualArrayType(indexed.result.copy(layout="A"), array.width, array.level)
    tuple_ = isinstance(index, types.BaseTuple)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(array)(context, builder, args[0])
        values = make_array(array.values)(context, builder, native.value)
        parts = cgutils.unpack_tuple(builder, args[1]) if tuple_ else [args[1]]
        kinds = index.types if tuple_ else [index]
        place = basic_indexing(context, builder, array.values, values, kinds, parts)
        return _arrange(context, builder, array, args[0], result, place)

    return result(array, index), codegen


@intrinsic
def transposed(typingctx, array):
    """The axes in reverse order."""
    layout = array.layout if array.ndim < 2 else "A"
    result = DualArrayType(array.values.copy(layout=layout), array.width, array.level)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(array)(context, builder, args[0])
        values = make_array(array.values)(context, builder, native.value)
        shape, strides = (
            cgutils.unpack_tuple(builder, lengths)[::-1]
            for lengths in (values.shape, values.strides)
        )
        place = values.data, shape, strides
        return _arrange(context, builder, array, args[0], result, place)

    return result(array), codegen


@intrinsic(prefer_literal=False)
def axis_first(typingctx, array, axis):
    """The axis before all others."""
    result = DualArrayType(array.values.copy(layout="A"), array.width, array.level)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(array)(context, builder, args[0])
        values = make_array(array.values)(context, builder, native.value)
        axis = args[1]
        wrapped = builder.add(axis, context.get_constant(types.intp, array.ndim))
        negative = builder.icmp_signed("<", axis, context.get_constant(types.intp, 0))
        axis = builder.select(negative, wrapped, axis)

        def moved(lengths):
            lengths = cgutils.unpack_tuple(builder, lengths)
            chosen, others = lengths[0], []
            for i, (left, right) in enumerate(itertools.pairwise(lengths)):
                i = context.get_constant(types.intp, i)
                chosen = builder.select(builder.icmp_signed(">", axis, i), right, chosen)
                others.append(builder.select(builder.icmp_signed(">", axis, i), left, right))
            return [chosen, *others]

        place = values.data, moved(values.shape), moved(values.strides)
        return _arrange(context, builder, array, args[0], result, place)

    return result(array, types.intp), codegen


@intrinsic(prefer_literal=False)
def reshaped(typingctx, array, shape):
    """The entries in C order in another shape, without a copy.

    NotImplementedError where a copy would be needed, as Numba has it for arrays of floats.
    """
    values = array.values.copy(ndim=len(shape))
    result = DualArrayType(values, array.width, array.level)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(array)(context, builder, args[0])
        source = make_array(array.values)(context, builder, native.value)
        given = cgutils.unpack_tuple(builder, args[1])
        given = [context.cast(builder, n, t, types.intp) for n, t in zip(given, shape, strict=True)]
        lengths = _settled(context, builder, given, source.nitems)
        new_shape = cgutils.alloca_once_value(builder, cgutils.pack_array(builder, lengths))
        strides = cgutils.alloca_once(builder, ir.ArrayType(ir.IntType(64), len(lengths)))
        worked = _attempt_nocopy_reshape(
            context, builder, array.values, source, len(lengths), new_shape, strides
        )
        with builder.if_then(cgutils.is_false(builder, worked), likely=False):
            message = "reshape of a DualArray that would need a copy; take .copy() first"
            context.call_conv.return_user_exc(builder, NotImplementedError, (message,))
        place = source.data, lengths, cgutils.unpack_tuple(builder, builder.load(strides))
        return _arrange(context, builder, array, args[0], result, place)

    return result(array, shape), codegen


def _settled(context, builder, shape, size):
    """A shape in which -1 is replaced by what is left; ValueError if it does not fit."""
    zero, one = (context.get_constant(types.intp, n) for n in (0, 1))
    negative = [builder.icmp_signed("<", n, zero) for n in shape]
    known = one
    for n, unknown in zip(shape, negative, strict=True):
        known = builder.mul(known, builder.select(unknown, one, n))
    divisor = builder.select(builder.icmp_signed("==", known, zero), one, known)
    left = builder.sdiv(size, divisor)
    shape = [builder.select(u, left, n) for n, u in zip(shape, negative, strict=True)]
    total = one
    for n in shape:
        total = builder.mul(total, n)
    with builder.if_then(builder.icmp_signed("!=", total, size), likely=False):
        message = "cannot reshape a DualArray to another size"
        context.call_conv.return_user_exc(builder, ValueError, (message,))
    return shape


@overload_method(DualArrayType, "reshape")
def dual_array_reshape(array, *shape):
    # Numba gives *shape as it is or inside of one StarArgTuple.
    stars = (types.StarArgTuple, types.StarArgUniTuple)
    given = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], stars) else shape
    if len(given) == 1 and isinstance(given[0], types.BaseTuple):
        return lambda array, *shape: reshaped(array, shape[0])
    return lambda array, *shape: reshaped(array, shape)


@specialise(np.reshape, first=True)
def array_reshape(array, shape):
    if not isinstance(array, DualArrayType):
        return None
    return lambda array, shape: array.reshape(shape)


@overload_attribute(DualArrayType, "T")
def dual_array_transposed(array):
    return lambda array: transposed(array)


@overload_attribute(DualArrayType, "shape")
def dual_array_shape(array):
    return lambda array: array.value.shape


@overload_attribute(DualArrayType, "size")
def dual_array_size(array):
    return lambda array: array.value.size


@overload_attribute(DualArrayType, "ndim")
def dual_array_ndim(array):
    return lambda array: array.value.ndim


@specialise(len)
def dual_array_len(array):
    if isinstance(array, DualArrayType):
        return lambda array: len(array.value)
    return None
