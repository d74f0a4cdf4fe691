"""Blocks that threads share: each takes the next one, while there are any.

What a kernel takes blocks of, and how long they are, is known to it. Its last argument is where
all threads count: how much has been taken, and how many blocks are finished; zeros at first.
"""

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from nbrbf_kernels._jit import kernel
from nbrbf_kernels._llvm import call

COUNTS = types.Array(types.int64, 1, "C")
# Numba's types of what `first_block` takes.
SHARE = types.int64, COUNTS


@intrinsic
def first_block(typingctx, size, counts):
    """Where a block of `size` starts that nobody else has or gets."""

    def codegen(context, builder, signature, args):
        taken = _place(context, builder, args[1], 0)
        return builder.atomic_rmw("add", taken, args[0], "monotonic")

    return types.int64(*SHARE), codegen


@intrinsic
def next_block(typingctx, size, counts):
    """`first_block`, after one is finished: who knows of that sees what was written in it."""

    def codegen(context, builder, signature, args):
        one = ir.Constant(ir.IntType(64), 1)
        builder.atomic_rmw("add", _place(context, builder, args[1], 1), one, "release")
        taken = _place(context, builder, args[1], 0)
        return builder.atomic_rmw("add", taken, args[0], "monotonic")

    return types.int64(*SHARE), codegen


@kernel
def await_blocks(counts, blocks, patience):
    """Whether so many are finished, looked at `patience` times."""
    for _ in range(patience):
        if count_of_finished(counts) >= blocks:
            return True
        pause()
    return False


@intrinsic
def count_of_finished(typingctx, counts):
    """counts[1], to which other threads add."""

    def codegen(context, builder, signature, args):
        return builder.load_atomic(_place(context, builder, args[0], 1), "acquire", 8)

    return types.int64(COUNTS), codegen


@intrinsic
def pause(typingctx):
    """On x86, leave the core to its other thread for 40 to 140 cycles."""

    def codegen(context, builder, signature, args):
        if binding.get_process_triple().startswith("x86_64"):
            call(builder, "llvm.x86.sse2.pause", ir.VoidType(), [])

    return types.void(), codegen


def _place(context, builder, counts, n):
    return cgutils.gep_inbounds(builder, make_array(COUNTS)(context, builder, counts).data, n)
