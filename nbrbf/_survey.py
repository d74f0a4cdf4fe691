"""What the main job measures: an interpolant beside SciPy's, and its slopes beside differences."""

import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.interpolate
from scipy.spatial import KDTree

import nbrbf

Array = npt.NDArray[np.float64]
# 3 % of the way to the nearest point: smaller steps drown in the rounding of the fit, whose
# matrix has a condition number of 1e10 on the airports; larger ones in the truncation.
STEP = 0.03


class Comparison(NamedTuple):
    """Ours beside SciPy's: `difference` is the largest one, relative to the largest |value|.

    Times are seconds for one fit and one evaluation; `first_seconds` includes compiling.
    """

    values: Array
    rcond: float
    difference: float | None
    first_seconds: float
    seconds: float
    scipy_seconds: float | None


class Slopes(NamedTuple):
    """Derivatives by (x..., value) of one point: forward mode, and a 5-point difference."""

    forward: Array
    difference: Array

    @property
    def disagreement(self) -> float:
        """Larger of those of the position (as one vector) and of the value, each relative."""
        error, size = np.abs(self.difference - self.forward), np.abs(self.forward)
        position = error[:-1].max() / max(size[:-1].max(), np.finfo(float).tiny)
        return float(max(position, error[-1] / max(size[-1], np.finfo(float).tiny)))


def box(y: Array, counts: Sequence[int]) -> list[Array]:
    """Axes of a grid of `counts` points over the bounding box of the points `y`."""
    return [
        np.linspace(*ends, count)
        for ends, count in zip(zip(y.min(axis=0), y.max(axis=0), strict=True), counts, strict=True)
    ]


def grid(axes: Sequence[Array]) -> Array:
    """All points of the grid, the first axis fastest: shape (Q, ndim)."""
    mesh = np.meshgrid(*axes, indexing="ij")
    return np.column_stack([each.ravel(order="F") for each in mesh])


def compare(y: Array, d: Array, x: Array, options: dict[str, Any], repeats: int = 5) -> Comparison:
    """Fit and evaluate, and do the same with SciPy where it has the kernel.

    The two alternate, so that a busy machine slows both; the medians leave the first call out.
    """
    started = time.perf_counter()
    fitted = nbrbf.RBFInterpolator(y, d, **options)
    values = fitted(x)
    first = time.perf_counter() - started
    try:
        theirs = scipy.interpolate.RBFInterpolator(y, d, **options)(x)
    except (ValueError, TypeError, np.linalg.LinAlgError):
        # A kernel or an epsilon for each axis that only nbrbf has, or no solution there.
        return Comparison(values, fitted.rcond, None, first, _time(y, d, x, options), None)
    ours_s, theirs_s = [], []
    for _ in range(repeats):
        ours_s.append(_time(y, d, x, options))
        theirs_s.append(_time(y, d, x, options, scipy.interpolate.RBFInterpolator))
        if theirs_s[-1] > 2.0:
            break
    difference = np.abs(values - theirs).max() / max(np.abs(theirs).max(), np.finfo(float).tiny)
    return Comparison(
        values, fitted.rcond, float(difference), first, median(ours_s), median(theirs_s)
    )


def _time(y: Array, d: Array, x: Array, options: dict[str, Any], kind: Any = None) -> float:
    started = time.perf_counter()
    (kind or nbrbf.RBFInterpolator)(y, d, **options)(x)
    return time.perf_counter() - started


def distance_to_nearest(y: Array) -> Array:
    """Distance of every point to its nearest neighbour; infinite for a single point."""
    return KDTree(y).query(y, k=[2])[0][:, 0]


def central_point(y: Array) -> int | None:
    """The point nearest to the middle of the bounding box that has no twin, if there is one."""
    nearest = distance_to_nearest(y)
    alone = (nearest > 0) & np.isfinite(nearest)
    if not alone.any():
        return None
    size = np.ptp(y, axis=0)
    offset = (y - (y.min(axis=0) + y.max(axis=0)) / 2) / np.where(size > 0, size, 1.0)
    return int(np.argmin(np.where(alone, (offset**2).sum(axis=1), np.inf)))


def slopes(y: Array, d: Array, x: Array, options: dict[str, Any], index: int) -> Slopes:
    """Derivative of mean(f(x)) by position and value of point `index`, in two ways."""
    ndim = y.shape[1]

    def mean(point: Any) -> Any:
        moved = np.concatenate([y[:index], point[:ndim].reshape(1, ndim), y[index + 1 :]])
        changed = np.concatenate([d[:index], point[ndim:], d[index + 1 :]])
        return nbrbf.RBFInterpolator(moved, changed, **options)(x).sum() / len(x)

    point = np.append(y[index], d[index])
    steps = np.full(ndim + 1, STEP * distance_to_nearest(y)[index])
    steps[-1] = STEP * (float(np.std(d)) or 1.0)
    return Slopes(np.asarray(nbrbf.gradient(mean, point)), five_points(mean, point, steps))


def five_points(function: Callable[[Array], float], point: Array, steps: Array) -> Array:
    """Gradient by differences of fourth order.

    f'(t) = [8 (f(t + h) - f(t - h)) - (f(t + 2h) - f(t - 2h))] / 12 h + O(h^4)
    """
    gradient = np.empty_like(point)
    for i, h in enumerate(steps):
        e = np.zeros_like(point)
        e[i] = h
        near = function(point + e) - function(point - e)
        far = function(point + 2 * e) - function(point - 2 * e)
        gradient[i] = (8 * near - far) / (12 * h)
    return gradient
