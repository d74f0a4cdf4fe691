"""Triangular systems."""

from typing import Any

import numpy as np

from nbrbf._arguments import common_width, is_dual, value_of
from nbrbf.linalg._columns import dual_columns, solve_linear
from nbrbf.linalg._operands import by_rows, op_is_transposed, right_hand_side, square
from nbrbf_kernels.linalg import trsm


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
    zeros = np.flatnonzero(np.diagonal(value_of(a)) == 0.0)
    if len(zeros) and not unit_diagonal:
        raise np.linalg.LinAlgError(f"singular matrix: resolution failed at diagonal {zeros[0]}")
    common_width(a=a, b=b)
    a, lower, unit_diagonal = by_rows(a), bool(lower), bool(unit_diagonal)
    if not is_dual(a):
        return solve_linear(lambda B: trsm(a, B, lower, trans, unit_diagonal), b)
    X = dual_columns(b, a)
    trsm(a, X, lower, trans, unit_diagonal)
    return np.reshape(X, b.shape)
