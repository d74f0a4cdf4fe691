"""Systems with the Cholesky factor of their matrix, A = L L^T or U^T U: real and dual.

Of A X = B, with y = L^T x, the adjoint is

    v = L^-1 xbar;  z = L^-T v;  Lbar -= tril(z y^T + x v^T);  bbar += z

(v = L^T z), and transposed for U = L^T.
"""

from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.linalg.bars import (
    accumulated,
    add,
    enter_bar,
    promoted,
    wanted,
    zeros_like,
)
from nbrbf_kernels.linalg.door import by_columns, duplicate, enter, store, stored_by_rows, written
from nbrbf_kernels.linalg.outer import subtract_outer_triangle_any
from nbrbf_kernels.linalg.product import subtract_triangle_product
from nbrbf_kernels.linalg.triangular import scale, solve
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


@kernel(borrows=True)
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


@kernel
def subtract_both(L_bar, X, Y, lower):
    """Lbar -= tril(x y^T), or if not `lower` Ubar -= triu(y x^T)."""
    if lower:
        subtract_outer_triangle_any(L_bar, X, Y, lower, False)
    else:
        subtract_outer_triangle_any(L_bar, Y, X, lower, False)


@core(
    void(BLOCK, BLOCK, BLOCK, BLOCK, BLOCK, boolean),
    void(BLOCK, PLANES, PLANES, PLANES, PLANES, boolean),
    void(PLANES, PLANES, PLANES, PLANES, PLANES, boolean),
)
def solve_definite_adjoint(L, X, W, L_bar, B_bar, lower):
    """The adjoint above, for any layout of L and of the bars; W, which holds xbar, becomes z.

    X and W are stored by rows.
    """
    R, flipped = stored_by_rows(L)
    solve(R, W, lower != flipped, lower == flipped, False)
    V = duplicate(W)
    solve(R, W, lower != flipped, lower != flipped, False)
    if wanted(L_bar):
        Y = zeros_like(X)
        subtract_triangle_product(Y, R, X, lower != flipped, lower != flipped, False)
        scale(Y, -1.0)
        subtract_both(L_bar, W, Y, lower)
        subtract_both(L_bar, X, V, lower)
    if wanted(B_bar):
        add(B_bar, W)


@kernel
def potrs_vjp_flag(L, X, X_bar, L_bar, B_bar, lower):
    """`potrs_vjp` with its flag as an integer."""
    accumulated((L_bar, B_bar), "L_bar B_bar", (L, X, X_bar), "L X X_bar")
    V, W = promoted(X, L, X_bar), promoted(X_bar, L, X)
    D, C = enter_bar(L_bar, W), enter_bar(B_bar, W)
    solve_definite_adjoint(enter(L), V, W, D, C, lower != 0)


def potrs_vjp(L, X, X_bar, L_bar, B_bar, lower=True):
    """The adjoint of `potrs`.

    Parameters
    ----------
    L : (n, n) array or DualArray
        As `potrs` was given it; the other triangle is not read.
    X, X_bar : (n,) or (n, r) array or DualArray
        The solution, and its bar.
    L_bar, B_bar : (n, n) and as X, array or DualArray, or None
        The bars of the factor and of B are added to them; one that is None is not computed.
        Both must be dual if anything is. The other triangle of L_bar is not touched.
    lower : bool
        Which triangle holds the factor.

    Examples
    --------
    >>> import numpy as np
    >>> L_bar, b_bar = np.zeros((1, 1)), np.zeros(1)
    >>> potrs_vjp(np.array([[2.0]]), np.array([3.0]), np.array([1.0]), L_bar, b_bar)
    >>> L_bar, b_bar  # x = b / L^2
    (array([[-3.]]), array([0.25]))
    """
    potrs_vjp_flag(L, X, X_bar, L_bar, B_bar, lower + 0)


@specialise(potrs_vjp)
def _(L, X, X_bar, L_bar, B_bar, lower=True):
    return potrs_vjp
