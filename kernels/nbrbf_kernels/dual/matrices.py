"""Functions of numpy.linalg of dual matrices, also of stacks of them.

    C = A^-1        C' = -C A' C
    A x = b         A x' = b' - A' x
    det A           tr(adj(A) A'), adj(A) by the singular values: right for singular A too
    log |det A|     tr(A^-1 A')
    A = L L^H       L' = L phi(L^-1 A' L^-H), phi: the lower triangle, its diagonal halved

The formulas: M. B. Giles, Collected matrix derivative results for forward and reverse mode
algorithmic differentiation (2008); the last: I. Murray, Differentiation of the Cholesky
decomposition (2016). The value is NumPy's own to the bit, and its LinAlgError too.
"""

from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import common, split, wrap
from nbrbf_kernels.dual.reductions import products_of_others, real
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import aligned, silent


def _transposed(a: Any) -> Any:
    """The conjugate transpose of a matrix or a stack of them."""
    return np.conjugate(np.swapaxes(a, -1, -2))


def _solved(a: Any, planes: Any) -> Any:
    """A^-1 of every plane, (p, ..., n, m): as further columns, so A is factorised once."""
    columns = np.moveaxis(planes, 0, -1)
    shape = columns.shape
    x = np.linalg.solve(a, columns.reshape(*shape[:-2], shape[-2] * shape[-1]))
    return np.moveaxis(x.reshape(*x.shape[:-1], *shape[-2:]), -1, 0)


def _trace_of_product(a: Any, b: Any) -> Any:
    return np.sum(np.swapaxes(a, -1, -2) * b, axis=(-2, -1))


@implements(np.linalg.solve)
def solve(a: Any, b: Any) -> Any:
    level, _ = common(a, b)
    (a, da), (b, db) = split(a), split(b)
    value = np.linalg.solve(a, b)
    x = value[..., None] if b.ndim == 1 else value
    with silent():
        rhs = 0.0
        if db is not None:
            rhs = aligned(db[..., None] if b.ndim == 1 else db, x.ndim)
        if da is not None:
            rhs = rhs - aligned(da, x.ndim) @ x
        planes = _solved(a, np.broadcast_to(rhs, (len(rhs), *x.shape)))
    return wrap(value, planes[..., 0] if b.ndim == 1 else planes, level)


@implements(np.linalg.inv)
def inv(a: Any) -> Any:
    level, _ = common(a)
    value, partials = split(a)
    c = np.linalg.inv(value)
    with silent():
        return wrap(c, -(c @ partials @ c), level)


@implements(np.linalg.det)
def det(a: Any) -> Any:
    """With A = U S V^H, adj(A) = det(U V^H) V adj(S) U^H, and the entries of the diagonal
    adj(S) are the products of all singular values but one."""
    level, _ = common(a)
    value, partials = split(a)
    result = np.linalg.det(value)
    with silent():
        finite = np.isfinite(value).all(axis=(-2, -1), keepdims=True)
        u, s, vh = np.linalg.svd(np.where(finite, value, 0.0))
        sign = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
        adjugate = sign * (_transposed(vh) * products_of_others(s)[..., None, :]) @ _transposed(u)
        planes = _trace_of_product(np.where(finite, adjugate, np.nan), partials)
    return wrap(result, planes, level)


@implements(np.linalg.slogdet)
def slogdet(a: Any) -> Any:
    """Of a singular matrix the derivative of log 0 is NaN."""
    level, width = common(a)
    value, partials = split(a)
    real("numpy.linalg.slogdet", value)
    result = np.linalg.slogdet(value)
    sign, logdet = result
    with silent():
        singular = (sign == 0.0)[..., None, None]
        inverse = np.linalg.inv(np.where(singular, np.eye(value.shape[-1]), value))
        planes = _trace_of_product(np.where(singular, np.nan, inverse), partials)
    zeros = np.zeros((width, *np.shape(sign)))
    return type(result)(wrap(sign, zeros, level), wrap(logdet, planes, level))


@implements(np.linalg.cholesky)
def cholesky(a: Any, upper: bool = False) -> Any:
    """Of the stored triangle: the other one is not read, neither in the partials."""
    level, _ = common(a)
    value, partials = split(a)
    if upper:
        value, partials = (np.swapaxes(x, -1, -2) for x in (value, partials))
    factor = np.linalg.cholesky(value)
    with silent():
        diagonal = np.eye(value.shape[-1], dtype=bool)
        below = np.tril(partials, -1)
        da = below + _transposed(below) + np.where(diagonal, np.real(partials), 0.0)
        s = _transposed(_solved(factor, _transposed(_solved(factor, da))))
        phi = np.tril(np.where(diagonal, 0.5 * s, s))
        result = wrap(factor, factor @ phi, level)
    return np.swapaxes(result, -1, -2) if upper else result


@implements(np.linalg.matrix_power)
def matrix_power(a: Any, n: int) -> Any:
    """By squaring, in dual arithmetic."""
    value = np.linalg.matrix_power(a.value, n)
    result, square, n = np.zeros_like(a), np.linalg.inv(a) if n < 0 else a, abs(n)
    result += np.eye(a.shape[-1])
    while n:
        result, square, n = result @ square if n % 2 else result, square @ square, n // 2
    return wrap(value, result.partials, a.level)
