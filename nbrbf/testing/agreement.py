"""Comparisons that raise an AssertionError with both numbers."""

from typing import Any

import numpy as np


def same(one: Any, other: Any) -> bool:
    """Whether two arguments are equal to the bit, NaN being equal to NaN."""
    if not isinstance(one, (np.ndarray, np.generic, float, complex)):
        return True
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")


def require(condition: bool, message: str) -> None:
    """Raise an AssertionError with this message unless the condition holds."""
    if not condition:
        raise AssertionError(message)


def require_close(
    got: Any, expected: Any, allowed: float, of_got: str, of_expected: str, where: Any = True
) -> None:
    """Raise an AssertionError that names the entry furthest off, unless all are near enough."""
    got, expected = np.asarray(got), np.asarray(expected)
    require(
        got.shape == expected.shape,
        f"{of_got} has the shape {got.shape}, but {of_expected} {expected.shape}",
    )
    with np.errstate(invalid="ignore"):
        error = np.where(where & ~(got == expected), np.abs(got - expected), 0.0)
    if np.all(error <= allowed):
        return
    worst = np.unravel_index(np.argmax(np.where(np.isnan(error), np.inf, error)), error.shape)
    place = f" at {tuple(map(int, worst))}" if worst else ""
    raise AssertionError(
        f"{of_got} is {got[worst]}{place}, but {of_expected} is {expected[worst]}: "
        f"off by {error[worst]:.3g}, allowed {allowed:.3g}"
    )
