"""Reductions of DualArrays in compiled code: sum, mean, product, extremes, dot product.

    acc = f(acc, entry, ...)    for all entries, in C order

with f a function of numbers, in one loop written out in LLVM.
"""

import operator

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload_method, register_jitable

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_allocation import is_absent
from nbrbf_kernels.dual.compiled_array import axis_first, empty
from nbrbf_kernels.dual.compiled_broadcast import assign, raise_if, scalar_call
from nbrbf_kernels.dual.compiled_elements import load, shape_of, store
from nbrbf_kernels.dual.types import DualArrayType


def _fold(function, start):
    """Intrinsic (arrays): the fold over arrays of one shape, one of them dual.

    It starts from the number `start`, or from the first entry if that is None.
    """

    @intrinsic
    def fold(typingctx, arrays):
        ts = arrays.types
        dual = next(t.dtype for t in ts if isinstance(t, DualArrayType))
        typed, call = scalar_call(typingctx, function, (dual, *(t.dtype for t in ts)))

        def codegen(context, builder, signature, args):
            values = cgutils.unpack_tuple(builder, args[0])
            shapes = [shape_of(context, builder, t, a) for t, a in zip(ts, values, strict=True)]
            _check_shapes(context, builder, shapes)

            def entries(index):
                loaded = (
                    load(context, builder, t, a, index) for t, a in zip(ts, values, strict=True)
                )
                return [
                    context.cast(builder, x, t.dtype, wanted)
                    for x, t, wanted in zip(loaded, ts, call.args[1:], strict=True)
                ]

            zero = ir.Constant(ir.IntType(64), 0)
            if start is None:
                for n in shapes[0]:
                    empty = builder.icmp_signed("==", n, zero)
                    raise_if(context, builder, empty, "an empty array has no largest entry")
                first = entries([zero] * len(shapes[0]))[0]
            else:
                number = ir.Constant(ir.DoubleType(), start)
                first = context.cast(builder, number, types.float64, dual)
            acc = cgutils.alloca_once_value(builder, first)
            builder.store(first, acc)
            one_call = context.get_function(typed, call)
            with cgutils.loop_nest(builder, shapes[0], ir.IntType(64)) as index:
                result = one_call(builder, [builder.load(acc), *entries(index)])
                builder.store(context.cast(builder, result, call.return_type, dual), acc)
            return builder.load(acc)

        return dual(arrays), codegen

    return fold


def _check_shapes(context, builder, shapes):
    for shape in shapes[1:]:
        for n, m in zip(shapes[0], shape, strict=True):
            differ = builder.icmp_signed("!=", n, m)
            raise_if(context, builder, differ, "arrays in a dot product must have one length")


def _add_product(total, x, y):
    return total + x * y


def _larger(best, x):
    # The first of equal ones; a NaN wins over all others.
    return x if (x > best) | ((x != x) & (best == best)) else best


def _smaller(best, x):
    return x if (x < best) | ((x != x) & (best == best)) else best


_sum, _product = _fold(operator.add, 0.0), _fold(operator.mul, 1.0)
_largest, _smallest = (_fold(register_jitable(f), None) for f in (_larger, _smaller))
dot_of_vectors = _fold(register_jitable(_add_product), 0.0)


@intrinsic
def _add_rows(typingctx, out, rows):
    """Add to `out` every row of an array of one dimension more."""
    typed, call = scalar_call(typingctx, operator.add, (out.dtype, rows.dtype))

    def codegen(context, builder, signature, args):
        add = context.get_function(typed, call)
        shape = shape_of(context, builder, rows, args[1])
        with cgutils.loop_nest(builder, shape, ir.IntType(64)) as index:
            entry = load(context, builder, rows, args[1], index)
            total = load(context, builder, out, args[0], index[1:])
            store(context, builder, out, args[0], index[1:], add(builder, [total, entry]))
        return context.get_dummy_value()

    return types.void(out, rows), codegen


def _total(array, axis):
    """Implementation of a sum, over one axis of several if that is an integer."""
    if isinstance(axis, types.Integer) and array.ndim > 1:

        def along(array, axis=None):
            rows = axis_first(array, axis)
            out = empty(array, rows.shape[1:])
            assign(out, 0.0)
            _add_rows(out, rows)
            return out

        return along
    if is_absent(axis) or isinstance(axis, types.Integer):
        return lambda array, axis=None: _sum((array,))
    raise TypeError(f"sum: axis must be an integer in compiled code, got {axis}")


def _register(function, method, build):
    """`build` gives the implementation of a NumPy function and of the method of this name."""

    @specialise(function, first=True)
    def of_array(array):
        return build if isinstance(array, DualArrayType) else None

    @overload_method(DualArrayType, method)
    def of_self(array):
        return build


@specialise(np.sum, first=True)
def array_sum(array, axis=None):
    return _total(array, axis) if isinstance(array, DualArrayType) else None


@overload_method(DualArrayType, "sum")
def method_sum(array, axis=None):
    return _total(array, axis)


_register(np.mean, "mean", lambda array: _sum((array,)) / array.size)
_register(np.prod, "prod", lambda array: _product((array,)))
for _max in (np.max, np.amax):
    _register(_max, "max", lambda array: _largest((array,)))
for _min in (np.min, np.amin):
    _register(_min, "min", lambda array: _smallest((array,)))
_register(np.argmax, "argmax", lambda array: np.argmax(array.value))
_register(np.argmin, "argmin", lambda array: np.argmin(array.value))


def _cumsum(array):
    row = array.ravel()
    out = empty(array, (row.size,))
    total = 0.0
    for i in range(row.size):
        total += row[i]
        out[i] = total
    return out


_register(np.cumsum, "cumsum", _cumsum)
