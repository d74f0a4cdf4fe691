"""RBFInterpolator: SciPy's class, with derivatives."""

from functools import cached_property, lru_cache
from types import GenericAlias
from typing import Any

import numpy as np

from nbrbf import _arguments
from nbrbf._arguments import value_of
from nbrbf._cells import Cells, CellWeights, cells_of, evaluate_in, weights_of
from nbrbf._differentiable import Differentiable
from nbrbf._evaluation import evaluate_at
from nbrbf._rows import Unscaled, unscaled
from nbrbf._scipy_private import ScipyPrivate
from nbrbf._solver import SOLVERS, Factors, factor, fit, reciprocal_condition
from nbrbf._split import parameters
from nbrbf._weights import dual_weights, real_weights
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf.monomials import monomial_powers

# A third of the time of a fit of 30 points, if it were made anew for each.
_powers = lru_cache(maxsize=32)(monomial_powers)


class RBFInterpolator(Differentiable, ScipyPrivate):
    """Radial basis function interpolation of scattered data in any dimension.

    A drop-in for `scipy.interpolate.RBFInterpolator` that also takes dual numbers: wherever an
    argument is a DualArray (or a Dual), so is the result.

    Parameters
    ----------
    y : (n, ndim) array_like or DualArray
        Data point coordinates.
    d : (n, ...) array_like or DualArray
        Data values at `y`, real or complex.
    neighbors : None
        Only the global interpolant exists so far.
    smoothing : float, Dual, (n,) array_like or DualArray, optional
        Added to the diagonal of the kernel matrix; 0 interpolates.
    kernel : str, optional
        One of linear, thin_plate_spline, cubic, quintic, multiquadric, inverse_multiquadric,
        inverse_quadratic, gaussian, matern1_2, matern3_2, matern5_2; or an instance of their types
        or of one registered with `nbrbf.radial_function`, whose parameters may be Duals.
    epsilon : float, Dual, (ndim,) array_like or DualArray, optional
        Multiplies distances, in the reciprocal of their unit; one number for each axis makes
        the interpolant anisotropic. 1 by default for scale-invariant kernels.
    degree : int, optional
        Degree of the added polynomial, -1 for none.
    solver : {"auto", "lu", "cholesky"}, optional
        How the linear system is factored. Cholesky takes half the work of LU. It needs a
        polynomial of at least the kernel's least degree, and no negative smoothing. "auto" is
        Cholesky where these hold and the factor comes out well enough conditioned, else LU.
    workers : int, optional
        Threads that evaluate, -1 for one on each core.

    Attributes
    ----------
    rcond : float
        Estimate of the reciprocal condition number, in the 1-norm, of the matrix that is
        factored: that of the linear system, or for Cholesky that of the kernel and smoothing
        on the null space of the polynomial.
    solver_used : str
        "lu" or "cholesky".

    Raises
    ------
    ValueError
        If a shape, name or degree is not acceptable.
    TypeError
        If dual arguments differ in width or level, or are complex where only `d` may be.
    NotImplementedError
        If `neighbors` is given.
    numpy.linalg.LinAlgError
        If the linear system is singular; two coincident points without smoothing are named.
        If `solver` is "cholesky" and cannot be.

    References
    ----------
    Fasshauer, G., 2007. Meshfree Approximation Methods with MATLAB. World Scientific.

    Examples
    --------
    >>> import numpy as np
    >>> from nbrbf import RBFInterpolator
    >>> y = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> f = RBFInterpolator(y, y.sum(axis=1))
    >>> np.round(f(np.array([[0.5, 0.25]])), 12)
    array([0.75])
    """

    __class_getitem__: Any = classmethod(GenericAlias)
    _known_weights: CellWeights | None = None

    def __init__(
        self,
        y: Any,
        d: Any,
        neighbors: Any = None,
        smoothing: Any = 0.0,
        kernel: Any = "thin_plate_spline",
        epsilon: Any = None,
        degree: Any = None,
        *,
        solver: str = "auto",
        workers: int = 1,
    ) -> None:
        y = _arguments.as_points(y, "y")
        ny, ndim = y.shape
        if ny == 0 or ndim == 0:
            raise ValueError(f"`y` must hold at least one point and one axis, got shape {y.shape}.")
        self.d, self.d_shape, self.d_dtype = _arguments.as_values(d, ny)
        # Asked for the type first: to ask for the dimension takes a microsecond.
        self._one_smoothing = type(smoothing) is float or np.ndim(smoothing) == 0
        smoothing = _arguments.as_smoothing(smoothing, ny)
        radial, kernel = _arguments.as_kernel(kernel)
        epsilon = _arguments.as_epsilon(epsilon, radial, ndim)
        degree = _arguments.as_degree(degree, radial, kernel)
        if neighbors is not None:
            raise NotImplementedError("`neighbors` is not supported yet, leave it None.")
        if solver not in SOLVERS:
            raise ValueError(f"`solver` must be one of {', '.join(SOLVERS)}, got {solver!r}.")
        powers = _powers(ndim, degree).copy()
        if len(powers) > ny:
            raise ValueError(
                f"At least {len(powers)} data points are required when "
                f"`degree` is {degree} and the number of dimensions is {ndim}."
            )
        self.y, self.smoothing, self.kernel, self.epsilon = y, smoothing, kernel, epsilon
        self.neighbors, self.powers = None, powers
        self.solver, self.workers = solver, _arguments.as_workers(workers)
        dual = _arguments.common_width(
            y=y, d=self.d, smoothing=smoothing, epsilon=epsilon, **parameters(radial)
        )
        self._centres, self._state, self._weights = fit(
            radial, unscaled(y, epsilon), powers, smoothing, self.d, dual, solver
        )

    @cached_property
    def _state(self) -> Factors:
        """The factored matrix; not pickled, so an unpickled interpolant factors when asked."""
        return factor(self._centres, value_of(self.smoothing), self.solver)

    @cached_property
    def rcond(self) -> float:
        """Estimate of the reciprocal condition number of the factored matrix in the 1-norm.

        Found when it is asked for: at 200 points it takes a tenth of the time of the fit.
        """
        return reciprocal_condition(self._state)

    @property
    def solver_used(self) -> str:
        """Which solver factored the linear system."""
        return self._state.solver

    def compiled(self) -> tuple[Any, ...]:
        """What compiled code needs to evaluate this interpolant.

        ``evaluate(*f.compiled(), x_rows, out)`` of `nbrbf_kernels.rbf` writes the values.

        Returns
        -------
        tuple
            (k, points, weights, shift, scale, powers), which is what `evaluate` takes first.
            `x_rows` is a tuple of ndim contiguous rows (Q,), the coordinates of the evaluation
            points multiplied by `epsilon`; `out` is (S, Q), where S is the number of columns of
            `d` (a complex one counts twice, its real and its imaginary part). `x_rows` may be
            dual; `out` must be if anything is.

        Examples
        --------
        >>> import numpy as np
        >>> from numba import njit
        >>> from nbrbf import RBFInterpolator
        >>> from nbrbf_kernels.rbf import evaluate
        >>> @njit
        ... def mean(f, x_rows, out):
        ...     evaluate(*f, x_rows, out)
        ...     return out.mean()
        >>> y = np.array([[0.0], [1.0], [2.0]])
        >>> f = RBFInterpolator(y, 3.0 * y[:, 0])
        >>> round(mean(f.compiled(), (np.array([0.5, 1.5]),), np.empty((1, 2))), 12)
        3.0
        """
        centres = self._centres
        points: tuple[Any, ...] = centres.rows
        if centres.dpoints is not None:
            level = self._weights.level
            points = tuple(pair(*each, level) for each in zip(points, centres.drows, strict=True))
        return centres.radial, points, self._weights, *centres.frame

    def _solve(self) -> Any:
        """The weights (S, n + R) of the data, dual if any argument of the fit is."""
        weights = real_weights(self._state, value_of(self.d))
        dual = _arguments.common_width(**self._inputs())
        if dual is None:
            return weights
        return dual_weights(self._state, self._centres, self.d, self.smoothing, weights, *dual)

    def with_values(self, d: Any) -> "RBFInterpolator":
        """The interpolant of other data at the same points; the factorisation is reused.

        Parameters
        ----------
        d : (n, ...) array_like or DualArray
            Data values at `y`, of any trailing shape.

        Returns
        -------
        RBFInterpolator
            A new interpolant; this one stays as it is.

        Raises
        ------
        ValueError
            If the first axis of `d` is not as long as that of `y`.
        """
        _ = self._state  # an unpickled interpolant factors here, once for all that follow
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.d, other.d_shape, other.d_dtype = _arguments.as_values(d, len(self.y))
        other._weights = other._solve()
        return other

    def __call__(self, x: Any) -> Any:
        """Evaluate the interpolant.

        Parameters
        ----------
        x : (Q, ndim) array_like or DualArray
            Evaluation points, in the unit of `y`.

        Returns
        -------
        (Q, ...) ndarray or DualArray
            Values in the unit of `d`, with the trailing shape of `d`. Those of real gaussians
            and Matern kernels leave out data that together count for less than 2^-57 of the sum
            of |a_j| phi_j, by which rounding is measured.

        Raises
        ------
        ValueError
            If `x` does not have two dimensions, or not as many columns as `y`.
        TypeError
            If `x` is dual and its width or level is not that of the dual arguments of the fit.
        """
        x = self._as_targets(x)
        dual = self._width(x=x)
        at = unscaled(x, self.epsilon)
        if dual is None and (cells := self._cells) is not None:
            return self._as_results(self._evaluate_in(cells, at))
        out, dout = evaluate_at(self._centres, self._weights, at, dual, self.workers)
        value = self._as_results(out)
        return value if dual is None else pair(value, self._as_results(dout), dual[1])

    @cached_property
    def _cells(self) -> Cells | None:
        """The points in cells, if it is less work to evaluate by them."""
        return cells_of(self._centres)

    def _evaluate_in(self, cells: Cells, x: Unscaled) -> np.ndarray:
        known = self._known_weights
        if known is None or known.given is not self._weights:
            known = self._known_weights = weights_of(cells, len(self.y), self._weights)
        return evaluate_in(cells, known, self._centres, x, self.workers)

    def _as_targets(self, x: Any) -> Any:
        """Evaluation points, checked."""
        x = _arguments.as_points(x, "x")
        ndim = len(self._centres.points)
        if x.shape[1] != ndim:
            raise ValueError(f"Expected the second axis of `x` to have length {ndim}.")
        return x

    def _as_results(self, out: np.ndarray) -> np.ndarray:
        """Real rows (..., S, Q) in the shape and dtype of the data, (..., Q) + that of a point."""
        if not self.d_shape and self.d_dtype is np.float64:
            return out[..., 0, :]
        columns = out.swapaxes(-1, -2)
        return self._as_data(columns).reshape(*columns.shape[:-1], *self.d_shape)

    def _as_data(self, columns: np.ndarray) -> np.ndarray:
        """Real columns (..., Q, S) as the dtype of the data."""
        if self.d_dtype is np.complex128:
            return np.ascontiguousarray(columns).view(complex)
        return columns
