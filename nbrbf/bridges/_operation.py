"""What a bridge needs to know of a function of several arrays to differentiate it twice.

With <a, b> = Re sum conj(a) b, f of arrays u, tangents u' and the cotangent f_bar:

    evaluate      f(u)
    pushforward   f'(u) u'
    pullback      f'(u)^* f_bar, the gradient of <f_bar, f(u)> by u
    curvature     the derivative of the pullback along u': the Hessian of <f_bar, f(u)> times u'

These four are closed under reverse mode: the pushforward's adjoint in u' is the pullback, the
pullback's in f_bar the pushforward; the curvature, a symmetric matrix, is the pullback's
derivative in u, and its own adjoint in u'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

# One for each argument of f; of tangents None for an argument that is held constant.
Each = Sequence[Any]


class Operation(Protocol):
    """A function with its derivatives; it can be hashed."""

    def evaluate(self, u: Each) -> Any:
        """f(u)."""

    def pushforward(self, u: Each, du: Each) -> Any:
        """The tangent of f."""

    def pullback(self, u: Each, f_bar: Any) -> list[Any]:
        """A cotangent of each argument, of its shape and type."""

    def curvature(self, u: Each, f_bar: Any, du: Each) -> list[Any]:
        """The tangents of these cotangents."""


@dataclass(frozen=True)
class Bilinear:
    """The same with <a, b> = Re sum a b, the convention of autograd and JAX for complex numbers."""

    operation: Operation

    def evaluate(self, u: Each) -> Any:
        return self.operation.evaluate(u)

    def pushforward(self, u: Each, du: Each) -> Any:
        return self.operation.pushforward(u, du)

    def pullback(self, u: Each, f_bar: Any) -> list[Any]:
        return list(map(np.conj, self.operation.pullback(u, np.conj(f_bar))))

    def curvature(self, u: Each, f_bar: Any, du: Each) -> list[Any]:
        return list(map(np.conj, self.operation.curvature(u, np.conj(f_bar), du)))


def double(x: Any) -> Any:
    """`x` as float64 or complex128, in which all is computed."""
    x = np.asarray(x)
    return x.astype(np.complex128 if x.dtype.kind == "c" else np.float64, copy=False)


def floating(*arrays: Any) -> np.dtype[Any]:
    """The type of what is computed from these: float64 from integers."""
    dtype = np.result_type(*arrays)
    return dtype if dtype.kind in "fc" else np.dtype(np.float64)


def tangent(x: Any, primal: Any) -> Any:
    """The only partial of `x`, of the shape and type of `primal`: zeros of a constant."""
    partial = x.partials[0] if hasattr(x, "partials") else np.zeros(np.shape(primal))
    return cast(partial, primal)


def cast(bar: Any, primal: Any) -> Any:
    """A cotangent of the type of its argument."""
    return np.asarray(bar).astype(floating(primal), copy=False)[()]
