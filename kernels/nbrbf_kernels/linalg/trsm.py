"""trsv and trsm, triangular systems op(T) X = alpha B, and their adjoints: real and dual.

With W = op(T)^-T X_bar

    T_bar -= tri(W X^T)    B_bar += alpha W    alpha_bar += <W, B> = <X_bar, X> / alpha

and tri(X W^T) if op(T) = T^T: tri is T's triangle, the strict one for a unit diagonal (Giles 2008,
An extended collection of matrix derivative results, section 2.2.3). X op(T) = alpha B is
op(T)^T X^T = alpha B^T, of which W^T is the W.
"""

from numba.core.types import boolean, void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.dual.types import DualArrayType
from nbrbf_kernels.linalg.bars import (
    accumulated,
    add,
    add_multiple,
    enter_bar,
    promoted,
    scalar,
    wanted,
    zeros_like,
)
from nbrbf_kernels.linalg.door import duplicate, enter, stored_by_rows, written
from nbrbf_kernels.linalg.inner import subtract_inner
from nbrbf_kernels.linalg.outer import subtract_outer_triangle_any
from nbrbf_kernels.linalg.triangular import FLAGS, scale, solve, solve_any
from nbrbf_kernels.linalg.views import BLOCK, PLANES, transposed


def is_vector(B):
    """Whether B has one dimension."""


@specialise(is_vector)
def _(B):
    if B.ndim == 1:
        return lambda B: True
    return lambda B: False


@kernel(borrows=True)
def trsv_flags(T, x, flags):
    """`trsv` with its flags as the bits of an integer."""
    written(x, "x", T, "T")
    solve_any(enter(T), enter(x), flags & 1 != 0, flags & 2 != 0, flags & 4 != 0, True)


@kernel(borrows=True)
def trsm_flags(T, B, flags, alpha):
    """`trsm` with its flags as the bits of an integer."""
    written(B, "B", T, "T")
    written(B, "B", alpha, "alpha")
    V = enter(B)
    scale(V, alpha)
    left = flags & 8 != 0
    # A vector right of T is solved for as the column that it is.
    turned = is_vector(B) and not left
    lower, trans, unit = flags & 1 != 0, flags & 2 != 0, flags & 4 != 0
    solve_any(enter(T), V, lower, trans != turned, unit, left or turned)


def trsv(T, x, lower=False, trans=False, unit=False):
    """Solve op(T) x = b in place, for a triangular T.

    Parameters
    ----------
    T : (n, n) array or DualArray
        Only the upper triangle is read, or the lower one if `lower`.
    x : (n,) array or DualArray
        b, overwritten by the solution.
    lower, trans, unit : bool
        T is lower triangular; op(T) is T^T; T has a diagonal of ones, which is not read.
    """
    trsv_flags(T, x, lower + 2 * trans + 4 * unit)


def trsm(T, B, lower=False, trans=False, unit=False, left=True, alpha=1.0):
    """Solve op(T) X = alpha B in place, or X op(T) = alpha B, for a triangular T.

    Parameters
    ----------
    T : (n, n) array or DualArray
        Only the upper triangle is read, or the lower one if `lower`.
    B : (n, r) or (r, n) array or DualArray
        Overwritten by X. A vector (n,) is a column, or if not `left` a row.
    lower, trans, unit : bool
        T is lower triangular; op(T) is T^T; T has a diagonal of ones, which is not read.
    left : bool
        Whether T stands left of X.
    alpha : float or Dual
        Scales B.
    """
    trsm_flags(T, B, lower + 2 * trans + 4 * unit + 8 * left, alpha)


@specialise(trsv)
def _(T, x, lower=False, trans=False, unit=False):
    return trsv


@specialise(trsm)
def _(T, B, lower=False, trans=False, unit=False, left=True, alpha=1.0):
    return trsm


@core(
    void(BLOCK, *(BLOCK,) * 6, *FLAGS, boolean),
    void(BLOCK, *(PLANES,) * 6, *FLAGS, boolean),
    void(PLANES, *(PLANES,) * 6, *FLAGS, boolean),
)
def solve_adjoint(T, X, X_bar, T_bar, B_bar, alpha_bar, alpha, lower, trans, unit, turned):
    """The adjoint above, for any layout of what is not X; of X^T if `turned`.

    X and X_bar are stored by rows without gaps, and X_bar is overwritten.
    """
    V, W = X, X_bar
    if turned:
        V, W = duplicate(transposed(X)), duplicate(transposed(X_bar))
    if wanted(alpha_bar):
        g = zeros_like(alpha_bar)
        subtract_inner(g, W, V)
        solve(alpha, g, False, False, False)
        scale(g, -1.0)
        add(alpha_bar, g)
    if wanted(T_bar) or wanted(B_bar):
        R, flipped = stored_by_rows(T)
        solve(R, W, lower != flipped, trans == flipped, unit)
    if wanted(T_bar):
        left, right = (V, W) if trans else (W, V)
        subtract_outer_triangle_any(T_bar, left, right, lower, unit)
    if wanted(B_bar):
        add_multiple(transposed(B_bar) if turned else B_bar, alpha, W)


