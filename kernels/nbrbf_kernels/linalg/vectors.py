"""Loops in vectors of eight numbers, said so: LLVM would first compare where the rows lie."""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nbrbf_kernels._llvm import call, splat

VECTOR = 8


def _type(count):
    return ir.VectorType(ir.DoubleType(), count)


def _address(context, builder, t, x, place, count):
    """Pointer to the `count` numbers of a contiguous array `x` that begin at a place."""
    start = builder.gep(context.make_array(t)(context, builder, x).data, [place])
    return builder.bitcast(start, _type(count).as_pointer())


def _mask(builder, first, count):
    """Of a vector those from `first` to `count`, all if there are more."""
    places = ir.Constant(ir.VectorType(ir.IntType(64), VECTOR), list(range(VECTOR)))
    after = builder.icmp_signed(">=", places, splat(builder, first, VECTOR))
    return builder.and_(after, builder.icmp_signed("<", places, splat(builder, count, VECTOR)))


ALIGN = ir.Constant(ir.IntType(32), 8)


@intrinsic
def load_part(typingctx, x, i, a, j, first, count):
    """The vector from x_i on becomes that from a_j on: its numbers from `first` to `count`.

    The others are zeros, and not read.
    """

    def codegen(context, builder, signature, args):
        source = _address(context, builder, a, *args[2:4], VECTOR)
        zeros = ir.Constant(_type(VECTOR), [0.0] * VECTOR)
        given = [source, ALIGN, _mask(builder, *args[4:]), zeros]
        loaded = call(builder, f"llvm.masked.load.v{VECTOR}f64.p0", zeros.type, given)
        builder.store(loaded, _address(context, builder, x, *args[:2], VECTOR), align=8)
        return context.get_dummy_value()

    return types.void(x, i, a, j, first, count), codegen


@intrinsic
def store_part(typingctx, a, j, x, i, first, count):
    """Of the vector from x_i on those from `first` to `count` go to a_j and on."""

    def codegen(context, builder, signature, args):
        target = _address(context, builder, a, *args[:2], VECTOR)
        vector = builder.load(_address(context, builder, x, *args[2:4], VECTOR), align=8)
        given = [vector, target, ALIGN, _mask(builder, *args[4:])]
        call(builder, f"llvm.masked.store.v{VECTOR}f64.p0", ir.VoidType(), given)
        return context.get_dummy_value()

    return types.void(a, j, x, i, first, count), codegen


def _solve_rows(count):
    """What compiled code calls for vectors of `count` numbers."""

    @intrinsic
    def solve(typingctx, x, t, places, below, scales):
        """x_0 *= s_0; x_1 = (x_1 - b_0 x_0) s_1; x_2 = (x_2 - b_1 x_0 - b_2 x_1) s_2; and so on.

        Each x_k is the vector from place_k + t on; below: what is below the diagonal, by rows.
        """

        def codegen(context, builder, signature, args):
            starts, factors, scale = (cgutils.unpack_tuple(builder, each) for each in args[2:])
            known: list[ir.Value] = []
            rest = iter(factors)
            for place, s in zip(starts, scale, strict=True):
                start = builder.add(place, args[1])
                address = _address(context, builder, x, args[0], start, count)
                total = builder.load(address, align=8)
                for each in known:
                    given = [splat(builder, builder.fneg(next(rest)), count), each, total]
                    total = call(builder, f"llvm.fmuladd.v{count}f64", total.type, given)
                known.append(builder.fmul(total, splat(builder, s, count)))
                builder.store(known[-1], address, align=8)
            return context.get_dummy_value()

        return types.void(x, t, places, below, scales), codegen

    return solve


solve_half, solve_whole = _solve_rows(VECTOR // 2), _solve_rows(VECTOR)


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
                    given = [splat(builder, factor, count), vector, total]
                    total = call(builder, f"llvm.fmuladd.v{count}f64", total.type, given)
                results.append(total)
            for place, result in zip(places, results, strict=True):
                builder.store(result, address(place), align=8)
            return context.get_dummy_value()

        return types.void(x, t, targets, sources, factors), codegen

    return subtract


subtract_half, subtract_whole = _subtract_products(VECTOR // 2), _subtract_products(VECTOR)


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


@intrinsic
def transpose(typingctx, a, i, apart, b, j, b_apart):
    """Eight vectors of `a`, from a_i on and so far apart, are columns of eight of `b` from b_j on.

    They may be the same. Numbers whose places differ in one bit change places, for each bit.
    """

    def codegen(context, builder, signature, args):
        def address(t, array, start, step, k):
            place = builder.add(start, builder.mul(step, ir.Constant(step.type, k)))
            return _address(context, builder, t, array, place, VECTOR)

        rows = [builder.load(address(a, *args[:3], k), align=8) for k in range(VECTOR)]
        for bit in (1, 2, 4):
            for k in (k for k in range(VECTOR) if not k & bit):
                pair = rows[k], rows[k + bit]
                # Places from 8 on are those of the second.
                upper = [n if not n & bit else n - bit + VECTOR for n in range(VECTOR)]
                lower = [n + bit if not n & bit else n + VECTOR for n in range(VECTOR)]
                rows[k], rows[k + bit] = (
                    _shuffled(builder, *pair, each) for each in (upper, lower)
                )
        for k, each in enumerate(rows):
            builder.store(each, address(b, *args[3:], k), align=8)
        return context.get_dummy_value()

    return types.void(a, i, apart, b, j, b_apart), codegen


def _shuffled(builder, a, b, places):
    index = ir.VectorType(ir.IntType(32), VECTOR)
    return builder.shuffle_vector(a, b, ir.Constant(index, places))
