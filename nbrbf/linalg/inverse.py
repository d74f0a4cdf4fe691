"""The inverse and the logarithm of the determinant, of a matrix or of a stack of them.

With C = A^-1,

    C' = -C A' C        (log |det A|)' = tr(C A')

so the values alone are factored.
"""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._arguments import as_workers, common_width, is_dual, value_of
from nbrbf.linalg import _stacks
from nbrbf.linalg._bars import bar_of, promoted, zeros
from nbrbf.linalg._factors import lu
from nbrbf.linalg._operands import by_rows, operand, stack
from nbrbf_kernels import linalg as kernels
from nbrbf_kernels.dual import Dual, DualArray


class SlogdetResult(NamedTuple):
    """The determinant, as its sign and the logarithm of its absolute value."""

    sign: Any
    logabsdet: Any


def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True, *, workers: int = 1) -> Any:
    """The inverse of a matrix.

    Parameters
    ----------
    a : array_like or DualArray, shape (..., N, N)
        The matrix, or a stack of them.
    overwrite_a : bool
        Accepted as in SciPy; `a` is never modified.
    check_finite : bool
        Whether to refuse values that are not finite.
    workers : int
        Threads that share a stack, -1 for one on each core.

    Returns
    -------
    ainv : array or DualArray of the shape of `a`

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is singular; of a stack it names which are.
    ValueError, TypeError
        If `a` is not a square matrix, not finite, or not real.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        If the reciprocal condition number is estimated to be below 2.2e-16; of a stack it is not
        estimated.

    Examples
    --------
    >>> from nbrbf import DualArray
    >>> inv(DualArray([[2.0]], [[[1.0]]])).partials
    array([[[-0.25]]])
    """
    a, workers = stack(a, "a", check_finite), as_workers(workers)
    if a.ndim > 2:
        C, info = _inverses(value_of(a), check_finite, workers)
        _stacks.refuse_singular(info)
    else:
        C = _inverse(*lu(value_of(a)))
    if not is_dual(a):
        return C
    with np.errstate(all="ignore"):
        return DualArray(C, -(C @ a.partials @ C), a.level)


def slogdet(a: Any, *, workers: int = 1) -> SlogdetResult:
    """Sign of the determinant and logarithm of its absolute value, as `numpy.linalg.slogdet`.

    Parameters
    ----------
    a : array_like or DualArray, shape (..., N, N)
        The matrix, or a stack of them.
    workers : int
        Threads that share a stack, -1 for one on each core.

    Returns
    -------
    sign : float or array, shape (...)
        1, -1, or 0 for a singular matrix.
    logabsdet : float, array, Dual or DualArray
        -inf for a singular matrix, with partials that are NaN.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is not a square matrix.
    TypeError
        If `a` is not real.

    Examples
    --------
    >>> from nbrbf import DualArray
    >>> slogdet(DualArray([[-1.0]], [[[2.0]]])).logabsdet
    Dual(0.0, (-2.0,))
    """
    a, workers = _square(a), as_workers(workers)
    if a.ndim > 2:
        return _slogdets(a, workers)
    LU, ipiv = value_of(a).copy("C"), np.empty(len(a), np.int64)
    singular = kernels.getrf(LU, ipiv) > 0
    sign, logdet = kernels.slogdet(LU, ipiv)
    if not is_dual(a):
        return SlogdetResult(sign, logdet)
    C = np.full(a.shape, np.nan) if singular else _inverse(LU, ipiv)
    tangents = [float(np.vdot(C.T, plane)) for plane in a.partials]
    return SlogdetResult(sign, Dual(logdet, tangents, a.level))


