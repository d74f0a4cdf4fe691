"""numpy.linalg.norm of dual vectors and matrices.

    |x|_2' = x . x' / |x|_2             |x|_p' = sum sign(x_i) (|x_i| / |x|_p)^(p - 1) x_i'
    |x|_inf' = sign(x_i) x_i' for the first of the largest |x_i|; norms 1 and inf of matrices
    are such sums and such choices; |A|_2' = u^T A' v for the largest singular value

Where a norm is 0 its derivative is 0, as that of abs; so it is for equal points at distance 0.
"""

from typing import Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from nbrbf_kernels.dual.array import common, split, wrap
from nbrbf_kernels.dual.reductions import real, weighted
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import silent


@implements(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    level, _ = common(x)
    value, partials = split(x)
    real("numpy.linalg.norm", value)
    result = np.linalg.norm(value, ord, axis, keepdims)
    axes = normalize_axis_tuple(range(value.ndim) if axis is None else axis, value.ndim)
    with silent():
        size = np.linalg.norm(value, ord, axis, True)
        if ord is None or (ord == "fro" and len(axes) == 2) or (ord == 2 and len(axes) == 1):
            weights = _ratio(value, size)
        elif len(axes) == 1:
            weights = _of_vector(value, size, ord, axes[0])
        else:
            weights = _of_matrix(value, ord, axes)
    return wrap(result, weighted(weights, partials, axes, keepdims), level)


def _ratio(x: Any, size: Any) -> Any:
    return np.where(size == 0.0, 0.0, x / size)


def _refused(ord: Any) -> TypeError:
    return TypeError(f"numpy.linalg.norm of dual numbers takes no ord={ord!r}")


def _of_vector(x: Any, size: Any, ord: Any, axis: int) -> Any:
    if abs(ord) == np.inf:
        return np.sign(x) * _first(np.abs(x), ord, axis)
    if not ord >= 1:
        raise _refused(ord)  # below 1 the derivative is infinite where an entry is 0
    return np.sign(x) * np.abs(_ratio(x, size)) ** (ord - 1)


def _of_matrix(x: Any, ord: Any, axes: tuple[int, ...]) -> Any:
    if ord == 2:
        return np.moveaxis(_of_spectrum(np.moveaxis(x, axes, (-2, -1))), (-2, -1), axes)
    if ord not in (1, -1, np.inf, -np.inf):
        raise _refused(ord)
    summed, chosen = axes if abs(ord) == 1 else axes[::-1]
    sums = np.sum(np.abs(x), axis=summed, keepdims=True)
    return np.sign(x) * _first(sums, ord, chosen)


def _of_spectrum(a: Any) -> Any:
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return np.where(s[..., :1, None] == 0.0, 0.0, u[..., :, :1] * vt[..., :1, :])


def _first(sizes: Any, ord: float, axis: int) -> Any:
    """1 at the first of the largest sizes (for a negative `ord`: smallest), else 0."""
    index = np.expand_dims((np.argmax if ord > 0 else np.argmin)(sizes, axis), axis)
    ones = np.zeros_like(sizes)
    np.put_along_axis(ones, index, 1.0, axis)
    return ones


@implements(np.linalg.vector_norm)
def vector_norm(x: Any, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    if isinstance(axis, (tuple, list)):
        raise TypeError("numpy.linalg.vector_norm of dual numbers takes one axis or None")
    value = np.linalg.vector_norm(split(x)[0], axis=axis, keepdims=keepdims, ord=ord)
    result = norm(np.ravel(x) if axis is None else x, ord, -1 if axis is None else axis, True)
    planes = np.reshape(result.partials, (result.width, *np.shape(value)))
    return wrap(value, planes, result.level)


@implements(np.linalg.matrix_norm)
def matrix_norm(x: Any, keepdims: Any = False, ord: Any = "fro") -> Any:
    return norm(x, ord, (-2, -1), keepdims)
