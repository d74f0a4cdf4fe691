"""LU factorisation with partial pivoting, P A = L U, recursive: real and dual."""

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.blocks import panel, subtract_product, swap_rows
from nbrbf_kernels.linalg.door import (
    by_rows,
    duplicate,
    enter,
    pivots,
    size,
    store,
    store_pivots,
    written,
)
from nbrbf_kernels.linalg.triangular import solve
from nbrbf_kernels.linalg.views import NO, YES, ZERO, block


@kernel
def factor(A, ipiv, offset, base):
    """LU of A, stored by rows; row 0 is row `offset` of the matrix that ipiv belongs to.

        | A11  A12 |   n1      the left columns, swaps and all:     | L11\\U11 |
        | A21  A22 |                                                | L21     |
          n1    n2             U12 = L11^-1 A12
                               A22 -= L21 U12, and the same again; its swaps also on L21
    """
    m, n = size(A)
    if n <= base and n <= m:
        return panel(A, ipiv, offset)
    k = min(m, n)
    # Half the columns, a multiple of 8 so that the rows of A12 start on a cache line.
    n1 = k if k <= base else max((k // 2 + 4) // 8 * 8, 1)
    n2 = n - n1
    info = factor(block(A, 0, 0, m, n1), ipiv, offset, base)
    swap_rows(block(A, 0, n1, m, n2), ipiv, offset, offset + n1, offset, False)
    U12 = block(A, 0, n1, n1, n2)
    solve(block(A, 0, 0, n1, n1), U12, YES, NO, YES)
    if n1 == m:
        return info
    L21, A22 = block(A, n1, 0, m - n1, n1), block(A, n1, n1, m - n1, n2)
    subtract_product(A22, L21, False, U12)
    below = factor(A22, ipiv, offset + n1, base)
    swap_rows(L21, ipiv, offset + n1, offset + k, offset + n1, False)
    return info if info != 0 else below


@kernel
def base_width(k):
    """Widest panel: loops beat BLAS up to 64 columns, and few columns are better below many."""
    return 64 if k <= 128 else 16


@kernel
def factor_any(A, ipiv):
    """`factor` for any layout."""
    m, n = size(A)
    base = base_width(min(m, n))
    if by_rows(A):
        return factor(A, ipiv, ZERO, base)
    W = duplicate(A)
    info = factor(W, ipiv, ZERO, base)
    store(W, A)
    return info


@kernel
def getrf(A, ipiv):
    """Factorise A = P L U in place, with partial pivoting.

    Parameters
    ----------
    A : (m, n) array or DualArray
        Overwritten by U and, below the diagonal, by L, whose diagonal of ones is not stored.
    ipiv : (min(m, n),) array of any integer type
        Overwritten: in step i, row i was swapped with row ``ipiv[i]``.

    Returns
    -------
    info : int
        0, or the number, counted from 1, of the first pivot that is exactly zero. The
        factorisation is completed all the same.
    """
    written(A, "A", A, "A")
    P = pivots(ipiv)
    info = factor_any(enter(A), P)
    store_pivots(P, ipiv)
    return info
