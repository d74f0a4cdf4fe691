"""What several intrinsics need of LLVM's instructions."""

from llvmlite import ir
from numba.core import cgutils


def splat(builder, x, count):
    """A vector of `count` times the number x."""
    index = ir.VectorType(ir.IntType(32), count)
    undefined = ir.Constant(ir.VectorType(x.type, count), ir.Undefined)
    one = builder.insert_element(undefined, x, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(one, undefined, ir.Constant(index, [0] * count))


def call(builder, name, result, arguments):
    """LLVM's function of this name."""
    t = ir.FunctionType(result, [each.type for each in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, t, name), arguments)
