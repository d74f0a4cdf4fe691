"""DualArray in compiled code: indexing, slices, assignment, shape and allocation."""

import operator

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.errors import TypingError
from numba.extending import intrinsic, overload_attribute, overload_method
from numba.np.arrayobj import load_item, make_array, store_item

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.types import DualArrayType, DualType, is_real, pack, unpack


def _is_element(array, index):
    """Whether `index` names one element: as many integers as dimensions."""
    if isinstance(index, types.Integer):
        return array.ndim == 1
    return (
        isinstance(index, types.BaseTuple)
        and len(index) == array.ndim
        and all(isinstance(i, types.Integer) for i in index)
    )


def _element_pointers(context, builder, array, index_type, dual_array, index):
    """The addresses of the value and of each partial of one element."""
    native = cgutils.create_struct_proxy(array)(context, builder, dual_array)
    parts = [(index, index_type)]
    if isinstance(index_type, types.BaseTuple):
        parts = list(zip(cgutils.unpack_tuple(builder, index), index_type, strict=True))
    index = [context.cast(builder, i, t, types.intp) for i, t in parts]
    values = make_array(array.values)(context, builder, native.value)
    planes = make_array(array.planes)(context, builder, native.partials)
    yield cgutils.get_item_pointer(context, builder, array.values, values, index, wraparound=True)
    for k in range(array.width):
        plane = ir.Constant(ir.IntType(64), k)
        # Python's negative indices are settled once; the compiler sees the same test p times.
        yield cgutils.get_item_pointer(
            context, builder, array.planes, planes, [plane, *index], wraparound=True
        )


@intrinsic(prefer_literal=False)
def _load(typingctx, array, index):
    def codegen(context, builder, signature, args):
        pointers = _element_pointers(context, builder, array, index, *args)
        value, *partials = (load_item(context, builder, array.values, p) for p in pointers)
        return pack(context, builder, array.dtype, value, partials)

    return array.dtype(array, index), codegen


@intrinsic(prefer_literal=False)
def _store(typingctx, array, index, item):
    def codegen(context, builder, signature, args):
        dual = context.cast(builder, args[2], item, array.dtype)
        value, partials = unpack(builder, array.dtype, dual)
        pointers = _element_pointers(context, builder, array, index, *args[:2])
        for part, pointer in zip([value, *partials], pointers, strict=True):
            store_item(context, builder, array.values, part, pointer)
        return context.get_dummy_value()

    return types.void(array, index, item), codegen


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


def _planes_index(index):
    """`index` as it applies to the array of partials: every plane, then `index`."""


@specialise(_planes_index)
def _planes_index_implementation(index):
    if isinstance(index, types.BaseTuple):
        return lambda index: (slice(None), *index)
    return lambda index: (slice(None), index)


def _is_basic(index):
    """Whether NumPy calls it a basic index, the kind that gives a view."""
    parts = index if isinstance(index, types.BaseTuple) else [index]
    basic = (types.Integer, types.SliceType, types.EllipsisType, types.NoneType)
    return all(isinstance(i, basic) for i in parts)


@specialise(operator.getitem)
def dual_array_getitem(array, index):
    if not isinstance(array, DualArrayType):
        return None
    if _is_element(array, index):
        return lambda array, index: _load(array, index)
    if _is_basic(index):
        return lambda array, index: like(
            array, array.value[index], array.partials[_planes_index(index)]
        )
    raise TypingError(f"a DualArray cannot be indexed with {index} in compiled code")


@specialise(operator.setitem)
def dual_array_setitem(array, index, item):
    if not isinstance(array, DualArrayType):
        return None
    if not array.mutable:
        raise TypingError("cannot assign to a read-only DualArray")
    if _is_element(array, index):
        return lambda array, index, item: _store(array, index, item)
    if not _is_basic(index):
        raise TypingError(f"a DualArray cannot be assigned at {index} in compiled code")
    if is_real(item) or isinstance(item, types.Array):

        def assign(array, index, item):
            array.value[index] = item
            array.partials[_planes_index(index)] = 0.0

        return assign
    if isinstance(item, DualArrayType):
        if (item.width, item.level) != (array.width, array.level):
            raise TypingError(f"cannot assign {item} to a part of {array}")

        def assign(array, index, item):
            array.value[index] = item.value
            for k in range(item.partials.shape[0]):
                array.partials[k][index] = item.partials[k]

        return assign
    if isinstance(item, DualType):

        def assign(array, index, item):
            array.value[index] = item.value
            for k, partial in enumerate(item.partials):
                array.partials[k][index] = partial

        return assign
    raise TypingError(f"cannot assign {item} to a part of a DualArray")


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


@overload_method(DualArrayType, "copy")
def dual_array_copy(array):
    return lambda array: like(array, array.value.copy(), array.partials.copy())


def _allocate_like(function):
    """`function` is np.empty_like or np.zeros_like."""

    @specialise(function, first=True)
    def implementation(array, dtype=None):
        if not isinstance(array, DualArrayType):
            return None
        if not (_is_absent(dtype) or _is_float64(dtype)):
            # Not a TypingError: Numba would go on to its own version, which drops the partials.
            raise TypeError(f"a compiled DualArray holds float64, got dtype {dtype}")
        return lambda array, dtype=None: like(
            array, function(array.value), function(array.partials)
        )


def _is_absent(t):
    return t is None or isinstance(t, (types.Omitted, types.NoneType))


def _is_float64(t):
    return isinstance(t, types.NumberClass) and t.dtype == types.float64


for _function in (np.empty_like, np.zeros_like):
    _allocate_like(_function)
