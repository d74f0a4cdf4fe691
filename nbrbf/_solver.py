"""The solver's seam: whoever fits knows `factor` and `solve` and nothing of the matrix."""

from typing import Any, NamedTuple

import numpy as np

from nbrbf._evaluation import Centres
from nbrbf._rows import Unscaled, rows_for
from nbrbf._split import split, split_radial
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.rbf import factors
from nbrbf_kernels.rbf.fit import find_duplicate, fit_points

# By the names that people give them.
SOLVERS = {"auto": factors.AUTO, "lu": factors.LU, "cholesky": factors.CHOLESKY}


class Factors(NamedTuple):
    """The factored collocation matrix, see `nbrbf_kernels.rbf.factors`, and its 1-norm."""

    A: np.ndarray
    ipiv: np.ndarray
    anorm: float

    @property
    def solver(self) -> str:
        """Which solver factored it."""
        return "lu" if self.ipiv[0] >= 0 else "cholesky"


def fit(
    radial: Any, y: Unscaled, powers: np.ndarray, smoothing: Any, d: Any,
    dual: tuple[int, int] | None, solver: str,
) -> tuple[Centres, Factors, Any]:  # fmt: skip
    """Centres at y, and `factor` and `solve` for the data columns `d`, (N, S): weights (S, N + R).

    `dual`: the width and level of all that is dual, None if nothing is. In one call: to fit 30
    points takes as long as to call five kernels.
    """
    (d, dd), (smoothing, dsmoothing), ndim = split(d), split(smoothing), len(y[2])
    columns, order = d.shape[1], len(d) + len(powers)
    centres = Centres(radial, *rows_for(*y[:2]), np.empty(ndim), np.empty(ndim), powers)
    A, ipiv, weights, dweights = (
        np.empty((order, order)),
        np.empty(order, np.int64),
        np.empty((columns, order)),
        None if dual is None else np.empty((dual[0], columns, order)),
    )
    info, anorm, coincident = fit_points(
        *split_radial(radial), *y, centres.points, centres.dpoints, d, dd, smoothing, dsmoothing,
        powers, centres.shift, centres.scale, A, ipiv, weights, dweights, SOLVERS[solver],
    )  # fmt: skip
    if coincident:
        _refuse_duplicates(centres.rows, smoothing)
    if info != 0:
        raise np.linalg.LinAlgError(_why(info, solver, centres, smoothing))
    state = Factors(A, ipiv, anorm)
    return centres, state, weights if dual is None else pair(weights, dweights, dual[1])


def factor(centres: Centres, smoothing: np.ndarray, solver: str) -> Factors:
    """Assemble and factor [[K + diag(smoothing), P], [P^T, 0]], the values alone.

    Raises
    ------
    numpy.linalg.LinAlgError
        If two points without smoothing coincide, a pivot is exactly zero, or the solver must be
        "cholesky" and cannot.
    """
    y = np.ascontiguousarray(centres.points.T), None, (1.0,) * len(centres.points)
    radial, nothing = split_radial(centres.radial)[0], np.empty((len(smoothing), 0))
    return fit(radial, y, centres.powers, smoothing, nothing, None, solver)[1]


def padded(d: np.ndarray, order: int) -> np.ndarray:
    """Right-hand sides (S, order) of the data columns `d`, (N, S): followed by zeros."""
    N, S = d.shape
    rhs = np.zeros((S, order))
    rhs[:, :N] = d.T
    return rhs


def _refuse_duplicates(rows: tuple[np.ndarray, ...], smoothing: np.ndarray) -> None:
    i, j = find_duplicate(rows, smoothing)
    if i >= 0:
        raise np.linalg.LinAlgError(
            f"Singular matrix. Points {i} and {j} of `y` coincide (the square of their distance "
            "is 0) and `smoothing` is 0 in both: remove one of them, or give them a positive "
            "smoothing."
        )


def monomial_matrix(points: np.ndarray, centres: Centres) -> np.ndarray:
    """P (Q, R): the monomials, each at all of points (ndim, Q)."""
    P = np.ones((points.shape[1], len(centres.powers)))
    for k, row in enumerate(points):
        P *= ((row - centres.shift[k]) / centres.scale[k])[:, None] ** centres.powers[:, k]
    return P


def _why(info: int, solver: str, centres: Centres, smoothing: np.ndarray) -> str:
    """What is wrong if a fit ends with this `info`."""
    if info == factors.NOT_ADMISSIBLE:
        least, degrees = centres.radial.min_degree, centres.powers.sum(axis=1)
        return (
            "`solver` 'cholesky' needs a polynomial of degree "
            f"{least} or more, got {max(degrees, default=-1)}, and no negative `smoothing`, "
            f"got {smoothing.min()}."
        )
    if solver == "cholesky" and not np.isfinite(centres.points).all():
        return "`solver` 'cholesky' needs points `y` that are finite."
    if info > 0 and solver == "cholesky":
        where = " on the null space of the polynomial" if len(centres.powers) else ""
        return (
            "Singular matrix. `solver` 'cholesky' finds it not positive definite, to rounding, "
            f"in its leading minor of order {info}{where}."
        )
    P, terms = monomial_matrix(centres.points, centres), len(centres.powers)
    rank = np.linalg.matrix_rank(P) if P.size else 0
    if rank == terms:
        return "Singular matrix."
    return (
        "Singular matrix. The matrix of monomials evaluated at the data point coordinates "
        f"does not have full column rank ({rank}/{terms})."
    )


def solve(state: Factors, rhs: np.ndarray) -> None:
    """Overwrite each row of `rhs`, (S, N + R), with the weights of that right-hand side."""
    factors.solve(state.A, state.ipiv, rhs)


def reciprocal_condition(state: Factors) -> float:
    """An estimate of 1 / (|A|_1 |A^-1|_1), at the price of some six solves."""
    return factors.reciprocal_condition(state.A, state.ipiv, state.anorm)
