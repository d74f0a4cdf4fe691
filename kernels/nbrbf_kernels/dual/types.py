"""Dual and DualArray as Numba types: their memory, promotion, and the way in and out of Python.

``DualType(width, level, inner)`` is held as plain scalars in registers, an LLVM structure of
1 + width values of type `inner`: not an LLVM vector, since loops over vectors do not vectorise.
`inner` is float64, or another DualType where derivatives nest.

``DualArrayType(values, width, level)`` is two arrays, ``value`` of shape S and ``partials`` of
shape (width,) + S, each plane laid out as the value.
"""

from functools import cache

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typeconv import Conversion
from numba.extending import (
    NativeValue,
    box,
    lower_cast,
    make_attribute_wrapper,
    models,
    register_model,
    typeof_impl,
    unbox,
)

from nbrbf_kernels.dual.array import DualArray
from nbrbf_kernels.dual.scalar import Dual


class DualType(types.Type):
    """A scalar with `width` partials at nesting `level`, each of Numba type `inner`.

    Not a types.Number: Numba would ask those for a NumPy dtype when it unifies them.
    """

    def __init__(self, width, level, inner=types.float64):
        self.width = width
        self.level = level
        self.inner = inner
        super().__init__(f"Dual({width}, {level}, {inner})")

    def unify(self, typingctx, other):
        return promote(self, other)

    def can_convert_from(self, typingctx, other):
        return Conversion.safe if promote(self, other) == self else None


def is_real(t):
    """Whether `t` is the Numba type of a real number."""
    return isinstance(t, (types.Integer, types.Float, types.Boolean))


def promote(a, b):
    """The Numba type that holds both scalars, or None; the higher level is outside."""
    a, b = types.unliteral(a), types.unliteral(b)
    if isinstance(a, DualType) and isinstance(b, DualType):
        if a.level == b.level:
            inner = promote(a.inner, b.inner)
            return DualType(a.width, a.level, inner) if a.width == b.width and inner else None
        outer, constant = (a, b) if a.level > b.level else (b, a)
        inner = promote(outer.inner, constant)
        return DualType(outer.width, outer.level, inner) if inner else None
    if isinstance(b, DualType):
        a, b = b, a
    if isinstance(a, DualType):
        return a if is_real(b) else None
    return types.float64 if is_real(a) and is_real(b) else None


@register_model(DualType)
class DualModel(models.StructModel):
    def __init__(self, dmm, fe_type):
        members = [("value", fe_type.inner)]
        members += [(f"partial{k}", fe_type.inner) for k in range(fe_type.width)]
        super().__init__(dmm, fe_type, members)


def pack(context, builder, t, value, partials):
    """LLVM value of the DualType `t` from those of its parts."""
    dual = ir.Constant(context.get_value_type(t), ir.Undefined)
    for k, part in enumerate([value, *partials]):
        dual = builder.insert_value(dual, part, k)
    return dual


def unpack(builder, t, dual):
    """Inverse of `pack`: (value, list of partials)."""
    value, *partials = (builder.extract_value(dual, k) for k in range(1 + t.width))
    return value, partials


@lower_cast(types.Integer, DualType)
@lower_cast(types.Float, DualType)
@lower_cast(types.Boolean, DualType)
def constant_to_dual(context, builder, fromty, toty, val):
    value = context.cast(builder, val, fromty, toty.inner)
    zero = context.cast(builder, ir.Constant(ir.DoubleType(), 0.0), types.float64, toty.inner)
    return pack(context, builder, toty, value, [zero] * toty.width)


@lower_cast(DualType, DualType)
def dual_to_dual(context, builder, fromty, toty, val):
    if fromty.level != toty.level:
        return constant_to_dual(context, builder, fromty, toty, val)
    value, partials = unpack(builder, fromty, val)
    inner = [context.cast(builder, part, fromty.inner, toty.inner) for part in [value, *partials]]
    return pack(context, builder, toty, inner[0], inner[1:])


class DualArrayType(types.IterableType):
    """An array of Duals as two arrays of numbers; `values` is the Numba type of the values."""

    def __init__(self, values, width, level):
        self.values = values
        self.width = width
        self.level = level
        self.ndim = values.ndim
        self.layout = values.layout
        self.planes = values.copy(ndim=values.ndim + 1)
        super().__init__(f"DualArray({values}, {width}, {level})")

    @property
    def dtype(self):
        """The type of one element."""
        return DualType(self.width, self.level)

    @property
    def mutable(self):
        return self.values.mutable

    @property
    def iterator_type(self):
        return DualArrayIteratorType(self)


