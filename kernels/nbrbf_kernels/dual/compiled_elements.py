"""Arrays of numbers, real or dual, as LLVM code sees them: entries, shape, memory."""

from llvmlite import ir
from numba.core import cgutils, types
from numba.np.arrayobj import _empty_nd_impl, load_item, make_array, store_item

from nbrbf_kernels.dual.types import DualArrayType, DualType, pack, unpack


def is_array(t):
    """Whether a Numba type is that of an array, real or dual."""
    return isinstance(t, (types.Array, DualArrayType))


def _pointers(context, builder, t, array, index, wraparound):
    """The addresses of the value and of each partial of one entry of a DualArray."""
    native = cgutils.create_struct_proxy(t)(context, builder, array)
    values = make_array(t.values)(context, builder, native.value)
    planes = make_array(t.planes)(context, builder, native.partials)
    yield cgutils.get_item_pointer(context, builder, t.values, values, index, wraparound)
    for k in range(t.width):
        plane = ir.Constant(ir.IntType(64), k)
        # Python's negative indices are settled once; the compiler sees the same test p times.
        yield cgutils.get_item_pointer(
            context, builder, t.planes, planes, [plane, *index], wraparound
        )


def load(context, builder, t, array, index, wraparound=False):
    """The entry of an array at an index, one integer for each axis."""
    if isinstance(t, types.Array):
        native = make_array(t)(context, builder, array)
        pointer = cgutils.get_item_pointer(context, builder, t, native, index, wraparound)
        return load_item(context, builder, t, pointer)
    pointers = _pointers(context, builder, t, array, index, wraparound)
    value, *partials = (load_item(context, builder, t.values, p) for p in pointers)
    return pack(context, builder, t.dtype, value, partials)


def store(context, builder, t, array, index, item, wraparound=False):
    """Write an entry, of the type of those of the array."""
    if isinstance(t, types.Array):
        native = make_array(t)(context, builder, array)
        pointer = cgutils.get_item_pointer(context, builder, t, native, index, wraparound)
        store_item(context, builder, t, item, pointer)
        return
    value, partials = unpack(builder, t.dtype, item)
    pointers = _pointers(context, builder, t, array, index, wraparound)
    for part, pointer in zip([value, *partials], pointers, strict=True):
        store_item(context, builder, t.values, part, pointer)


def shape_of(context, builder, t, array):
    """The lengths of an array's axes."""
    if isinstance(t, DualArrayType):
        t, array = t.values, cgutils.create_struct_proxy(t)(context, builder, array).value
    return cgutils.unpack_tuple(builder, make_array(t)(context, builder, array).shape)


def array_type(entry, ndim):
    """The type of an array in C order with entries of this type."""
    if not isinstance(entry, DualType):
        return types.Array(entry, ndim, "C")
    if entry.inner != types.float64:
        raise TypeError(
            f"an array cannot hold {entry}: nesting is not supported for DualArrays, only for Duals"
        )
    return DualArrayType(types.Array(types.float64, ndim, "C"), entry.width, entry.level)


def new_array(context, builder, t, shape):
    """An array in C order, not initialised."""
    if isinstance(t, types.Array):
        return _empty_nd_impl(context, builder, t, shape)._getvalue()
    native = cgutils.create_struct_proxy(t)(context, builder)
    width = context.get_constant(types.intp, t.width)
    native.value = new_array(context, builder, t.values, shape)
    native.partials = new_array(context, builder, t.planes, [width, *shape])
    return native._getvalue()
