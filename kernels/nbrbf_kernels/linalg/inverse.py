"""The inverse of a matrix from its factors, A^-1 = U^-1 L^-1 P: real and dual.

L^-1 is a triangle: its columns from J on are zero above row J, and are solved for from there,
which spares two thirds of that step. In tangents the two solves make C' = -C A' C of the
tangents of the factors. The adjoint needs C alone: Abar -= C^T Cbar C^T.
"""

from numba.core.types import void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.planes import PlanesType
from nbrbf_kernels.linalg.bars import enter_bar, promoted, zeros_like
from nbrbf_kernels.linalg.blocks import subtract_product
from nbrbf_kernels.linalg.door import (
    by_rows,
    duplicate,
    enter,
    pivots,
    size,
    store,
    stored_by_rows,
    written,
)
from nbrbf_kernels.linalg.outer import subtract_outer_any
from nbrbf_kernels.linalg.swaps import swap_entries
from nbrbf_kernels.linalg.triangular import scale, solve
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, block, transposed

# Columns of L^-1 that are solved for together.
WIDTH = 64


def set_identity(C):
    """C = I; the partials are zero."""


@kernel
def set_identity_real(C):
    C[:, :] = 0.0
    for i in range(C.shape[0]):
        C[i, i] = 1.0


@kernel
def set_identity_planes(C):
    set_identity_real(C.value)
    C.partials[:, :, :] = 0.0


@specialise(set_identity)
def _(C):
    if isinstance(C, PlanesType):
        return lambda C: set_identity_planes(C)
    return lambda C: set_identity_real(C)


@kernel
def invert(R, flipped, ipiv, C):
    """C = A^-1, stored by rows, with P A = L U stored by rows as R, or as R^T if `flipped`."""
    n, _ = size(C)
    set_identity(C)
    for step in range((n + WIDTH - 1) // WIDTH + 1):
        first = step * WIDTH
        forward = first < n
        # Columns of L^-1, and when these are done U^-1 times all of them.
        i, w = (first, min(WIDTH, n - first)) if forward else (0, n)
        X = block(C, i, i, n - i, w)
        solve(block(R, i, i, n - i, n - i), X, forward != flipped, flipped, forward)
    swap_entries(transposed(C), ipiv, True)


@core(void(BLOCK, PIVOTS, BLOCK), void(BLOCK, PIVOTS, PLANES), void(PLANES, PIVOTS, PLANES))
def invert_any(LU, ipiv, C):
    """`invert` for any layout."""
    R, flipped = stored_by_rows(LU)
    by_row = by_rows(C)
    W = C if by_row else duplicate(C)
    invert(R, flipped, ipiv, W)
    if not by_row:
        store(W, C)


@kernel
def inv(LU, ipiv, C):
    """The inverse of A, with the factors of A.

    Parameters
    ----------
    LU, ipiv : (n, n) array or DualArray, (n,) array of any integer type
        As `getrf` gives them.
    C : (n, n) array or DualArray
        Overwritten by A^-1.
    """
    written(C, "C", LU, "LU")
    invert_any(enter(LU), pivots(ipiv), enter(C))


@core(void(BLOCK, BLOCK, BLOCK), void(PLANES, PLANES, PLANES))
def inverse_adjoint(C, C_bar, A_bar):
    """Abar -= C^T Cbar C^T, with C and Cbar stored by rows."""
    W = zeros_like(C)
    subtract_product(W, C, True, C_bar)
    scale(W, -1.0)
    subtract_outer_any(A_bar, W, C)


@kernel
def inv_vjp(C, C_bar, A_bar):
    """Adjoint of the inverse, C = A^-1.

    Parameters
    ----------
    C, C_bar : (n, n) array or DualArray
        The inverse, and its bar.
    A_bar : (n, n) array or DualArray
        The bar of A is added to it. Must be dual if C or C_bar is.
    """
    written(A_bar, "A_bar", C, "C")
    written(A_bar, "A_bar", C_bar, "C_bar")
    V, W = promoted(C, C_bar, C_bar), promoted(C_bar, C, C)
    inverse_adjoint(V, W, enter_bar(A_bar, W))
