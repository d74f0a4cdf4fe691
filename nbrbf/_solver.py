"""The solver's seam: whoever fits knows `factor` and `solve` and nothing of the matrix."""

from typing import NamedTuple

import numpy as np

from nbrbf._evaluation import Centres
from nbrbf._split import split_radial
from nbrbf_kernels.linalg import gecon
from nbrbf_kernels.rbf import residual
from nbrbf_kernels.rbf.fit import find_duplicate, fit_values


class Factors(NamedTuple):
    """The factored collocation matrix: P A = L U, and |A|_1."""

    LU: np.ndarray
    ipiv: np.ndarray
    anorm: float
    solver: str


def fit(centres: Centres, smoothing: np.ndarray, d: np.ndarray) -> tuple[Factors, np.ndarray]:
    """`factor`, and `solve` for the data columns `d`, (N, S): weights (S, N + R). Values alone.

    The frame of `centres`, shift and scale, is written. In one call: to fit 30 points takes as
    long as to call five kernels.
    """
    radial, rows, _, shift, scale, powers = centres
    columns, order = d.shape[1], len(rows[0]) + len(powers)
    A, ipiv, weights = (
        np.empty((order, order)),
        np.empty(order, np.int64),
        np.empty((columns, order)),
    )
    info, anorm, coincident = fit_values(
        split_radial(radial)[0], rows, d, smoothing, powers, shift, scale, A, ipiv, weights
    )
    if coincident:
        _refuse_duplicates(rows, smoothing)
    if info > 0:
        raise np.linalg.LinAlgError(_why_singular(rows, shift, scale, powers))
    return Factors(A, ipiv, anorm, "lu"), weights


def factor(centres: Centres, smoothing: np.ndarray) -> Factors:
    """Assemble and factor [[K + diag(smoothing), P], [P^T, 0]], the values alone.

    Raises
    ------
    numpy.linalg.LinAlgError
        If two points without smoothing coincide, or a pivot is exactly zero.
    """
    return fit(centres, smoothing, np.empty((len(smoothing), 0)))[0]


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


def monomial_matrix(
    rows: tuple[np.ndarray, ...], shift: np.ndarray, scale: np.ndarray, powers: np.ndarray
) -> np.ndarray:
    """P (N, R): the monomials, each at all points."""
    P = np.ones((len(rows[0]), len(powers)))
    for k, row in enumerate(rows):
        P *= ((row - shift[k]) / scale[k])[:, None] ** powers[:, k]
    return P


def _why_singular(
    rows: tuple[np.ndarray, ...], shift: np.ndarray, scale: np.ndarray, powers: np.ndarray
) -> str:
    P = monomial_matrix(rows, shift, scale, powers)
    rank = np.linalg.matrix_rank(P) if P.size else 0
    if rank == len(powers):
        return "Singular matrix."
    return (
        "Singular matrix. The matrix of monomials evaluated at the data point coordinates "
        f"does not have full column rank ({rank}/{len(powers)})."
    )


def solve(state: Factors, rhs: np.ndarray) -> None:
    """Overwrite each row of `rhs`, (S, N + R), with the weights of that right-hand side."""
    residual.solve(state.LU, state.ipiv, rhs)


def reciprocal_condition(state: Factors) -> float:
    """An estimate of 1 / (|A|_1 |A^-1|_1), at the price of some six solves."""
    return gecon(state.LU, state.ipiv, state.anorm)
