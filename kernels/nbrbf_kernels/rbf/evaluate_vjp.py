"""The adjoint of `evaluate`, with F_ci the cotangent of f_c(x_i):

    a_bar_cj += sum_i F_ci phi(s_ij)           b_bar_cr += sum_i F_ci p_r(x_i)
    y_bar_j  += sum_i (sum_c F_ci a_cj) 2 phi1(s_ij) (y_j - x_i)
    x_bar_i  += sum_j (sum_c F_ci a_cj) 2 phi1(s_ij) (x_i - y_j) + sum_cr F_ci b_cr grad p_r(x_i)
    t_bar    += sum_ij (sum_c F_ci a_cj) dphi/dt(s_ij; t)

All sums over pairs come from one pass for each column.
"""

from typing import Any

import numpy as np
from numba import types

from nbrbf_kernels._jit import specialise, sum_kernel
from nbrbf_kernels.dual.compiled_array import empty
from nbrbf_kernels.dual.types import DualArrayType
from nbrbf_kernels.rbf.blocks import rows_of
from nbrbf_kernels.rbf.pairs import pairs_apart
from nbrbf_kernels.rbf.parts import check_written
from nbrbf_kernels.rbf.polynomial import cotangents_apart, moments_apart
from nbrbf_kernels.rbf.slopes import add_kinks

# Columns that a pass is for.
ONE = (0.0,)


@sum_kernel
def evaluate_vjp(
    k, points, weights, shift, scale, powers, x, out_bar, points_bar, weights_bar, x_bar, k_bar
):
    """Cotangents of the inputs of `evaluate`, real or dual, from that of its result.

    Dual arguments give second derivatives: with the tangents of a direction, the partials of
    the cotangents are products of the Hessian with it.

    Parameters
    ----------
    k, points, weights, shift, scale, powers, x
        As `evaluate` takes them.
    out_bar : (S, Q) array or DualArray
        Cotangent of `out`.
    points_bar, x_bar : tuple of ndim arrays or DualArrays, or None
        Rows of shape (N,) and (Q,): the cotangents are added. Those by the coordinates as they
        are in `points` and `x`, which are multiplied by epsilon.
    weights_bar : (S, N + R) array or DualArray, or None
        The cotangent is added.
    k_bar : (fields of k,) array or DualArray, or None
        The cotangents of the parameters are added.

    None stands for what is not asked. If anything else is dual, the cotangents must be.
    """
    check_bar(points_bar, "points_bar", (k, points, weights, x, out_bar))
    check_bar(x_bar, "x_bar", (k, points, weights, x, out_bar))
    check_bar(weights_bar, "weights_bar", (k, points, weights, x, out_bar))
    check_bar(k_bar, "k_bar", (k, points, weights, x, out_bar))
    N, Q = len(points[0]), len(x[0])
    terms = row_for_each(k_bar, Q)
    for c in range(len(weights)):
        pairs_apart(
            k, x, rows_of(out_bar, c, ONE), points, rows_of(weights, c, ONE), False, x_bar,
            points_bar, rows_of(weights_bar, c, ONE), terms, 0, Q,
        )  # fmt: skip
    add_kinks(k, x, points, x_bar, points_bar)
    cotangents_apart(out_bar, weights, shift, scale, powers, x, x_bar)
    add_rows(terms, k_bar)
    if weights_bar is not None:
        moments_apart(x, shift, scale, powers, out_bar, N, weights_bar)


def check_bar(bar: Any, name: str, arguments: Any) -> None:
    """`check_written` of a cotangent of `evaluate_vjp`, unless it is None."""


@specialise(check_bar)
def _check_bar(bar, name, arguments):
    if isinstance(bar, types.NoneType):
        return lambda bar, name, arguments: None
    if isinstance(bar, types.BaseTuple):
        return lambda bar, name, arguments: check_bar(bar[0], name, arguments)
    return lambda bar, name, arguments: check_written(
        bar, name, arguments, "k points weights x out_bar"
    )


def row_for_each(k_bar: Any, Q: int) -> Any:
    """Zeros (fields, Q) for numbers as `k_bar` holds; None if it is None."""


@specialise(row_for_each)
def _row_for_each(k_bar, Q):
    if isinstance(k_bar, types.NoneType):
        return lambda k_bar, Q: None
    if not isinstance(k_bar, DualArrayType):
        return lambda k_bar, Q: np.zeros((len(k_bar), Q))

    def dual_zeros(k_bar, Q):
        terms = empty(k_bar, (len(k_bar), Q))
        terms.value[...] = 0.0
        terms.partials[...] = 0.0
        return terms

    return dual_zeros


def add_rows(terms: Any, k_bar: Any) -> None:
    """k_bar[t] += sum_i terms[t, i]; nothing if they are None."""


@specialise(add_rows)
def _add_rows(terms, k_bar):
    if isinstance(k_bar, types.NoneType):
        return lambda terms, k_bar: None

    def each_row(terms, k_bar):
        for t in range(len(k_bar)):
            for i in range(terms.shape[1]):
                k_bar[t] += terms[t, i]

    return each_row
