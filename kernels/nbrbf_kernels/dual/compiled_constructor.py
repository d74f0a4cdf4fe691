"""Duals made in compiled code, by the name they have in Python: Dual(value, partials, level=0)."""

from functools import reduce

from numba.core import cgutils, types
from numba.extending import intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.scalar import Dual
from nbrbf_kernels.dual.types import DualType, is_real, pack, promote


def _is_number(t):
    return is_real(t) or isinstance(t, DualType)


def _inner_type(value, partials):
    """What holds the value and every partial."""
    inner = reduce(lambda a, b: a and promote(a, b), [value, *partials], types.float64)
    if inner is None:
        raise TypeError(f"a Dual of {value} and partials {partials}: their widths do not mix")
    return inner


@intrinsic(prefer_literal=True)
def _make_dual(typingctx, value, partials, level):
    inner = _inner_type(value, partials)
    result = DualType(len(partials), level.literal_value, inner)

    def codegen(context, builder, signature, args):
        parts = [args[0], *cgutils.unpack_tuple(builder, args[1], len(partials))]
        cast = [
            context.cast(builder, part, t, inner)
            for part, t in zip(parts, [value, *partials], strict=True)
        ]
        return pack(context, builder, result, cast[0], cast[1:])

    return result(value, partials, level), codegen


@specialise(Dual, literal=True)
def make_dual(value, partials, level=0):
    if not isinstance(partials, types.BaseTuple):
        raise TypeError(f"partials must be a tuple in compiled code, got {partials}")
    for t in (value, *partials):
        if not _is_number(t):
            raise TypeError(f"value and partials must be numbers or Duals, got {t}")
    if isinstance(level, types.Omitted):
        number = level.value
    elif isinstance(level, types.IntegerLiteral):
        number = level.literal_value
    elif isinstance(level, int):
        number = level
    else:
        raise TypeError(
            f"level must be a constant in compiled code, it is part of the type; got {level}"
        )
    if number < 0:
        raise TypeError(f"level must not be negative, got {number}")
    inner = _inner_type(value, partials)
    if isinstance(inner, DualType) and inner.level >= number:
        raise TypeError(
            f"a Dual inside a Dual must be of a lower level, got {inner.level} inside {number}"
        )
    return lambda value, partials, level=0: _make_dual(value, partials, number)
