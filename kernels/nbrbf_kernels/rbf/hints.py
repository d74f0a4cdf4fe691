"""What LLVM is told about the function that calls one of these."""

from numba import types
from numba.extending import intrinsic


@intrinsic
def prefer_wide_vectors(typingctx):
    """Use 512-bit vectors in the calling function where the processor has them.

    For most of these processors LLVM prefers 256 bits, since the first of them lowered
    their clock for 512.
    """

    def codegen(context, builder, signature, args):
        # llvmlite knows no attributes with a value, but prints what is in the set.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')

    return types.void(), codegen
