"""Products of arrays of dual numbers: whatever is linear in each of two arguments.

    f(a, b)' = f(a', b) + f(a, b')

A plane at a time, so that BLAS works on the planes, and the value is NumPy's own to the bit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import DualArray, common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import FUNCTIONS, UFUNCS
from nbrbf_kernels.dual.ufuncs import silent


def bilinear(f: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """f(a, b) with its derivative."""
    level, width = common(a, b)
    (a, da), (b, db) = split(a), split(b)
    value = np.asarray(f(a, b))
    planes = planes_like(value, width)
    with silent():
        for k in range(width):
            if da is None:
                planes[k] = f(a, db[k])
            elif db is None:
                planes[k] = f(da[k], b)
            else:
                planes[k] = f(da[k], b) + f(a, db[k])
    return wrap(value, planes, level)


def _product(ufunc: np.ufunc, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    keywords = dict(keywords)
    (out,) = keywords.pop("out", None) or (None,)
    if keywords:
        raise TypeError(f"numpy.{ufunc.__name__} of dual numbers takes no {next(iter(keywords))}")
    if out is None:
        return bilinear(ufunc, *operands)
    if not isinstance(out, DualArray):
        raise TypeError(f"out must be a DualArray, got {type(out).__name__}")
    common(out, *operands)
    result = bilinear(ufunc, *operands) if common(*operands)[1] else ufunc(*operands)
    if result.shape != out.shape:
        raise ValueError(f"out must have the shape {result.shape}, got {out.shape}")
    out[...] = result
    return out


def _function(f: Callable[..., Any]) -> Callable[..., Any]:
    return lambda a, b: bilinear(f, a, b)


# vecdot and vdot conjugate their first argument: linear still, over the reals.
UFUNCS.update({f: _product for f in (np.matmul, np.vecdot)})
FUNCTIONS.update({f: _function(f) for f in (np.dot, np.outer, np.inner, np.vdot, np.kron)})


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    return bilinear(lambda x, y: np.tensordot(x, y, axes), a, b)


FUNCTIONS[np.tensordot] = _tensordot
