"""getrf_vjp against the factorisation undone column by column, and its tangents' adjoint."""

import numpy as np
import pytest

from nbrbf_kernels.linalg import getrf, getrf_vjp
from tests.kernels.linalg.naive import close, dual, laid_out, lu_adjoint, tangents, triangle

# Around the widths of a strip, a panel, and a block of the solves.
SQUARE = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 200]
SHAPES = [(n, n) for n in SQUARE]
SHAPES += [(0, 3), (1, 5), (3, 7), (16, 70), (64, 80), (70, 150)]
SHAPES += [(3, 0), (5, 1), (7, 3), (70, 16), (80, 64), (150, 70)]


def case(shape, p=1):
    """(A, its tangents, LU, ipiv, the bar of LU), well conditioned and with swaps."""
    rng = np.random.default_rng(0)
    A = rng.normal(size=shape) + 2 * max(shape) ** 0.5 * np.eye(*shape)[::-1]
    LU, ipiv = A.copy(), np.empty(min(shape), np.int64)
    getrf(LU, ipiv)
    return A, rng.normal(size=(p, *shape)), LU, ipiv, rng.normal(size=shape)


def adjoint(LU, ipiv, LU_bar):
    A_bar = LU_bar.copy()
    getrf_vjp(LU, ipiv, A_bar)
    return A_bar


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_it_is_the_adjoint_of_the_tangent(shape):
    A, dA, LU, ipiv, LU_bar = case(shape)
    D = dual(A, dA)
    getrf(D, ipiv)
    terms = adjoint(LU, ipiv, LU_bar) * dA[0]
    assert abs(np.sum(LU_bar * D.partials[0]) - np.sum(terms)) <= 1e-12 * np.sum(np.abs(terms))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_blocks_give_what_single_columns_do(shape):
    _, _, LU, ipiv, LU_bar = case(shape)
    assert close(adjoint(LU, ipiv, LU_bar), lu_adjoint(LU, LU_bar, ipiv))


@pytest.mark.parametrize("shape", [(6, 6), (130, 130), (70, 150), (150, 70)], ids=str)
def test_the_dense_equation(shape):
    _, _, LU, ipiv, LU_bar = case(shape)
    k = min(shape)
    L, U = triangle(LU[:, :k], True, False), np.triu(LU[:k])
    np.fill_diagonal(L, 1.0)
    A_bar = adjoint(LU, ipiv, LU_bar)
    for i, p in enumerate(ipiv):
        A_bar[[i, p]] = A_bar[[p, i]]
    both = np.zeros(shape)
    both[:, :k] = np.tril(A_bar @ U.T, -1)
    both[:k] += np.triu(L.T @ A_bar)
    assert close(both, LU_bar)


@pytest.mark.parametrize("layout", ["C", "F", "strided"])
@pytest.mark.parametrize("shape", [(9, 9), (40, 70), (70, 40)], ids=str)
def test_every_layout_gives_the_same_bits_and_the_factors_stay(shape, layout):
    _, _, LU, ipiv, LU_bar = case(shape)
    F, A_bar = laid_out(LU, layout), laid_out(LU_bar, "C" if layout == "F" else layout)
    getrf_vjp(F, ipiv.astype(np.int32), A_bar)
    assert np.array_equal(A_bar, adjoint(LU, ipiv, LU_bar))
    assert np.array_equal(F, LU)
    A_bar = laid_out(LU_bar, layout)
    getrf_vjp(LU, ipiv, A_bar)
    assert np.array_equal(A_bar, adjoint(LU, ipiv, LU_bar))


@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize(
    "shape",
    [(0, 0), (1, 1), (3, 3), (16, 16), (65, 65), (130, 130), (3, 9), (9, 3), (70, 150), (150, 70)],
    ids=str,
)
def test_dual_factors_give_the_second_derivative(shape, layout):
    rng = np.random.default_rng(1)
    _, dLU, LU, ipiv, LU_bar = case(shape, 3)
    dLU, dbar = dLU / 10, rng.normal(size=(3, *shape))
    D, A_bar = dual(LU, dLU, layout), dual(LU_bar, dbar, layout)
    getrf_vjp(D, ipiv, A_bar)
    assert np.array_equal(A_bar.value, adjoint(LU, ipiv, LU_bar))
    assert np.array_equal(D.partials, dLU)
    by_step = tangents(lambda LU, bar: lu_adjoint(LU, bar, ipiv), [LU, LU_bar], [dLU, dbar])
    assert close(A_bar.partials, by_step)


def test_real_factors_and_a_dual_bar():
    _, dbar, LU, ipiv, LU_bar = case((70, 70), 3)
    A_bar = dual(LU_bar, dbar)
    getrf_vjp(LU, ipiv, A_bar)
    assert np.array_equal(A_bar.value, adjoint(LU, ipiv, LU_bar))
    for k in range(3):
        assert np.array_equal(A_bar.partials[k], adjoint(LU, ipiv, dbar[k]))


@pytest.mark.parametrize("n", [3, 8, 70])
def test_subnormal_pivots_are_not_inverted(n):
    rng = np.random.default_rng(2)
    LU, LU_bar = np.eye(n) + rng.normal(size=(n, n)) / n, rng.normal(size=(n, n))
    # A first column of the order of its pivot, alone.
    LU[0, 0], LU[0, 1:] = 4e-310, 0.0
    LU_bar[1:, 0] *= 1e-310
    A_bar = adjoint(LU, np.arange(n), LU_bar)
    assert np.isfinite(A_bar).all()
    assert close(A_bar, lu_adjoint(LU, LU_bar, np.arange(n)))


@pytest.mark.parametrize("n", [1, 6, 70])
def test_a_singular_matrix_has_no_derivative_that_is_zero(n):
    LU, ipiv = np.ones((n, n)), np.empty(n, np.int64)
    LU[:, n // 2] = 0.0
    assert getrf(LU, ipiv) > 0
    A_bar = adjoint(LU, ipiv, np.ones((n, n)))
    assert n == 1 or not np.isfinite(A_bar).all()
    assert not np.any(A_bar == 0.0)
