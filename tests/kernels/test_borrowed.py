"""Kernels that count no references to arrays leave nothing behind, whatever they were given."""

import sys

import numpy as np
import pytest
from numba.core.runtime import _nrt_python, rtsys

import nbrbf
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.linalg import getrf, getrs, potrf, potrs, trsm, trsv
from nbrbf_kernels.linalg.cholesky import potrf_lower, potrf_upper
from nbrbf_kernels.linalg.cholesky_solve import potrs_flag
from nbrbf_kernels.linalg.door import duplicate, enter
from nbrbf_kernels.linalg.solve import getrs_flag
from nbrbf_kernels.linalg.trsm import trsm_flags, trsv_flags
from nbrbf_kernels.rbf.evaluate import evaluate_points
from nbrbf_kernels.rbf.fit import fit_points
from nbrbf_kernels.rbf.interpolant_vjp import interpolant_vjp
from nbrbf_kernels.rbf.near import evaluate_near
from tests.kernels.linalg.naive import laid_out

BORROWING = {
    getrf,
    getrs_flag,
    potrf_lower,
    potrf_upper,
    potrs_flag,
    trsv_flags,
    trsm_flags,
    fit_points,
    evaluate_points,
    evaluate_near,
    interpolant_vjp,
}


@pytest.fixture
def kept():
    """How many arrays that compiled code allocated, or borrowed, have not been freed."""
    was_on = _nrt_python.memsys_stats_enabled()
    _nrt_python.memsys_enable_stats()

    def count():
        stats = rtsys.get_allocation_stats()
        return stats.alloc - stats.free, stats.mi_alloc - stats.mi_free

    yield count
    if not was_on:
        _nrt_python.memsys_disable_stats()


def test_these_are_all():
    kernels = {
        value
        for name, module in list(sys.modules.items())
        if name.startswith("nbrbf_kernels")
        for value in vars(module).values()
        if hasattr(value, "targetoptions")
    }
    assert {k for k in kernels if k.targetoptions.get("_nrt") is False} == BORROWING


def matrices(n, dual, layout):
    """A definite matrix, and columns, real or dual."""
    rng = np.random.default_rng(n)
    M = rng.normal(size=(n, n))
    A, B = M @ M.T + n * np.eye(n), rng.normal(size=(n, 3))
    if not dual:
        return laid_out(A, layout), laid_out(B, layout)
    return tuple(DualArray(laid_out(a, layout), laid_out(a[None], layout, 2)) for a in (A, B))


@pytest.mark.parametrize("dual", [False, True], ids=["real", "dual"])
@pytest.mark.parametrize("layout", ["C", "F", "strided"])
@pytest.mark.parametrize("integer", [np.int64, np.int32])
def test_factors_and_solves_keep_nothing(kept, integer, layout, dual):
    for n in (5, 70):
        A, B = matrices(n, dual, layout)
        U, x, ipiv = A.copy(), B[:, 0].copy(), np.empty(n, integer)
        before = kept()
        for _ in range(3):
            assert getrf(A, ipiv) == 0
            getrs(A, ipiv, B)
            trsv(A, x, lower=True, unit=True)
            trsm(A, B, lower=True, unit=True, alpha=2.0)
            assert potrf(U, lower=False) == 0
            potrs(U, B, lower=False)
            U[...] = np.eye(n)
            assert potrf(U) == 0
            potrs(U, B)
        if dual:
            trsm(A, B, lower=True, unit=True, alpha=Dual(2.0, (1.0,)))
        assert kept() == before


@pytest.mark.parametrize("dual", [False, True], ids=["real", "dual"])
def test_interpolants_keep_nothing(kept, dual):
    rng = np.random.default_rng(0)
    y, d, x, bar = rng.random((40, 2)), rng.normal(size=40), rng.random((9, 2)), np.ones(9)
    if dual:
        y, d, x, bar = (DualArray(a, a[None]) for a in (y, d, x, bar))
    before = kept()
    for workers in (1, 2):
        f = nbrbf.RBFInterpolator(y, d, workers=workers)
        values = f(x)
        f.vjp(x, bar)
        del f, values
    assert kept() == before


def test_the_count_sees_what_is_kept(kept):
    @kernel(borrows=True)
    def lose(A):
        return duplicate(enter(A))[0, 0]

    before = kept()
    lose(np.eye(2))
    assert kept() == (before[0] + 1, before[1] + 1)
