"""Arrays in the calling function's own memory."""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array


def on_stack(context, builder, shape):
    """An uninitialised float64 array of a shape known to the compiler.

    Memory on the stack aliases no argument. Stores to any other kind make LLVM compare its
    address with that of every row read in the loop, and with many rows it gives up.
    """
    # Apart from the next one by no multiple of 4096 bytes: a load there waits for stores here.
    data = cgutils.alloca_once(builder, ir.DoubleType(), size=int(np.prod(shape)) + 72)
    data.align = 64  # a vector that crosses two cache lines takes twice as long
    strides = [8 * int(np.prod(shape[axis + 1 :])) for axis in range(len(shape))]
    array = make_array(types.Array(types.float64, len(shape), "C"))(context, builder)
    populate_array(
        array,
        data=data,
        shape=[context.get_constant(types.intp, n) for n in shape],
        strides=[context.get_constant(types.intp, n) for n in strides],
        itemsize=context.get_constant(types.intp, 8),
        meminfo=None,
    )
    return array._getvalue()


def stack_vector(length: int) -> Any:
    """What compiled code calls for a vector of that length; in a loop it is the same each time."""

    @intrinsic
    def vector(typingctx):
        result = types.Array(types.float64, 1, "C")
        return result(), lambda context, builder, signature, args: on_stack(
            context, builder, (length,)
        )

    return vector
