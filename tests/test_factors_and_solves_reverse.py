"""The steps of a linear system backwards: every choice of active arguments, by `_vjp` calls.

As in test_factors_and_solves.py a system is solved whole, by factors and by hand, and what
stands in the triangle that is not a matrix's own is random. The derivatives that the adjoints
are held against are the forward ones.
"""

from itertools import product

import numpy as np
import pytest

from nbrbf import linalg
from nbrbf.testing import check_reverse
from nbrbf_kernels.linalg import (
    gesv_vjp,
    getrf_vjp,
    getrs_vjp,
    laswp,
    trsm_vjp,
    trsv,
    trsv_vjp,
)
from tests.kernels.linalg.naive import close
from tests.test_factors_and_solves import (
    SIZES,
    Case,
    factorised,
    solved_by_factors,
    solved_by_hand,
    solved_whole,
)


@pytest.fixture(params=SIZES, ids=lambda size: "n={}, r={}".format(*size))
def case(request):
    return Case(*request.param)


def test_the_values_first(case):
    x = np.linalg.solve(case.A, case.b)
    assert close(solved_whole(case.A, case.b), x)
    assert close(solved_by_factors(case.LU, case.ipiv, case.b), x)
    assert close(solved_by_hand(case.LU, case.ipiv, case.b[:, 0].copy()), x[:, 0])


def test_the_solution_by_A_and_b(case):
    def vjp(primals, results, result_bars, bars):
        LU, ipiv = factorised(primals[0])
        gesv_vjp(LU, ipiv, results[0], result_bars[0], *bars)

    check_reverse(solved_whole, vjp, (case.A, case.b))

    def of_library(primals, results, result_bars, bars):
        return linalg.solve_vjp(primals[0], results[0], result_bars[0])

    check_reverse(linalg.solve, of_library, (case.A, case.b))


def test_the_factors_by_A(case):
    def factors(A):
        return factorised(A)[0]

    def vjp(primals, results, result_bars, bars):
        A_bar = result_bars[0].copy()
        getrf_vjp(results[0], case.ipiv, A_bar)
        return (A_bar,)

    check_reverse(factors, vjp, (case.A,))


def test_the_solution_by_the_factors_and_b(case):
    def vjp(primals, results, result_bars, bars):
        LU_bar, _, b_bar = bars
        getrs_vjp(primals[0], primals[1], results[0], result_bars[0], LU_bar, b_bar)

    check_reverse(solved_by_factors, vjp, (case.LU, case.ipiv, case.b))


def test_the_solution_by_hand_backwards_step_by_step(case):
    def vjp(primals, results, result_bars, bars):
        (LU, ipiv, b), (x,), (x_bar,), (LU_bar, _, b_bar) = primals, results, result_bars, bars
        y = b.copy()
        laswp(y, ipiv)
        trsv(LU, y, lower=True, unit=True)
        y_bar, z_bar = np.zeros_like(y), np.zeros_like(y)
        trsv_vjp(LU, x, x_bar, LU_bar, y_bar)
        trsv_vjp(LU, y, y_bar, LU_bar, z_bar, lower=True, unit=True)
        if b_bar is not None:
            laswp(z_bar, ipiv, inverse=True)
            b_bar += z_bar

    check_reverse(solved_by_hand, vjp, (case.LU, case.ipiv, case.b[:, 0].copy()))


@pytest.mark.parametrize("lower, trans, unit", list(product((False, True), repeat=3)))
def test_triangular_solves_by_the_matrix_and_b(case, lower, trans, unit):
    flags = {"lower": lower, "trans": trans, "unit": unit}

    def solved(T, b):
        return linalg.solve_triangular(T, b, trans=int(trans), lower=lower, unit_diagonal=unit)

    def vjp(primals, results, result_bars, bars):
        (T, _), (X,), (X_bar,), (T_bar, B_bar) = primals, results, result_bars, bars
        if X.ndim == 1:
            trsv_vjp(T, X, X_bar, T_bar, B_bar, **flags)
        else:
            trsm_vjp(T, X, X_bar, T_bar, B_bar, None, **flags)

    check_reverse(solved, vjp, (case.T, case.b))
    check_reverse(solved, vjp, (case.T, case.b[:, 0].copy()))


def test_A_by_way_of_its_factors_is_A_by_the_solution(case):
    """getrs backwards, then getrf backwards, is the solve backwards."""
    x_bar = np.random.default_rng(1).normal(size=case.b.shape)
    x = solved_by_factors(case.LU, case.ipiv, case.b)
    LU_bar, b_bar = np.zeros_like(case.LU), np.zeros_like(case.b)
    getrs_vjp(case.LU, case.ipiv, x, x_bar, LU_bar, b_bar)
    getrf_vjp(case.LU, case.ipiv, LU_bar)
    A_bar, B_bar = linalg.solve_vjp(case.A, x, x_bar)
    assert close(LU_bar, A_bar)
    assert close(b_bar, B_bar)
