"""Systems from their matrix, or from a stack of them: general, symmetric, positive definite.

Forward, `solve` has the implicit rule: A x = b differentiated is

    A x' = b' - A' x

so the values are factored, once, and the partials are further right-hand sides. Reverse,

    z = A^-T xbar        bbar = z        Abar = -z x^T
"""

from typing import Any

import numpy as np

from nbrbf._arguments import as_workers, common_width, is_dual, value_of
from nbrbf.linalg import _stacks
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
from nbrbf.linalg._operands import by_rows, operand, right_hand_side, right_hand_sides, stack
from nbrbf.linalg._stacks import gathered
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
    *,
    workers: int = 1,
) -> Any:
    """Solve a x = b.

    Parameters
    ----------
    a : array_like or DualArray, shape (..., N, N)
        The matrix, or a stack of them.
    b : array_like or DualArray, shape (N,) or (..., N, R)
        The right-hand side. Of a stack the leading axes are broadcast, as in NumPy: (N,) is one
        vector for all, and of one vector for each the shape is (..., N, 1).
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
    workers : int
        Threads that share a stack, -1 for one on each core. The result does not depend on them.

    Returns
    -------
    x : array or DualArray of the shape of `b`, with the leading axes of a stack

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is singular, or for "pos" not positive definite; of a stack it names which are.
    ValueError, TypeError
        If shapes do not fit, values are not finite, or something is not real.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        If the reciprocal condition number is estimated to be below 2.2e-16; of a stack it is not
        estimated.

    Examples
    --------
    >>> from nbrbf import DualArray
    >>> b = DualArray([3.0, 4.0], [[1.0, 0.0], [0.0, 1.0]])
    >>> solve([[2.0, 1.0], [1.0, 3.0]], b).partials  # the columns of the inverse
    array([[ 0.6, -0.2],
           [-0.2,  0.4]])
    """
    structure, a = _structured(a, assume_a, lower, check_finite)
    workers = as_workers(workers)
    if a.ndim > 2 or np.ndim(b) > 2:
        b = right_hand_sides(b, a, "a", check_finite)
        return _solutions(a, b, structure, bool(transposed), check_finite, workers)
    b = right_hand_side(b, a, "a", check_finite)
    return _solution(a, b, structure, bool(transposed))


def solve_vjp(
    a: Any,
    x: Any,
    x_bar: Any,
    assume_a: str | None = "gen",
    lower: bool = False,
    transposed: bool = False,
    *,
    workers: int = 1,
) -> tuple[Any, Any]:
    """The bars of matrix and right-hand side from that of the solution: of `solve`.

    `a` is factored once. Where one triangle of it counts, the bar is that of its entries alone,
    and zero in the other triangle.

    Parameters
    ----------
    a : array_like or DualArray, shape (..., N, N)
        The matrix, or a stack of them.
    x, x_bar : array_like or DualArray, shape (N,) or (..., N, R)
        The solution, and its bar.
    assume_a, lower, transposed, workers
        As for `solve`.

    Returns
    -------
    a_bar : array or DualArray, of the shape of `a`
    b_bar : array or DualArray of the shape of `x`: to be summed where `b` was broadcast

    Raises
    ------
    numpy.linalg.LinAlgError
        If `a` is singular, or for "pos" not positive definite.
    ValueError, TypeError
        If shapes do not fit, `a` is not finite, or something is not real.

    Warns
    -----
    scipy.linalg.LinAlgWarning
        If the reciprocal condition number is estimated to be below 2.2e-16; of a stack it is not
        estimated.

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
    workers = as_workers(workers)
    if a.ndim > 2 or np.ndim(x) > 2:
        a_bar, z, dual = _bars_of_stack(a, x, x_bar, structure, bool(transposed), workers)
    else:
        x = right_hand_side(x, a, "a", False, "x")
        x_bar = bar_of(x, x_bar, "x")
        dual = common_width(a=a, x=x, x_bar=x_bar)
        z = _solution(a, x_bar, structure, not transposed)
        a_bar = _outer(columns(z), columns(x), bool(transposed))
    if structure != "gen":
        a_bar = _folded(a_bar, lower)
    return promoted(a_bar, dual), promoted(z, dual)


def _outer(z: Any, x: Any, transposed: bool) -> Any:
    """-z x^T of columns, or of a^T."""
    with np.errstate(all="ignore"):
        return -(x @ z.swapaxes(-1, -2) if transposed else z @ x.swapaxes(-1, -2))


def _bars_of_stack(
    a: Any, x: Any, x_bar: Any, structure: str, transposed: bool, workers: int
) -> tuple[Any, Any, tuple[int, int] | None]:
    """(bar of a, bar of b, what is dual): the solutions of one vector have an axis less than a."""
    x = operand(x, "x", False)
    x_bar = bar_of(x, x_bar, "x")
    dual = common_width(a=a, x=x, x_bar=x_bar)
    vectors = x.ndim < a.ndim
    if vectors:
        x, x_bar = x[..., None], x_bar[..., None]
    x = right_hand_sides(x, a, "a", False, "x")
    z = _solutions(a, x_bar, structure, not transposed, True, workers)
    a_bar = gathered(_outer(z, x, transposed), a.shape[:-2])
    return a_bar, z[..., 0] if vectors else z, dual


def _structured(a: Any, assume_a: str | None, lower: bool, check_finite: bool) -> tuple[str, Any]:
    """("gen", "sym" or "pos"; the whole matrix)."""
    if assume_a not in _STRUCTURES:
        raise ValueError(
            f"{assume_a!r} is not a recognized matrix structure: assume_a must be one of "
            f"{[name for name in _STRUCTURES if name]}"
        )
    structure = _STRUCTURES[assume_a]
    a = stack(a, "a", check_finite)
    if structure == "gen":
        return structure, a
    if a.ndim > 2:
        operand(a, "a", check_finite)  # both triangles
    return structure, _mirrored(a, lower)


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


def _solutions(
    a: Any, b: Any, structure: str, transposed: bool, check_finite: bool, workers: int
) -> Any:
    """`_solution` for a stack; a vector is one for all of it."""
    definite = structure == "pos"
    columns = b if b.ndim > 1 else b[:, None]
    dual = common_width(a=a, b=b)
    x, info = _stacks.solve(a, columns, transposed, definite, check_finite, workers, dual)
    _stacks.refuse_singular(info, "not positive definite" if definite else "singular")
    return x if b.ndim > 1 else x[..., 0]


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
    below = np.tri(a.shape[-1], k=-1, dtype=bool)
    other = below.T if lower else below

    def mirror(A: np.ndarray) -> np.ndarray:
        return np.where(other, A.swapaxes(-1, -2), A)

    if is_dual(a):
        return DualArray(mirror(a.value), mirror(a.partials), a.level)
    return mirror(a)


def _folded(S: Any, lower: bool) -> Any:
    """The adjoint of `_mirrored`, tril(S + S^T) - diag(S), or the upper triangle of that."""
    if lower:
        return np.tril(S) + np.tril(S.swapaxes(-1, -2), -1)
    return np.triu(S) + np.triu(S.swapaxes(-1, -2), 1)
