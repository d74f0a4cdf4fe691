"""Systems with the Cholesky factor of their matrix, A = L L^T or U^T U: real and dual."""

from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.door import by_columns, duplicate, enter, store, stored_by_rows, written
from nbrbf_kernels.linalg.triangular import solve
from nbrbf_kernels.linalg.views import BLOCK, PLANES


@kernel
def solve_definite(R, flipped, B, lower):
    """B = A^-1 B with the factor stored by rows as R, or as R^T if `flipped`."""
    for step in range(2):
        trans = (step == 1) == lower
        solve(R, B, lower != flipped, trans != flipped, False)


@core(void(BLOCK, BLOCK, boolean), void(BLOCK, PLANES, boolean), void(PLANES, PLANES, boolean))
def solve_definite_any(L, B, lower):
    """`solve_definite` for any layout."""
    R, flipped = stored_by_rows(L)
    if by_columns(B):
        solve_definite(R, flipped, B, lower)
    else:
        W = duplicate(B)
        solve_definite(R, flipped, W, lower)
        store(W, B)


@kernel
def potrs_flag(L, B, lower):
    """`potrs` with its flag as an integer."""
    written(B, "B", L, "L")
    solve_definite_any(enter(L), enter(B), lower != 0)


def potrs(L, B, lower=True):
    """Solve A X = B in place, with the factor of A.

    Parameters
    ----------
    L : (n, n) array or DualArray
        As `potrf` gives it: L, or U if not `lower`; the other triangle is not read.
    B : (n,) or (n, r) array or DualArray
        Overwritten by X.
    lower : bool
        Which triangle holds the factor.
    """
    potrs_flag(L, B, lower + 0)


@specialise(potrs)
def _(L, B, lower=True):
    return potrs
