"""The gradient of a compiled function, as one piece of LLVM code.

Nothing in it is counted or allocated but the result: of the 4-variable Rosenbrock function,
itself 6 ns, the gradient takes 56 ns so, 29 of them for the new array, and 116 ns where it is
written in Python and the seeds are counted.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.np.arrayobj import make_array

from nbrbf_kernels.dual.compiled_seeds import VECTOR, WORD, new_array, seeds_in, write_seeds
from nbrbf_kernels.dual.types import DualArrayType, unpack

# Seeds of at most so many numbers, all partials counted, lie on the stack: 4 KB.
_STACK = 512


def _call_of(typingctx, f, arguments):
    """What calls f with arguments of these types: (context, builder, f, values)."""
    call = typingctx.resolve_function_type(f, arguments, {})

    def direct(context, builder, value, values):
        return context.get_function(f, call)(builder, values)

    def folded(context, builder, value, values):
        rest = types.Tuple(arguments)
        values = [value, context.make_tuple(builder, rest, values)]
        signature = call.return_type(f, rest)
        return context.compile_internal(builder, lambda f, rest: f(*rest), signature, values)

    # Where f has arguments with a default, or *args, Numba has to fold what it is given.
    return direct if call.args == arguments else folded


def _memory(context, builder, n):
    """Address of n numbers, not initialised, and whether it is to be freed."""
    stack = cgutils.alloca_once(builder, ir.DoubleType(), size=_STACK)
    address = cgutils.alloca_once_value(builder, stack)
    on_heap = builder.icmp_signed(">", n, context.get_constant(types.intp, _STACK))
    with builder.if_then(on_heap, likely=False):
        heap = context.nrt.allocate(builder, builder.mul(n, WORD))
        builder.store(builder.bitcast(heap, stack.type), address)
    return builder.load(address), on_heap


def _put_partials(context, builder, partials, row, start, n):
    """row[start], row[start + 1], ... = partials, as far as there are entries."""
    for k, partial in enumerate(partials):
        i = builder.add(start, context.get_constant(types.intp, k))
        with builder.if_then(builder.icmp_signed("<", i, n)):
            builder.store(partial, builder.gep(row, [i]))


def real_gradient(typingctx, f, rest, width, level):
    """Type and code of the gradient of f by the first of the arguments `rest`, an array.

    f returns a Dual of floats for seeds of this width and level.
    """
    x = rest.types[0]
    seeds = DualArrayType(VECTOR.copy(ndim=x.ndim), width, level)
    call = _call_of(typingctx, f, (seeds, *rest.types[1:]))
    result_type = VECTOR.copy(ndim=x.ndim)

    def codegen(context, builder, args):
        first, *others = cgutils.unpack_tuple(builder, args[1])
        source = make_array(x)(context, builder, first)
        shape, n = cgutils.unpack_tuple(builder, source.shape), source.nitems
        out = new_array(context, builder, result_type, shape)
        width = context.get_constant(types.intp, seeds.width)
        one_more = context.get_constant(types.intp, 1 + seeds.width)
        memory, on_heap = _memory(context, builder, builder.mul(n, one_more))
        array = seeds_in(context, builder, seeds, memory, shape)
        zero = context.get_constant(types.intp, 0)
        last = builder.sub(n, width)
        last = builder.select(builder.icmp_signed("<", last, zero), zero, last)
        with cgutils.for_range_slice(builder, zero, n, width) as (start, _):
            start = builder.select(builder.icmp_signed("<", start, last), start, last)
            write_seeds(context, builder, x, first, memory, start, seeds.width)
            result = call(context, builder, args[0], [array, *others])
            partials = unpack(builder, seeds.dtype, result)[1]
            _put_partials(context, builder, partials, out.data, start, n)
        with builder.if_then(on_heap, likely=False):
            context.nrt.free(builder, builder.bitcast(memory, cgutils.voidptr_t))
        return out._getvalue()

    return result_type, codegen
