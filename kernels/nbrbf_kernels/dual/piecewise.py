"""Functions of dual arrays that are one thing here and another there.

At a kink they have the derivative of one side: `clip` lets the derivative of its argument
through at a bound, `interp` has that of the piece to the right of a point (to the left of the
last one), and beyond the points that of the constant there. Steps have derivative 0.
"""

from typing import Any

import numpy as np

from nbrbf_kernels.dual.array import DualArray, common, wrap
from nbrbf_kernels.dual.layout import planes_like
from nbrbf_kernels.dual.protocol import DualNumber
from nbrbf_kernels.dual.reductions import real
from nbrbf_kernels.dual.scalar import primal
from nbrbf_kernels.dual.shaping import promoted
from nbrbf_kernels.dual.signatures import implements
from nbrbf_kernels.dual.ufuncs import aligned, silent


def value_of(x: Any) -> Any:
    """`x` without its derivative."""
    return x.value if isinstance(x, DualArray) else primal(x)


@implements(np.where)
def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """Selection; only values of the condition count."""
    condition = value_of(condition)
    if x is None and y is None:
        return np.where(condition)
    if x is None or y is None:
        raise ValueError("x and y must both be given, or neither of them")
    if not any(isinstance(a, DualNumber) for a in (x, y)):
        return np.where(condition, x, y)
    if all(np.ndim(a) == 0 for a in (condition, x, y)):
        return x if condition else y  # Duals of any nesting
    (x, y), tangents, level = promoted(x, y)
    value = np.where(condition, x, y)
    dx, dy = (aligned(t, value.ndim) for t in tangents)
    return wrap(value, np.where(condition, dx, dy), level)


@implements(np.select)
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(
            f"condlist and choicelist must have the same length of at least 1, got "
            f"{len(condlist)} and {len(choicelist)}"
        )
    result = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        result = np.where(condition, choice, result)
    return result


@implements(np.clip)
def clip(a: Any, a_min: Any = None, a_max: Any = None, min: Any = None, max: Any = None) -> Any:
    lowest, highest = (_bound(*pair) for pair in ((a_min, min), (a_max, max)))
    if lowest is None and highest is None:
        return np.positive(a)
    if lowest is not None:
        a = np.maximum(a, lowest)
    return a if highest is None else np.minimum(a, highest)


def _bound(old: Any, new: Any) -> Any:
    """Of NumPy's two names for a bound, the one that is given."""
    given = [x for x in (old, new) if x is not None and x is not np._NoValue]
    if len(given) == 2:
        raise ValueError("a bound may be given once, got a_min and min, or a_max and max")
    return given[0] if given else None


@implements(np.round, np.around)
def round_(a: Any, decimals: int = 0) -> Any:
    return _step(np.round(value_of(a), decimals), a)


@implements(np.fix)
def fix(x: Any) -> Any:
    return np.trunc(x)


def _step(value: Any, a: Any) -> Any:
    level, width = common(a)
    real("a step", value)
    return wrap(value, np.zeros((width, *np.shape(value))), level)


@implements(np.nan_to_num)
def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    real("numpy.nan_to_num", x)
    largest = np.finfo(np.float64).max
    x = np.where(np.isnan(x), nan, x)
    x = np.where(np.isposinf(x), largest if posinf is None else posinf, x)
    return np.where(np.isneginf(x), -largest if neginf is None else neginf, x)


@implements(np.interp)
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """On the piece from (x0, f0) to (x1, f1), with w = (x - x0) / (x1 - x0):

    f' = (1 - w) f0' + w f1' + (f1 - f0) / (x1 - x0) (x' - (1 - w) x0' - w x1')
    """
    left, right = (fp[i] if end is None else end for i, end in ((0, left), (-1, right)))
    (x, xp, fp, left, right), tangents, level = promoted(x, xp, fp, left, right)
    value = np.asarray(np.interp(x, xp, fp, left[()], right[()]))
    dx, dxp, dfp, dleft, dright = tangents
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(len(xp) - 2, 0))
    j = np.minimum(i + 1, len(xp) - 1)
    planes = planes_like(value, len(dx))
    with silent():
        w = np.where(i == j, 0.0, (x - xp[i]) / (xp[j] - xp[i]))
        slope = np.where(i == j, 0.0, (fp[j] - fp[i]) / (xp[j] - xp[i]))
        planes[...] = (1.0 - w) * (dfp[:, i] - slope * dxp[:, i])
        planes += w * (dfp[:, j] - slope * dxp[:, j]) + slope * dx
    ends = (aligned(d, value.ndim) for d in (dleft, dright))
    for outside, end in zip((x < xp[0], x > xp[-1]), ends, strict=True):
        planes = np.where(outside, end, planes)
    return wrap(value, planes, level)
