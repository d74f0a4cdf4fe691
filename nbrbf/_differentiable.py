"""Derivatives of an interpolant that is already fitted; the fit is differentiated with it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from nbrbf._arguments import as_values, is_dual
from nbrbf._evaluation import hessian_at
from nbrbf._reversible import Reversible
from nbrbf._rows import scaled, unscaled
from nbrbf._tangents import moving, moving_parameters, moving_smoothing, moving_values
from nbrbf._weights import values_cotangent
from nbrbf_kernels.dual import DualArray

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

    from nbrbf.interpolator import RBFInterpolator


class Differentiable(Reversible):
    """What `RBFInterpolator` offers beside values."""

    if TYPE_CHECKING:  # what RBFInterpolator gives

        def __call__(self, x: Any) -> Any: ...
        def with_values(self, d: Any) -> "RBFInterpolator": ...
        def _solve(self) -> Any: ...

    def gradient(self, x: Any) -> Any:
        """First derivatives by the coordinates of the evaluation points.

        Parameters
        ----------
        x : (Q, ndim) array_like or DualArray
            Evaluation points, in the unit of `y`.

        Returns
        -------
        (Q, ndim, ...) ndarray or DualArray
            In the unit of `d` over that of `y`; dual if `x` or anything in the fit is.

        Raises
        ------
        ValueError
            If `x` does not have two dimensions, or not as many columns as `y`.
        TypeError
            If `x` is dual and its width or level is not that of the dual arguments of the fit.

        Examples
        --------
        >>> import numpy as np
        >>> from nbrbf import RBFInterpolator
        >>> y = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
        >>> f = RBFInterpolator(y, 2 * y[:, 0] + 3 * y[:, 1])
        >>> np.round(f.gradient(np.array([[0.5, 0.25]])), 12)
        array([[2., 3.]])
        """
        return self.value_and_gradient(x)[1]

    def value_and_gradient(self, x: Any) -> tuple[Any, Any]:
        """Values, as the call gives them, and first derivatives, as `gradient` does."""
        x = self._as_targets(x)
        dual = self._width(x=x)
        if dual is not None:
            return self(x), self._dual_gradient(x, dual)
        Q, ndim = x.shape
        seeds = np.zeros((ndim, Q, ndim))
        for axis in range(ndim):
            seeds[axis, :, axis] = 1.0
        result = self(DualArray(x, seeds))
        return result.value, np.moveaxis(result.partials, 0, 1)

    def hessian(self, x: Any) -> np.ndarray[Any, Any]:
        """Second derivatives by the coordinates of the evaluation points.

        Parameters
        ----------
        x : (Q, ndim) array_like
            Evaluation points, in the unit of `y`.

        Returns
        -------
        (Q, ndim, ndim, ...) ndarray
            In the unit of `d` over the square of that of `y`. NaN at data points for linear,
            thin_plate_spline and matern1_2, which have no second derivatives there.

        Raises
        ------
        ValueError
            If `x` does not have two dimensions, or not as many columns as `y`.
        TypeError
            If `x` or anything in the fit is dual.

        Examples
        --------
        >>> import numpy as np
        >>> from nbrbf import RBFInterpolator
        >>> y = np.array([[0.0], [1.0], [2.0], [3.0]])
        >>> f = RBFInterpolator(y, y[:, 0] ** 2, kernel="quintic")
        >>> np.round(f.hessian(np.array([[0.5]])), 9)
        array([[[2.]]])
        """
        self._refuse_duals("hessian", x)
        x = self._as_targets(x)
        epsilon = np.broadcast_to(self.epsilon, x.shape[1])
        x_rows, _ = scaled(x, self.epsilon)
        out = hessian_at(self._centres, self._weights, x_rows, self.workers)
        out *= np.multiply.outer(epsilon, epsilon)[:, :, None]
        columns = self._as_data(np.ascontiguousarray(np.moveaxis(out, (0, 3), (3, 0))))
        return columns.reshape(*columns.shape[:3], *self.d_shape)

    def jvp(
        self,
        x: Any,
        *,
        dy: Any = None,
        dd: Any = None,
        dx: Any = None,
        dsmoothing: Any = None,
        depsilon: Any = None,
        dkernel: Any = None,
    ) -> tuple[Any, Any]:
        """Values, and their derivative in one direction of all inputs, of the fit too.

        The factorisation of the fit is used again.

        Parameters
        ----------
        x : (Q, ndim) array_like
            Evaluation points.
        dy, dd, dx : array_like, optional
            Directions of `y`, `d` and `x`, of their shapes; None for an input held constant.
        dsmoothing : float or (n,) array_like, optional
            Direction of `smoothing`.
        depsilon : float or (ndim,) array_like, optional
            Direction of `epsilon`.
        dkernel : sequence of float, optional
            Direction of the parameters of a kernel registered with `nbrbf.radial_function`.

        Returns
        -------
        value, tangent : (Q, ...) ndarrays
            As the call gives them.

        Raises
        ------
        ValueError
            If a direction is not of its input's shape.
        TypeError
            If `x` or anything in the fit is dual.

        Examples
        --------
        >>> import numpy as np
        >>> from nbrbf import RBFInterpolator
        >>> y = np.array([[0.0], [1.0], [2.0]])
        >>> f = RBFInterpolator(y, y[:, 0] ** 2)
        >>> value, tangent = f.jvp(np.array([[1.0]]), dd=np.ones(3))
        >>> np.round(value, 12), np.round(tangent, 12)
        (array([1.]), array([1.]))
        """
        self._refuse_duals("jvp", x)
        x = moving(self._as_targets(x), dx, "dx")
        moved = self._moving(dy, dd, dsmoothing, depsilon, dkernel)
        result = moved(x)
        if not is_dual(result):
            return result, np.zeros_like(result)
        return result.value, result.partials[0]

    def operator(self, x: Any) -> "LinearOperator":
        """The linear map from data values to values of the interpolant at `x`.

        Parameters
        ----------
        x : (Q, ndim) array_like
            Evaluation points, in the unit of `y`.

        Returns
        -------
        (Q, n) scipy.sparse.linalg.LinearOperator
            No matrix is formed: each product solves with the factors of the fit and evaluates.

        Raises
        ------
        ValueError
            If `x` does not have two dimensions, or not as many columns as `y`.
        TypeError
            If `x` or anything in the fit is dual.

        Examples
        --------
        >>> import numpy as np
        >>> from nbrbf import RBFInterpolator
        >>> y, x = np.array([[0.0], [1.0], [2.0]]), np.array([[0.5], [1.5]])
        >>> f = RBFInterpolator(y, np.zeros(3), kernel="linear")
        >>> np.round(f.operator(x) @ np.eye(3), 12)
        array([[0.5, 0.5, 0. ],
               [0. , 0.5, 0.5]])
        >>> np.round(f.operator(x).T @ np.array([2.0, 4.0]), 12)
        array([1., 3., 2.])
        """
        # Its import takes a tenth of a second, which few need.
        from scipy.sparse.linalg import LinearOperator

        self._refuse_duals("operator", x)
        x = self._as_targets(x)
        x_rows, _ = scaled(x, self.epsilon)
        y = unscaled(self.y, self.epsilon)

        def values(d: np.ndarray[Any, Any]) -> Any:
            return self.with_values(d)(x)

        def adjoint(cotangent: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
            columns, shape, dtype = as_values(cotangent, len(x))
            bars = values_cotangent(self._state, self._centres, y, x_rows, columns, self.workers)
            return bars.view(dtype).reshape(len(bars), *shape)

        return LinearOperator(
            shape=(len(x), len(self.y)),
            dtype=np.float64,
            matvec=values,
            rmatvec=adjoint,
            matmat=values,
            rmatmat=adjoint,
        )

    def _moving(self, dy: Any, dd: Any, dsmoothing: Any, depsilon: Any, dkernel: Any) -> Any:
        """This interpolant with inputs that carry one tangent; the factors are used again."""
        if all(t is None for t in (dy, dd, dsmoothing, depsilon, dkernel)):
            return self
        _ = self._state
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.y = moving(self.y, dy, "dy")
        other.d = moving_values(self.d, self.d_shape, self.d_dtype, dd)
        other.smoothing = moving_smoothing(self.smoothing, dsmoothing)
        other.epsilon = moving(self.epsilon, depsilon, "depsilon")
        radial = moving_parameters(self._centres.radial, dkernel)
        _, dpoints = scaled(other.y, other.epsilon)
        other._centres = self._centres._replace(radial=radial, dpoints=dpoints)
        other._weights = other._solve()
        return other

    def _refuse_duals(self, method: str, x: Any) -> None:
        """Raise if anything is dual where the method takes real numbers only."""
        for name, value in {"x": x, **self._inputs()}.items():
            if is_dual(value):
                raise TypeError(f"`{method}` takes no dual numbers, but `{name}` is dual.")
