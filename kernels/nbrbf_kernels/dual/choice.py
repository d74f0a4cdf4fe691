"""A choice between two ways to compute one thing."""

from typing import Any

import numpy as np

# The smallest and the largest of the normal numbers: outside of them digits are lost.
SMALLEST, LARGEST = 2.0**-1022, (2.0 - 2.0**-52) * 2.0**1023


def choose(condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition holds and `b` elsewhere, of numbers or arrays.

    Both are computed; what is wrong with the other (an infinity, a NaN) does not matter.
    """
    if isinstance(condition, np.ndarray):
        return np.where(condition, a, b)
    return a if condition else b
