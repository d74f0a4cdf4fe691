"""Dual in compiled code: arithmetic, comparisons and elementary functions.

All arithmetic rests on the chain rule, in two forms:

    chain(v, fx, x)            Dual(v, fx x')              a function of one argument
    chain2(v, fx, x, fy, y)    Dual(v, fx x' + fy y')      of two

and on the table in `rules`: a rule there becomes one function of the right here.
"""

import math
import operator

import numpy as np
from numba.core import types
from numba.core.errors import TypingError
from numba.extending import intrinsic, overload_attribute, register_jitable

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual import rules
from nbrbf_kernels.dual.types import DualType, is_real, pack, promote, unpack


def _contract(context):
    # Numba gives instructions without flags those of the function they are in, but a plain
    # njit function has none: there a * b + c becomes one FMA by this.
    return () if context.fastmath else ("contract",)


def _multiply(context, builder, t, a, b):
    if t == types.float64:
        return builder.fmul(a, b, flags=_contract(context))
    return context.compile_internal(builder, lambda a, b: a * b, t(t, t), (a, b))


def _add(context, builder, t, a, b):
    if t == types.float64:
        return builder.fadd(a, b, flags=_contract(context))
    return context.compile_internal(builder, lambda a, b: a + b, t(t, t), (a, b))


def _partials_as(context, builder, t, dual, inner):
    _, partials = unpack(builder, t, dual)
    return [context.cast(builder, partial, t.inner, inner) for partial in partials]


@intrinsic(prefer_literal=False)
def chain(typingctx, v, fx, x):
    """Dual(v, fx * x')."""
    result = DualType(x.width, x.level, promote(promote(v, fx), x.inner))

    def codegen(context, builder, signature, args):
        inner = result.inner
        v_, fx_ = (context.cast(builder, args[i], signature.args[i], inner) for i in (0, 1))
        dx = _partials_as(context, builder, x, args[2], inner)
        partials = [_multiply(context, builder, inner, fx_, d) for d in dx]
        return pack(context, builder, result, v_, partials)

    return result(v, fx, x), codegen


@intrinsic(prefer_literal=False)
def chain2(typingctx, v, fx, x, fy, y):
    """Dual(v, fx * x' + fy * y'); x and y of one level and width."""
    inner = promote(promote(promote(v, fx), fy), promote(x.inner, y.inner))
    result = DualType(x.width, x.level, inner)

    def codegen(context, builder, signature, args):
        v_, fx_, fy_ = (context.cast(builder, args[i], signature.args[i], inner) for i in (0, 1, 3))
        dx = _partials_as(context, builder, x, args[2], inner)
        dy = _partials_as(context, builder, y, args[4], inner)
        partials = []
        for dxk, dyk in zip(dx, dy, strict=True):
            left = _multiply(context, builder, inner, fx_, dxk)
            right = _multiply(context, builder, inner, fy_, dyk)
            partials.append(_add(context, builder, inner, left, right))
        return pack(context, builder, result, v_, partials)

    return result(v, fx, x, fy, y), codegen


@intrinsic
def _value(typingctx, x):
    def codegen(context, builder, signature, args):
        return unpack(builder, x, args[0])[0]

    return x.inner(x), codegen


@intrinsic
def _partials(typingctx, x):
    result = types.UniTuple(x.inner, x.width)

    def codegen(context, builder, signature, args):
        return context.make_tuple(builder, result, unpack(builder, x, args[0])[1])

    return result(x), codegen


@overload_attribute(DualType, "value")
def dual_value(x):
    return lambda x: _value(x)


@overload_attribute(DualType, "partials")
def dual_partials(x):
    return lambda x: _partials(x)


def real_value(x):
    """The innermost value of a number: what comparisons and pivots look at."""


@specialise(real_value)
def _real_value(x):
    if isinstance(x, DualType):
        return lambda x: real_value(x.value)
    return lambda x: x


def _outer_level(*numbers):
    """The highest level among the Numba types given, None unless all are numbers, one dual."""
    duals = [t for t in numbers if isinstance(t, DualType)]
    if not duals or not all(isinstance(t, DualType) or is_real(t) for t in numbers):
        return None
    return max(t.level for t in duals)


def _at(t, level):
    return isinstance(t, DualType) and t.level == level


def _differentiate_unary(function, rule):
    derivative = register_jitable(rule)

    @specialise(function)
    def implementation(x):
        if not isinstance(x, DualType):
            return None

        def dual(x):
            a = x.value
            v = function(a)
            return chain(v, derivative(a, v), x)

        return dual


def _differentiate_binary(function, rule_x, rule_y):
    fx, fy = register_jitable(rule_x), register_jitable(rule_y)

    @specialise(function)
    def implementation(x, y):
        level = _outer_level(x, y)
        if level is None:
            return None
        if not _at(y, level):

            def dual(x, y):
                a = x.value
                v = function(a, y)
                return chain(v, fx(a, y, v), x)

        elif not _at(x, level):

            def dual(x, y):
                b = y.value
                v = function(x, b)
                return chain(v, fy(x, b, v), y)

        elif x.width != y.width:
            raise TypingError(f"Duals of {x.width} and of {y.width} partials do not mix")
        else:

            def dual(x, y):
                a, b = x.value, y.value
                v = function(a, b)
                return chain2(v, fx(a, b, v), x, fy(a, b, v), y)

        return dual


def _compare(function):
    @specialise(function)
    def implementation(x, y):
        if _outer_level(x, y) is None:
            return None
        return lambda x, y: function(real_value(x), real_value(y))


# What Python's operators and the math module call the functions of the table.
_OTHER_NAMES = {
    "negative": [operator.neg],
    "positive": [operator.pos],
    "absolute": [abs, math.fabs],
    "add": [operator.add, operator.iadd],
    "subtract": [operator.sub, operator.isub],
    "multiply": [operator.mul, operator.imul],
    "divide": [operator.truediv, operator.itruediv],
    "power": [operator.pow, operator.ipow, math.pow],
}

for _name, _rule in rules.UNARY.items():
    _own = [getattr(math, _name)] if hasattr(math, _name) else []
    for _function in [getattr(np, _name), *_own, *_OTHER_NAMES.get(_name, [])]:
        _differentiate_unary(_function, _rule)

for _name, _pair in rules.BINARY.items():
    for _function in [getattr(np, _name), *_OTHER_NAMES.get(_name, [])]:
        _differentiate_binary(_function, *_pair)

for _function in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
    _compare(_function)


@specialise(bool)
def dual_bool(x):
    if isinstance(x, DualType):
        return lambda x: real_value(x) != 0.0
    return None
