"""Radial functions with the processor's square roots, to take turns with those of elementary.py.

A square root of eight numbers keeps the divider busy for 16 cycles and the multipliers for 3;
by multiplications alone it takes them 11. A loop that takes half of its pairs the one way and
half the other keeps both busy, and two thirds of the time of either.
"""

from types import FunctionType
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from nbrbf_kernels._jit import kernel


@kernel(inline=True)
def sqrt(x):
    """Square root."""
    return np.sqrt(x)


@kernel(inline=True)
def rsqrt(x):
    """1 / sqrt(x)."""
    return 1.0 / np.sqrt(x)


@kernel(inline=True)
def rsqrt_of_finite(x):
    """1 / sqrt(x), 1e200 of x = 0: the roots of other numbers, above 1e-162, stay as they are."""
    return 1.0 / (np.sqrt(x) + 1e-200)


ROOTS = {each.__name__: each for each in (sqrt, rsqrt, rsqrt_of_finite)}


def with_divider(cls: Any) -> Any:
    """A class of `cls` whose methods call these roots; `cls` if they call none."""
    methods = {
        name: FunctionType(method.__code__, {**method.__globals__, **ROOTS}, name)
        for name, method in vars(cls).items()
        if isinstance(method, FunctionType) and ROOTS.keys() & set(method.__code__.co_names)
    }
    return type(f"{cls.__name__}ByDivider", (cls,), methods) if methods else cls


@intrinsic
def by_divider(typingctx, k):
    """The radial function `k` with the processor's roots; itself if it has none or is a user's."""
    cls = getattr(k.instance_class, "by_divider", None)
    result = types.NamedTuple(k.types, cls) if cls and type(k) is types.NamedTuple else k
    return result(k), lambda context, builder, signature, args: args[0]
