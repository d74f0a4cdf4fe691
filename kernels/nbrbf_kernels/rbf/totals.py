"""Sums for each axis or column, real or dual, in registers and in rows for a block of points."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.types import DualType, pack, unpack
from nbrbf_kernels.rbf.hints import prefer_wide_vectors


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
def add_scaled(typingctx, totals, weight, z, w):
    """totals_k + weight (z_k - w_k) for each axis k."""
    number = totals.dtype

    def codegen(context, builder, signature, args):
        def parts(t, x):
            x = context.cast(builder, x, t, number)
            return unpack(builder, number, x) if isinstance(number, DualType) else (x, [])

        def add(total, z_k, w_k):
            (x, dx), (y, dy) = parts(z.dtype, z_k), parts(w.dtype, w_k)
            value, partials = parts(number, total)
            difference = builder.fsub(x, y)
            value = fused(builder, factor, difference, value)
            for q, (dx_q, dy_q, dfactor_q) in enumerate(zip(dx, dy, dfactor, strict=True)):
                partials[q] = fused(builder, dfactor_q, difference, partials[q])
                partials[q] = fused(builder, factor, builder.fsub(dx_q, dy_q), partials[q])
            return pack(context, builder, number, value, partials) if partials else value

        factor, dfactor = parts(weight, args[1])
        axes = zip(*(cgutils.unpack_tuple(builder, args[n]) for n in (0, 2, 3)), strict=True)
        return context.make_tuple(builder, totals, [add(*each) for each in axes])

    return totals(totals, weight, z, w), codegen


def fused(builder, a, b, c):
    """a b + c. Where a product goes to two sums LLVM would keep it, and fuse neither of them."""
    double = ir.DoubleType()
    function = ir.FunctionType(double, [double] * 3)
    fmuladd = builder.module.declare_intrinsic("llvm.fmuladd", [double], function)
    return builder.call(fmuladd, [a, b, c])


def add_totals(totals: Any, i: int, z_bar: Any) -> None:
    """z_bar_k[i] += 2 totals_k for each axis k."""


@specialise(add_totals, inline=True)
def _add_totals(totals, i, z_bar):
    if isinstance(z_bar, types.NoneType):
        return lambda totals, i, z_bar: None

    def this_axis(totals, i, z_bar):
        z_bar[0][i] += 2.0 * totals[0]

    def this_axis_and_others(totals, i, z_bar):
        z_bar[0][i] += 2.0 * totals[0]
        add_totals(totals[1:], i, z_bar[1:])

    return this_axis if len(totals) == 1 else this_axis_and_others


def dot(a: Any, b: Any) -> Any:
    """sum_c a_c b_c of two tuples of numbers."""


@specialise(dot, inline=True)
def _dot(a, b):
    if len(a) == 1:
        return lambda a, b: a[0] * b[0]
    return lambda a, b: a[0] * b[0] + dot(a[1:], b[1:])


def put(rows: Any, j: int, numbers: Any) -> None:
    """rows_k[j] = numbers_k for each of a tuple of rows."""


@specialise(put, inline=True)
def _put(rows, j, numbers):
    if len(rows) == 0:
        return lambda rows, j, numbers: None

    def this_row_and_others(rows, j, numbers):
        rows[0][j] = numbers[0]
        put(rows[1:], j, numbers[1:])

    return this_row_and_others


def add_to(rows: Any, j: int, a: Any, value: Any) -> None:
    """rows_c[j] += a_c value for each of a tuple of rows, of numbers a_c as many or more."""


@specialise(add_to, inline=True)
def _add_to(rows, j, a, value):
    if len(rows) == 0:
        return lambda rows, j, a, value: None

    def this_row_and_others(rows, j, a, value):
        rows[0][j] += a[0] * value
        add_to(rows[1:], j, a[1:], value)

    return this_row_and_others


def add_rows(rows: Any, length: int, factor: float, target: Any) -> None:
    """target_c[j] += factor rows_c[j] for each of a tuple of rows and j < length."""


@specialise(add_rows, inline=True)
def _add_rows(rows, length, factor, target):
    if isinstance(target, types.NoneType) or len(rows) == 0:
        return lambda rows, length, factor, target: None

    def this_row_and_others(rows, length, factor, target):
        prefer_wide_vectors()
        for j in range(length):
            target[0][j] += factor * rows[0][j]
        add_rows(rows[1:], length, factor, target[1:])

    return this_row_and_others
