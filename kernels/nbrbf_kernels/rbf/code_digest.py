"""A digest of what a function does: its code and all that the code refers to."""

import dis
import hashlib
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

PLAIN = (int, float, complex, str, bytes, bool, type(None), np.generic)


def digest_of(*parts: Any) -> str:
    """Twelve hexadecimal digits for functions, numbers, strings, arrays and tuples of those.

    Raises
    ------
    TypeError
        If a function refers to something else, of which no digest can be told.
    """
    digest = hashlib.sha256()
    _add(digest, parts, "the radial function", set())
    return digest.hexdigest()[:12]


def _add(digest: Any, value: Any, name: str, seen: set[int]) -> None:
    value = getattr(value, "py_func", value)  # a jitted function is its Python source
    digest.update(f"{type(value).__name__}:".encode())
    if isinstance(value, PLAIN):
        digest.update(repr(value).encode())
    elif isinstance(value, np.ndarray):
        digest.update(f"{value.dtype}{value.shape}".encode() + value.tobytes())
    elif isinstance(value, (tuple, list, frozenset)):
        for each in sorted(value, key=repr) if isinstance(value, frozenset) else value:
            _add(digest, each, name, seen)
    elif isinstance(value, FunctionType):
        _add_function(digest, value, seen)
    elif isinstance(value, (BuiltinFunctionType, np.ufunc, type, ModuleType)):
        digest.update(f"{getattr(value, '__module__', '')}.{value.__name__}".encode())
    else:
        raise TypeError(
            f"a radial function may refer to numbers, arrays, tuples and functions, got "
            f"{name}, a {type(value).__name__}"
        )


def _add_function(digest: Any, function: FunctionType, seen: set[int]) -> None:
    if id(function) in seen:
        return
    seen.add(id(function))
    _add(digest, function.__defaults__, "its defaults", seen)
    _add_code(digest, function.__code__)
    for name, value in sorted(references(function)):
        digest.update(name.encode())
        _add(digest, value, name, seen)


def _add_code(digest: Any, code: CodeType) -> None:
    """Not the source text: neither comments nor line numbers count."""
    digest.update(code.co_code + repr((code.co_names, code.co_varnames)).encode())
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _add_code(digest, constant)
        else:
            digest.update(repr(constant).encode())


def references(function: FunctionType) -> list[tuple[str, Any]]:
    """Names and values of globals, of what closures hold, and of attributes of modules."""
    found: dict[str, Any] = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        found[name] = cell.cell_contents
    for code in _codes(function.__code__):
        name, value = "", None
        for step in dis.get_instructions(code):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF"):
                name = step.argval
                scope = {**vars_of_builtins(function), **function.__globals__, **found}
                value = scope.get(name)
            elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and isinstance(value, ModuleType):
                name, value = f"{name}.{step.argval}", getattr(value, step.argval)
            else:
                name, value = "", None
            if name:
                found[name] = value
    return list(found.items())


def vars_of_builtins(function: FunctionType) -> dict[str, Any]:
    """Python's own functions, as `function` sees them."""
    builtins = function.__globals__.get("__builtins__", {})
    return builtins if isinstance(builtins, dict) else vars(builtins)


def _codes(code: CodeType) -> list[CodeType]:
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    return [code, *(each for c in inner for each in _codes(c))]
