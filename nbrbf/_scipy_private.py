"""SciPy's private names on our interpolant, and pickling, whose state is made of them."""

from typing import Any

import numpy as np

from nbrbf._arguments import as_kernel, common_width, value_of
from nbrbf._evaluation import Centres, evaluate_at
from nbrbf._rows import scaled, unscaled
from nbrbf._split import parameters
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf.fit import polynomial_frame


class ScipyPrivate:
    """What `scipy.interpolate.RBFInterpolator` keeps to itself and its users use all the same.

    Shift and scale of the monomials are in the unit of the points; `_centres` of the class
    that this is mixed into holds them multiplied by epsilon.
    """

    y: Any
    d: Any
    d_shape: tuple[int, ...]
    d_dtype: type
    neighbors: None
    smoothing: Any
    kernel: Any
    epsilon: Any
    powers: Any
    solver: str
    workers: int
    _one_smoothing: bool
    _centres: Centres
    _weights: Any

    @property
    def _shift(self) -> Any:
        return self._centres.shift / value_of(self.epsilon)

    @property
    def _scale(self) -> Any:
        return self._centres.scale / value_of(self.epsilon)

    @property
    def _coeffs(self) -> Any:
        """The weights, (n + R, S)."""
        return self._weights.T

    def _chunk_evaluator(
        self, x: Any, y: Any, shift: Any, scale: Any, coeffs: Any, memory_budget: int = 1_000_000
    ) -> Any:
        """Values (Q, S) of any such interpolant; `memory_budget` bounds what a worker takes.

        No kernel holds a matrix of Q rows, so the budget is of pairs, not of memory.
        """
        epsilon, radial = value_of(self.epsilon), self._centres.radial
        frame = shift * epsilon, scale * epsilon, self.powers
        centres = Centres(radial, *scaled(y, self.epsilon), *frame)
        block = max(memory_budget, 0) // (len(y) + len(self.powers)) + 1
        dual = common_width(x=x, y=y, d=coeffs, epsilon=self.epsilon, **parameters(radial))
        at = unscaled(x, self.epsilon)
        out, dout = evaluate_at(centres, coeffs.T, at, dual, self.workers, block)
        return out.T if dual is None else pair(out, dout, dual[1]).T

    def __getstate__(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        arguments = (
            self.y,
            self.d,
            self.d_shape,
            self.d_dtype,
            self.neighbors,
            self.smoothing,
            self.kernel,
            self.epsilon,
            self.powers,
        )
        return arguments, (self._shift, self._scale, self._coeffs)

    def __setstate__(self, state: tuple[tuple[Any, ...], tuple[Any, ...]]) -> None:
        arguments, (_, _, coeffs) = state
        self.y, self.d, self.d_shape, self.d_dtype, self.neighbors = arguments[:5]
        self.smoothing, self.kernel, self.epsilon, self.powers = arguments[5:]
        radial, _ = as_kernel(self.kernel)
        rows, ndim = scaled(self.y, self.epsilon), self.y.shape[1]
        # Found again from the points: to the last bit they are not the state's times epsilon.
        shift, scale = np.empty(ndim), np.empty(ndim)
        polynomial_frame(tuple(rows[0]), shift, scale)
        self._centres = Centres(radial, *rows, shift, scale, self.powers)
        self._weights = coeffs.T

    def __reduce__(self) -> tuple[Any, ...]:
        # The state is SciPy's; what is ours alone travels beside it.
        ours = self.solver, self.workers, self._one_smoothing
        return _unpickled, (type(self), *ours), self.__getstate__()


def _unpickled(
    cls: type[ScipyPrivate], solver: str, workers: int, one_smoothing: bool
) -> ScipyPrivate:
    f = cls.__new__(cls)
    f.solver, f.workers, f._one_smoothing = solver, workers, one_smoothing
    return f
