"""Systems from their matrix: general, symmetric, positive definite.

Forward, `solve` has the implicit rule: A x = b differentiated is

    A x' = b' - A' x

so the values are factored, once, and the partials are further right-hand sides.
"""

from typing import Any

import numpy as np

from nbrbf._arguments import common_width, is_dual, value_of
from nbrbf.linalg._factors import Solve, by_cholesky, by_lu
from nbrbf.linalg._operands import columns, right_hand_side, square
from nbrbf_kernels.dual import DualArray

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
    if assume_a not in _STRUCTURES:
        raise ValueError(
            f"{assume_a!r} is not a recognized matrix structure: assume_a must be one of "
            f"{[name for name in _STRUCTURES if name]}"
        )
    structure = _STRUCTURES[assume_a]
    a = square(a, "a", check_finite)
    b = right_hand_side(b, a, "a", check_finite)
    found = common_width(a=a, b=b)
    if structure != "gen":
        a = _mirrored(a, lower)
    value = value_of(a)
    solve_columns = by_cholesky(value) if structure == "pos" else by_lu(value, transposed)
    x = columns(value_of(b), None)
    solve_columns(x)
    if found:
        x = DualArray(x, _tangents(solve_columns, a, x, b, transposed, found[0]), found[1])
    return np.reshape(x, b.shape)


def _tangents(
    solve_columns: Solve, a: Any, x: np.ndarray, b: Any, transposed: bool, width: int
) -> np.ndarray:
    """x', shape (width, N, R), as the solution for the columns of all b' - op(A') x."""
    rhs = np.zeros((width, *x.shape))
    if is_dual(b):
        rhs += b.partials.reshape(rhs.shape)
    if is_dual(a):
        dA = a.partials.swapaxes(1, 2) if transposed else a.partials
        with np.errstate(all="ignore"):
            rhs -= dA @ x
    n, r = x.shape
    side_by_side = np.ascontiguousarray(rhs.transpose(1, 0, 2)).reshape(n, width * r)
    solve_columns(side_by_side)
    return side_by_side.reshape(n, width, r).transpose(1, 0, 2)


def _mirrored(a: Any, lower: bool) -> Any:
    """The symmetric matrix of which one triangle of `a` is stored."""
    if is_dual(a):
        planes = (
            np.stack([_mirrored(plane, lower) for plane in a.partials]) if a.width else a.partials
        )
        return DualArray(_mirrored(a.value, lower), planes, a.level)
    return np.tril(a) + np.tril(a, -1).T if lower else np.triu(a) + np.triu(a, 1).T
