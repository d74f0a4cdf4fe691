"""Instructions for octets: roots and estimates, comparisons, bits, tables."""

from llvmlite import ir
from numba.extending import intrinsic

from nbrbf_kernels._llvm import call
from nbrbf_kernels.rbf.octets import NUMBERS, OCTET, constant, numbers, octet

_BITS = ir.VectorType(ir.IntType(64), OCTET)


@intrinsic
def root(typingctx, x):
    """The processor's square root of an octet."""

    def codegen(context, builder, signature, args):
        return call(builder, "llvm.sqrt.v8f64", NUMBERS, args)

    return octet(x), codegen


def _estimate(name):
    @intrinsic
    def estimate(typingctx, x):
        def codegen(context, builder, signature, args):
            # Those of which the mask has no bit would be zeros; it has all.
            given = [args[0], constant(0.0), ir.IntType(8)(-1)]
            return call(builder, f"llvm.x86.avx512.{name}14.pd.512", NUMBERS, given)

        return octet(x), codegen

    return estimate


# 1 / x and 1 / sqrt(x) to a relative 2^-14.
reciprocal_estimate, rsqrt_estimate = _estimate("rcp"), _estimate("rsqrt")


@intrinsic
def multiply_add(typingctx, x, factor, y):
    """factor x + y, rounded once, also where the product is another's too."""

    def codegen(context, builder, signature, args):
        given = [args[0], numbers(builder, factor, args[1]), numbers(builder, y, args[2])]
        return call(builder, "llvm.fma.v8f64", NUMBERS, given)

    return octet(x, factor, y), codegen


@intrinsic
def at_most(typingctx, x, limit):
    """The smaller of each number and a limit; NaN stays NaN."""

    def codegen(context, builder, signature, args):
        other = numbers(builder, limit, args[1])
        return builder.select(builder.fcmp_ordered(">", args[0], other), other, args[0])

    return octet(x, limit), codegen


@intrinsic
def octet_zero_at_zero(typingctx, x, value):
    """`value`, and 0 where x is 0."""

    def codegen(context, builder, signature, args):
        zeros = constant(0.0)
        return builder.select(builder.fcmp_ordered("==", args[0], zeros), zeros, args[1])

    return octet(x, value), codegen


def bits(n: int) -> ir.Constant:
    return ir.Constant(_BITS, [n] * OCTET)


def bits_of(builder, x):
    return builder.bitcast(x, _BITS)


def numbers_of(builder, x):
    return builder.bitcast(x, NUMBERS)


def fraction(builder, x):
    """Of x = 2^k m > 0 with 3/4 <= m < 3/2 the number m."""
    interval, as_it_is, every = ir.IntType(32)(3), ir.IntType(32)(4), ir.IntType(8)(-1)
    given = [x, interval, constant(0.0), every, as_it_is]
    return call(builder, "llvm.x86.avx512.mask.getmant.pd.512", NUMBERS, given)


def look_up(builder, table, index):
    """Of sixteen numbers those that the last four bits of each index say."""
    halves = [ir.Constant(NUMBERS, list(table[start : start + OCTET])) for start in (0, OCTET)]
    given = [halves[0], index, halves[1]]
    return call(builder, "llvm.x86.avx512.vpermi2var.pd.512", NUMBERS, given)
