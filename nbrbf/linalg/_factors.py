"""A matrix factored, and what is done with its factors: all real."""

import warnings

import numpy as np
from scipy.linalg import LinAlgWarning
from scipy.linalg.lapack import dlange

from nbrbf.linalg._columns import Solve
from nbrbf_kernels.linalg import gecon, getrf, pocon, potrf, potrs

EPSILON = float(np.finfo(float).eps)


def _norm(A: np.ndarray) -> float:
    """The 1-norm. To Fortran what is stored by rows is the transpose; NumPy takes 8 us more."""
    return dlange("I", np.ascontiguousarray(A).T)


def lu(A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(LU, ipiv) of a matrix that is not singular; warns if it is nearly so."""
    LU, ipiv = A.copy("C"), np.empty(len(A), np.int64)
    info = getrf(LU, ipiv)
    rcond = gecon(LU, ipiv, _norm(A)) if info == 0 and A.size else 1.0
    check_factored(info, rcond, stacklevel=4)
    return LU, ipiv


def check_factored(info: int, rcond: float, stacklevel: int) -> None:
    """Refuse a singular matrix; warn of one that nearly is, `stacklevel` calls up from here."""
    if info > 0:
        raise np.linalg.LinAlgError("Matrix is singular.")
    if not rcond >= EPSILON:  # NaN too
        warnings.warn(
            f"Ill-conditioned matrix (rcond={rcond:.6g}): result may not be accurate.",
            LinAlgWarning,
            stacklevel,
        )


def by_cholesky(A: np.ndarray) -> Solve:
    """What overwrites columns with A^-1 times them, for a positive definite A."""
    U = A.copy("C")
    info = potrf(U, False)
    if info > 0:
        raise np.linalg.LinAlgError(
            f"Matrix is singular: its leading minor of order {info} is not positive definite."
        )
    if A.size:
        check_factored(0, pocon(U, _norm(A), False), stacklevel=5)
    return lambda B: potrs(U, B, False)
