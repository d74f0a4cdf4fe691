"""A user's formula with the fast elementary functions in place of NumPy's and math's.

The names exp, log and sqrt of a function's modules mean those of elementary.py in the copy
that is compiled, for Duals too: a call of the C library's keeps a loop from being vectorised.
"""

import math
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from numba import types
from numba.extending import register_jitable

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_scalar import chain
from nbrbf_kernels.dual.types import DualType
from nbrbf_kernels.rbf import elementary
from nbrbf_kernels.rbf.code_digest import references
from nbrbf_kernels.rbf.elementary import INF


def exp(x: Any) -> Any:
    """e^x."""


def log(x: Any) -> Any:
    """Natural logarithm."""


def sqrt(x: Any) -> Any:
    """Square root, NaN of a negative number."""


def rsqrt(x: Any) -> Any:
    """1 / sqrt(x) of a number x > 0, without a division where it is compiled."""
    return 1.0 / np.sqrt(x)


def _sqrt(x):
    root = elementary.sqrt(x)
    root = x if x == INF else root
    return root if x >= 0.0 else math.nan


REAL: dict[Any, Any] = {
    exp: lambda x: elementary.exp(x),
    log: lambda x: elementary.log(x),
    sqrt: _sqrt,
    rsqrt: lambda x: elementary.rsqrt(x),
}


def _exp_dual(x):
    v = exp(x.value)
    return chain(v, v, x)


def _log_dual(x):
    return chain(log(x.value), 1.0 / x.value, x)


def _sqrt_dual(x):
    return chain(sqrt(x.value), 0.5 * rsqrt(x.value), x)


def _rsqrt_dual(x):
    v = rsqrt(x.value)
    return chain(v, -0.5 * v * (v * v), x)


DUAL: dict[Any, Any] = {exp: _exp_dual, log: _log_dual, sqrt: _sqrt_dual, rsqrt: _rsqrt_dual}


def _compile(function: Any) -> None:
    @specialise(function, inline=True)
    def implementation(x):
        if isinstance(x, DualType):
            return DUAL[function]
        if isinstance(x, types.Float):
            return REAL[function]
        return lambda x: function(x * 1.0)


for _function in (exp, log, sqrt, rsqrt):
    _compile(_function)

REPLACED = {getattr(module, f.__name__): f for module in (np, math) for f in (exp, log, sqrt)}
REPLACED[rsqrt] = rsqrt


def _module(module: ModuleType) -> ModuleType:
    """`module` but for what is replaced."""
    other = ModuleType(module.__name__)
    other.__dict__["__getattr__"] = lambda name: quick_value(getattr(module, name))
    return other


MODULES = {module: _module(module) for module in (np, math)}


def quick_value(value: Any) -> Any:
    """What a formula refers to, with its functions replaced."""
    value = getattr(value, "py_func", value)  # a jitted function is compiled again
    if isinstance(value, ModuleType):
        return MODULES.get(value, value)
    if callable(value) and value in REPLACED:
        return REPLACED[value]
    if isinstance(value, FunctionType) and value.__module__.split(".")[0] not in ("numpy", "numba"):
        return register_jitable(forceinline=True)(quick(value))
    return value


def quick(function: FunctionType) -> FunctionType:
    """A copy of `function` whose elementary functions, and those of what it calls, are fast."""
    names = [*function.__code__.co_freevars]
    cells = {n: c.cell_contents for n, c in zip(names, function.__closure__ or (), strict=True)}
    scope = dict(function.__globals__)
    for name, value in references(function):
        if "." not in name and name in scope and name not in cells:
            scope[name] = quick_value(value)
    closure = tuple(_cell(quick_value(cells[name])) for name in names)
    copy = FunctionType(function.__code__, scope, function.__name__, function.__defaults__, closure)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    return copy


def _cell(value: Any) -> Any:
    return (lambda: value).__closure__[0]  # type: ignore[index]
