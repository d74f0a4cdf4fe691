"""Into dual numbers in compiled code: levels, seeds, and the memory they lie in.

In compiled code the level of a derivative call is part of the types: one more than the highest
level in the types of its arguments, since whatever is dual comes in through those.
"""

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import load_item, make_array, populate_array

from nbrbf_kernels.dual.types import DualArrayType, DualType, is_real, pack, promote

VECTOR = types.Array(types.float64, 1, "C")
WORD = ir.Constant(ir.IntType(64), 8)
POINTER = ir.DoubleType().as_pointer()


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


def new_array(context, builder, t, shape):
    """A new array of float64 in C order, not initialised.

    Aligned to 16 bytes as malloc gives them: the 32 of np.empty cost a division each time.
    """
    strides = [WORD]
    for n in reversed(shape):
        strides.insert(0, builder.mul(strides[0], n))
    owner = context.nrt.meminfo_alloc(builder, strides[0])
    data = builder.bitcast(context.nrt.meminfo_data(builder, owner), POINTER)
    array = make_array(t)(context, builder)
    return populate_array(array, data, shape, strides[1:], WORD, meminfo=owner)


def write_seeds(context, builder, t, x, memory, start, width):
    """Into the memory the numbers of the array x, then `width` planes of unit directions.

    The k-th is the direction of entry start + k, and zero if there is none. All in one loop,
    in which LLVM does not see the calls of memcpy and memset that would cost more for few.
    """
    source = make_array(t)(context, builder, x)
    shape, n = cgutils.unpack_tuple(builder, source.shape), source.nitems
    count = cgutils.alloca_once(builder, n.type)
    builder.store(ir.Constant(n.type, 0), count)
    with cgutils.loop_nest(builder, shape, n.type) as index:
        i = builder.load(count)
        pointer = cgutils.get_item_pointer(context, builder, t, source, index)
        number = load_item(context, builder, t, pointer)
        number = context.cast(builder, number, t.dtype, types.float64)
        place = builder.gep(memory, [i])
        builder.store(number, place)
        for k in range(width):
            place = builder.gep(place, [n])
            entry = builder.add(start, context.get_constant(types.intp, k))
            chosen = builder.icmp_signed("==", i, entry)
            builder.store(builder.uitofp(chosen, ir.DoubleType()), place)
        builder.store(cgutils.increment_index(builder, i), count)


def seeds_in(context, builder, t, memory, shape, owner=None):
    """LLVM value of the DualArray of type t and this shape in the memory of `owner`."""
    strides = [WORD]
    for n in reversed(shape):
        strides.insert(0, builder.mul(strides[0], n))
    planes = cgutils.pointer_add(builder, memory, strides[0])
    width = context.get_constant(types.intp, t.width)

    def view(array_type, data, shape, strides):
        array = make_array(array_type)(context, builder)
        populate_array(array, data, shape, strides, WORD, meminfo=owner)
        return array._getvalue()

    native = cgutils.create_struct_proxy(t)(context, builder)
    native.value = view(t.values, memory, shape, strides[1:])
    native.partials = view(t.planes, planes, [width, *shape], strides)
    return native._getvalue()


@intrinsic(prefer_literal=True)
def new_seeds(typingctx, x, width, level):
    """A DualArray of the shape of the array x, not initialised."""
    values = VECTOR.copy(ndim=x.ndim)
    result = DualArrayType(values, width.literal_value, level.literal_value)

    def codegen(context, builder, signature, args):
        source = make_array(x)(context, builder, args[0])
        planes = context.get_constant(types.intp, 1 + result.width)
        memory = new_array(context, builder, VECTOR, [builder.mul(source.nitems, planes)])
        shape = cgutils.unpack_tuple(builder, source.shape)
        seeds = seeds_in(context, builder, result, memory.data, shape, memory.meminfo)
        context.nrt.incref(builder, VECTOR, memory._getvalue())  # value and partials own it
        return seeds

    return result(x, width, level), codegen


@intrinsic
def put_seeds(typingctx, seeds, x, start):
    """Into `seeds` the value x and the unit directions of the entries from `start` on."""

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(seeds)(context, builder, args[0])
        memory = make_array(seeds.values)(context, builder, native.value).data
        write_seeds(context, builder, x, args[1], memory, args[2], seeds.width)
        return context.get_dummy_value()

    return types.void(seeds, x, types.intp), codegen


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
        plane = partials[0]
        for i, number in np.ndenumerate(x):
            value[i] = number
            plane[i] = tangent[i]
        return dual_array(value, partials, 1, level)

    return direct
