"""For autograd: interpolation, LU and triangular solves, in reverse mode, twice.

Complex gradients follow autograd's convention. Third derivatives are not offered.
"""

from typing import Any

import numpy as np

from nbrbf import linalg
from nbrbf.bridges._autograd_rules import applied, getval, isbox
from nbrbf.bridges._interpolation import Interpolation, check, default_epsilon
from nbrbf.bridges._linear import FactoredSolve, Factors, TriangularSolve


def rbf_interpolate(
    y: Any,
    d: Any,
    x: Any,
    smoothing: Any = 0.0,
    epsilon: Any = None,
    *,
    kernel: Any = "thin_plate_spline",
    degree: int | None = None,
    neighbors: int | None = None,
    workers: int = 1,
) -> Any:
    """Interpolate scattered data, differentiably in the first five arguments.

    Parameters
    ----------
    y : (n, ndim) array
        Data point coordinates.
    d : (n, ...) array
        Data values, real or complex.
    x : (Q, ndim) array
        Evaluation points.
    smoothing : float or (n,) array
        Added to the diagonal of the kernel matrix.
    epsilon : float or (ndim,) array, optional
        Multiplies distances.
    kernel, degree, neighbors, workers
        As in `nbrbf.RBFInterpolator`.

    Returns
    -------
    (Q, ...) array
        float32 if `y`, `d` and `x` are, computed in float64.

    Raises
    ------
    ValueError
        If a shape, name or degree is not acceptable.
    numpy.linalg.LinAlgError
        If the linear system is singular.

    Examples
    --------
    >>> import autograd
    >>> import autograd.numpy as np
    >>> y, x = np.array([[0.0], [1.0], [2.0]]), np.array([[0.5], [1.5]])
    >>> def loss(d):
    ...     return np.sum(rbf_interpolate(y, d, x, kernel="linear") ** 2)
    >>> np.round(autograd.grad(loss)(np.array([1.0, 3.0, 2.0])), 12)
    array([2. , 4.5, 2.5])
    """
    if epsilon is None:
        epsilon = default_epsilon(kernel, np.shape(_value(y))[-1])
    u = (y, d, x, smoothing, epsilon)
    values = list(map(_value, u))
    check(list(map(np.shape, values)), list(map(np.iscomplexobj, values)))
    return applied(Interpolation(kernel, degree, neighbors, workers), *u)


def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, Any]:
    """As `nbrbf.linalg.lu_factor`; the factors are differentiable in `a`, the pivots constant.

    Examples
    --------
    >>> import autograd
    >>> import autograd.numpy as np
    >>> def logdet(a):
    ...     return np.sum(np.log(np.abs(np.diag(lu_factor(a)[0]))))
    >>> autograd.grad(logdet)(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    lu, piv = linalg.lu_factor(_value(a), check_finite=check_finite)
    return applied(Factors(lu, piv), a), piv


def lu_solve(
    lu_and_piv: tuple[Any, Any],
    b: Any,
    trans: int = 0,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """As `nbrbf.linalg.lu_solve`, differentiable in the factors and in `b`.

    Examples
    --------
    >>> import autograd
    >>> import autograd.numpy as np
    >>> def total(a):
    ...     return np.sum(lu_solve(lu_factor(a), np.ones(2)))
    >>> autograd.grad(total)(np.array([[2.0, 0.0], [0.0, 4.0]]))
    array([[-0.25  , -0.125 ],
           [-0.125 , -0.0625]])
    """
    lu, piv = lu_and_piv
    return applied(FactoredSolve(_value(piv), trans, check_finite), lu, b)


def solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    check_finite: bool = True,
) -> Any:
    """As `nbrbf.linalg.solve_triangular`, differentiable in `a` and `b`, for every flag.

    That of autograd takes the gradient of `unit_diagonal=False` for both.

    Examples
    --------
    >>> import autograd
    >>> import autograd.numpy as np
    >>> def total(a):
    ...     return np.sum(solve_triangular(a, np.ones(2), unit_diagonal=True))
    >>> float(autograd.grad(total)(np.array([[9.0, 3.0], [9.0, 9.0]]))[0, 1])
    -1.0
    """
    return applied(TriangularSolve(trans, lower, unit_diagonal, check_finite), a, b)


def _value(x: Any) -> Any:
    """The array inside of autograd's boxes, one around another where calls are nested."""
    while isbox(x):
        x = getval(x)
    return x
