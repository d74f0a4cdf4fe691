"""Systems from their matrix: general, symmetric, positive definite.

Forward, `solve` has the implicit rule: A x = b differentiated is

    A x' = b' - A' x

so the values are factored, once, and the partials are further right-hand sides. Reverse,

    z = A^-T xbar        bbar = z        Abar = -z x^T
"""

from typing import Any

import numpy as np

from nbrbf._arguments import common_width, is_dual, value_of
from nbrbf.linalg._bars import bar_of, promoted
from nbrbf.linalg._columns import (
    columns,
    of_shape,
    planes_of,
    side_by_side,
    solve_linear,
    solve_planes,
)
from nbrbf.linalg._factors import by_cholesky, check_factored
from nbrbf.linalg._operands import by_rows, right_hand_side, square
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.linalg.solve_system import solve_system

_STRUCTURES = {
    None: "gen",
    "gen": "gen",
    "general": "gen",
    "sym": "sym",
    "symmetric": "sym",
    "her": "sym",
    "hermitian": "sym",
    "pos": "pos",
    "positive definite": "pos",
}


def solve(
    a: Any,
    b: Any,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
    assume_a: str | None = "gen",
    transposed: bool = False,
) -> Any:
    """Solve a x = b.

    Parameters
    ----------
    a : array_like or DualArray, shape (N, N)
        The matrix.
    b : array_like or DualArray, shape (N,) or (N, R)
        The right-hand side.
    lower : bool
        For "sym" and "pos": only the lower triangle of `a` counts, else only the upper one.
    overwrite_a, overwrite_b : bool
        Accepted as in SciPy; `a` and `b` are never modified.
    check_finite : bool
        Whether to refuse values that are not finite, in all of `a`.
    assume_a : {"gen", "sym", "pos"}
        General; symmetric, which is the LU of the matrix mirrored from its triangle; positive
        definite, by Cholesky. SciPy's long names are taken too; None is general.
    transposed : bool
        Solve a^T x = b.

    Returns
    -------
    x : array or DualArray of the shape of `b`

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is singular, or for "pos" not positive definite.
    ValueError, TypeError
        If shapes do not fit, values are not finite, or something is not real.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        If the reciprocal condition number is estimated to be below 2.2e-16.

    Examples
    --------
    >>> from nbrbf import DualArray
    >>> b = DualArray([3.0, 4.0], [[1.0, 0.0], [0.0, 1.0]])
    >>> solve([[2.0, 1.0], [1.0, 3.0]], b).partials  # the columns of the inverse
    array([[ 0.6, -0.2],
           [-0.2,  0.4]])
    """
    structure, a = _structured(a, assume_a, lower, check_finite)
    b = right_hand_side(b, a, "a", check_finite)
    return _solution(a, b, structure, bool(transposed))


def solve_vjp(
    a: Any,
    x: Any,
    x_bar: Any,
    assume_a: str | None = "gen",
    lower: bool = False,
    transposed: bool = False,
) -> tuple[Any, Any]:
    """The bars of matrix and right-hand side from that of the solution: of `solve`.

    `a` is factored once. Where one triangle of it counts, the bar is that of its entries alone,
    and zero in the other triangle.

    Parameters
    ----------
    a : array_like or DualArray, shape (N, N)
        The matrix.
    x, x_bar : array_like or DualArray, shape (N,) or (N, R)
        The solution, and its bar.
    assume_a, lower, transposed
        As for `solve`.

    Returns
    -------
    a_bar : array or DualArray, shape (N, N)
    b_bar : array or DualArray of the shape of `x`

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is singular, or for "pos" not positive definite.
    ValueError, TypeError
        If shapes do not fit, `a` is not finite, or something is not real.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        If the reciprocal condition number is estimated to be below 2.2e-16.

    Examples
    --------
    >>> a, b = [[2.0, 1.0], [1.0, 3.0]], [3.0, 4.0]
    >>> a_bar, b_bar = solve_vjp(a, solve(a, b), [1.0, 0.0])
    >>> b_bar
    array([ 0.6, -0.2])
    >>> a_bar
    array([[-0.6, -0.6],
           [ 0.2,  0.2]])
    """
    structure, a = _structured(a, assume_a, lower, True)
    x = right_hand_side(x, a, "a", False, "x")
    x_bar = bar_of(x, x_bar, "x")
    dual = common_width(a=a, x=x, x_bar=x_bar)
    z = _solution(a, x_bar, structure, not transposed)
    Z, X = columns(z), columns(x)
    with np.errstate(all="ignore"):
        a_bar = -(X @ Z.T if transposed else Z @ X.T)
    if structure != "gen":
        a_bar = _folded(a_bar, lower)
    return promoted(a_bar, dual), promoted(z, dual)


def _structured(a: Any, assume_a: str | None, lower: bool, check_finite: bool) -> tuple[str, Any]:
    """("gen", "sym" or "pos"; the whole matrix)."""
    if assume_a not in _STRUCTURES:
        raise ValueError(
            f"{assume_a!r} is not a recognized matrix structure: assume_a must be one of "
            f"{[name for name in _STRUCTURES if name]}"
        )
    structure = _STRUCTURES[assume_a]
    a = square(a, "a", check_finite)
    return structure, a if structure == "gen" else _mirrored(a, lower)


def _solution(a: Any, b: Any, structure: str, transposed: bool) -> Any:
    """x of op(a) x = b, a whole matrix."""
    dual = common_width(a=a, b=b)
    if structure != "pos":
        return _by_lu(a, b, transposed, dual)
    by_factors = by_cholesky(value_of(a))
    if not is_dual(a):
        return solve_linear(by_factors, b)
    x = columns(value_of(b))
    by_factors(x)
    return of_shape(b.shape, x, solve_planes(by_factors, _residual(a.partials, x, b)), a.level)


def _by_lu(a: Any, b: Any, transposed: bool, dual: tuple[int, int] | None) -> Any:
    """In one call: at 30 rows the kernel takes as long as ten lines of Python."""
    LU, X = value_of(a).copy(), columns(value_of(b))
    n, r = X.shape
    p, level = dual or (0, 0)
    dA = by_rows(a.partials) if is_dual(a) else np.empty((0, n, n))
    dX = side_by_side(b.partials.reshape(p, n, r)) if is_dual(b) else np.zeros((n, p * r))
    info, rcond = solve_system(LU, np.empty(n, np.int64), dA, X, dX, transposed)
    check_factored(info, rcond, stacklevel=5)
    if dual is None:
        return X.reshape(b.shape)
    return of_shape(b.shape, X, planes_of(dX, p), level)


def _residual(dA: np.ndarray, x: np.ndarray, b: Any) -> np.ndarray:
    """b' - A' x, shape (P, N, R)."""
    with np.errstate(all="ignore"):
        product = dA @ x
        return b.partials.reshape(product.shape) - product if is_dual(b) else -product


def _mirrored(a: Any, lower: bool) -> Any:
    """The symmetric matrix of which one triangle of `a` is stored."""
    below = np.tri(len(a), k=-1, dtype=bool)
    other = below.T if lower else below

    def mirror(A: np.ndarray) -> np.ndarray:
        return np.where(other, A.swapaxes(-1, -2), A)

    if is_dual(a):
        return DualArray(mirror(a.value), mirror(a.partials), a.level)
    return mirror(a)


def _folded(S: Any, lower: bool) -> Any:
    """The adjoint of `_mirrored`, tril(S + S^T) - diag(S), or the upper triangle of that."""
    if lower:
        return np.tril(S) + np.tril(S.T, -1)
    return np.triu(S) + np.triu(S.T, 1)
