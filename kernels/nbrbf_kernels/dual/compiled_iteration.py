"""Loops over a DualArray in compiled code: Duals of a vector, rows of a matrix."""

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import RefType, impl_ret_new_ref, iternext_impl, lower_builtin
from numba.extending import models, register_model

from nbrbf_kernels.dual.compiled_elements import shape_of
from nbrbf_kernels.dual.types import DualArrayIteratorType, DualArrayType


@register_model(DualArrayIteratorType)
class DualArrayIteratorModel(models.StructModel):
    def __init__(self, dmm, fe_type):
        members = [("index", types.EphemeralPointer(types.intp)), ("array", fe_type.array)]
        super().__init__(dmm, fe_type, members)


@lower_builtin("getiter", DualArrayType)
def getiter(context, builder, signature, args):
    iterator = context.make_helper(builder, signature.return_type)
    zero = ir.Constant(ir.IntType(64), 0)
    iterator.index = cgutils.alloca_once_value(builder, zero)
    builder.store(zero, iterator.index)
    iterator.array = args[0]
    context.nrt.incref(builder, signature.args[0], args[0])
    return impl_ret_new_ref(context, builder, signature.return_type, iterator._getvalue())


@lower_builtin("iternext", DualArrayIteratorType)
@iternext_impl(RefType.NEW)
def iternext(context, builder, signature, args, result):
    (t,) = signature.args
    iterator = context.make_helper(builder, t, value=args[0])
    index = builder.load(iterator.index)
    length = shape_of(context, builder, t.array, iterator.array)[0]
    valid = builder.icmp_signed("<", index, length)
    result.set_valid(valid)
    with builder.if_then(valid):
        item = t.yield_type(t.array, types.intp)
        operands = iterator.array, index
        result.yield_(context.compile_internal(builder, lambda a, i: a[i], item, operands))
        builder.store(cgutils.increment_index(builder, index), iterator.index)
