"""Products of arrays of dual numbers: whatever is linear in each of its arguments.

    f(a, b, ...)' = f(a', b, ...) + f(a, b', ...) + ...

BLAS works on whole planes, and the value is NumPy's own to the bit.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import DualArray, common, split, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import FUNCTIONS, METHODS, UFUNCS
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import aligned, silent


def multilinear(f: Callable[..., Any], *operands: Any) -> Any:
    """f(*operands) with its derivative."""
    level, width = common(*operands)
    values, tangents = zip(*[split(x) for x in operands], strict=True)
    value = np.asarray(f(*values))
    planes = planes_like(value, width)
    with silent():
        for k in range(width):
            terms = (
                f(*values[:i], t[k], *values[i + 1 :])
                for i, t in enumerate(tangents)
                if t is not None
            )
            planes[k] = next(terms)
            for term in terms:
                planes[k, ...] += term
    return wrap(value, planes, level)


def matmul(a: Any, b: Any) -> Any:
    """a @ b; all planes in one product, which reads a constant matrix once."""
    level, _ = common(a, b)
    (a, da), (b, db) = split(a), split(b)
    value = np.matmul(a, b)
    with silent():
        if da is None:
            planes = _times_planes(a, db)
        else:
            planes = _planes_times(da, b)
            if db is not None:
                planes = planes + _times_planes(a, db)
    return wrap(value, planes, level)


def _planes_times(da: Any, b: Any) -> Any:
    """a' @ b for every plane a'."""
    if da.ndim == 2 and b.ndim > 2:  # vectors by stacks of matrices: one row each
        return (aligned(da[:, None], b.ndim) @ b)[..., 0, :]
    return (da if b.ndim <= 2 else aligned(da, max(da.ndim - 1, b.ndim))) @ b


def _times_planes(a: Any, db: Any) -> Any:
    """a @ b' for every plane b'."""
    if db.ndim > 2:
        return a @ (aligned(db, a.ndim) if a.ndim > db.ndim - 1 else db)
    if a.ndim <= 2:  # vectors by a vector or a matrix: the planes are the rows of one matrix
        return db @ a.T
    return (a @ aligned(db[..., None], a.ndim))[..., 0]


def _product(ufunc: np.ufunc, operands: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    keywords = dict(keywords)
    product = matmul if ufunc is np.matmul else partial(multilinear, ufunc)
    (out,) = keywords.pop("out", None) or (None,)
    if keywords:
        raise TypeError(f"numpy.{ufunc.__name__} of dual numbers takes no {next(iter(keywords))}")
    if out is None:
        return product(*operands)
    if not isinstance(out, DualArray):
        raise TypeError(f"out must be a DualArray, got {type(out).__name__}")
    common(out, *operands)
    result = product(*operands) if common(*operands)[1] else ufunc(*operands)
    if result.shape != out.shape:
        raise ValueError(f"out must have the shape {result.shape}, got {out.shape}")
    out[...] = result
    return out


# vecdot and its like conjugate one argument: linear still, over the reals. vecmat and matvec
# are there since NumPy 2.2.
_PRODUCTS = [getattr(np, n) for n in ("matmul", "vecdot", "matvec", "vecmat") if hasattr(np, n)]
UFUNCS.update(dict.fromkeys(_PRODUCTS, _product))


def _of_a_b(f: Callable[..., Any]) -> Callable[..., Any]:
    def product(a: Any, b: Any) -> Any:
        return multilinear(f, a, b)

    return product


for _f in (np.dot, np.outer, np.inner, np.vdot, np.kron):
    implements(_f)(_of_a_b(_f))


def _of_x1_x2(f: Callable[..., Any]) -> Callable[..., Any]:
    def product(x1: Any, x2: Any, axis: Any = -1) -> Any:
        return multilinear(partial(f, axis=axis), x1, x2)

    return product


implements(np.linalg.cross)(_of_x1_x2(np.linalg.cross))
implements(np.linalg.vecdot)(_of_x1_x2(np.linalg.vecdot))
FUNCTIONS[np.linalg.matmul] = lambda x1, x2: matmul(x1, x2)
FUNCTIONS[np.linalg.outer] = lambda x1, x2: multilinear(np.linalg.outer, x1, x2)


@implements(np.tensordot)
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    return multilinear(lambda x, y: np.tensordot(x, y, axes), a, b)


FUNCTIONS[np.linalg.tensordot] = lambda x1, x2, axes=2: tensordot(x1, x2, axes)


@implements(np.cross)
def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None
) -> Any:
    return multilinear(lambda x, y: np.cross(x, y, axisa, axisb, axisc, axis), a, b)


def _of_a_v(f: Callable[..., Any], default: str) -> Callable[..., Any]:
    def product(a: Any, v: Any, mode: str = default) -> Any:
        return multilinear(partial(f, mode=mode), a, v)

    return product


implements(np.convolve)(_of_a_v(np.convolve, "full"))
implements(np.correlate)(_of_a_v(np.correlate, "valid"))


@implements(np.einsum)
def einsum(*operands: Any, optimize: Any = False) -> Any:
    subscripts, *arrays = operands
    if not isinstance(subscripts, str):
        raise TypeError("numpy.einsum of dual numbers takes its subscripts as a string")
    return multilinear(lambda *x: np.einsum(subscripts, *x, optimize=optimize), *arrays)


@implements(np.linalg.multi_dot)
def multi_dot(arrays: Any) -> Any:
    return multilinear(lambda *x: np.linalg.multi_dot(x), *arrays)


@implements(np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Horner's scheme, in dual arithmetic."""
    value = np.zeros_like(x)
    for coefficient in p:
        value = value * x + coefficient
    return value


def _outer(ufunc: np.ufunc, a: Any, b: Any, **keywords: Any) -> Any:
    """The method `outer`: every entry of a with every entry of b."""
    return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **keywords)


METHODS.update(
    {(u, "outer"): partial(_outer, u) for u in UFUNCS if u.nin == 2 and u.signature is None}
)
