"""The one way anything in this package is compiled.

``kernel``      every kernel: values are those of the written order of operations,
                but for fused multiply-adds.
``sum_kernel``  sums whose order does not matter: LLVM may reorder, so it vectorises them.
``part``        part of a kernel, written apart: merged into each kernel that calls it before
                that is compiled, with its options. (What a kernel of its own calls is
                optimised once for each caller along the way.)
``specialise``  an implementation chosen by argument types, compiled for each caller with its
                floating-point options; kernels dispatch on types since one that takes a jitted
                function is never found in the cache by a new process.
``ieee``        Python functions that are compiled when compiled code calls them. They divide by
                zero as NumPy does, even where the caller's own divisions raise.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

from numba import njit
from numba.core.types import unliteral
from numba.extending import overload, register_jitable


def source_digest(root: Path = Path(__file__).parent) -> str:
    """Digest of every source file under `root`, path and content."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


DIGEST = source_digest()

# What is said of one function only. Numba passes it on, where nothing else is said, to those that
# are compiled while that function is: in the cache they would be as whoever came first.
_OWN = {"_nrt": True, "forceinline": False}
# "contract": a * b + c may become one FMA. Division by zero follows IEEE 754, as in NumPy.
_EXACT = {"error_model": "numpy", "fastmath": {"contract"}, **_OWN}
# Never True: that would also assume there are no NaN and no infinities.
_REORDERED = {
    "error_model": "numpy", "fastmath": {"contract", "reassoc", "nsz", "arcp"}, **_OWN
}  # fmt: skip


# What only compiled code calls needs no entry for callers in Python or C; the two for each
# function are a fifth of the time that a first fit is compiled for.
_INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
# Of two threads that ask for the same one, one makes it.
_MAKING = RLock()


def _compile(
    function: Callable[..., Any], options: dict[str, Any], inline: bool, borrows: bool
) -> Any:
    """`function` for callers in Python; its attribute ``inner()`` is what compiled code calls."""
    compiled = _dispatcher(function, options | {"_nrt": not borrows}, "")

    @cache
    def make() -> Any:
        return _dispatcher(function, options | _INNER | {"forceinline": inline}, "_inner")

    def inner() -> Any:  # made when it is asked for: it would be a quarter of what an import takes
        with _MAKING:
            return make()

    # A constant argument has a literal type, and a kernel would be compiled again for each
    # constant; a recursive one then refers to two of itself, which the cache does not resolve.
    def resolve_without_literals(args: Any, kws: Any) -> Any:
        given = [unliteral(t) for t in args], {k: unliteral(t) for k, t in kws.items()}
        return inner().get_call_template(*given)

    compiled.get_call_template = resolve_without_literals
    compiled.get_overload = lambda signature: inner().get_overload(signature)
    compiled.inner = inner
    return compiled


def _dispatcher(function: Callable[..., Any], options: dict[str, Any], suffix: str) -> Any:
    # Numba finds a cached function by its name and the time stamp of its own file alone, so
    # an edit in any other file would go unseen: the digest of all sources is put in the name.
    name = function.__qualname__
    function.__qualname__ = f"{name}{suffix}_{DIGEST}"
    try:
        return njit(cache=True, nogil=True, **options)(function)
    finally:
        function.__qualname__ = name


def kernel(function: Any = None, *, inline: bool = False, borrows: bool = False) -> Any:
    """Compile `function` in nopython mode, cached on disk, without the GIL.

    `inline` makes LLVM inline it wherever it is called, whatever its length: a call left in a
    loop keeps the loop from being vectorised, and passing arrays costs more than small work.
    One that `borrows` counts no references to arrays when Python calls it, which has them for as
    long: 25 ns each of the 220 that a call with two takes. What is allocated in it would never
    be freed. (What it calls may allocate, and free that before it returns.)
    """
    return _decorator(_EXACT, function, inline, borrows)


def sum_kernel(function: Any = None, *, inline: bool = False, borrows: bool = False) -> Any:
    """As `kernel`, for sums that may be reordered."""
    return _decorator(_REORDERED, function, inline, borrows)


def _decorator(options: dict[str, Any], function: Any, inline: bool, borrows: bool) -> Any:
    if function is None:
        return lambda function: _compile(function, options, inline, borrows)
    return _compile(function, options, inline, borrows)


part = njit(inline="always")

ieee = register_jitable(error_model="numpy", **_OWN, **_INNER)


def specialise(
    function: Any, first: bool = False, inline: bool = False, literal: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Decorator: what `function` is in compiled code, for the types its body chooses.

    Numba tries its own implementations first; `first` puts ours before those of Numba's that
    accept any type and would take a DualArray for a scalar. `inline` makes LLVM inline it
    whatever its length: a call left in a loop keeps the loop from being vectorised. `literal`
    shows the body the literal types of constants.
    """
    options = _INNER | _OWN | {"forceinline": inline}
    target = "cpu" if first else "generic"
    return overload(
        function, jit_options=options, strict=False, target=target, prefer_literal=literal
    )
