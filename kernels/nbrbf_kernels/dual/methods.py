"""The methods of DualArray: NumPy's functions of the array itself."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf_kernels.dual.protocol import DualNumber


def _as_numpys(function: Callable[..., Any]) -> Any:
    """The method that is NumPy's function of the array and the same arguments."""

    def method(self: Any, *args: Any, **keywords: Any) -> Any:
        return function(self, *args, **keywords)

    method.__name__, method.__doc__ = function.__name__, f"As `numpy.{function.__name__}`."
    return method


class Methods(DualNumber):
    """Base of `DualArray`."""

    __slots__ = ()

    def copy(self, order: Any = "C") -> Any:
        """A copy, in C order as NumPy's method."""
        return np.copy(self, order=order)

    def flatten(self, order: Any = "C") -> Any:
        """A copy of all entries in one row."""
        return np.ravel(self, order=order).copy()

    def reshape(self, *shape: Any, order: Any = "C") -> Any:
        """In another shape, a view if that can be."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order)

    def transpose(self, *axes: Any) -> Any:
        """The axes in another order, a view."""
        order: Any = axes[0] if len(axes) == 1 else axes
        return np.transpose(self, order or None)

    def sort(self: Any, axis: int = -1, **keywords: Any) -> None:
        """Sorts in place."""
        self[...] = np.sort(self, axis, **keywords)

    def fill(self: Any, value: Any) -> None:
        """Every entry becomes the number or Dual `value`."""
        self[...] = value

    def item(self: Any, *index: Any) -> Any:
        """One entry as a Dual; as NumPy's method."""
        # NumPy's own method on the entries' numbers says which, or raises.
        return self.reshape(-1)[np.arange(self.size).reshape(self.shape).item(*index)]

    def tolist(self: Any) -> Any:
        """Nested lists of Duals."""
        if self.ndim == 0:
            return self[()]
        return [row.tolist() if row.ndim else row for row in self]

    ravel, squeeze, swapaxes = _as_numpys(np.ravel), _as_numpys(np.squeeze), _as_numpys(np.swapaxes)
    diagonal, trace = _as_numpys(np.diagonal), _as_numpys(np.trace)
    take, repeat, clip = _as_numpys(np.take), _as_numpys(np.repeat), _as_numpys(np.clip)
    sum, prod, mean = _as_numpys(np.sum), _as_numpys(np.prod), _as_numpys(np.mean)
    var, std, round = _as_numpys(np.var), _as_numpys(np.std), _as_numpys(np.round)
    min, max, dot = _as_numpys(np.min), _as_numpys(np.max), _as_numpys(np.dot)
    cumsum, cumprod = _as_numpys(np.cumsum), _as_numpys(np.cumprod)
    argmin, argmax, argsort = _as_numpys(np.argmin), _as_numpys(np.argmax), _as_numpys(np.argsort)
    all, any, nonzero = _as_numpys(np.all), _as_numpys(np.any), _as_numpys(np.nonzero)
    searchsorted = _as_numpys(np.searchsorted)
