"""Cores: kernels that are compiled once, by themselves, and called through a pointer.

Numba puts the code of all that a function calls into the function's own module and optimises
it there again, in every caller of every caller: a large kernel behind a door for each layout
and each width costs its seconds at each. A core is left out. Its caller holds a name and an
empty cell; on the first call the name is looked up, the core compiled or found in the cache,
and its address put into the cell. So the signatures of a core are stated where it is defined.
A kernel whose types nobody can list, since they say which radial function it is, is called
`apart`: its name holds the types.

A cached caller outlives an edit of the core, hence the digest of all sources in the name: a
name that nobody knows is an error, where a symbol that nobody defines would end the process.
"""

import ctypes
import importlib
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils
from numba.core.serialize import dumps
from numba.core.types import unliteral
from numba.extending import intrinsic

from nbrbf_kernels._jit import DIGEST, kernel

_BIND = "nbrbf_address_of_core"
_ADDRESSES: dict[bytes, Callable[[], int]] = {}


@ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)
def _address(name: bytes) -> int | None:
    find = _ADDRESSES.get(name)
    return find() if find else _address_of_types(name)


def _address_of_types(name: bytes) -> int | None:
    """The address of a kernel that a function from the cache calls `apart`."""
    module, _, described = name.decode().partition(":")
    function, _, described = described.partition(":")
    types, _, digest = described.partition(":")
    if digest != DIGEST:
        return None
    compiled = getattr(importlib.import_module(module), function)
    return _compiled_address(compiled.inner(), pickle.loads(bytes.fromhex(types)))


llvm.add_symbol(_BIND, ctypes.cast(_address, ctypes.c_void_p).value)


def _load(context: Any, builder: Any, name: str, pointer: Any) -> Any:
    """The address of the core `name`, of LLVM type `pointer`, from its cell in this module."""
    module, word = builder.module, cgutils.voidptr_t
    symbol = f"nbrbf_cell.{name}"
    cell = module.globals.get(symbol)
    if cell is None:
        cell = cgutils.add_global_variable(module, word, symbol)
        cell.linkage, cell.initializer = "internal", cgutils.get_null_value(word)
    with cgutils.if_unlikely(builder, cgutils.is_null(builder, builder.load(cell))):
        bind = cgutils.get_or_insert_function(module, ir.FunctionType(word, [word]), _BIND)
        found = builder.call(bind, [context.insert_const_string(module, name)])
        builder.store(found, cell)
        with cgutils.if_unlikely(builder, cgutils.is_null(builder, found)):
            message = "compiled with another version of nbrbf_kernels: delete the cached function"
            context.call_conv.return_user_exc(builder, RuntimeError, (message,))
    return builder.bitcast(builder.load(cell), pointer)


def core(*signatures: Any) -> Callable[[Callable[..., Any]], Any]:
    """Decorator: `function` as a kernel of these Numba signatures, called through a pointer.

    The attribute ``kernel`` is the kernel itself, for callers in Python and for compiled code that
    it is to be part of.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        compiled = kernel(function, inline=True)
        call = _callable(function, {s: _register(compiled, s) for s in signatures})
        call.kernel = compiled
        return call

    return decorate


def apart(compiled: Any) -> Any:
    """What compiled code calls in place of this kernel, whatever the types of the arguments."""

    def call(typingctx: Any, *arguments: Any) -> Any:
        given = tuple(map(unliteral, arguments))
        inner, function = compiled.inner(), compiled.py_func
        inner.compile(given)
        name = f"{function.__module__}:{function.__name__}:{dumps(given).hex()}:{DIGEST}"
        _ADDRESSES[name.encode()] = lambda: _compiled_address(inner, given)
        return inner.overloads[given].signature, _caller(name)

    return _intrinsic(call, compiled.py_func)


def choice(*cores: Any) -> Any:
    """Of several cores with alike parameters the one whose signature the arguments fit."""
    names = {signature: name for each in cores for signature, name in each.names.items()}
    return _callable(cores[0].kernel.py_func, names)


def _callable(function: Callable[..., Any], names: dict[Any, str]) -> Any:
    """What compiled code calls: the first of these signatures that the arguments convert to."""

    def call(typingctx: Any, *arguments: Any) -> Any:
        for signature, name in names.items():
            pairs = zip(arguments, signature.args, strict=True)
            if all(typingctx.can_convert(*pair) is not None for pair in pairs):
                return signature, _caller(name)
        return None

    caller = _intrinsic(call, function)
    caller.names = names
    return caller


def _intrinsic(call: Any, function: Callable[..., Any]) -> Any:
    """An intrinsic that takes what `function` does."""
    parameters = inspect.signature(function).parameters.values()
    context = inspect.Parameter("typingctx", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    call.__signature__ = inspect.Signature([context, *parameters])  # type: ignore
    call.__name__ = call.__qualname__ = function.__name__
    return intrinsic(call)


def _register(compiled: Any, signature: Any) -> str:
    """Make a core known by the name that is returned."""

    def address() -> int:
        inner = compiled.inner()
        found = _compiled_address(inner, signature.args)
        result = inner.overloads[signature.args].signature
        if result.return_type != signature.return_type:
            raise TypeError(f"{name} must return {signature.return_type}, got {result}")
        return found

    function = compiled.py_func
    name = f"{function.__module__}.{function.__qualname__}{signature}_{DIGEST}"
    _ADDRESSES[name.encode()] = address
    return name


def _compiled_address(inner: Any, arguments: Any) -> int:
    """The address of a kernel for these types, compiled or found in the cache."""
    # By the arguments alone, as any caller would: a second key would be compiled again.
    inner.compile(arguments)
    result = inner.overloads[arguments]
    address: int = result.library.get_pointer_to_function(result.fndesc.llvm_func_name)
    return address


def _caller(name: str) -> Callable[..., Any]:
    """What emits the call of the core `name`."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        convention = context.call_conv
        result, given = signature.return_type, signature.args
        pointer = convention.get_function_type(result, given).as_pointer()
        target = _load(context, builder, name, pointer)
        status, value = convention.call_function(builder, target, result, given, args)
        with cgutils.if_unlikely(builder, status.is_error):
            convention.return_status_propagate(builder, status)
        return value

    return codegen
