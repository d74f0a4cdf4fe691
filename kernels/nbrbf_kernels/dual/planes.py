"""A DualArray as heavy kernels see it: its two arrays, the width known at run time only.

The width in a DualArray's type lets scalar code unroll. A kernel on blocks gains nothing from
that and would be compiled again for every width, so it is given planes.
"""

from numba.core import cgutils, types
from numba.extending import intrinsic, make_attribute_wrapper, models, register_model

from nbrbf_kernels.dual.types import DualArrayType


class PlanesType(types.Type):
    """`value` (ndim dimensions) and `partials` (one more, the planes first), any strides."""

    def __init__(self, ndim):
        self.ndim = ndim
        self.values = types.Array(types.float64, ndim, "A")
        self.planes = types.Array(types.float64, ndim + 1, "A")
        super().__init__(f"Planes({ndim})")


@register_model(PlanesType)
class PlanesModel(models.StructModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, [("value", fe_type.values), ("partials", fe_type.planes)])


make_attribute_wrapper(PlanesType, "value", "value")
make_attribute_wrapper(PlanesType, "partials", "partials")


@intrinsic
def make_planes(typingctx, value, partials):
    """Planes of a value array and an array of partials, which stay the owners."""
    result = PlanesType(value.ndim)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(result)(context, builder)
        native.value, native.partials = args
        context.nrt.incref(builder, result, native._getvalue())
        return native._getvalue()

    return result(value, partials), codegen


@intrinsic
def planes(typingctx, array):
    """The planes of a DualArray."""
    if not isinstance(array, DualArrayType):
        return None
    result = PlanesType(array.ndim)

    def codegen(context, builder, signature, args):
        native = cgutils.create_struct_proxy(array)(context, builder, args[0])
        out = cgutils.create_struct_proxy(result)(context, builder)
        out.value, out.partials = native.value, native.partials
        context.nrt.incref(builder, result, out._getvalue())
        return out._getvalue()

    return result(array), codegen
