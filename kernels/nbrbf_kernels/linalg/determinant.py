"""The determinant from the factors of a matrix, one source, real or dual.

det A = (-1)^swaps prod u_kk        (log |det A|)' = sum u'_kk / u_kk = tr(A^-1 A')

whose adjoint is Abar += A^-T logdetbar.
"""

import numpy as np
from numba.core.types import void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.types import DualArrayType, DualType
from nbrbf_kernels.linalg.bars import enter_bar, promote, width, zeros_like
from nbrbf_kernels.linalg.door import enter, pivots, written
from nbrbf_kernels.linalg.inverse import invert_any
from nbrbf_kernels.linalg.triangular import add_scaled
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, plane, strided, transposed


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


def scalar(x, A):
    """x as a block of one entry; as planes if x is a Dual or A is dual."""


@kernel
def one_entry(x):
    A = np.empty((1, 1))
    A[0, 0] = x
    return strided(A)


@specialise(scalar)
def _(x, A):
    if isinstance(x, DualType):

        def entry(x, A):
            G = promote(one_entry(x.value), width(x, A))
            for k in range(G.partials.shape[0]):
                G.partials[k, 0, 0] = x.partials[k]
            return G

        return entry
    if isinstance(A, DualArrayType):
        return lambda x, A: promote(one_entry(x), width(A, A))
    return lambda x, A: one_entry(x)


@core(void(BLOCK, BLOCK, BLOCK))
def add_multiple_real(C, g, B):
    add_scaled(C, g[0, 0], B)


@core(void(PLANES, PLANES, PLANES))
def add_multiple_planes(C, g, B):
    v = g.value[0, 0]
    add_scaled(C.value, v, B.value)
    for k in range(C.partials.shape[0]):
        dC = plane(C.partials, k)
        add_scaled(dC, g.partials[k, 0, 0], B.value)
        add_scaled(dC, v, plane(B.partials, k))


# C += g B for a `scalar` g
add_multiple = choice(add_multiple_real, add_multiple_planes)


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
