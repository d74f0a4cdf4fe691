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
def add_scaled(typingctx, totals, factor, z, w):
    """totals_k + factor (z_k - w_k) for each axis k."""

    def difference(builder, z_k, w_k):
        (x, dx), (y, dy) = z_k, w_k
        return builder.fsub(x, y), [builder.fsub(*each) for each in zip(dx, dy, strict=True)]

    return _added(totals, factor, (z, w), difference)


@intrinsic
def add_products(typingctx, totals, factor, numbers):
    """totals_c + factor numbers_c for each of a tuple of numbers."""
    return _added(totals, factor, (numbers,), lambda builder, number: number)


@intrinsic
def dot(typingctx, a, b):
    """sum_c a_c b_c of two tuples of numbers."""
    number = max(a.dtype, b.dtype, key=lambda t: isinstance(t, DualType))

    def codegen(context, builder, signature, args):
        total = context.cast(
            builder, context.get_constant(types.float64, 0.0), types.float64, number
        )
        pairs = zip(*(cgutils.unpack_tuple(builder, each) for each in args), strict=True)
        for n, (x, y) in enumerate(pairs):
            x, y = (_parts(context, builder, number, *each) for each in ((a[n], x), (b[n], y)))
            total = _plus_product(context, builder, number, total, x, y)
        return total

    return number(a, b), codegen


def _added(totals, factor, tuples, combine):
    """Signature and code of a tuple of totals plus `factor` times what combines some others."""
    number = totals.dtype

    def codegen(context, builder, signature, args):
        old, scale, *others = args
        scale = _parts(context, builder, number, factor, scale)
        new = []
        for n, total in enumerate(cgutils.unpack_tuple(builder, old)):
            parts = [
                _parts(context, builder, number, t[n], builder.extract_value(each, n))
                for t, each in zip(tuples, others, strict=True)
            ]
            combined = combine(builder, *parts)
            new.append(_plus_product(context, builder, number, total, scale, combined))
        return context.make_tuple(builder, totals, new)

    return totals(totals, factor, *tuples), codegen


def _parts(context, builder, number, t, x):
    """Value and partials of a number of type `t` as one of type `number`."""
    x = context.cast(builder, x, t, number)
    return unpack(builder, number, x) if isinstance(number, DualType) else (x, [])


def _plus_product(context, builder, number, total, x, y):
    """total + x y, of parts x and y."""
    value, partials = _parts(context, builder, number, number, total)
    value = fused(builder, x[0], y[0], value)
    for q, (dx, dy) in enumerate(zip(x[1], y[1], strict=True)):
        partials[q] = fused(builder, dx, y[0], partials[q])
        partials[q] = fused(builder, x[0], dy, partials[q])
    return pack(context, builder, number, value, partials) if partials else value


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
