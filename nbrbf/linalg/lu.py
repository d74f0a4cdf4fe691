"""The LU factorisation, and systems solved with it."""

from typing import Any

import numpy as np

from nbrbf._arguments import common_width, value_of
from nbrbf.linalg._bars import bar_of, promoted, zeros
from nbrbf.linalg._columns import columns, solve_columns
from nbrbf.linalg._operands import by_rows, matrix, op_is_transposed, right_hand_side, square
from nbrbf_kernels.linalg import getrf, getrf_vjp, getrs, getrs_vjp


def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, Any]:
    """LU factorisation with partial pivoting, of which the factors are differentiated.

    Parameters
    ----------
    a : array_like or DualArray, shape (M, N)
        The matrix.
    overwrite_a : bool
        Accepted as in SciPy; `a` is never modified.
    check_finite : bool
        Whether to refuse values that are not finite.

    Returns
    -------
    lu : array or DualArray, shape (M, N)
        U, and below the diagonal L, whose diagonal of ones is not stored.
    piv : int32 array, shape (min(M, N),)
        In step i, row i was swapped with row ``piv[i]``. They are constants.

    Raises
    ------
    numpy.linalg.LinAlgError
        If a pivot is exactly zero, where SciPy warns: the factors have no derivative there.
    ValueError, TypeError
        If `a` is not a matrix, not finite, or not real.

    Examples
    --------
    >>> import numpy as np
    >>> from nbrbf import DualArray
    >>> a = DualArray([[2.0, 1.0], [1.0, 3.0]], [[[1.0, 0.0], [0.0, 0.0]]])
    >>> lu, piv = lu_factor(a)
    >>> lu.partials[0]
    array([[ 1.  ,  0.  ],
           [-0.25,  0.25]])
    """
    lu = matrix(a, "a", check_finite).copy("C")
    piv = np.empty(min(lu.shape), np.int64)
    info = getrf(lu, piv)
    if info > 0:
        raise np.linalg.LinAlgError(f"Diagonal number {info} is exactly zero. Singular matrix.")
    return lu, piv.astype(np.int32)


