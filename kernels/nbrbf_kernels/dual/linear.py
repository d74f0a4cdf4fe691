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


def _every_plane(first: Any, partials: Any) -> Any:
    """All planes of a view, from that of the first one: each lies as far from the next as
    those it is a view of."""
    strides = (partials.strides[0], *first.strides)
    return np.lib.stride_tricks.as_strided(first, (len(partials), *first.shape), strides)


def _is_view(entries: list[Any], source: Any) -> bool:
    return any(np.may_share_memory(entry, source.partials) for entry in entries)


def _stacked(value: Any, planes: list[Any]) -> Any:
    stack = planes_like(np.asarray(value), len(planes))
    for k, plane in enumerate(planes):
        stack[k] = plane
    return stack


# Before NumPy 2.4 it does not say how it is called.
_FALLBACKS = {np.bincount: lambda x, weights=None, minlength=0: None}


def linear(function: Any, *active: str) -> Callable[..., Any]:
    """`function` of dual numbers; it is linear in the arguments `active` (the first one).

    It may return a number, an array, or a list or tuple of arrays.
    """
    signature = Signature(function, _FALLBACKS.get(function))
    active = active or ((signature.positional or [signature.star])[0],)

    def call(*args: Any, **keywords: Any) -> Any:
        named = signature.named(args)
        given = [*named, *keywords.items()]
        signature.refuse({name: x for name, x in given if name in ("out", "dtype")})
        leaves = list(_leaves([x for name, x in given if name in active]))
        if not any(isinstance(x, DualNumber) for x in leaves):
            raise TypeError(f"{signature.name} takes dual numbers only as {' and '.join(active)}")

        def part(k: int | None) -> Any:
            positional = [_part(x, k) if name in active else x for name, x in named]
            others = {name: _part(x, k) if name in active else x for name, x in keywords.items()}
            return function(*positional, **others)

        result, (level, width) = part(None), common(*leaves)
        if not isinstance(result, (list, tuple)):
            (dual,) = _duals([result], lambda k: [part(k)], level, width, leaves)
            return dual
        return type(result)(_duals(result, part, level, width, leaves))

    return call


def _duals(values: Any, part: Any, level: int, width: int, sources: list[Any]) -> list[Any]:
    """The results of these values, with the planes part(k)."""
    with silent():
        planes = [part(k) for k in range(min(width, 1))]
        alone = sources[0] if len(sources) == 1 and isinstance(sources[0], DualArray) else None
        if alone is not None and planes and _is_view(planes[0], alone):
            pairs = zip(values, planes[0], strict=True)
            return [wrap(v, _every_plane(p, alone.partials), level) for v, p in pairs]
        planes += [part(k) for k in range(1, width)]
    if alone is None:  # the values might be views of arguments, and the planes are not
        values = [np.array(v) for v in values]
    return [wrap(v, _stacked(v, [p[i] for p in planes]), level) for i, v in enumerate(values)]


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
# Since NumPy 2.1.
_LATER = [getattr(np, name) for name in ("unstack", "cumulative_sum") if hasattr(np, name)]
FUNCTIONS.update({f: linear(f) for f in _LATER})

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
