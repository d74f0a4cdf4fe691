"""getrf and LAPACK's dgetrf called from compiled code, where no call from Python counts."""

import ctypes
from typing import Any

import numpy as np
from numba import njit
from numba.extending import get_cython_function_address

from nbrbf_kernels.linalg import getrf

_ADDRESS = get_cython_function_address("scipy.linalg.cython_lapack", "dgetrf")
_dgetrf = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 6)(_ADDRESS)


@njit
def ours(A: Any, W: Any, ipiv: Any, times: int) -> int:
    """Factorise A in W, so many times; returns info."""
    info = 0
    for _ in range(times):
        W[:, :] = A
        info = getrf(W, ipiv)
    return info


@njit
def lapacks(A: Any, W: Any, ipiv: Any, numbers: Any, times: int) -> int:
    """The same by LAPACK; numbers: n and info, of 32 bits, as those of ipiv are."""
    for _ in range(times):
        W[:, :] = A
        n, info = numbers[:1].ctypes, numbers[1:].ctypes
        _dgetrf(n, n, W.ctypes, n, ipiv.ctypes, info)
    return numbers[1]


def calls(A: np.ndarray, times: int) -> dict[str, Any]:
    """Either `times` times; each returns its factors, LAPACK's those of the transposed matrix."""
    n = len(A)
    numbers = np.array([n, 0], np.int32)
    W, V, p, q = A.copy(), A.copy(), np.empty(n, np.int64), np.empty(n, np.int32)

    def getrf_() -> Any:
        ours(A, W, p, times)
        return W

    def dgetrf_() -> Any:
        lapacks(A, V, q, numbers, times)
        return V

    return {"getrf": getrf_, "dgetrf": dgetrf_}
