"""NumPy's functions that are linear in dual arrays: the same function of every plane.

    f(a)' = f(a')          f(a, b)' = f(a', b')

Constants among such arguments are zero in the planes. Where NumPy gives a view of an array,
both the value and the planes are views.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import DualArray, common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import FUNCTIONS, DualNumber
from nbrbf_kernels.dual.signatures import Signature
from nbrbf_kernels.dual.ufuncs import silent


def _leaves(x: Any) -> Iterator[Any]:
    """What is no list or tuple in lists and tuples."""
    if isinstance(x, (list, tuple)):
        for entry in x:
            yield from _leaves(entry)
    elif x is not None:
        yield x


def _part(x: Any, k: int | None) -> Any:
    """The value of an argument (k is None) or its k-th plane, in lists and tuples too."""
    if isinstance(x, (list, tuple)):
        return [_part(entry, k) for entry in x]
    if x is None:
        return None
    value, partials = split(x)
    if k is None:
        return value
    return np.zeros_like(value) if partials is None else partials[k]


def _dual(value: Any, planes: list[Any], level: int, sources: list[Any]) -> Any:
    """The result of this value and these planes; a view where NumPy's is one of the only
    source, else a copy: the value would be shared, the planes not."""
    if len(sources) == 1 and planes and isinstance(sources[0], DualArray):
        (source,) = sources
        if not np.may_share_memory(planes[0], source.partials):
            return wrap(value, _stacked(value, planes), level)
        strides = (source.partials.strides[0], *planes[0].strides)
        view = np.lib.stride_tricks.as_strided(planes[0], (len(planes), *value.shape), strides)
        return wrap(value, view, level)
    value = np.array(value)
    return wrap(value, _stacked(value, planes), level)


def _stacked(value: Any, planes: list[Any]) -> Any:
    stack = planes_like(np.asarray(value), len(planes))
    for k, plane in enumerate(planes):
        stack[k] = plane
    return stack


def linear(function: Any, *active: str) -> Callable[..., Any]:
    """`function` of dual numbers; it is linear in the arguments `active` (the first one)."""
    signature = Signature(function)
    active = active or (next(signature.names()),)

    def call(*args: Any, **keywords: Any) -> Any:
        named = list(zip(signature.names(), args, strict=False))
        given = [*named, *keywords.items()]
        signature.refuse({name: x for name, x in given if name in ("out", "dtype")})
        leaves = list(_leaves([x for name, x in given if name in active]))
        level, width = common(*leaves)
        if not any(isinstance(x, DualNumber) for x in leaves):
            raise TypeError(f"{signature.name} takes dual numbers only as {' and '.join(active)}")

        def part(k: int | None) -> Any:
            positional = [_part(x, k) if name in active else x for name, x in named]
            others = {name: _part(x, k) if name in active else x for name, x in keywords.items()}
            return function(*positional, **others)

        result = part(None)
        with silent():
            if isinstance(result, (list, tuple)):
                columns = zip(result, *map(part, range(width)), strict=True)
                return type(result)([_dual(v, planes, level, leaves) for v, *planes in columns])
            return _dual(result, list(map(part, range(width))), level, leaves)

    return call


_SHAPES = (
    *(np.flip, np.fliplr, np.flipud, np.rot90, np.roll, np.rollaxis),
    *(np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit),
    *(np.atleast_1d, np.atleast_2d, np.atleast_3d, np.fft.fftshift, np.fft.ifftshift),
)
_ENTRIES = (
    *(np.tril, np.triu, np.diag, np.diagflat, np.diagonal, np.linalg.diagonal),
    *(np.repeat, np.tile, np.resize, np.take, np.take_along_axis, np.delete),
)
_SUMS = (np.trace, np.linalg.trace, np.gradient)
_TRANSFORMS = (
    *(np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.irfft, np.fft.fft2, np.fft.ifft2),
    *(np.fft.rfft2, np.fft.irfft2, np.fft.fftn, np.fft.ifftn, np.fft.rfftn, np.fft.irfftn),
    *(np.fft.hfft, np.fft.ihfft),
)
FUNCTIONS.update({f: linear(f) for f in (*_SHAPES, *_ENTRIES, *_SUMS, *_TRANSFORMS)})
if hasattr(np, "unstack"):  # since NumPy 2.1
    FUNCTIONS[np.unstack] = linear(np.unstack)

_PADS = ("constant", "edge", "linear_ramp", "mean", "reflect", "symmetric", "wrap")
_padded = linear(np.pad, "array", "constant_values", "end_values")


def pad(array: Any, pad_width: Any, mode: Any = "constant", **keywords: Any) -> Any:
    if mode not in _PADS:
        raise TypeError(f"numpy.pad of dual numbers takes no mode={mode!r}")
    return _padded(array, pad_width, mode, **keywords)


FUNCTIONS[np.pad] = pad

_JOINED = {
    **dict.fromkeys((np.vstack, np.hstack, np.dstack, np.column_stack), ("tup",)),
    **{np.block: ("arrays",), np.append: ("arr", "values"), np.insert: ("arr", "values")},
    **{np.diff: ("a", "prepend", "append"), np.ediff1d: ("ary", "to_end", "to_begin")},
    **{np.compress: ("a",), np.extract: ("arr",), np.meshgrid: ("xi",)},
    **{np.linspace: ("start", "stop"), np.bincount: ("weights",)},
}
FUNCTIONS.update({f: linear(f, *active) for f, active in _JOINED.items()})
