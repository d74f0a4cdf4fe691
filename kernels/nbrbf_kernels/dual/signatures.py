"""How NumPy's functions get here: arguments by NumPy's own names, the unsupported refused.

An argument that would be ignored could be one that the derivative depends on, so every one
that an implementation does not name is refused by name, unless it has its default.
"""

import inspect
from collections.abc import Callable
from itertools import chain, repeat
from typing import Any

from nbrbf_kernels.dual.protocol import FUNCTIONS

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def qualified(function: Any) -> str:
    """Its name with that of the module, for messages."""
    return f"{function.__module__}.{function.__name__}"


class Signature:
    """Names and defaults of a NumPy function's parameters.

    `fallback` is a Python function with the same first parameters, for what NumPy compiled
    without saying how it is called.
    """

    def __init__(self, function: Any, fallback: Callable[..., Any] | None = None) -> None:
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except ValueError:
            known = inspect.signature(fallback).parameters if fallback else {}
            parameters = list(known.values())
        self.name = qualified(function)
        self.defaults = {p.name: p.default for p in parameters}
        self.positional = [p.name for p in parameters if p.kind in _POSITIONAL]
        self.star = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), "")

    def named(self, args: tuple[Any, ...]) -> list[tuple[str, Any]]:
        """Positional arguments with their names; that of ``*args`` again and again."""
        if not self.star and len(args) > len(self.positional):
            raise TypeError(
                f"{self.name} of dual numbers takes {len(self.positional)} positional arguments, "
                f"got {len(args)}"
            )
        return list(zip(chain(self.positional, repeat(self.star)), args, strict=False))

    def refuse(self, given: dict[str, Any]) -> None:
        """Raises TypeError for the first of these arguments that has not its default."""
        for name, x in given.items():
            default = self.defaults.get(name)
            if x is not None and x is not default and not (type(x) in (bool, str) and x == default):
                raise TypeError(f"{self.name} of dual numbers takes no {name}")


def implements(*functions: Any) -> Callable[..., Any]:
    """Decorator: what these NumPy functions are for dual arguments.

    The implementation is called with those of NumPy's arguments that it names.
    """

    def register(implementation: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            FUNCTIONS[function] = _called_as(function, implementation)
        return implementation

    return register


def _called_as(function: Any, implementation: Callable[..., Any]) -> Callable[..., Any]:
    signature = Signature(function, implementation)
    taken = inspect.signature(implementation).parameters
    starred = any(p.kind is p.VAR_POSITIONAL for p in taken.values())

    def call(*args: Any, **keywords: Any) -> Any:
        positional = () if starred else args
        given = dict(signature.named(positional)) | keywords
        if not given.keys() <= taken.keys():
            signature.refuse({name: x for name, x in given.items() if name not in taken})
            given = {name: x for name, x in given.items() if name in taken}
        return implementation(*(args if starred else ()), **given)

    return call
