"""DualArray in compiled code: new arrays like one, copies, arrays of Duals."""

import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic, overload_method

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_array import empty, reshaped
from nbrbf_kernels.dual.compiled_broadcast import assign, identity, mapping
from nbrbf_kernels.dual.compiled_elements import array_type, new_array, store
from nbrbf_kernels.dual.types import DualArrayType, DualType, promote

_copy = mapping(identity)


@overload_method(DualArrayType, "copy")
@specialise(np.copy, first=True)
def copy(array):
    return (lambda array: _copy((array,))) if isinstance(array, DualArrayType) else None


@overload_method(DualArrayType, "flatten")
def flatten(array):
    return lambda array: reshaped(_copy((array,)), (array.size,))


@specialise(np.ravel, first=True)
@overload_method(DualArrayType, "ravel")
def ravel(array):
    if not isinstance(array, DualArrayType):
        return None
    if array.layout == "C":
        return lambda array: reshaped(array, (array.size,))
    return lambda array: array.flatten()


@overload_method(DualArrayType, "fill")
def fill(array, value):
    return lambda array, value: assign(array, value)


def is_absent(t):
    """Whether an argument was not given, or is None."""
    return t is None or isinstance(t, (types.Omitted, types.NoneType))


def _is_float64(t):
    return isinstance(t, types.NumberClass) and t.dtype == types.float64


def _check_dtype(dtype):
    if not (is_absent(dtype) or _is_float64(dtype)):
        # Not a TypingError: Numba would go on to its own version, which drops the partials.
        raise TypeError(f"a compiled DualArray holds float64, got dtype {dtype}")


@specialise(np.empty_like, first=True)
def empty_like(array, dtype=None):
    if not isinstance(array, DualArrayType):
        return None
    _check_dtype(dtype)
    return lambda array, dtype=None: empty(array, array.shape)


def _constant_like(function, number):
    @specialise(function, first=True)
    def constant_like(array, dtype=None):
        if not isinstance(array, DualArrayType):
            return None
        _check_dtype(dtype)

        def implementation(array, dtype=None):
            out = empty(array, array.shape)
            assign(out, number)
            return out

        return implementation


_constant_like(np.zeros_like, 0.0)
_constant_like(np.ones_like, 1.0)


@specialise(np.full_like, first=True)
def full_like(array, fill_value):
    if not isinstance(array, DualArrayType):
        return None

    def implementation(array, fill_value):
        out = empty(array, array.shape)
        assign(out, fill_value)
        return out

    return implementation


@intrinsic
def _array_of_tuple(typingctx, numbers):
    entry = numbers.types[0]
    for t in numbers.types[1:]:
        entry = promote(entry, t)
    result = array_type(entry, 1)

    def codegen(context, builder, signature, args):
        items = cgutils.unpack_tuple(builder, args[0])
        length = context.get_constant(types.intp, len(items))
        out = new_array(context, builder, result, [length])
        for i, (item, t) in enumerate(zip(items, numbers.types, strict=True)):
            place = [context.get_constant(types.intp, i)]
            store(context, builder, result, out, place, context.cast(builder, item, t, entry))
        return out

    return result(numbers), codegen


@intrinsic
def _empty_for(typingctx, numbers, n):
    """A new vector for the Duals in a list."""
    result = array_type(numbers.dtype, 1)

    def codegen(context, builder, signature, args):
        return new_array(context, builder, result, [args[1]])

    return result(numbers, types.intp), codegen


def _array_of_list(object):
    out = _empty_for(object, len(object))
    for i in range(len(object)):
        out[i] = object[i]
    return out


@specialise(np.array, first=True)
def array(object):
    if isinstance(object, DualArrayType):
        return lambda object: _copy((object,))
    if isinstance(object, types.BaseTuple) and any(isinstance(t, DualType) for t in object):
        return lambda object: _array_of_tuple(object)
    if isinstance(object, types.List) and isinstance(object.dtype, DualType):
        return _array_of_list
    return None
