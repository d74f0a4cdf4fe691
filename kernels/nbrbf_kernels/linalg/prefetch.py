"""What the processor is told to read before it is needed."""

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

WORD = ir.IntType(32)
# To be written, to stay in the nearest cache, data and not instructions.
WRITE, NEAREST, DATA = WORD(1), WORD(3), WORD(1)


@intrinsic
def prefetch(typingctx, c, t):
    """Ask for the cache line of c[t] of a `row`, which may lie behind its end: nothing is read."""

    def codegen(context, builder, signature, args):
        index = context.cast(builder, args[1], t, types.intp)
        data = builder.gep(make_array(c)(context, builder, args[0]).data, [index])
        address = builder.bitcast(data, cgutils.voidptr_t)
        function = ir.FunctionType(ir.VoidType(), [address.type, WORD, WORD, WORD])
        call = builder.module.declare_intrinsic("llvm.prefetch", [address.type], function)
        builder.call(call, [address, WRITE, NEAREST, DATA])
        return context.get_dummy_value()

    return types.void(c, t), codegen
