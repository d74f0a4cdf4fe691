"""Into dual numbers in compiled code: levels, seeds, and the memory they lie in.

In compiled code the level of a derivative call is part of the types: one more than the highest
level in the types of its arguments, since whatever is dual comes in through those.
"""

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import _empty_nd_impl, load_item, make_array, populate_array

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.types import DualArrayType, DualType, is_real, pack, promote, unpack

VECTOR = types.Array(types.float64, 1, "C")
WORD = ir.Constant(ir.IntType(64), 8)

# Seeds of at most so many numbers, all partials counted, lie on the stack: 4 KB. From the
# heap they took 40 ns, twice the gradient of a function of four numbers.
STACK = 512


def highest_level(t):
    """The highest level in a Numba type, 0 if nothing in it is dual."""
    if isinstance(t, DualType):
        return t.level  # the outermost is the highest
    if isinstance(t, DualArrayType):
        return t.level
    inside = t.types if isinstance(t, types.BaseTuple) else [getattr(t, "dtype", None)]
    return max((highest_level(part) for part in inside if isinstance(part, types.Type)), default=0)


def is_scalar(t):
    """Whether a Numba type is that of a real or dual number."""
    return isinstance(t, DualType) or is_real(t)


@intrinsic(prefer_literal=True)
def seeded(typingctx, x, tangent, level):
    """The number `x` with one partial, `tangent`, of this level."""
    x, tangent = types.unliteral(x), types.unliteral(tangent)
    inner = promote(x, tangent)
    result = DualType(1, level.literal_value, inner)

    def codegen(context, builder, signature, args):
        parts = [context.cast(builder, args[i], signature.args[i], inner) for i in (0, 1)]
        return pack(context, builder, result, parts[0], parts[1:])

    return result(x, tangent, level), codegen


@intrinsic(prefer_literal=True)
def dual_array(typingctx, value, partials, width, level):
    """The DualArray of arrays in C order, which stay the owners."""
    width_, level_ = width.literal_value, level.literal_value
    result = DualArrayType(value, width_, level_)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(result)(context, builder)
        native.value, native.partials = args[:2]
        context.nrt.incref(builder, result, native._getvalue())
        return native._getvalue()

    return result(value, partials, width, level), codegen


@intrinsic
def memory_for(typingctx, n):
    """n numbers, not initialised: on the stack of the calling function if they are few."""

    def codegen(context, builder, signature, args):
        on_stack = cgutils.alloca_once(builder, ir.DoubleType(), size=STACK)
        place = cgutils.alloca_once(builder, context.get_value_type(VECTOR))
        few = builder.icmp_signed("<=", args[0], context.get_constant(types.intp, STACK))
        with builder.if_else(few, likely=True) as (stack, heap):
            with stack:
                array = make_array(VECTOR)(context, builder)
                populate_array(array, on_stack, [args[0]], [WORD], WORD, meminfo=None)
                builder.store(array._getvalue(), place)
            with heap:
                array = _empty_nd_impl(context, builder, VECTOR, [args[0]])
                builder.store(array._getvalue(), place)
        return builder.load(place)

    return VECTOR(types.intp), codegen


@intrinsic
def empty(typingctx, shape):
    """An array of this shape, not initialised: np.empty, but compiled in a tenth of the time."""
    result = VECTOR.copy(ndim=len(shape))

    def codegen(context, builder, signature, args):
        return _empty_nd_impl(context, builder, result, cgutils.unpack_tuple(builder, args[0]))._getvalue()

    return result(shape), codegen


@intrinsic(prefer_literal=True)
def seeds_in(typingctx, memory, x, width, level):
    """A DualArray of the shape of the array `x`, its value and planes in C order in `memory`.

    It shares the ownership of the memory, if somebody owns that.
    """
    values = types.Array(types.float64, x.ndim, "C")
    result = DualArrayType(values, width.literal_value, level.literal_value)

    def codegen(context, builder, signature, args):
        owner = make_array(memory)(context, builder, args[0])
        shape = cgutils.unpack_tuple(builder, make_array(x)(context, builder, args[1]).shape)
        sizes = [WORD]
        for n in reversed(shape):
            sizes.insert(0, builder.mul(sizes[0], n))
        planes = cgutils.pointer_add(builder, owner.data, sizes[0])
        width = ir.Constant(ir.IntType(64), result.width)

        def view(t, data, shape, strides):
            array = make_array(t)(context, builder)
            data = builder.bitcast(data, ir.DoubleType().as_pointer())
            populate_array(array, data, shape, strides, WORD, owner.meminfo)
            return array._getvalue()

        native = cgutils.create_struct_proxy(result)(context, builder)
        native.value = view(result.values, owner.data, shape, sizes[1:])
        native.partials = view(result.planes, planes, [width, *shape], sizes)
        context.nrt.incref(builder, result, native._getvalue())
        return native._getvalue()

    return result(memory, x, width, level), codegen


