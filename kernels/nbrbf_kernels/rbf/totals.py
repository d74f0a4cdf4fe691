"""Sums for each axis or column, real or dual, in registers and in rows for a block of points."""

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.types import DualType, pack, unpack
from nbrbf_kernels.rbf.monomials import point


@intrinsic
def zero_totals(typingctx, number, z):
    """A zero of the type of `number` for each axis."""
    result = types.UniTuple(number, len(z))

    def codegen(context, builder, signature, args):
        zero = context.get_constant(types.float64, 0.0)
        each = context.cast(builder, zero, types.float64, number)
        return context.make_tuple(builder, result, [each] * len(z))

    return result(number, z), codegen


@intrinsic
def scaled_difference(typingctx, factor, z, w):
    """factor (z_k - w_k) for each axis k."""

    def product(builder, scale, z_k, w_k):
        (a, da), (x, dx), (y, dy) = scale, z_k, w_k
        difference = builder.fsub(x, y)
        partials = [
            fused(builder, da_q, difference, builder.fmul(a, builder.fsub(*each)))
            for da_q, *each in zip(da, dx, dy, strict=True)
        ]
        return builder.fmul(a, difference), partials

    return _each(types.UniTuple(factor, len(z)), product)(factor, z, w)


@intrinsic
def plus(typingctx, totals, numbers):
    """totals_k + numbers_k for each of two tuples."""

    def add(builder, total, number):
        (x, dx), (y, dy) = total, number
        return builder.fadd(x, y), [builder.fadd(*each) for each in zip(dx, dy, strict=True)]

    return _each(totals, add)(totals, numbers)


@intrinsic
def add_products(typingctx, totals, factor, numbers):
    """totals_c + factor numbers_c for each of a tuple of numbers."""
    return _each(totals, _plus_product)(totals, factor, numbers)


@intrinsic
def dot(typingctx, a, b):
    """sum_c a_c b_c of two tuples of numbers."""
    number = max(a.dtype, b.dtype, key=lambda t: isinstance(t, DualType))

    def codegen(context, builder, signature, args):
        zero = context.get_constant(types.float64, 0.0)
        total = _parts(context, builder, number, types.float64, zero)
        for n in range(len(a)):
            pairs = (_nth(builder, n, *each) for each in zip((a, b), args, strict=True))
            parts = (_parts(context, builder, number, *pair) for pair in pairs)
            total = _plus_product(builder, total, *parts)
        return _joined(context, builder, number, total)

    return number(a, b), codegen


def _each(result, combine):
    """What makes signature and code of a tuple from the types of the arguments.

    `combine` takes and gives value and partials of one number; what is no tuple goes to each.
    """
    number = result.dtype

    def of_types(*given):
        def codegen(context, builder, signature, args):
            numbers = []
            for n in range(len(result)):
                each = (_nth(builder, n, *pair) for pair in zip(given, args, strict=True))
                parts = [_parts(context, builder, number, *pair) for pair in each]
                numbers.append(_joined(context, builder, number, combine(builder, *parts)))
            return context.make_tuple(builder, result, numbers)

        return result(*given), codegen

    return of_types


def _nth(builder, n, t, x):
    """Type and LLVM value of the element `n` of a tuple; of what is none, itself."""
    if isinstance(t, types.BaseTuple):
        return t[n], builder.extract_value(x, n)
    return t, x


def _parts(context, builder, number, t, x):
    """Value and partials of a number of type `t` as one of type `number`."""
    x = context.cast(builder, x, t, number)
    return unpack(builder, number, x) if isinstance(number, DualType) else (x, [])


def _joined(context, builder, number, parts):
    """The number of type `number` with this value and these partials."""
    return pack(context, builder, number, *parts) if isinstance(number, DualType) else parts[0]


def _plus_product(builder, total, x, y):
    """total + x y, of parts."""
    (value, partials), (a, da), (b, db) = total, x, y
    partials = [
        fused(builder, a, db_q, fused(builder, da_q, b, partial))
        for partial, da_q, db_q in zip(partials, da, db, strict=True)
    ]
    return fused(builder, a, b, value), partials


def fused(builder, a, b, c):
    """a b + c. Where a product goes to two sums LLVM would keep it, and fuse neither of them."""
    double = ir.DoubleType()
    function = ir.FunctionType(double, [double] * 3)
    fmuladd = builder.module.declare_intrinsic("llvm.fmuladd", [double], function)
    return builder.call(fmuladd, [a, b, c])


@intrinsic
def put(typingctx, rows, j, numbers):
    """rows_k[j] = numbers_k for each of a tuple of rows."""
    setitem = typingctx.resolve_value_type(operator.setitem)
    signatures = [
        setitem.get_call_type(typingctx, (row, j, number), {})
        for row, number in zip(rows, numbers, strict=True)
    ]

    def codegen(context, builder, signature, args):
        each = [cgutils.unpack_tuple(builder, args[n]) for n in (0, 2)]
        for s, row, number in zip(signatures, *each, strict=True):
            context.get_function(setitem, s)(builder, (row, args[1], number))
        return context.get_dummy_value()

    return types.void(rows, j, numbers), codegen


def add_to(rows: Any, j: int, a: Any, value: Any) -> None:
    """rows_c[j] += a_c value for each of a tuple of rows; nothing if it is empty or None."""


@specialise(add_to, inline=True)
def _add_to(rows, j, a, value):
    if isinstance(rows, types.NoneType) or len(rows) == 0:
        return lambda rows, j, a, value: None
    return lambda rows, j, a, value: put(rows, j, add_products(point(rows, j), value, a))


def add_rows(rows: Any, length: int, factor: float, target: Any) -> None:
    """target_c[j] += factor rows_c[j] for each of a tuple of rows and j < length."""


@specialise(add_rows, inline=True)
def _add_rows(rows, length, factor, target):
    if isinstance(target, types.NoneType) or len(rows) == 0:
        return lambda rows, length, factor, target: None

    def each(rows, length, factor, target):
        for j in range(length):
            add_to(target, j, point(rows, j), factor)

    return each
