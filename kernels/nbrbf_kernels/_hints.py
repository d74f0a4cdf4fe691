"""What LLVM is told about the function, or the loop, that calls one of these."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
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


@intrinsic
def interleave_jets(typingctx, moved, x):
    """As the last statement of a loop over two jets: four vectors of them on their way at a time.

    Every step of a polynomial waits 4 cycles for the one before, so with two vectors the
    processor idles; but LLVM takes two where it might run out of registers, which costs less
    (matern5_2 with its gradient: 1.5 times its value with two, 1.2 with four). With derivatives
    by three axes or more it is right: their sums alone would take 16 of 32 registers.
    """
    many = len(x) > 2 and not isinstance(moved, types.NoneType)
    return types.void(moved, x), _ONE if many else _TWO


@intrinsic
def interleave_four(typingctx):
    """As the last statement of a loop over pairs: four vectors of them on their way at a time.

    LLVM takes one of dual numbers and two of others, and the processor waits: the gaussian's
    adjoint takes 1.25 times as long with two.
    """
    return types.void(), _FOUR


@intrinsic
def vectorise(typingctx):
    """As the last statement of a loop that writes one row and reads many others.

    Before each run of it LLVM compares where they lie, but without being asked no more than
    eight times.
    """
    return types.void(), _hint("vectorize.enable", ir.Constant(ir.IntType(1), 1))


def _hint(name, value):
    """Code that gives its loop this hint."""

    def codegen(context, builder, signature, args):
        # An empty block would be merged into others and the hint lost.
        nothing = ir.FunctionType(ir.VoidType(), [])
        builder.call(cgutils.get_or_insert_function(builder.module, nothing, "llvm.sideeffect"), [])

        # Numba ends the loop by the next branch it builds.
        def branch_back(target):
            del builder.branch
            back = builder.branch(target)
            back.set_metadata("llvm.loop", _metadata(builder.module, name, value))
            return back

        builder.branch = branch_back

    return codegen


def _metadata(module, name, value):
    """Metadata of a loop, whose first operand is itself."""
    hint = module.add_metadata([f"llvm.loop.{name}", value])
    loop = module.add_metadata([hint])
    loop.operands = (loop, hint)
    return loop


_ONE, _TWO, _FOUR = (
    _hint("interleave.count", ir.Constant(ir.IntType(32), count)) for count in (1, 2, 4)
)
