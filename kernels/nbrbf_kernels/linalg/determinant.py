"""The determinant from the factors of a matrix, one source, real or dual.

det A = (-1)^swaps prod u_kk        (log |det A|)' = sum u'_kk / u_kk = tr(A^-1 A')

whose adjoint is Abar += A^-T logdetbar.
"""

import numpy as np
from numba.core.types import void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.bars import add_multiple, enter_bar, scalar, zeros_like
from nbrbf_kernels.linalg.door import enter, pivots, written
from nbrbf_kernels.linalg.inverse import invert_any
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, transposed


@kernel
def slogdet(LU, ipiv):
    """Sign of det A and logarithm of its absolute value, with the factors of A.

    Parameters
    ----------
    LU, ipiv : (n, n) array or DualArray, (n,) array of any integer type
        As `getrf` gives them.

    Returns
    -------
    sign : float
        1, -1, or 0 if a pivot is zero.
    logdet : float or Dual
        -inf if a pivot is zero, with partials that are not finite.
    """
    sign, logdet = 1.0, 0.0
    for k in range(ipiv.shape[0]):
        u = LU[k, k]
        if ipiv[k] != k:
            sign = -sign
        if u < 0.0:
            sign = -sign
        if u == 0.0:
            sign = 0.0
        logdet = logdet + np.log(np.abs(u))
    return sign, logdet


@core(
    void(BLOCK, PIVOTS, BLOCK, BLOCK),
    void(BLOCK, PIVOTS, PLANES, PLANES),
    void(PLANES, PIVOTS, PLANES, PLANES),
)
def add_inverse(LU, ipiv, g, A_bar):
    """Abar += g A^-T. A view of C would own nothing, and C go with its last use."""
    C = zeros_like(A_bar)
    invert_any(LU, ipiv, C)
    add_multiple(transposed(A_bar), g, C)


@kernel
def slogdet_vjp(LU, ipiv, logdet_bar, A_bar):
    """Adjoint of the logarithm of |det A|; the sign has none.

    Parameters
    ----------
    LU, ipiv : (n, n) array or DualArray, (n,) array of any integer type
        As `getrf` gives them.
    logdet_bar : float or Dual
        The bar of the logarithm.
    A_bar : (n, n) array or DualArray
        The bar of A is added to it. Must be dual if LU or logdet_bar is.
    """
    written(A_bar, "A_bar", LU, "LU")
    written(A_bar, "A_bar", logdet_bar, "logdet_bar")
    g = scalar(logdet_bar, LU)
    add_inverse(enter(LU), pivots(ipiv), g, enter_bar(A_bar, g))
