"""Interpolation as an operation on five arrays: points, values, targets, smoothing, epsilon."""

from typing import Any, NamedTuple

from nbrbf._arguments import as_epsilon, as_kernel
from nbrbf.bridges._fits import fitted
from nbrbf.bridges._operation import Each, cast, double, floating, tangent
from nbrbf_kernels.dual import DualArray


class Interpolation(NamedTuple):
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
        dy, dd, dx, dsmoothing, depsilon = du
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
        dy, dd, dx, dsmoothing, depsilon = du
        f = fitted(self, y, d, smoothing, epsilon)._moving(dy, dd, dsmoothing, depsilon, None)
        if dx is not None:
            x = DualArray(x, double(dx)[None])
        bars = f.vjp(x, double(f_bar))
        return [tangent(bar, primal) for bar, primal in zip(bars[:5], u, strict=True)]


def default_epsilon(kernel: Any, ndim: int) -> Any:
    """What None stands for; an error for a kernel that needs a number."""
    return as_epsilon(None, as_kernel(kernel)[0], ndim)


def check_shapes(y: Any, d: Any, x: Any, smoothing: Any, epsilon: Any) -> None:
    """Raise for shapes that do not fit, before anything is computed."""
    for name, points in (("y", y), ("x", x)):
        if len(points) != 2:
            raise ValueError(f"`{name}` must be a 2-dimensional array.")
    if not d or d[0] != y[0]:
        raise ValueError(f"Expected the first axis of `d` to have length {y[0]}.")
    if x[1] != y[1]:
        raise ValueError(f"Expected the second axis of `x` to have length {y[1]}.")
    if smoothing not in ((), y[:1]):
        raise ValueError(f"Expected `smoothing` to be a scalar or have shape {y[:1]}.")
    if epsilon not in ((), y[1:]):
        raise ValueError(f"Expected `epsilon` to be a scalar or have shape {y[1:]}.")
