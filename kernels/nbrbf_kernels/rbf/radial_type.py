"""A user's radial function as a Numba type: named by what its code says, not by its class.

Numba writes the types a kernel was compiled for beside it, and reads them again in another
process. A type that held the class could not be read where the class is not there to import,
and would be found again after an edit of the class. This one holds its name and a digest of
the code instead; the class is looked up when it is needed.
"""

from typing import Any

from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic, models, overload, register_model, typeof_impl

from nbrbf_kernels.dual.types import DualType, is_real

# What the name of a type stands for in this process.
CLASSES: dict[str, Any] = {}


class RadialType(types.NamedTuple):
    """A named tuple of the parameters, each float64 or a DualType."""

    def __init__(self, digest_name, fields, field_types):
        self.digest_name = digest_name
        self.fields = tuple(fields)
        self.types = tuple(field_types)
        self.count = len(self.types)
        inside = ", ".join(str(t) for t in self.types)
        types.Type.__init__(self, f"{digest_name}({inside})")

    @property
    def key(self):
        return self.digest_name, self.fields, self.types

    @property
    def instance_class(self):
        return CLASSES[self.digest_name]

    def with_fields(self, field_types):
        """The same radial function with parameters of other types."""
        return RadialType(self.digest_name, self.fields, tuple(field_types))

    @property
    def dual_fields(self):
        return [t for t in self.types if isinstance(t, DualType)]


register_model(RadialType)(models.TupleModel)


_typeof_other_class = typeof_impl.dispatch(type)


@typeof_impl.register(type)
def _typeof_class(val, c):
    # None: Numba then finds the constructor among its functions, and not any named tuple's.
    return None if is_registered(val) else _typeof_other_class(val, c)


def is_registered(cls: Any) -> bool:
    """Whether `cls` itself, not a class it is derived from, is a user's radial function."""
    return "_digest_name" in vars(cls)


def register_class(cls: Any, digest_name: str) -> None:
    """Make instances of `cls`, and its calls in compiled code, of the type `digest_name`."""
    cls._digest_name = digest_name
    CLASSES[digest_name] = cls
    class_name = cls.__name__

    def described(self):
        name = class_name if type(self) is cls else type(self).__name__
        return f"{name}({', '.join(map('{}={!r}'.format, cls._fields, self))})"

    if getattr(cls.__repr__, "__module__", None) == "collections":  # no one of the user's own
        cls.__repr__ = described
    # A jitted function tells named tuples apart by the class's name alone: after an edit in the
    # same session it would go on with the code that it knows.
    cls.__name__ = digest_name

    @typeof_impl.register(cls)
    def typeof_instance(val, c):
        if type(val) is not cls:
            return None  # a class derived from it, with a formula that nobody knows
        return RadialType(digest_name, cls._fields, [typeof_impl(each, c) for each in val])

    @intrinsic
    def make(typingctx, parameters):
        parts = [types.float64 if is_real(types.unliteral(t)) else t for t in parameters]
        for name, t in zip(cls._fields, parts, strict=True):
            if t != types.float64 and not isinstance(t, DualType):
                raise TypingError(f"{class_name}.{name} must be a real number or a Dual, got {t}")
        result = RadialType(digest_name, cls._fields, parts)

        def codegen(context, builder, signature, args):
            elements = cgutils.unpack_tuple(builder, args[0])
            cast = [
                context.cast(builder, element, t, part)
                for element, t, part in zip(elements, parameters, parts, strict=True)
            ]
            return context.make_tuple(builder, result, cast)

        return result(parameters), codegen

    # A function with the parameters' names, so that Numba resolves keywords and their order.
    names = ", ".join(cls._fields)
    source = f"lambda {names}: make(({names}{',' if names else ''}))"
    constructor = eval(source, {"make": make})
    overload(cls, strict=False)(eval(f"lambda {names}: constructor", {"constructor": constructor}))
