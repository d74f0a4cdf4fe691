"""One loop over the entries of arrays, with NumPy's broadcasting, written out in LLVM.

Whatever Duals have, their arrays have: the function for numbers is called in it. So a function
of arrays costs one loop to compile, and its rule of differentiation is that of the scalars.
"""

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.errors import TypingError
from numba.extending import intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_elements import (
    array_type,
    is_array,
    load,
    new_array,
    shape_of,
    store,
)
from nbrbf_kernels.dual.types import DualType, is_real

_ZERO, _ONE = (ir.Constant(ir.IntType(64), n) for n in (0, 1))


def _entry_type(t):
    return t.dtype if is_array(t) else types.unliteral(t)


def are_operands(args):
    """Whether Numba types are those of arrays and numbers, some of them dual, some arrays."""
    entries = [_entry_type(t) for t in args]
    numbers = all(is_real(t) or isinstance(t, DualType) for t in entries)
    dual = any(isinstance(t, DualType) for t in entries)
    return numbers and dual and any(is_array(t) for t in args)


def scalar_call(typingctx, function, entries):
    """What computes `function` for numbers of these types: its type and signature."""
    entries = tuple(types.unliteral(t) for t in entries)
    try:
        typed = typingctx.resolve_value_type(function)
        return typed, typed.get_call_type(typingctx, entries, {})
    except TypingError:
        name = getattr(function, "__name__", str(function))
        given = ", ".join(str(t) for t in entries)
        raise TypeError(f"{name} of ({given}) is not supported in compiled code") from None


def _broadcast(context, builder, shapes):
    """The common shape; ValueError if there is none."""
    ndim = max(len(shape) for shape in shapes)
    padded = [[_ONE] * (ndim - len(shape)) + list(shape) for shape in shapes]
    common = []
    for lengths in zip(*padded, strict=True):
        length = lengths[0]
        for n in lengths[1:]:
            length = builder.select(builder.icmp_signed("==", length, _ONE), n, length)
        for n in lengths:
            differs = builder.icmp_signed("!=", n, length)
            differs = builder.and_(differs, builder.icmp_signed("!=", n, _ONE))
            raise_if(context, builder, differs, "operands could not be broadcast together")
        common.append(length)
    return common


def raise_if(context, builder, condition, message):
    """ValueError at run time."""
    with builder.if_then(condition, likely=False):
        context.call_conv.return_user_exc(builder, ValueError, (message,))


def _check_fits(context, builder, shape, given):
    """ValueError unless an array of the shape `given` can be broadcast to `shape`."""
    for n, m in zip(shape[len(shape) - len(given) :], given, strict=True):
        fits = builder.or_(builder.icmp_signed("==", n, m), builder.icmp_signed("==", m, _ONE))
        message = "the array that is assigned does not have the shape of its target"
        raise_if(context, builder, builder.not_(fits), message)


def _entry(context, builder, t, operand, shape, index):
    """The entry of an operand that belongs to an index of the result."""
    if not is_array(t):
        return operand
    # Along an axis of length 1 there is only one entry.
    own = [
        builder.select(builder.icmp_signed("==", n, _ONE), _ZERO, i)
        for n, i in zip(shape, index[len(index) - t.ndim :], strict=True)
    ]
    return load(context, builder, t, operand, own)


class _Loop:
    """One function of operands of given types, entry by entry."""

    def __init__(self, typingctx, function, args):
        self.args = args
        self.function, self.call = scalar_call(typingctx, function, [_entry_type(t) for t in args])
        ndim = max([t.ndim for t in args if is_array(t)], default=0)
        self.result = array_type(self.call.return_type, ndim)

    def shapes(self, context, builder, operands):
        """The shape of each operand, that of a number being ()."""
        return [
            shape_of(context, builder, t, a) if is_array(t) else []
            for t, a in zip(self.args, operands, strict=True)
        ]

    def run(self, context, builder, operands, shape, out, out_type):
        """Fill `out`, of this shape, which the operands broadcast to."""
        function = context.get_function(self.function, self.call)
        shapes = self.shapes(context, builder, operands)
        given = list(zip(self.args, operands, shapes, strict=True))
        with cgutils.loop_nest(builder, shape, ir.IntType(64)) as index:
            entries = [_entry(context, builder, *operand, index) for operand in given]
            entries = [
                context.cast(builder, x, _entry_type(t), wanted)
                for x, t, wanted in zip(entries, self.args, self.call.args, strict=True)
            ]
            item = function(builder, entries)
            item = context.cast(builder, item, self.call.return_type, out_type.dtype)
            store(context, builder, out_type, out, index, item)

    def new(self, context, builder, operands):
        """A new array of results."""
        shape = _broadcast(context, builder, self.shapes(context, builder, operands))
        out = new_array(context, builder, self.result, shape)
        self.run(context, builder, operands, shape, out, self.result)
        return out


def mapping(function):
    """Intrinsic (operands): a new array of what `function` makes of their entries."""

    @intrinsic
    def mapped(typingctx, operands):
        loop = _Loop(typingctx, function, operands.types)

        def codegen(context, builder, signature, args):
            return loop.new(context, builder, cgutils.unpack_tuple(builder, args[0]))

        return loop.result(operands), codegen

    return mapped


def identity(x):
    """x"""
    return x


@specialise(identity)
def _identity(x):
    return lambda x: x


def mapping_in_place(function):
    """Intrinsic (x, y): x becomes function(x, y), computed before it is written."""

    @intrinsic
    def mapped_in_place(typingctx, x, y):
        loop = _Loop(typingctx, function, (x, y))
        copying = _Loop(typingctx, identity, (loop.result,))

        def codegen(context, builder, signature, args):
            out = loop.new(context, builder, args)
            shape = shape_of(context, builder, x, args[0])
            _check_fits(context, builder, shape, shape_of(context, builder, loop.result, out))
            copying.run(context, builder, [out], shape, args[0], x)
            context.nrt.decref(builder, loop.result, out)
            context.nrt.incref(builder, x, args[0])
            return args[0]

        return x(x, y), codegen

    return mapped_in_place


@intrinsic
def assign(typingctx, target, source):
    """target[...] = source, a number or an array; through a copy, they may share memory."""
    copying = _Loop(typingctx, identity, (source,))
    writing = _Loop(typingctx, identity, (copying.result,))

    def codegen(context, builder, signature, args):
        shape = shape_of(context, builder, target, args[0])
        if not is_array(source):
            copying.run(context, builder, args[1:], shape, args[0], target)
            return context.get_dummy_value()
        copy = copying.new(context, builder, args[1:])
        _check_fits(context, builder, shape, shape_of(context, builder, copying.result, copy))
        writing.run(context, builder, [copy], shape, args[0], target)
        context.nrt.decref(builder, copying.result, copy)
        return context.get_dummy_value()

    return types.void(target, source), codegen
