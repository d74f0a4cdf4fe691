"""DualArray in compiled code: made of its two arrays, its shape, other views of it."""

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.arraydecl import get_array_index_type
from numba.extending import intrinsic, overload_attribute
from numba.np.arrayobj import basic_indexing, make_array, populate_array

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
