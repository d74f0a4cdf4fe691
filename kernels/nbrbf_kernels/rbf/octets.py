"""Eight numbers at a time as one value of compiled code, where the processor has AVX-512.

LLVM vectorises a loop of single numbers, but knows nothing there of two things the processor
does for eight of them at once: estimates of 1 / x and 1 / sqrt(x), and looking up eight numbers
in a table that stays in registers. octet_instructions.py has these, octet_functions.py what is
made of them.
"""

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.core.registry import cpu_target
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, lower_cast, models, register_model

from nbrbf_kernels._llvm import splat

OCTET = 8
NUMBERS = ir.VectorType(ir.DoubleType(), OCTET)


class OctetType(types.Type):
    """Eight float64."""

    def __init__(self):
        super().__init__("octet")


class OctetRowType(types.Type):
    """A contiguous row of float64, whose element at j are the eight from there on."""

    def __init__(self):
        super().__init__("octets")


octet, octet_row = OctetType(), OctetRowType()


@register_model(OctetType)
class _OctetModel(models.PrimitiveModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, NUMBERS)


@register_model(OctetRowType)
class _OctetRowModel(models.PrimitiveModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, ir.DoubleType().as_pointer())


def has_octets() -> bool:
    """Whether what is compiled is for a processor with AVX-512."""
    features = cpu_target.target_context.codegen().magic_tuple()[2].split(",")
    return {"+avx512f", "+avx512dq"} <= set(features)


def constant(x: float) -> ir.Constant:
    return ir.Constant(NUMBERS, [x] * OCTET)


def numbers(builder, t, x):
    """An octet, or one number eight times."""
    if t == octet:
        return x
    return splat(builder, x, OCTET)


_INSTRUCTIONS = {
    operator.add: "fadd",
    operator.iadd: "fadd",
    operator.sub: "fsub",
    operator.mul: "fmul",
    operator.truediv: "fdiv",
}


def _define(op: Any, instruction: str) -> None:
    @infer_global(op)
    class _Arithmetic(AbstractTemplate):
        def generic(self, args, kws):
            if octet in args and all(t in (octet, types.float64) for t in args):
                return signature(octet, *args)
            return None

    def lower(context, builder, sig, args):
        pair = (numbers(builder, t, x) for t, x in zip(sig.args, args, strict=True))
        return getattr(builder, instruction)(*pair, flags=("contract",))

    for pair in ((octet, octet), (octet, types.float64), (types.float64, octet)):
        lower_builtin(op, *pair)(lower)


for _op, _instruction in _INSTRUCTIONS.items():
    _define(_op, _instruction)


@infer_global(operator.neg)
class _Negative(AbstractTemplate):
    def generic(self, args, kws):
        return signature(octet, octet) if args == (octet,) else None


@lower_builtin(operator.neg, octet)
def _negative(context, builder, sig, args):
    return builder.fneg(args[0])


def _address(builder, row, j):
    return builder.bitcast(builder.gep(row, [j]), NUMBERS.as_pointer())


@infer_global(operator.getitem)
class _Element(AbstractTemplate):
    def generic(self, args, kws):
        return signature(octet, octet_row, types.intp) if args[0] == octet_row else None


@lower_builtin(operator.getitem, octet_row, types.intp)
def _element(context, builder, sig, args):
    return builder.load(_address(builder, *args), align=8)


@infer_global(operator.setitem)
class _SetElement(AbstractTemplate):
    def generic(self, args, kws):
        if args[0] != octet_row:
            return None
        return signature(types.void, octet_row, types.intp, octet)


@lower_builtin(operator.setitem, octet_row, types.intp, octet)
def _set_element(context, builder, sig, args):
    row, j, value = args
    return builder.store(value, _address(builder, row, j), align=8)


@intrinsic
def octets(typingctx, rows):
    """A contiguous row of float64, or each of a tuple of them, seen as octets."""

    def first_number(context, builder, t, row):
        return context.make_array(t)(context, builder, row).data

    def codegen(context, builder, signature, args):
        if isinstance(rows, types.Array):
            return first_number(context, builder, rows, args[0])
        each = zip(rows, cgutils.unpack_tuple(builder, args[0]), strict=True)
        pointers = [first_number(context, builder, *pair) for pair in each]
        return context.make_tuple(builder, result, pointers)

    single = isinstance(rows, types.Array)
    if any(row.layout != "C" for row in ([rows] if single else rows)):
        raise TypingError(f"octets are read from contiguous rows, got {rows}")
    result = octet_row if single else types.UniTuple(octet_row, len(rows))
    return result(rows), codegen


@lower_cast(types.float64, octet)
def _cast(context, builder, fromty, toty, x):
    return numbers(builder, fromty, x)


@intrinsic
def no_octet(typingctx):
    """Eight zeros."""
    return octet(), lambda context, builder, signature, args: constant(0.0)


def add_up(builder, x):
    """The sum of an octet, halves first."""
    width = OCTET
    while width > 1:
        width //= 2
        index = ir.VectorType(ir.IntType(32), width)
        halves = (
            builder.shuffle_vector(x, x, ir.Constant(index, list(places)))
            for places in (range(width), range(width, 2 * width))
        )
        x = builder.fadd(*halves)
    return builder.extract_element(x, ir.IntType(32)(0))


@intrinsic
def sum_of(typingctx, x):
    """The sum of an octet."""

    def codegen(context, builder, signature, args):
        return add_up(builder, args[0])

    return types.float64(octet), codegen
