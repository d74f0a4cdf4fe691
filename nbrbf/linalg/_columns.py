"""Right-hand sides as the kernels take them: columns, copied, which are overwritten.

Where the matrix is real, the partials of a right-hand side are further columns.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf._arguments import is_dual, value_of
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.dual.array import wrap

# Overwrites columns with the solution: real ones, and dual ones if the matrix is dual.
Solve = Callable[[Any], None]


def columns(b: Any) -> Any:
    """A copy of `b`, (N,) or (N, R), with two dimensions, stored by rows."""
    return b.reshape(len(b), math.prod(b.shape[1:])).copy("C")


def dual_columns(b: Any, a: DualArray) -> DualArray:
    """`columns`, dual as `a` is."""
    copied = columns(b)
    if is_dual(copied):
        return copied
    return DualArray(copied, np.zeros((a.width, *copied.shape)), a.level)


def solve_planes(solve: Solve, rhs: np.ndarray) -> np.ndarray:
    """The solutions for all planes of `rhs`, (P, N, R), found side by side."""
    columns = side_by_side(rhs)
    solve(columns)
    return planes_of(columns, len(rhs))


def side_by_side(planes: np.ndarray) -> np.ndarray:
    """A copy of planes (P, N, R) as columns (N, P R)."""
    p, n, r = planes.shape
    return planes.transpose(1, 0, 2).copy().reshape(n, p * r)


def planes_of(columns: np.ndarray, p: int) -> np.ndarray:
    """The inverse of `side_by_side`, not copied."""
    n, pr = columns.shape
    return columns.reshape(n, p, pr // p if p else 0).transpose(1, 0, 2)


def solve_linear(solve: Solve, b: Any) -> Any:
    """The solution for a real matrix, of the shape of `b`, and dual as it is."""
    x = columns(value_of(b))
    solve(x)
    if not is_dual(b):
        return x.reshape(b.shape)
    rhs = b.partials.reshape(b.width, *x.shape)
    return of_shape(b.shape, x, solve_planes(solve, rhs), b.level)


def solve_columns(solve: Solve, a: Any, b: Any) -> Any:
    """The solution for `a`, real or dual, of the shape of `b`; of dual columns too, if `a` is."""
    if not is_dual(a):
        return solve_linear(solve, b)
    x = dual_columns(b, a)
    solve(x)
    return np.reshape(x, b.shape)


def of_shape(shape: tuple[int, ...], x: np.ndarray, planes: np.ndarray, level: int) -> DualArray:
    """Columns and their partials as a DualArray of this shape."""
    return wrap(x.reshape(shape), planes.reshape(len(planes), *shape), level)
