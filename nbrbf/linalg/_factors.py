"""A matrix factored, and what is done with its factors: all real."""

import warnings

import numpy as np
from scipy.linalg import LinAlgWarning
from scipy.linalg.lapack import dlange, dpocon

from nbrbf.linalg._columns import Solve
from nbrbf_kernels.linalg import gecon, getrf, getrs, potrf, potrs


def _norm(A: np.ndarray) -> float:
    """The 1-norm. To Fortran what is stored by rows is the transpose; NumPy takes 8 us more."""
    return dlange("I", np.ascontiguousarray(A).T)


def lu(A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(LU, ipiv) of a matrix that is not singular; warns if it is nearly so."""
    LU, ipiv = A.copy("C"), np.empty(len(A), np.int64)
    if getrf(LU, ipiv) > 0:
        raise np.linalg.LinAlgError("Matrix is singular.")
    if A.size:
        _warn_if_ill_conditioned(gecon(LU, ipiv, _norm(A)))
    return LU, ipiv


def by_lu(A: np.ndarray, transposed: bool) -> Solve:
    """What overwrites columns with op(A)^-1 times them."""
    LU, ipiv = lu(A)
    return lambda B: getrs(LU, ipiv, B, transposed)


def by_cholesky(A: np.ndarray) -> Solve:
    """What overwrites columns with A^-1 times them, for a positive definite A."""
    U = A.copy("C")
    info = potrf(U, False)
    if info > 0:
        raise np.linalg.LinAlgError(
            f"Matrix is singular: its leading minor of order {info} is not positive definite."
        )
    if A.size:
        # To Fortran what is stored by rows is the transpose.
        _warn_if_ill_conditioned(dpocon(U.T, _norm(A), uplo="L")[0])
    return lambda B: potrs(U, B, False)


def _warn_if_ill_conditioned(rcond: float) -> None:
    if not rcond >= np.finfo(float).eps:  # NaN too
        warnings.warn(
            f"Ill-conditioned matrix (rcond={rcond:.6g}): result may not be accurate.",
            LinAlgWarning,
            stacklevel=5,
        )
