"""NumPy's functions and Python's operators of DualArrays in compiled code, entry by entry."""

import operator

import numpy as np
from numba.core import types

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual import rules
from nbrbf_kernels.dual.compiled_broadcast import are_operands, mapping, mapping_in_place
from nbrbf_kernels.dual.types import DualArrayType, DualType


def _unary(function):
    mapped = mapping(function)

    @specialise(function)
    def implementation(x):
        return (lambda x: mapped((x,))) if are_operands((x,)) else None


def _binary(function):
    mapped = mapping(function)

    @specialise(function)
    def implementation(x, y):
        return (lambda x, y: mapped((x, y))) if are_operands((x, y)) else None


def _in_place(function, name):
    mapped = mapping_in_place(function)

    @specialise(getattr(operator, name), first=True)
    def implementation(x, y):
        if isinstance(x, types.Array) and isinstance(y, (DualType, DualArrayType)):
            # Not a TypingError: Numba would go on to its own version.
            raise TypeError(
                f"{name}: an array of {x.dtype} cannot hold {y}, that would drop the "
                "derivative; make it with numpy.zeros_like of a dual array"
            )
        if not (isinstance(x, DualArrayType) and are_operands((x, y))):
            return None
        if not x.mutable:
            raise TypeError(f"{name}: cannot assign to a read-only DualArray")
        return lambda x, y: mapped(x, y)


def _choose(condition, x, y):
    """x if condition else y"""


@specialise(_choose)
def _choose_number(condition, x, y):
    return lambda condition, x, y: x if condition else y


_chosen = mapping(_choose)


@specialise(np.where, first=True)
def where(condition, x, y):
    if not are_operands((x, y)):
        return None
    return lambda condition, x, y: _chosen((condition, x, y))


_OPERATORS = {
    "negative": operator.neg,
    "positive": operator.pos,
    "absolute": abs,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "power": operator.pow,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
}

# With those of the table: what may look at the values alone. A name that Duals lack is refused
# when it is called.
_OF_ONE = {"isnan", "isinf", "isfinite", "signbit", "logical_not"} | set(rules.UNARY)
_OF_TWO = {
    *("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"),
    *("maximum", "minimum", "fmax", "fmin", "logical_and", "logical_or", "logical_xor"),
    *rules.BINARY,
}

for _names, _register in ((_OF_ONE, _unary), (_OF_TWO, _binary)):
    for _name in sorted(_names):
        _register(getattr(np, _name))
        if _name in _OPERATORS:
            _register(_OPERATORS[_name])

for _name in ("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow"):
    _in_place(getattr(operator, _name[1:]), _name)
