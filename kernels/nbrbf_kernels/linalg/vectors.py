"""Loops in vectors of eight numbers, said so: LLVM would first compare where the rows lie."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

VECTOR = 8


def _type(count):
    return ir.VectorType(ir.DoubleType(), count)


def _address(context, builder, t, x, place, count):
    """Pointer to the `count` numbers of a contiguous array `x` that begin at a place."""
    start = builder.gep(context.make_array(t)(context, builder, x).data, [place])
    return builder.bitcast(start, _type(count).as_pointer())


def _splat(builder, x, count):
    """A vector of the number x."""
    zeros = ir.Constant(_type(count), [0.0] * count)
    one = builder.insert_element(zeros, x, ir.Constant(ir.IntType(32), 0))
    first = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
    return builder.shuffle_vector(one, zeros, first)


def _call(builder, name, result, arguments):
    """LLVM's function of this name."""
    t = ir.FunctionType(result, [each.type for each in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, t, name), arguments)


def _mask(builder, count):
    """Of a vector the first `count`, all if there are more."""
    mask = ir.Constant(ir.VectorType(ir.IntType(1), VECTOR), [0] * VECTOR)
    for e in range(VECTOR):
        has = builder.icmp_signed("<", ir.Constant(ir.IntType(64), e), count)
        mask = builder.insert_element(mask, has, ir.Constant(ir.IntType(32), e))
    return mask


ALIGN = ir.Constant(ir.IntType(32), 8)


@intrinsic
def load_part(typingctx, x, i, a, j, count):
    """The vector from x_i on becomes that from a_j on, of which `count` are there, and zeros."""

    def codegen(context, builder, signature, args):
        source = _address(context, builder, a, *args[2:4], VECTOR)
        zeros = ir.Constant(_type(VECTOR), [0.0] * VECTOR)
        given = [source, ALIGN, _mask(builder, args[4]), zeros]
        loaded = _call(builder, f"llvm.masked.load.v{VECTOR}f64.p0", zeros.type, given)
        builder.store(loaded, _address(context, builder, x, *args[:2], VECTOR), align=8)
        return context.get_dummy_value()

    return types.void(x, i, a, j, count), codegen


@intrinsic
def store_part(typingctx, a, j, x, i, count):
    """The first `count` of the vector from x_i on, all if there are more, go to a_j and on."""

    def codegen(context, builder, signature, args):
        target = _address(context, builder, a, *args[:2], VECTOR)
        vector = builder.load(_address(context, builder, x, *args[2:4], VECTOR), align=8)
        given = [vector, target, ALIGN, _mask(builder, args[4])]
        _call(builder, f"llvm.masked.store.v{VECTOR}f64.p0", ir.VoidType(), given)
        return context.get_dummy_value()

    return types.void(a, j, x, i, count), codegen


def _subtract_products(count):
    """What compiled code calls for vectors of `count` numbers."""

    @intrinsic
    def subtract(typingctx, x, t, targets, sources, factors):
        """x[target_i + t] -= sum_k factors_ik x[source_k + t], a vector each.

        x is contiguous; targets, sources: tuples of places; factors: one row after the other. No
        target is a source.
        """

        def codegen(context, builder, signature, args):
            def address(place):
                return _address(context, builder, x, args[0], builder.add(place, args[1]), count)

            places, known, scalars = (cgutils.unpack_tuple(builder, each) for each in args[2:])
            vectors = [builder.load(address(place), align=8) for place in known]
            results = []
            for i, place in enumerate(places):
                total = builder.load(address(place), align=8)
                for k, vector in enumerate(vectors):
                    factor = builder.fneg(scalars[i * len(vectors) + k])
                    given = [_splat(builder, factor, count), vector, total]
                    total = _call(builder, f"llvm.fmuladd.v{count}f64", total.type, given)
                results.append(total)
            for place, result in zip(places, results, strict=True):
                builder.store(result, address(place), align=8)
            return context.get_dummy_value()

        return types.void(x, t, targets, sources, factors), codegen

    return subtract


subtract_four, subtract_eight = _subtract_products(4), _subtract_products(8)


@intrinsic
def exchange(typingctx, x, i, y, j):
    """The vectors from x_i and from y_j on, each in the other's place."""

    def codegen(context, builder, signature, args):
        p = _address(context, builder, x, *args[:2], VECTOR)
        q = _address(context, builder, y, *args[2:], VECTOR)
        a, b = (builder.load(each, align=8) for each in (p, q))
        builder.store(a, q, align=8)
        builder.store(b, p, align=8)
        return context.get_dummy_value()

    return types.void(x, i, y, j), codegen
