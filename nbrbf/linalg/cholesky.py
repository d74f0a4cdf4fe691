"""The Cholesky factorisation, and systems solved with it."""

from typing import Any

import numpy as np

from nbrbf._arguments import common_width, is_dual
from nbrbf.linalg._columns import dual_columns, solve_linear
from nbrbf.linalg._operands import by_rows, right_hand_side, square
from nbrbf_kernels.linalg import potrf, potrs


def cho_factor(
    a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True
) -> tuple[Any, bool]:
    """Cholesky factorisation, a = U^T U, or a = L L^T if `lower`; the factor is differentiated.

    Parameters
    ----------
    a : array_like or DualArray, shape (N, N)
        A positive definite matrix, of which only the upper triangle counts, or the lower one.
    lower : bool
        Which triangle.
    overwrite_a : bool
        Accepted as in SciPy; `a` is never modified.
    check_finite : bool
        Whether to refuse values that are not finite, in all of `a`.

    Returns
    -------
    c : array or DualArray, shape (N, N)
        The factor in its triangle; the other triangle is that of `a`, partials too.
    lower : bool
        As given.

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is not positive definite.
    ValueError, TypeError
        If `a` is not a square matrix, not finite, or not real.

    Examples
    --------
    >>> from nbrbf import DualArray
    >>> c, lower = cho_factor(DualArray([[4.0]], [[[1.0]]]))
    >>> c.value, c.partials[0]
    (array([[2.]]), array([[0.25]]))
    """
    a = square(a, "a", check_finite)
    # A lower triangle stored by columns is an upper one by rows.
    U = (a.T if lower else a).copy("C")
    info = potrf(U, False)
    if info > 0:
        raise np.linalg.LinAlgError(
            f"{info}-th leading minor of the array is not positive definite"
        )
    return (U.T if lower else U), lower


def cho_solve(
    c_and_lower: tuple[Any, bool], b: Any, overwrite_b: bool = False, check_finite: bool = True
) -> Any:
    """Solve a x = b with the Cholesky factor of a.

    Parameters
    ----------
    c_and_lower : (array_like or DualArray, shape (N, N); bool)
        As `cho_factor` gives them.
    b : array_like or DualArray, shape (N,) or (N, R)
        The right-hand side.
    overwrite_b : bool
        Accepted as in SciPy; `b` is never modified.
    check_finite : bool
        Whether to refuse values that are not finite.

    Returns
    -------
    x : array or DualArray of the shape of `b`

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit, values are not finite, or something is not real.

    Examples
    --------
    >>> cho_solve(cho_factor([[4.0, 2.0], [2.0, 5.0]]), [6.0, 7.0])
    array([1., 1.])
    """
    c, lower = c_and_lower
    c = square(c, "c", check_finite)
    b = right_hand_side(b, c, "c", check_finite)
    common_width(c=c, b=b)
    U = by_rows(c.T if lower else c)
    if not is_dual(U):
        return solve_linear(lambda B: potrs(U, B, False), b)
    X = dual_columns(b, U)
    potrs(U, X, False)
    return np.reshape(X, b.shape)
