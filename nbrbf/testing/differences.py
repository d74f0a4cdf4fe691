"""Directional derivatives by differences, which know of no rule.

f'(x) t = (8 (f(x + h t) - f(x - h t)) - (f(x + 2 h t) - f(x - 2 h t))) / (12 h) + O(h^4)
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbrbf.testing.calls import Call
from nbrbf.testing.memory import is_differentiable, laid_out, largest

# Steps tried in turn: a wrong derivative agrees with none, a right one with the first, unless f
# has a kink (another pivot) or the end of its domain within the step.
STEPS = (1.0, 0.1, 0.01, 1e-3)


class Slopes:
    """The slopes of the results in one direction, by one step."""

    def __init__(self, call: Call, tangents: dict[int, np.ndarray], h: float) -> None:
        at = [_moved(call, tangents, k * h) for k in (1, -1, 2, -2)]
        with np.errstate(all="ignore"):
            self.values = [_slope(h, *four) for four in zip(*at, strict=True)]
        # What the rounding of the results alone can make of them.
        self.rounding = [20.0 * np.finfo(float).eps * largest(r) / h for r in at[0]]


def _slope(h: float, ahead: Any, behind: Any, far_ahead: Any, far_behind: Any) -> Any:
    return (8.0 * (ahead - behind) - (far_ahead - far_behind)) / (12.0 * h)


def slopes(call: Call, tangents: dict[int, np.ndarray], step: float) -> Iterator[Slopes]:
    """By smaller and smaller steps; where f raises, only the smallest step lets it."""
    for shrink in STEPS:
        try:
            yield Slopes(call, tangents, shrink * step)
        except (ArithmeticError, ValueError):
            if shrink == STEPS[-1]:
                raise


def _moved(call: Call, tangents: dict[int, np.ndarray], h: float) -> list[Any]:
    """The differentiable results at the arguments moved by h along the tangents."""
    values = call.values()
    for i, t in tangents.items():
        values[i] = laid_out(values[i] + h * t, values[i])
    with np.errstate(all="ignore"):
        results = call.run(values)
    return [np.asarray(r) for r in results if is_differentiable(r)]
