"""The drivers of a compiled function, called from Python, are compiled with it, once.

The gradient of a function of 8 numbers takes 1 us so, and 133 us where every chunk crosses
into compiled code and back; the driver's own compile time is 0.2 s.
"""

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.dispatcher import Dispatcher

from nbrbf_kernels.dual.compiled_calls import packed

_ATTRIBUTE = "_nbrbf_drivers"


def is_compiled(f: Any) -> bool:
    """Whether `f` is a function that Numba compiles without Python objects."""
    return isinstance(f, Dispatcher) and not f.targetoptions.get("forceobj")


def call_compiled(driver: Callable[..., Any], f: Any, rest: Any, **options: int) -> Any:
    """driver(f, *rest, **options) in compiled code."""
    # Kept by f, so that they live as long as it does.
    known = vars(f).setdefault(_ATTRIBUTE, {})
    key = packed(driver, **options)
    if key not in known:
        known[key] = _entry(key, f)
    return known[key](rest)


def _entry(function: Callable[..., Any], f: Any) -> Any:
    return njit(lambda rest: function(f, rest))