def inv_vjp(a_inv: Any, c_bar: Any) -> Any:
    """The bar of a matrix from that of its inverse: the adjoint of `inv`, -C^T Cbar C^T.

    Parameters
    ----------
    a_inv, c_bar : array_like or DualArray, shape (..., N, N)
        The inverse C, or a stack of them, and its bar.

    Returns
    -------
    a_bar : array or DualArray of the shape of `a_inv`

    Raises
    ------
    ValueError, TypeError
        If `a_inv` is not a square matrix, shapes do not fit, or something is not real.

    Examples
    --------
    >>> inv_vjp(inv([[2.0]]), [[1.0]])
    array([[-0.25]])
    """
    C = stack(a_inv, "a_inv", False)
    C_bar = bar_of(C, c_bar, "a_inv", "c_bar")
    dual = common_width(a_inv=C, c_bar=C_bar)
    if C.ndim > 2:
        turned = C.swapaxes(-1, -2)
        with np.errstate(all="ignore"):
            return -(turned @ C_bar @ turned)
    a_bar = zeros(C.shape, dual)
    kernels.inv_vjp(promoted(by_rows(C), dual), promoted(by_rows(C_bar), dual), a_bar)
    return a_bar


def slogdet_vjp(a: Any, logdet_bar: Any, *, workers: int = 1) -> Any:
    """The bar of a matrix from that of log |det a|: the adjoint of `slogdet`, of which the sign
    has none.

    Parameters
    ----------
    a : array_like or DualArray, shape (..., N, N)
        The matrix, or a stack of them.
    logdet_bar : float or Dual; array_like or DualArray, shape (...)
        The bar of logabsdet.
    workers : int
        Threads that share a stack, -1 for one on each core.

    Returns
    -------
    a_bar : array or DualArray of the shape of `a`
        NaN for a singular matrix.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is not a square matrix.
    TypeError
        If something is not real.

    Examples
    --------
    >>> slogdet_vjp([[4.0, 0.0], [0.0, 2.0]], 1.0)
    array([[0.25, 0.  ],
           [0.  , 0.5 ]])
    """
    a, workers = _square(a), as_workers(workers)
    if a.ndim > 2:
        return _slogdets_vjp(a, logdet_bar, workers)
    if not is_dual(logdet_bar):
        logdet_bar = float(operand(logdet_bar, "logdet_bar", False))
    dual = common_width(a=a, logdet_bar=logdet_bar)
    LU, ipiv, a_bar = a.copy("C"), np.empty(len(a), np.int64), zeros(a.shape, dual)
    if kernels.getrf(LU, ipiv) > 0:
        return a_bar * np.nan
    kernels.slogdet_vjp(LU, ipiv, logdet_bar, a_bar)
    return a_bar


def _square(a: Any) -> Any:
    """`a` as a square matrix or a stack of them, refused as NumPy does."""
    try:
        return stack(a, "a", False)
    except ValueError as error:
        raise np.linalg.LinAlgError(str(error)) from None


def _inverse(LU: np.ndarray, ipiv: np.ndarray) -> np.ndarray:
    C = np.empty(LU.shape)
    kernels.inv(LU, ipiv, C)
    return C


def _inverses(a: Any, check_finite: bool, workers: int) -> tuple[Any, np.ndarray]:
    """(The inverses of a stack, real or dual; LAPACK's info of each.)"""
    identity, dual = np.eye(a.shape[-1]), common_width(a=a)
    return _stacks.solve(a, identity, False, False, check_finite, workers, dual)


def _slogdets(a: Any, workers: int) -> SlogdetResult:
    sign, logdet = _stacks.slogdet(value_of(a), workers)
    if not is_dual(a):
        return SlogdetResult(sign, logdet)
    C, info = _inverses(value_of(a), False, workers)
    C[info != 0] = np.nan
    with np.errstate(all="ignore"):
        tangents = (C.swapaxes(-1, -2) * a.partials).sum(axis=(-1, -2))
    return SlogdetResult(sign, DualArray(logdet, tangents, a.level))


def _slogdets_vjp(a: Any, logdet_bar: Any, workers: int) -> Any:
    logdet_bar = operand(logdet_bar, "logdet_bar", False)
    if logdet_bar.shape != a.shape[:-2]:
        raise ValueError(f"logdet_bar must have shape {a.shape[:-2]}, got {logdet_bar.shape}")
    common_width(a=a, logdet_bar=logdet_bar)
    C, info = _inverses(a, False, workers)
    singular = info != 0
    value_of(C)[singular] = np.nan
    if is_dual(C):
        C.partials[:, singular] = np.nan
    with np.errstate(all="ignore"):
        return C.swapaxes(-1, -2) * logdet_bar[..., None, None]
