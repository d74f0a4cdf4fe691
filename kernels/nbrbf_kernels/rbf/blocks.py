"""What a sum over blocks of points needs: a buffer for a block, arrays seen from its start."""

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from nbrbf_kernels._jit import specialise
from nbrbf_kernels._stack import on_stack
from nbrbf_kernels.dual.types import DualArrayType, DualType

# Pairs in a block, at most.
LONGEST = 1024


def _length(numbers):
    """Pairs in a block: fewer where so many numbers for each would take more than 64 KB.

    A multiple of 128, so that a quarter of it is one of 32 (padding.py).
    """
    return max(128, min(LONGEST, 8192 // numbers // 128 * 128))


@intrinsic
def buffers_like(typingctx, array, rows):
    """An uninitialised row for a block, in the calling function, for each of a tuple of rows.

    Of numbers as `array` holds, or of which it is one; shorter if there are many; none for
    None.
    """
    count = 0 if isinstance(rows, types.NoneType) else len(rows)
    each = values = types.Array(types.float64, 1, "C")
    width = 0
    if isinstance(array, (DualArrayType, DualType)):
        width = array.width
        each = DualArrayType(values, width, array.level)
    result = types.UniTuple(each, count)
    length = _length(max(1, count) * (1 + width))

    def buffer(context, builder):
        value = on_stack(context, builder, (length,))
        if width == 0:
            return value
        dual = cgutils.create_struct_proxy(each)(context, builder)
        dual.value, dual.partials = value, on_stack(context, builder, (width, length))
        return dual._getvalue()

    def codegen(context, builder, signature, args):
        return context.make_tuple(builder, result, [buffer(context, builder) for _ in range(count)])

    return result(array, rows), codegen


def buffer_like(array: Any) -> Any:
    """One row of `buffers_like`."""


@specialise(buffer_like, inline=True)
def _buffer_like(array):
    return lambda array: buffers_like(array, (array,))[0]


def shortest(rows: Any) -> Any:
    """How long the rows of `buffers_like` are; as long as any can be, without any."""


@specialise(shortest, inline=True)
def _shortest(rows):
    if len(rows) == 0:
        return lambda rows: LONGEST
    return lambda rows: len(rows[0])


@intrinsic
def shifted(typingctx, array, n):
    """`array`, or a tuple of them, as seen from n elements further along its last axis.

    Only the address moves: the shape stays, so the caller keeps to what is left. An index
    n + j would do, but LLVM cannot tell that it is not one of Python's negative ones, and
    gathers single numbers instead of loading vectors.
    """

    def codegen(context, builder, signature, args):
        return _shift(context, builder, array, args[0], args[1])

    return array(array, n), codegen


def _shift(context, builder, t, array, n):
    if isinstance(t, types.NoneType):
        return array
    if isinstance(t, types.BaseTuple):
        rows = cgutils.unpack_tuple(builder, array)
        moved = [
            _shift(context, builder, row_t, row, n) for row_t, row in zip(t, rows, strict=True)
        ]
        return context.make_tuple(builder, t, moved)
    if isinstance(t, DualArrayType):
        native = cgutils.create_struct_proxy(t)(context, builder, array)
        native.value = _shift(context, builder, t.values, native.value, n)
        native.partials = _shift(context, builder, t.planes, native.partials, n)
        return native._getvalue()
    native = make_array(t)(context, builder, array)
    if t.layout == "C":
        native.data = builder.gep(native.data, [n])
    else:
        stride = cgutils.unpack_tuple(builder, native.strides)[-1]
        native.data = cgutils.pointer_add(builder, native.data, builder.mul(n, stride))
    native.meminfo = cgutils.get_null_value(native.meminfo.type)  # owns nothing
    return native._getvalue()


def rows_of(array: Any, first: int, like: Any) -> Any:
    """Rows of an array (S, n) from `first` on, as many as there are in a tuple; None for None.

    A DualArray's planes are not one after the other there, so in C order each row is all that
    follows: the shape is too long, and the caller keeps to n.
    """


@specialise(rows_of, inline=True)
def _rows_of(array, first, like):
    if isinstance(array, types.NoneType):
        return lambda array, first, like: None
    if len(like) == 0:
        return lambda array, first, like: ()
    if array.layout != "C":
        return lambda array, first, like: (array[first], *rows_of(array, first + 1, like[1:]))
    return lambda array, first, like: (
        shifted(flattened(array), first * array.shape[1]),
        *rows_of(array, first + 1, like[1:]),
    )


@intrinsic
def flattened(typingctx, array):
    """An array (S, n) in C order as one row, lent."""
    values = types.Array(types.float64, 1, "C")
    dual = isinstance(array, DualArrayType)
    result = DualArrayType(values, array.width, array.level) if dual else values

    def codegen(context, builder, signature, args):
        if not dual:
            return _flat(context, builder, array, args[0], result)
        native = cgutils.create_struct_proxy(array)(context, builder, args[0])
        row = cgutils.create_struct_proxy(result)(context, builder)
        row.value = _flat(context, builder, array.values, native.value, result.values)
        row.partials = _flat(context, builder, array.planes, native.partials, result.planes)
        return row._getvalue()

    return result(array), codegen


def _flat(context, builder, t, array, result):
    """The last two axes of an array as one."""
    native, flat = make_array(t)(context, builder, array), make_array(result)(context, builder)
    *lead, rows, n = cgutils.unpack_tuple(builder, native.shape)
    *strides, _, last = cgutils.unpack_tuple(builder, native.strides)
    shape = [*lead, builder.mul(rows, n)]
    itemsize = context.get_constant(types.intp, 8)
    populate_array(flat, native.data, shape, [*strides, last], itemsize, meminfo=None)
    return flat._getvalue()
