"""Interpolants kept from one call to the next.

The libraries ask for values, tangents and cotangents in separate calls with the same arrays:
each would factor the same matrix. A matrix does not depend on the data values, so calls with
other values share it too.
"""

from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np

from nbrbf.interpolator import RBFInterpolator

# Entries of all matrices together, 64 MB; the last one is kept whatever its size.
MOST_ENTRIES = 2**23

_kept: OrderedDict[Any, RBFInterpolator] = OrderedDict()
_lock = Lock()


def fitted(options: Any, y: Any, d: Any, smoothing: Any, epsilon: Any) -> RBFInterpolator:
    """An interpolant of these arrays, with a matrix factored before if there is one."""
    key = (options, *map(_contents, (y, smoothing, epsilon)))
    with _lock:
        f = _kept.get(key)
    if f is None:
        # Copies: whoever owns the arrays may write into them before the next call.
        f = RBFInterpolator(
            np.array(y),
            np.array(d),
            options.neighbors,
            np.array(smoothing),
            options.kernel,
            np.array(epsilon),
            options.degree,
            workers=options.workers,
        )
        _keep(key, f)
    elif not _has_values(f, d):
        f = f.with_values(np.array(d))
        _keep(key, f)
    return f


def _contents(array: Any) -> tuple[Any, ...]:
    array = np.asarray(array)
    return array.shape, array.tobytes()


def _has_values(f: RBFInterpolator, d: Any) -> bool:
    """Whether `f` interpolates these values."""
    if f.d_shape != np.shape(d)[1:] or (f.d_dtype is np.complex128) != np.iscomplexobj(d):
        return False
    return np.array_equal(f.d, np.ascontiguousarray(d, f.d_dtype).reshape(len(d), -1).view(float))


def _keep(key: Any, f: RBFInterpolator) -> None:
    """Keep `f`, and drop the oldest while all of them are too large."""
    with _lock:
        _kept[key] = f
        _kept.move_to_end(key)
        while len(_kept) > 1 and sum(len(each.y) ** 2 for each in _kept.values()) > MOST_ENTRIES:
            _kept.popitem(last=False)