def lu_solve(
    lu_and_piv: tuple[Any, Any],
    b: Any,
    trans: int = 0,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Solve a x = b, or a^T x = b, with the factors of a.

    Parameters
    ----------
    lu_and_piv : (array_like or DualArray, shape (N, N); array_like of integers, shape (N,))
        As `lu_factor` gives them.
    b : array_like or DualArray, shape (N,) or (N, R)
        The right-hand side.
    trans : {0, 1, 2}
        0 for a; 1 or 2 for a^T.
    overwrite_b : bool
        Accepted as in SciPy; `b` is never modified.
    check_finite : bool
        Whether to refuse values of `b` that are not finite.

    Returns
    -------
    x : array or DualArray of the shape of `b`

    Raises
    ------
    ValueError, TypeError
        If shapes, pivots or flags do not fit, if `b` is not finite, or if something is not real.

    Examples
    --------
    >>> lu_solve(lu_factor([[2, 1], [1, 3]]), [3, 4])
    array([1., 1.])
    """
    lu, piv = lu_and_piv
    lu = square(lu, "lu", False)
    b = right_hand_side(b, lu, "lu", check_finite)
    common_width(lu=lu, b=b)
    lu, piv, transposed = by_rows(lu), _pivots(piv, len(lu)), op_is_transposed(trans)
    return solve_columns(lambda B: getrs(lu, piv, B, transposed), lu, b)


def lu_factor_vjp(lu_and_piv: tuple[Any, Any], lu_bar: Any) -> Any:
    """The bar of a matrix from that of its factors: the adjoint of `lu_factor`.

    Parameters
    ----------
    lu_and_piv : (array_like or DualArray, shape (M, N); array_like of integers)
        As `lu_factor` gives them.
    lu_bar : array_like or DualArray, shape (M, N)
        The bar of lu.

    Returns
    -------
    a_bar : array or DualArray, shape (M, N)

    Raises
    ------
    numpy.linalg.LinAlgError
        If a pivot is exactly zero, as in `lu_factor`.
    ValueError, TypeError
        If shapes or pivots do not fit, or something is not real.

    Examples
    --------
    >>> lu_factor_vjp(lu_factor([[2.0, 1.0], [1.0, 3.0]]), [[0.0, 0.0], [0.0, 1.0]])
    array([[ 0.25, -0.5 ],
           [-0.5 ,  1.  ]])
    """
    lu, piv = lu_and_piv
    lu = matrix(lu, "lu", False)
    lu_bar = bar_of(lu, lu_bar, "lu")
    dual = common_width(lu=lu, lu_bar=lu_bar)
    piv = _pivots(piv, min(lu.shape), len(lu))
    _refuse_zero_pivot(1 + np.flatnonzero(np.diagonal(value_of(lu)) == 0.0))
    a_bar = promoted(lu_bar.copy("C"), dual)
    getrf_vjp(by_rows(lu), piv, a_bar)
    return a_bar


def lu_solve_vjp(
    lu_and_piv: tuple[Any, Any], x: Any, x_bar: Any, trans: int = 0
) -> tuple[Any, Any]:
    """The bars of factors and right-hand side from that of the solution: of `lu_solve`.

    Parameters
    ----------
    lu_and_piv : (array_like or DualArray, shape (N, N); array_like of integers, shape (N,))
        As `lu_factor` gives them.
    x, x_bar : array_like or DualArray, shape (N,) or (N, R)
        The solution, and its bar.
    trans : {0, 1, 2}
        As for `lu_solve`.

    Returns
    -------
    lu_bar : array or DualArray, shape (N, N)
    b_bar : array or DualArray of the shape of `x`

    Raises
    ------
    ValueError, TypeError
        If shapes, pivots or flags do not fit, or if something is not real.

    Examples
    --------
    >>> factors = lu_factor([[2.0, 1.0], [1.0, 3.0]])
    >>> x = lu_solve(factors, [3.0, 4.0])
    >>> lu_bar, b_bar = lu_solve_vjp(factors, x, [1.0, 0.0])
    >>> b_bar
    array([ 0.6, -0.2])
    """
    lu, piv = lu_and_piv
    lu = square(lu, "lu", False)
    x = right_hand_side(x, lu, "lu", False, "x")
    x_bar = bar_of(x, x_bar, "x")
    dual = common_width(lu=lu, x=x, x_bar=x_bar)
    lu, piv, transposed = by_rows(lu), _pivots(piv, len(lu)), op_is_transposed(trans)
    # All of one duality and two dimensions: each combination would be compiled for.
    X, X_bar = promoted(columns(x), dual), promoted(columns(x_bar), dual)
    lu_bar, b_bar = zeros(lu.shape, dual), zeros(X.shape, dual)
    getrs_vjp(lu, piv, X, X_bar, lu_bar, b_bar, transposed)
    return lu_bar, np.reshape(b_bar, x.shape)


def _refuse_zero_pivot(numbers: Any) -> None:
    """Raise if there is a number, counted from 1, of a pivot that is zero."""
    if len(numbers):
        raise np.linalg.LinAlgError(
            f"Diagonal number {numbers[0]} is exactly zero. Singular matrix."
        )


def _pivots(piv: Any, n: int, rows: int | None = None) -> np.ndarray:
    """`piv` as the kernels take it; an index out of range would be one out of memory."""
    piv, rows = np.asarray(piv), n if rows is None else rows
    if piv.shape != (n,) or (n and piv.dtype.kind not in "iu"):
        raise ValueError(f"piv must be {n} integers, got {piv.dtype} of shape {piv.shape}")
    if n and (piv.min() < 0 or piv.max() >= rows):
        raise ValueError(f"piv must be from 0 to {rows - 1}, got {piv.min()} to {piv.max()}")
    return piv.astype(np.int64)
