"""How a driver that is given a function is called from compiled code.

Numba's own overloads take no keyword after ``*args``, and cannot ask what the function that
they are given returns. So the call is typed here: `chunk` becomes part of the implementation,
the further arguments a tuple, and the implementation is chosen knowing the result's type.
"""

import inspect
from collections.abc import Callable
from functools import cache
from inspect import Parameter, Signature
from typing import Any

from numba import njit
from numba.core import types
from numba.core.imputils import lower_builtin
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, infer, infer_global

_builders: dict[Any, Any] = {}


def compiled(driver: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: what `driver` is in compiled code.

    The decorated function is given the typing context, then what the driver is given, as Numba
    types (`chunk` as an int), and they have the same parameters, f the first. It returns a
    function (f, rest), `rest` being the tuple of all arguments after f, or, where that would be
    too slow, the result's type and what generates code: (context, builder, (f, rest)).
    """

    def register(build: Callable[..., Any]) -> Callable[..., Any]:
        _builders[driver] = build

        def typed_call(typingctx: Any, args: Any, kws: Any) -> Any:
            return _typed_call(typingctx, driver, build, args, kws)

        _add_template(driver, typed_call)
        return build

    return register


@cache
def packed(driver: Callable[..., Any], **options: int) -> Callable[..., Any]:
    """For compiled code: driver(f, *rest, **options) as a function (f, rest).

    Numba takes no keyword beside ``*rest``, and a tuple that begins with f gives warnings.
    """

    def function(f: Any, rest: Any) -> Any:
        return driver(f, *rest, **options)

    def typed_call(typingctx: Any, args: Any, kws: Any) -> Any:
        result, code = _built(typingctx, _builders[driver], args[0], args[1].types, options)
        return signature(result, *args), lambda context, builder, _, values: code(
            context, builder, values
        )

    _add_template(function, typed_call)
    return function


def _add_template(function: Any, typed_call: Callable[..., Any]) -> None:
    """Tell Numba how a function is typed: `typed_call` gives signature and lowering."""

    class Template(AbstractTemplate):
        key = function
        prefer_literal = True  # for chunk
        signatures: dict[Any, Any] = {}  # noqa: RUF012
        lowerings: dict[Any, Any] = {}  # noqa: RUF012

        def generic(self, args: Any, kws: Any) -> Any:
            given = tuple(types.unliteral(t) for t in args)
            key = self.context, given, tuple(kws.items())
            if key not in self.signatures:
                typed, lowering = typed_call(self.context, given, kws)
                self.lowerings[typed.args] = lowering
                self.signatures[key] = typed
                lower_builtin(lowering, *typed.args)(lowering)
            return self.signatures[key]

        def get_impl_key(self, sig: Any) -> Any:
            return self.lowerings[sig.args]

    infer(Template)
    infer_global(function, types.Function(Template))


def _typed_call(typingctx: Any, driver: Any, build: Any, given: Any, kws: Any) -> Any:
    """Signature and lowering of a call of a driver with arguments of these types."""
    _check_call(driver, given, kws)
    options = {name: _constant(name, t) for name, t in kws.items()}
    f, *rest = given
    result, code = _built(typingctx, build, f, rest, options)

    def lowering(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        values = context.make_tuple(builder, types.Tuple(rest), args[1 : len(given)])
        return code(context, builder, (args[0], values))

    # Keywords are put last: constants that the implementation knows already.
    names = [*(f"argument{i}" for i in range(len(given))), *kws]
    parameters = [Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name in names]
    typed = signature(result, *given, *kws.values())
    return typed.replace(pysig=Signature(parameters)), lowering


def _built(typingctx: Any, build: Any, f: Any, rest: Any, options: Any) -> Any:
    """Result type of an implementation, and what generates its code."""
    implementation = build(typingctx, f, *rest, **options)
    if callable(implementation):
        return _compiled(typingctx, implementation, f, types.Tuple(rest))
    return implementation


def _compiled(typingctx: Any, implementation: Any, f: Any, rest: Any) -> Any:
    """Result type of a Python implementation, and the code that calls it."""
    dispatcher = njit(error_model="numpy", fastmath={"contract"})(implementation)
    call: Any = types.Dispatcher(dispatcher).get_call_type(typingctx, (f, rest), {})

    def code(context: Any, builder: Any, args: Any) -> Any:
        return context.get_function(types.Dispatcher(dispatcher), call)(builder, args)

    return call.return_type, code


def _check_call(driver: Any, given: Any, kws: Any) -> None:
    try:
        inspect.signature(driver).bind(*given, **kws)
    except TypeError as error:
        # Not a TypingError: Numba would bury it.
        raise TypeError(f"{driver.__name__}(): {error}") from None
    if not isinstance(given[0], (types.Dispatcher, types.Function)):
        raise TypeError(f"f must be an @njit function in compiled code, got {given[0]}")


def _constant(name: str, t: Any) -> Any:
    if not isinstance(t, types.IntegerLiteral):
        raise TypeError(f"{name} must be a constant integer in compiled code, got {t}")
    return t.literal_value