class DualArrayIteratorType(types.SimpleIteratorType):
    """What `for x in array` walks: Duals of a vector, rows of a matrix."""

    def __init__(self, array):
        self.array = array
        row = array.values.copy(ndim=array.ndim - 1, layout="A")
        item = array.dtype if array.ndim == 1 else DualArrayType(row, array.width, array.level)
        super().__init__(f"iter({array})", item)


@register_model(DualArrayType)
class DualArrayModel(models.StructModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, [("value", fe_type.values), ("partials", fe_type.planes)])


make_attribute_wrapper(DualArrayType, "value", "value")
make_attribute_wrapper(DualArrayType, "partials", "partials")


@typeof_impl.register(Dual)
def typeof_dual(val, c):
    if val.dtype != np.float64:
        raise TypeError(f"a compiled Dual holds float64, got {val.dtype}")
    inner = typeof_dual(val.value, c) if isinstance(val.value, Dual) else types.float64
    return DualType(len(val.partials), val.level, inner)


@typeof_impl.register(DualArray)
def typeof_dual_array(val, c):
    value, partials = val.value, val.partials
    if value.dtype != "f8":
        raise TypeError(f"a compiled DualArray holds float64, got {value.dtype}")
    of_value, of_partials = value.flags, partials.flags
    # C order of every plane and of the whole: (p,) + S as one block, which indexing can rely on.
    c_order = of_value.c_contiguous and of_partials.c_contiguous
    writeable = of_value.writeable and of_partials.writeable
    return _dual_array_type(value.ndim, c_order, writeable, partials.shape[0], val.level)


@cache
def _dual_array_type(ndim, c_order, writeable, width, level):
    """Kept, since it takes 15 us to make and every call from Python asks for it."""
    values = types.Array(types.float64, ndim, "C" if c_order else "A", readonly=not writeable)
    return DualArrayType(values, width, level)


@unbox(DualType)
def unbox_dual(typ, obj, c):
    api = c.pyapi
    number = unbox_number if typ.inner == types.float64 else unbox_dual
    value = api.object_getattr_string(obj, "value")
    parts = [number(typ.inner, value, c).value]
    api.decref(value)
    partials = api.object_getattr_string(obj, "partials")
    for k in range(typ.width):
        parts.append(number(typ.inner, api.tuple_getitem(partials, k), c).value)
    api.decref(partials)
    failed = cgutils.is_not_null(c.builder, api.err_occurred())
    return NativeValue(pack(c.context, c.builder, typ, parts[0], parts[1:]), is_error=failed)


def unbox_number(typ, obj, c):
    return c.unbox(typ, obj)


@box(DualType)
def box_dual(typ, val, c):
    api = c.pyapi
    value, partials = unpack(c.builder, typ, val)
    boxed = [c.box(typ.inner, part) for part in [value, *partials]]
    level = api.long_from_longlong(ir.Constant(ir.IntType(64), typ.level))
    cls = api.unserialize(api.serialize_object(Dual))
    tangents = api.tuple_pack(boxed[1:])
    dual = api.call_function_objargs(cls, (boxed[0], tangents, level))
    for reference in [*boxed, tangents, level, cls]:
        api.decref(reference)
    return dual


@unbox(DualArrayType)
def unbox_dual_array(typ, obj, c):
    api = c.pyapi
    native = cgutils.create_struct_proxy(typ)(c.context, c.builder)
    failed = cgutils.false_bit
    for name, t in (("value", typ.values), ("partials", typ.planes)):
        array = api.object_getattr_string(obj, name)
        unboxed = c.unbox(t, array)
        setattr(native, name, unboxed.value)
        failed = c.builder.or_(failed, unboxed.is_error)
        api.decref(array)
    return NativeValue(native._getvalue(), is_error=failed)


@box(DualArrayType)
def box_dual_array(typ, val, c):
    api = c.pyapi
    native = cgutils.create_struct_proxy(typ)(c.context, c.builder, val)
    value = c.box(typ.values, native.value)
    partials = c.box(typ.planes, native.partials)
    level = api.long_from_longlong(ir.Constant(ir.IntType(64), typ.level))
    cls = api.unserialize(api.serialize_object(DualArray))
    array = api.call_function_objargs(cls, (value, partials, level))
    for reference in (value, partials, level, cls):
        api.decref(reference)
    return array
