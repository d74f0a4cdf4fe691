"""The row swaps of a factorisation, applied to a right-hand side."""

from numba.core.types import boolean, void

from nbrbf_kernels._core import choice, core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.blocks import swap_rows
from nbrbf_kernels.linalg.door import by_rows, enter, pivots, written
from nbrbf_kernels.linalg.views import BLOCK, PIVOTS, PLANES, plane


@core(void(BLOCK, PIVOTS, boolean))
def swap_entries_real(B, ipiv, inverse):
    """The swaps for any strides, column by column."""
    n = ipiv.size
    for j in range(B.shape[1]):
        for h in range(n):
            k = n - 1 - h if inverse else h
            p = ipiv[k]
            B[k, j], B[p, j] = B[p, j], B[k, j]


@core(void(PLANES, PIVOTS, boolean))
def swap_entries_planes(B, ipiv, inverse):
    swap_entries_real(B.value, ipiv, inverse)
    for k in range(B.partials.shape[0]):
        swap_entries_real(plane(B.partials, k), ipiv, inverse)


swap_entries = choice(swap_entries_real, swap_entries_planes)


@core(void(BLOCK, PIVOTS, boolean), void(PLANES, PIVOTS, boolean))
def swap_any(B, ipiv, inverse):
    if by_rows(B):
        swap_rows(B, ipiv, 0, ipiv.size, 0, inverse)
    else:
        swap_entries(B, ipiv, inverse)


@kernel
def laswp_flag(B, ipiv, inverse):
    """`laswp` with its flag as an integer."""
    written(B, "B", B, "B")
    swap_any(enter(B), pivots(ipiv), inverse != 0)


def laswp(B, ipiv, inverse=False):
    """Swap row i of B with row ``ipiv[i]``, for i = 0, 1, ...; backwards if `inverse`.

    The adjoint is `laswp` itself, of the bar of the result, with `inverse` flipped.

    Parameters
    ----------
    B : (m,) or (m, n) array or DualArray
        Overwritten.
    ipiv : (k,) array of any integer type
        As `getrf` gives it.
    inverse : bool
        Undo the swaps.
    """
    laswp_flag(B, ipiv, inverse + 0)


@specialise(laswp)
def _(B, ipiv, inverse=False):
    return laswp