@intrinsic
def flat(typingctx, array):
    """All numbers of an array in C order in one row, which shares the ownership."""

    def codegen(context, builder, signature, args):
        source = make_array(array)(context, builder, args[0])
        result = make_array(VECTOR)(context, builder)
        populate_array(
            result, source.data, [source.nitems], [WORD], WORD, source.meminfo, source.parent
        )
        context.nrt.incref(builder, VECTOR, result._getvalue())
        return result._getvalue()

    return VECTOR(array), codegen


def row_of(x):
    """All numbers of an array in C order in one row."""


@specialise(row_of)
def _row_of(x):
    return (lambda x: x) if x.ndim == 1 else (lambda x: x.ravel())


@intrinsic
def put_seeds(typingctx, memory, row, start, width):
    """The memory of seeds: the numbers in `row`, then `width` planes of unit directions.

    The k-th is the direction of entry start + k, and zero if there is none.
    """

    def codegen(context, builder, signature, args):
        target = make_array(memory)(context, builder, args[0]).data
        source = make_array(row)(context, builder, args[1])
        (n,) = cgutils.unpack_tuple(builder, source.shape)
        _, _, start, width = args
        one = ir.Constant(ir.DoubleType(), 1.0)
        with cgutils.for_range(builder, n) as loop:
            pointer = cgutils.get_item_pointer(context, builder, row, source, [loop.index])
            number = load_item(context, builder, row, pointer)
            number = context.cast(builder, number, row.dtype, types.float64)
            builder.store(number, builder.gep(target, [loop.index]))
        planes = builder.gep(target, [n])
        size = builder.mul(builder.mul(n, width), WORD)
        cgutils.memset(builder, planes, size, 0)
        with cgutils.for_range(builder, width) as loop:
            entry = builder.add(start, loop.index)
            plane = builder.gep(planes, [builder.mul(loop.index, n)])
            with builder.if_then(builder.icmp_signed("<", entry, n)):
                builder.store(one, builder.gep(plane, [entry]))
        return context.get_dummy_value()

    return types.void(memory, row, types.intp, types.intp), codegen


def directed_type(i, x, tangent, level):
    """The type of an argument with this tangent, or as it is if that is None."""
    if isinstance(tangent, types.NoneType):
        return x
    if is_scalar(x) and is_scalar(tangent):
        return DualType(1, level, promote(x, tangent))
    for name, t in ((f"primals[{i}]", x), (f"tangents[{i}]", tangent)):
        if not (isinstance(t, types.Array) and is_real(t.dtype)):
            raise TypeError(f"{name} must be a real number or an array of those, got {t}")
    if x.ndim != tangent.ndim:
        raise TypeError(f"tangents[{i}] must have the shape of primals[{i}], {x}, got {tangent}")
    return DualArrayType(VECTOR.copy(ndim=x.ndim), 1, level)


@intrinsic(prefer_literal=True)
def directed(typingctx, primals, tangents, level):
    """The tuple of arguments `primals` with one partial each, those of `tangents`."""
    number = level.literal_value
    pairs = list(enumerate(zip(primals.types, tangents.types, strict=True)))
    result = types.Tuple([directed_type(i, x, t, number) for i, (x, t) in pairs])

    def codegen(context, builder, signature, args):
        xs, ts = (cgutils.unpack_tuple(builder, arg) for arg in args[:2])
        parts = []
        for i, (x, t) in pairs:
            function = _direct(x, t, number)
            leaf = result.types[i](x, t)
            parts.append(context.compile_internal(builder, function, leaf, (xs[i], ts[i])))
        return context.make_tuple(builder, result, parts)

    return result(primals, tangents, level), codegen


def _direct(x, tangent, level):
    if isinstance(tangent, types.NoneType):
        return lambda x, tangent: x
    if is_scalar(x):
        return lambda x, tangent: seeded(x, tangent, level)

    def direct(x, tangent):
        if x.shape != tangent.shape:
            raise ValueError("each of tangents must have the shape of its primal")
        value, partials = np.empty(x.shape), np.empty((1, *x.shape))
        value[...] = x
        partials[0] = tangent
        return dual_array(value, partials, 1, level)

    return direct


@intrinsic
def put_partials(typingctx, row, start, count, dual):
    """row[start:start+count] = the first partials of a number, which are real."""

    def codegen(context, builder, signature, args):
        data = make_array(row)(context, builder, args[0]).data
        for k, partial in enumerate(unpack(builder, dual, args[3])[1]):
            k = context.get_constant(types.intp, k)
            with builder.if_then(builder.icmp_signed("<", k, args[2])):
                builder.store(partial, builder.gep(data, [builder.add(args[1], k)]))
        return context.get_dummy_value()

    return types.void(row, types.intp, types.intp, dual), codegen