def either(A, B):
    """A, or B if A is real: of two, what decides whether a result is dual."""


@specialise(either)
def _(A, B):
    if isinstance(A, DualArrayType):
        return lambda A, B: A
    return lambda A, B: B


@kernel
def trsv_vjp_flags(T, x, x_bar, T_bar, b_bar, flags):
    """`trsv_vjp` with its flags as the bits of an integer."""
    accumulated((T_bar, b_bar), "T_bar b_bar", (T, x, x_bar), "T x x_bar")
    V, W = promoted(x, T, x_bar), promoted(x_bar, T, x)
    D, y, one = enter_bar(T_bar, W), enter_bar(b_bar, W), scalar(1.0, W)
    lower, trans, unit = flags & 1 != 0, flags & 2 != 0, flags & 4 != 0
    solve_adjoint(enter(T), V, W, D, y, enter_bar(None, W), one, lower, trans, unit, False)


@kernel
def trsm_vjp_flags(T, X, X_bar, T_bar, B_bar, alpha_bar, flags, alpha):
    """`trsm_vjp` with its flags as the bits of an integer."""
    accumulated(
        (T_bar, B_bar, alpha_bar),
        "T_bar B_bar alpha_bar",
        (T, X, X_bar, alpha),
        "T X X_bar alpha",
    )
    V = promoted(X, T, either(X_bar, alpha))
    W = promoted(X_bar, T, either(X, alpha))
    D, C, g, a = (
        enter_bar(T_bar, W),
        enter_bar(B_bar, W),
        enter_bar(alpha_bar, W),
        scalar(alpha, W),
    )
    left = flags & 8 != 0
    # A vector right of T is the column that it is.
    turned = not (left or is_vector(X))
    lower, trans, unit = flags & 1 != 0, (flags & 2 != 0) == left, flags & 4 != 0
    solve_adjoint(enter(T), V, W, D, C, g, a, lower, trans, unit, turned)


def trsv_vjp(T, x, x_bar, T_bar, b_bar, lower=False, trans=False, unit=False):
    """The adjoint of `trsv`.

    Parameters
    ----------
    T : (n, n) array or DualArray
        As `trsv` was given it.
    x, x_bar : (n,) array or DualArray
        The solution, and its bar.
    T_bar, b_bar : (n, n) and (n,) array or DualArray, or None
        The bars of T and b are added to them; one that is None is not computed. Both must be
        dual if anything is. Of T_bar, what `trsv` does not read of T is not touched.
    lower, trans, unit : bool
        As `trsv` was given them.

    Examples
    --------
    >>> import numpy as np
    >>> T_bar, b_bar = np.zeros((1, 1)), np.zeros(1)
    >>> trsv_vjp(np.array([[2.0]]), np.array([3.0]), np.array([1.0]), T_bar, b_bar)
    >>> T_bar, b_bar  # x = b / T
    (array([[-1.5]]), array([0.5]))
    """
    trsv_vjp_flags(T, x, x_bar, T_bar, b_bar, lower + 2 * trans + 4 * unit)


def trsm_vjp(
    T, X, X_bar, T_bar, B_bar, alpha_bar, lower=False, trans=False, unit=False, left=True, alpha=1.0
):
    """The adjoint of `trsm`.

    Parameters
    ----------
    T : (n, n) array or DualArray
        As `trsm` was given it.
    X, X_bar : (n, r) or (r, n) array or DualArray
        The solution, and its bar. Vectors (n,) are columns, or if not `left` rows.
    T_bar, B_bar : (n, n) and as X, array or DualArray, or None
        The bars of T and B are added to them; one that is None is not computed. All must be
        dual if anything is. Of T_bar, what `trsm` does not read of T is not touched.
    alpha_bar : (1,) array or DualArray, or None
        The bar of alpha, which must not be 0 then, is added to it.
    lower, trans, unit, left, alpha
        As `trsm` was given them.

    Examples
    --------
    >>> import numpy as np
    >>> T, X, one = np.array([[2.0]]), np.array([[3.0]]), np.ones((1, 1))
    >>> T_bar, B_bar, alpha_bar = np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1)
    >>> trsm_vjp(T, X, one, T_bar, B_bar, alpha_bar, alpha=6.0)
    >>> T_bar, B_bar, alpha_bar  # X = alpha B / T
    (array([[-1.5]]), array([[3.]]), array([0.5]))
    """
    flags = lower + 2 * trans + 4 * unit + 8 * left
    trsm_vjp_flags(T, X, X_bar, T_bar, B_bar, alpha_bar, flags, alpha)


@specialise(trsv_vjp)
def _(T, x, x_bar, T_bar, b_bar, lower=False, trans=False, unit=False):
    return trsv_vjp


@specialise(trsm_vjp)
def _(
    T, X, X_bar, T_bar, B_bar, alpha_bar, lower=False, trans=False, unit=False, left=True, alpha=1.0
):
    return trsm_vjp
