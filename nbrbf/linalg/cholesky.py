"""The Cholesky factorisation, and systems solved with it."""

from typing import Any

import numpy as np

from nbrbf._arguments import common_width
from nbrbf.linalg._bars import bar_of, promoted, zeros
from nbrbf.linalg._columns import columns, solve_columns
from nbrbf.linalg._operands import by_rows, right_hand_side, square
from nbrbf_kernels.linalg import potrf, potrf_vjp, potrs, potrs_vjp


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
    return solve_columns(lambda B: potrs(U, B, False), U, b)


def cho_factor_vjp(c_and_lower: tuple[Any, bool], c_bar: Any) -> Any:
    """The bar of a matrix from that of its Cholesky factor: the adjoint of `cho_factor`.

    Parameters
    ----------
    c_and_lower : (array_like or DualArray, shape (N, N); bool)
        As `cho_factor` gives them.
    c_bar : array_like or DualArray, shape (N, N)
        The bar of c.

    Returns
    -------
    a_bar : array or DualArray, shape (N, N)
        In the triangle of the factor, the bar of the entries that `cho_factor` reads: what is off
        the diagonal stands for both of a symmetric pair. The other triangle is that of `c_bar`,
        as that of c is that of the matrix.

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit, or something is not real.

    Examples
    --------
    >>> cho_factor_vjp(cho_factor([[4.0, 2.0], [2.0, 5.0]]), [[0.0, 0.0], [0.0, 1.0]])
    array([[ 0.0625, -0.25  ],
           [ 0.    ,  0.25  ]])
    """
    c, lower = c_and_lower
    c = square(c, "c", False)
    c_bar = bar_of(c, c_bar, "c")
    dual = common_width(c=c, c_bar=c_bar)
    U = by_rows(c.T if lower else c)
    U_bar = promoted((c_bar.T if lower else c_bar).copy("C"), dual)
    potrf_vjp(U, U_bar, False)
    return U_bar.T if lower else U_bar


def cho_solve_vjp(c_and_lower: tuple[Any, bool], x: Any, x_bar: Any) -> tuple[Any, Any]:
    """The bars of factor and right-hand side from that of the solution: of `cho_solve`.

    Parameters
    ----------
    c_and_lower : (array_like or DualArray, shape (N, N); bool)
        As `cho_factor` gives them.
    x, x_bar : array_like or DualArray, shape (N,) or (N, R)
        The solution, and its bar.

    Returns
    -------
    c_bar : array or DualArray, shape (N, N)
        Zero in the other triangle.
    b_bar : array or DualArray of the shape of `x`

    Raises
    ------
    ValueError, TypeError
        If shapes do not fit, or something is not real.

    Examples
    --------
    >>> factor = cho_factor([[4.0]])
    >>> cho_solve_vjp(factor, cho_solve(factor, [8.0]), [1.0])  # x = b / c^2
    (array([[-2.]]), array([0.25]))
    """
    c, lower = c_and_lower
    c = square(c, "c", False)
    x = right_hand_side(x, c, "c", False, "x")
    x_bar = bar_of(x, x_bar, "x")
    dual = common_width(c=c, x=x, x_bar=x_bar)
    X, X_bar = promoted(columns(x), dual), promoted(columns(x_bar), dual)
    U_bar, b_bar = zeros(c.shape, dual), zeros(X.shape, dual)
    potrs_vjp(by_rows(c.T if lower else c), X, X_bar, U_bar, b_bar, False)
    return (U_bar.T if lower else U_bar), np.reshape(b_bar, x.shape)
