"""Radial functions with other elementary functions: the processor's roots, those of octets.

A square root of eight numbers keeps the divider busy for 16 cycles and the multipliers for 3;
by multiplications alone it takes them 7 to 11. A loop that takes half of its pairs the one way
and half the other keeps both busy, and two thirds of the time of either. So it does with
reciprocals, 9 cycles or 4 products.
"""

from types import FunctionType
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.rbf.octet_functions import BY_PRODUCTS
from nbrbf_kernels.rbf.octet_instructions import root
from nbrbf_kernels.rbf.octets import has_octets, octet


def processor_root(x: Any) -> Any:
    """The processor's square root of a number or an octet."""


@specialise(processor_root, inline=True)
def _processor_root(x):
    return (lambda x: root(x)) if x == octet else (lambda x: np.sqrt(x))


@kernel(inline=True)
def sqrt(x):
    """Square root."""
    return processor_root(x)


@kernel(inline=True)
def rsqrt(x):
    """1 / sqrt(x)."""
    return 1.0 / processor_root(x)


@kernel(inline=True)
def rsqrt_of_finite(x):
    """1 / sqrt(x), 1e200 of x = 0: the roots of other numbers, above 1e-162, stay as they are."""
    return 1.0 / (processor_root(x) + 1e-200)


@kernel(inline=True)
def reciprocal(x):
    """1 / x."""
    return 1.0 / x


BY_DIVIDER = {each.__name__: each for each in (sqrt, rsqrt, rsqrt_of_finite, reciprocal)}


def _sister(cls: Any, suffix: str, functions: dict[str, Any]) -> Any:
    """A class of `cls` whose methods call these functions; `cls` if they call none."""
    methods = {
        name: FunctionType(method.__code__, {**method.__globals__, **functions}, name)
        for name, method in vars(cls).items()
        if isinstance(method, FunctionType) and functions.keys() & set(method.__code__.co_names)
    }
    return type(cls.__name__ + suffix, (cls,), methods) if methods else cls


def add_sisters(cls: Any) -> None:
    """Give `cls` the classes `by_divider` and `of_octets`, which has a `by_divider` too."""
    cls.by_divider = _sister(cls, "ByDivider", BY_DIVIDER)
    cls.of_octets = _sister(cls, "OfOctets", BY_PRODUCTS)
    # A root and a reciprocal keep the divider busy for 25 cycles, the multipliers for 9.
    roots = {name: BY_DIVIDER[name] for name in ("sqrt", "reciprocal")}
    cls.of_octets.by_divider = _sister(cls.of_octets, "ByDivider", roots)


def _as_sister(name: str) -> Any:
    """What compiled code calls for a radial function of the type of a sister, if it has one."""

    @intrinsic
    def sister(typingctx, k):
        cls = getattr(k.instance_class, name, None)
        result = types.NamedTuple(k.types, cls) if cls and type(k) is types.NamedTuple else k
        return result(k), lambda context, builder, signature, args: args[0]

    return sister


by_divider, of_octets = _as_sister("by_divider"), _as_sister("of_octets")


def knows_octets(k: Any) -> bool:
    """Whether the type `k` is of a radial function that octets can be given to."""
    return type(k) is types.NamedTuple and hasattr(k.instance_class, "of_octets") and has_octets()
