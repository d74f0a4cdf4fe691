"""Dual in compiled code: the chain rule, attributes, comparisons and other yes or no questions.

All arithmetic rests on the chain rule, in two forms:

    chain(v, fx, x)            Dual(v, fx x')              a function of one argument
    chain2(v, fx, x, fy, y)    Dual(v, fx x' + fy y')      of two
"""

import math
import operator

import numpy as np
from numba.core import types
from numba.extending import intrinsic, overload_attribute

from nbrbf_kernels._jit import specialise
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


@overload_attribute(DualType, "real")
def dual_real(x):
    return lambda x: x


@overload_attribute(DualType, "level")
def dual_level(x):
    level = x.level
    return lambda x: level


@overload_attribute(DualType, "width")
def dual_width(x):
    width = x.width
    return lambda x: width


def outer_level(*numbers):
    """The highest level among the Numba types given, None unless all are numbers, one dual."""
    duals = [t for t in numbers if isinstance(t, DualType)]
    if not duals or not all(isinstance(t, DualType) or is_real(t) for t in numbers):
        return None
    return max(t.level for t in duals)


def _compare(function):
    @specialise(function)
    def implementation(x, y):
        if outer_level(x, y) is None:
            return None
        return lambda x, y: function(real_value(x), real_value(y))


def _answer(function):
    @specialise(function)
    def implementation(x):
        if not isinstance(x, DualType):
            return None
        return lambda x: function(real_value(x))


_COMPARISONS = (
    *(operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne),
    *(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal),
    *(np.logical_and, np.logical_or, np.logical_xor),
)
_PREDICATES = (
    *(math.isnan, math.isinf, math.isfinite, np.isnan, np.isinf, np.isfinite, np.signbit),
    *(np.logical_not, operator.not_),
)

for _comparison in _COMPARISONS:
    _compare(_comparison)
for _predicate in _PREDICATES:
    _answer(_predicate)


@specialise(bool)
def dual_bool(x):
    if isinstance(x, DualType):
        return lambda x: real_value(x) != 0.0
    return None
