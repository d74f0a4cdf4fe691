"""Interpolation as an operation on five arrays: points, values, targets, smoothing, epsilon."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbrbf._arguments import as_epsilon, as_kernel
from nbrbf.bridges._fits import fitted
from nbrbf.bridges._operation import Each, cast, double, floating, tangent
from nbrbf_kernels.dual import DualArray

NAMES = ("y", "d", "x", "smoothing", "epsilon")


@dataclass(frozen=True)
class Interpolation:
    """f(y, d, x, smoothing, epsilon), by the arguments that are not differentiated."""

    kernel: Any
    degree: int | None
    neighbors: int | None
    workers: int

    def evaluate(self, u: Each) -> Any:
        """Values (Q, ...) at the targets x."""
        y, d, x, smoothing, epsilon = map(double, u)
        return fitted(self, y, d, smoothing, epsilon)(x).astype(floating(*u[:3]), copy=False)

    def pushforward(self, u: Each, du: Each) -> Any:
        """Their tangent."""
        y, d, x, smoothing, epsilon = map(double, u)
        dy, dd, dx, dsmoothing, depsilon = _together(u, du)
        f = fitted(self, y, d, smoothing, epsilon)
        _, moved = f.jvp(x, dy=dy, dd=dd, dx=dx, dsmoothing=dsmoothing, depsilon=depsilon)
        return moved.astype(floating(*u[:3]), copy=False)

    def pullback(self, u: Each, f_bar: Any) -> list[Any]:
        """A cotangent of each of the five."""
        y, d, x, smoothing, epsilon = map(double, u)
        bars = fitted(self, y, d, smoothing, epsilon).vjp(x, double(f_bar))
        return [cast(bar, primal) for bar, primal in zip(bars[:5], u, strict=True)]

    def curvature(self, u: Each, f_bar: Any, du: Each) -> list[Any]:
        """Their tangents; the factored matrix is used again."""
        y, d, x, smoothing, epsilon = map(double, u)
        dy, dd, dx, dsmoothing, depsilon = _together(u, du)
        f = fitted(self, y, d, smoothing, epsilon)._moving(dy, dd, dsmoothing, depsilon, None)
        if dx is not None:
            x = DualArray(x, double(dx)[None])
        bars = f.vjp(x, double(f_bar))
        return [tangent(bar, primal) for bar, primal in zip(bars[:5], u, strict=True)]


def _together(u: Each, du: Each) -> Each:
    """The tangents of all inputs, zeros for constants, unless the values alone move.

    Each mix of moving and constant inputs would be compiled for itself, in some seconds.
    """
    if all(t is None for name, t in zip(NAMES, du, strict=True) if name != "d"):
        return du
    return [
        np.zeros(np.shape(a), double(a).dtype) if t is None else t
        for a, t in zip(u, du, strict=True)
    ]


def default_epsilon(kernel: Any, ndim: int) -> Any:
    """What None stands for; an error for a kernel that needs a number."""
    return as_epsilon(None, as_kernel(kernel)[0], ndim)


def check(shapes: Sequence[tuple[int, ...]], are_complex: Sequence[bool]) -> None:
    """Raise for arguments that do not fit, before anything is computed."""
    y, d, x, smoothing, epsilon = shapes
    for name, is_complex in zip(NAMES, are_complex, strict=True):
        if is_complex and name != "d":
            raise TypeError(f"`{name}` must be real, got complex numbers.")
    for name, points in (("y", y), ("x", x)):
        if len(points) != 2:
            raise ValueError(f"`{name}` must be a 2-dimensional array.")
    if d[:1] != y[:1]:
        raise ValueError(f"Expected the first axis of `d` to have length {y[0]}.")
    if x[1] != y[1]:
        raise ValueError(f"Expected the second axis of `x` to have length {y[1]}.")
    if smoothing not in ((), y[:1]):
        raise ValueError(f"Expected `smoothing` to be a scalar or have shape {y[:1]}.")
    if epsilon not in ((), y[1:]):
        raise ValueError(f"Expected `epsilon` to be a scalar or have shape {y[1:]}.")
