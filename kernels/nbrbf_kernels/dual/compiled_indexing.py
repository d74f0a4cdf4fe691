"""DualArray in compiled code: reading and writing entries, slices, masks and index arrays.

Errors that must not fall through to Numba's own indexing are TypeErrors, not TypingErrors.
"""

import operator

import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_array import empty, view
from nbrbf_kernels.dual.compiled_broadcast import assign
from nbrbf_kernels.dual.compiled_elements import is_array, load, store
from nbrbf_kernels.dual.types import DualArrayType, DualType, is_real, promote


def _is_element(array, index):
    """Whether `index` names one element: as many integers as dimensions."""
    if isinstance(index, types.Integer):
        return array.ndim == 1
    return (
        isinstance(index, types.BaseTuple)
        and len(index) == array.ndim
        and all(isinstance(i, types.Integer) for i in index)
    )


def _integers(context, builder, t, index):
    """An index of one element as LLVM integers."""
    parts = [(index, t)]
    if isinstance(t, types.BaseTuple):
        parts = list(zip(cgutils.unpack_tuple(builder, index), t, strict=True))
    return [context.cast(builder, i, integer, types.intp) for i, integer in parts]


@intrinsic(prefer_literal=False)
def _load(typingctx, array, index):
    def codegen(context, builder, signature, args):
        integers = _integers(context, builder, index, args[1])
        return load(context, builder, array, args[0], integers, wraparound=True)

    return array.dtype(array, index), codegen


@intrinsic(prefer_literal=False)
def _store(typingctx, array, index, item):
    def codegen(context, builder, signature, args):
        dual = context.cast(builder, args[2], item, array.dtype)
        integers = _integers(context, builder, index, args[1])
        store(context, builder, array, args[0], integers, dual, wraparound=True)
        return context.get_dummy_value()

    return types.void(array, index, item), codegen


def _is_basic(index):
    """Whether NumPy calls it a basic index, the kind that gives a view."""
    parts = index if isinstance(index, types.BaseTuple) else [index]
    basic = (types.Integer, types.SliceType, types.EllipsisType, types.NoneType)
    return all(isinstance(i, basic) for i in parts)


def _is_mask(array, index):
    """Whether `index` is an array of booleans, for entries or for the first axis."""
    booleans = isinstance(index, types.Array) and index.dtype == types.boolean
    return booleans and index.ndim in (1, array.ndim)


def _is_rows(index):
    """Whether `index` is a row of integers, for the first axis."""
    return (
        isinstance(index, types.Array)
        and isinstance(index.dtype, types.Integer)
        and index.ndim == 1
    )


def _take(array, index):
    out = empty(array, (index.size, *array.shape[1:]))
    for i in range(index.size):
        out[i] = array[index[i]]
    return out


def _take_masked(array, mask):
    if mask.shape != array.shape:
        raise IndexError("a mask must have the shape of the DualArray")
    count = 0
    for chosen in mask.flat:
        count += chosen
    out = empty(array, (count,))
    k = 0
    for i, chosen in np.ndenumerate(mask):
        if chosen:
            out[k] = array[i]
            k += 1
    return out


@specialise(operator.getitem)
def dual_array_getitem(array, index):
    if not isinstance(array, DualArrayType):
        return None
    if _is_element(array, index):
        return lambda array, index: _load(array, index)
    if _is_basic(index):
        return lambda array, index: view(array, index)
    if _is_mask(array, index):
        if index.ndim == array.ndim:
            return _take_masked
        return lambda array, index: array[np.nonzero(index)[0]]
    if _is_rows(index):
        return _take
    raise TypeError(f"a DualArray cannot be indexed with {index} in compiled code")


def _put(array, index, item):
    for i in range(index.size):
        array[index[i]] = item


def _put_each(array, index, item):
    if item.shape[0] != index.size:
        raise ValueError("an array that is assigned must be as long as its index")
    for i in range(index.size):
        array[index[i]] = item[i]


def _put_masked(array, mask, item):
    if mask.shape != array.shape:
        raise IndexError("a mask must have the shape of the DualArray")
    for i, chosen in np.ndenumerate(mask):
        if chosen:
            array[i] = item


def _put_each_masked(array, mask, item):
    if mask.shape != array.shape:
        raise IndexError("a mask must have the shape of the DualArray")
    k = 0
    for i, chosen in np.ndenumerate(mask):
        if chosen:
            if k == item.size:
                break
            array[i] = item[k]
            k += 1


@specialise(operator.setitem, first=True)
def dual_array_setitem(array, index, item):
    if not isinstance(array, DualArrayType):
        return None
    if not array.mutable:
        raise TypeError("cannot assign to a read-only DualArray")
    entry = item.dtype if is_array(item) else item
    if (
        not (is_real(entry) or isinstance(entry, DualType))
        or promote(entry, array.dtype) != array.dtype
    ):
        raise TypeError(f"cannot assign {item} to entries of {array}")
    if _is_element(array, index):
        if is_array(item):
            raise TypeError(f"cannot assign {item} to one entry of {array}")
        return lambda array, index, item: _store(array, index, item)
    if _is_basic(index):
        return lambda array, index, item: assign(view(array, index), item)
    each = is_array(item)
    if _is_mask(array, index):
        if index.ndim < array.ndim:

            def put_rows(array, index, item):
                array[np.nonzero(index)[0]] = item

            return put_rows
        return _put_each_masked if each else _put_masked
    if _is_rows(index):
        return _put_each if each and item.ndim == array.ndim else _put
    raise TypeError(f"a DualArray cannot be assigned at {index} in compiled code")


@specialise(operator.setitem, first=True)
def real_array_setitem(array, index, item):
    if isinstance(array, types.Array) and isinstance(item, (DualType, DualArrayType)):
        raise TypeError(
            f"cannot assign {item} to entries of {array}: an array of floats cannot hold a dual "
            "number, make it with numpy.zeros_like(x) of a dual array x"
        )
    return None
