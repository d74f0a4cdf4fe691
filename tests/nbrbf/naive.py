"""Radial basis function interpolation as the textbook writes it, for real and complex numbers.

Nothing here is shared with the package. With complex arguments it serves the complex step:
f(x + ih) = f(x) + ih f'(x) + O(h^2), exact to rounding for h = 1e-30.
"""

from itertools import combinations_with_replacement

import numpy as np

STEP = 1e-30


def _r(s):
    return np.sqrt(s)


def _thin_plate_spline(s):
    return 0.5 * s * np.log(np.where(s == 0, 1.0, s))


def _matern3_2(s):
    t = np.sqrt(3.0) * _r(s)
    return (1.0 + t) * np.exp(-t)


def _matern5_2(s):
    t = np.sqrt(5.0) * _r(s)
    return (1.0 + t + t * t / 3.0) * np.exp(-t)


PHI = {
    "linear": lambda s: -_r(s),
    "thin_plate_spline": _thin_plate_spline,
    "cubic": lambda s: _r(s) ** 3,
    "quintic": lambda s: -(_r(s) ** 5),
    "multiquadric": lambda s: -np.sqrt(1.0 + s),
    "inverse_multiquadric": lambda s: 1.0 / np.sqrt(1.0 + s),
    "inverse_quadratic": lambda s: 1.0 / (1.0 + s),
    "gaussian": lambda s: np.exp(-s),
    "matern1_2": lambda s: np.exp(-_r(s)),
    "matern3_2": _matern3_2,
    "matern5_2": _matern5_2,
}

DEGREE = {"thin_plate_spline": 1, "cubic": 1, "quintic": 2}


def phi_matrix(kernel, x, y, epsilon):
    difference = (x[:, None, :] - y[None, :, :]) * epsilon
    return PHI[kernel]((difference * difference).sum(axis=2))


def monomials(x, degree):
    columns = [
        np.prod([x[:, k] for k in axes], axis=0) if axes else np.ones(len(x), dtype=x.dtype)
        for total in range(degree + 1)
        for axes in combinations_with_replacement(range(x.shape[1]), total)
    ]
    return np.stack(columns, axis=1) if columns else np.empty((len(x), 0), dtype=x.dtype)


def interpolate(y, d, x, smoothing=0.0, epsilon=1.0, kernel="thin_plate_spline", degree=None):
    """Values at x of the interpolant of (y, d); any argument may be complex."""
    degree = DEGREE.get(kernel, 0) if degree is None else degree
    n = len(y)
    P = monomials(y, degree)
    K = phi_matrix(kernel, y, y, epsilon) + np.diag(np.broadcast_to(smoothing, n))
    A = np.block([[K, P], [P.T, np.zeros((P.shape[1], P.shape[1]))]])
    rhs = np.concatenate([d, np.zeros((P.shape[1], *d.shape[1:]))])
    w = np.linalg.solve(A, rhs)
    return phi_matrix(kernel, x, y, epsilon) @ w[:n] + monomials(x, degree) @ w[n:]
