"""The determinant from the factors of a matrix, one source, real or dual.

det A = (-1)^swaps prod u_kk        (log |det A|)' = sum u'_kk / u_kk
"""

import numpy as np

from nbrbf_kernels._jit import kernel


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
