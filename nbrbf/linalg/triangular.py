"""Triangular systems."""

from typing import Any

import numpy as np

from nbrbf._arguments import common_width, value_of
from nbrbf.linalg._bars import bar_of, promoted, zeros
from nbrbf.linalg._columns import columns, solve_columns
from nbrbf.linalg._operands import by_rows, op_is_transposed, right_hand_side, square
from nbrbf_kernels.linalg import trsm, trsm_vjp


def solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """Solve op(a) x = b for a triangular a.

    Parameters
    ----------
    a : array_like or DualArray, shape (N, N)
        Only its upper triangle counts, or the lower one if `lower`.
    b : array_like or DualArray, shape (N,) or (N, R)
        The right-hand side.
    trans : {0, 1, 2, "N", "T", "C"}
        0 or "N" for a; the others for a^T.
    lower, unit_diagonal : bool
        `a` is lower triangular; its diagonal is ones, and not read.
    overwrite_b : bool
        Accepted as in SciPy; `b` is never modified.
    check_finite : bool
        Whether to refuse values that are not finite, in all of `a`.

    Returns
    -------
    x : array or DualArray of the shape of `b`

    Raises
    ------
    numpy.linalg.LinAlgError
        If an entry of the diagonal is zero.
    ValueError, TypeError
        If shapes or flags do not fit, values are not finite, or something is not real.

    Examples
    --------
    >>> solve_triangular([[2.0, 0.0], [1.0, 4.0]], [2.0, 5.0], lower=True)
    array([1., 1.])
    """
    a = square(a, "a", check_finite)
    b = right_hand_side(b, a, "a", check_finite)
    trans = op_is_transposed(trans, ("N", "T", "C"))
    _refuse_singular(a, unit_diagonal)
    common_width(a=a, b=b)
    a, lower, unit_diagonal = by_rows(a), bool(lower), bool(unit_diagonal)
    return solve_columns(lambda B: trsm(a, B, lower, trans, unit_diagonal), a, b)


def solve_triangular_vjp(
    a: Any,
    x: Any,
    x_bar: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
) -> tuple[Any, Any]:
    """The bars of matrix and right-hand side from that of the solution: of `solve_triangular`.

    Parameters
    ----------
    a : array_like or DualArray, shape (N, N)
        The matrix.
    x, x_bar : array_like or DualArray, shape (N,) or (N, R)
        The solution, and its bar.
    trans, lower, unit_diagonal
        As for `solve_triangular`.

    Returns
    -------
    a_bar : array or DualArray, shape (N, N)
        Zero where `solve_triangular` does not read `a`.
    b_bar : array or DualArray of the shape of `x`

    Raises
    ------
    numpy.linalg.LinAlgError
        If an entry of the diagonal is zero.
    ValueError, TypeError
        If shapes or flags do not fit, or something is not real.

    Examples
    --------
    >>> a = [[2.0, 0.0], [1.0, 4.0]]
    >>> x = solve_triangular(a, [2.0, 5.0], lower=True)
    >>> a_bar, b_bar = solve_triangular_vjp(a, x, [0.0, 1.0], lower=True)
    >>> a_bar
    array([[ 0.125,  0.   ],
           [-0.25 , -0.25 ]])
    >>> b_bar
    array([-0.125,  0.25 ])
    """
    a = square(a, "a", False)
    x = right_hand_side(x, a, "a", False, "x")
    x_bar = bar_of(x, x_bar, "x")
    trans = op_is_transposed(trans, ("N", "T", "C"))
    _refuse_singular(a, unit_diagonal)
    dual = common_width(a=a, x=x, x_bar=x_bar)
    X, X_bar = promoted(columns(x), dual), promoted(columns(x_bar), dual)
    a_bar, b_bar = zeros(a.shape, dual), zeros(X.shape, dual)
    flags = bool(lower), trans, bool(unit_diagonal)
    trsm_vjp(by_rows(a), X, X_bar, a_bar, b_bar, None, *flags)
    return a_bar, np.reshape(b_bar, x.shape)


def _refuse_singular(a: Any, unit_diagonal: bool) -> None:
    """Raise if a diagonal that is divided by has a zero."""
    found = np.flatnonzero(np.diagonal(value_of(a)) == 0.0)
    if len(found) and not unit_diagonal:
        raise np.linalg.LinAlgError(f"singular matrix: resolution failed at diagonal {found[0]}")
