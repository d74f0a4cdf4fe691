"""solve: SciPy's values, errors and warnings, and tangents by the complex step."""

from itertools import product

import numpy as np
import pytest
import scipy.linalg

from nbrbf import DualArray, linalg
from nbrbf.testing import check_reverse
from tests.kernels.linalg.naive import LAYOUTS, close, dual, laid_out, poison, tangents

KINDS = list(product(("gen", "sym", "pos"), (False, True), (False, True)))
NAMES = ["-".join([k, "lower" * lo, "transposed" * t]) for k, lo, t in KINDS]


def system(n, kind, rng, p):
    A, dA = rng.normal(size=(n, n)), rng.normal(size=(p, n, n))
    if kind == "pos":
        return A @ A.T + n * np.eye(n), dA + dA.swapaxes(1, 2)
    if kind == "sym":
        return A + A.T + 4 * n**0.5 * np.eye(n), dA + dA.swapaxes(1, 2)
    return A + 3 * n**0.5 * np.eye(n), dA


def stored(A, kind, lower):
    """`A` with NaN where `kind` does not look."""
    return A if kind == "gen" else poison(A, lower, False)


@pytest.mark.parametrize("active", ["none", "a", "b", "both"])
@pytest.mark.parametrize("kind, lower, transposed", KINDS, ids=NAMES)
def test_solve_with_the_rest_poisoned(kind, lower, transposed, active):
    rng = np.random.default_rng(0)
    options = {"assume_a": kind, "lower": lower, "transposed": transposed, "check_finite": False}
    of_a, of_b = active in ("a", "both"), active in ("b", "both")
    for n, p in product((1, 2, 3, 7, 65), (0, 1, 3)):
        A, dA = system(n, kind, rng, p)
        a, da = stored(A, kind, lower), stored(dA, kind, lower)
        for shape in [(n,), (n, 1), (n, 4), (n, 0)]:
            b, db = rng.normal(size=shape), rng.normal(size=(p, *shape))
            x = linalg.solve(dual(a, da) if of_a else a, dual(b, db) if of_b else b, **options)
            real = linalg.solve(a, b, **options)
            assert close(real, np.linalg.solve(A.T if transposed else A, b))
            if active == "none":
                assert np.array_equal(x, real)
                continue
            assert np.array_equal(x.value, real)
            assert x.partials.shape == (p, *shape)
            if p:
                by_step = tangents(
                    lambda A, b: np.linalg.solve(A.T if transposed else A, b),
                    [A, b],
                    [dA if of_a else None, db if of_b else None],
                )
                assert close(x.partials, by_step)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", ["gen", "sym", "pos"])
def test_every_layout_and_no_input_is_written(kind, layout):
    rng = np.random.default_rng(1)
    A, dA = system(9, kind, rng, 2)
    for shape in [(9,), (9, 3)]:
        b, db = rng.normal(size=shape), rng.normal(size=(2, *shape))
        D, B = dual(A, dA, layout), dual(b, db, layout)
        x = linalg.solve(D, B, assume_a=kind, overwrite_a=True, overwrite_b=True)
        for got, given in ((D.value, A), (D.partials, dA), (B.value, b), (B.partials, db)):
            assert np.array_equal(got, given)
        assert close(x.partials, tangents(np.linalg.solve, [A, b], [dA, db]))
        assert close(linalg.solve(laid_out(A.T, layout).T, b), np.linalg.solve(A, b))


@pytest.mark.parametrize("kind", ["gen", "sym", "pos"])
def test_an_empty_system(kind):
    assert linalg.solve(np.empty((0, 0)), np.empty(0), assume_a=kind).shape == (0,)
    D = DualArray(np.empty((0, 0)), np.empty((2, 0, 0)))
    x = linalg.solve(D, np.empty((0, 3)), assume_a=kind)
    assert (x.shape, x.partials.shape) == ((0, 3), (2, 0, 3))


def test_a_singular_matrix_is_refused_in_value_and_forward():
    for a in (np.ones((3, 3)), dual(np.ones((3, 3)), np.ones((1, 3, 3)))):
        for kind in ("gen", "sym", "pos"):
            with pytest.raises(np.linalg.LinAlgError, match="Matrix is singular"):
                linalg.solve(a, np.ones(3), assume_a=kind)
    with pytest.raises(np.linalg.LinAlgError, match="order 2 is not positive definite"):
        linalg.solve(np.diag([1.0, -1.0]), np.ones(2), assume_a="pos")


@pytest.mark.parametrize("kind", ["gen", "sym", "pos"])
def test_an_ill_conditioned_matrix_warns_as_in_scipy(kind):
    H = scipy.linalg.hilbert(12)
    for f in (scipy.linalg.solve, linalg.solve):
        with pytest.warns(scipy.linalg.LinAlgWarning, match=r"(?i)ill-conditioned"):
            f(H, np.ones(12), assume_a=kind)
    with pytest.warns(scipy.linalg.LinAlgWarning, match=r"rcond=nan"):
        linalg.solve([[1.0, np.nan], [0.0, 1.0]], np.ones(2), check_finite=False)


KINDS = ["gen", "sym", "pos"]


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_solve_vjp(kind, lower, transposed):
    flags = {"assume_a": kind, "lower": lower, "transposed": transposed}

    def rule(primals, results, result_bars, bars):
        return linalg.solve_vjp(primals[0], results[0], result_bars[0], **flags)

    rng = np.random.default_rng(6)
    for n in (0, 1, 2, 7, 65):
        A, _ = system(n, kind, rng, 1)
        A[np.triu_indices(n, 1) if lower else np.tril_indices(n, -1)] += 7.0 * (kind != "gen")
        for shape in [(n,), (n, 4), (n, 0)]:
            b = rng.normal(size=shape)
            check_reverse(lambda a, b: linalg.solve(a, b, **flags), rule, (A, b), width=3)


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_solve_vjp_on_duals_reads_and_writes_one_triangle(kind, lower):
    rng = np.random.default_rng(7)
    A, dA = system(9, kind, rng, 3)
    other = np.tri(9, k=-1, dtype=bool)
    other = other.T if lower else other

    def whole(A):
        return A if kind == "gen" else np.where(other, A.T, A)

    def adjoint(A, x, x_bar):
        z = np.linalg.solve(whole(A).T, x_bar)
        S = -np.outer(z, x)
        return S if kind == "gen" else np.where(other, 0.0, S + S.T - np.diag(np.diag(S)))

    x, dx, x_bar = rng.normal(size=9), rng.normal(size=(3, 9)), rng.normal(size=9)
    by_step = tangents(adjoint, [A, x, x_bar], [dA, dx, None])
    if kind != "gen":
        A, dA = np.where(other, 5.0, A), np.where(other, np.nan, dA)
    D = dual(A, dA)
    a_bar, b_bar = linalg.solve_vjp(D, dual(x, dx), x_bar, kind, lower)
    assert close(a_bar.value, adjoint(A, x, x_bar))
    assert close(a_bar.partials, by_step)
    assert close(b_bar.value, np.linalg.solve(whole(A).T, x_bar))
    assert np.array_equal(D.value, A)
    # Only x is dual: the bar of b has partials all the same, which are zero.
    a_bar, b_bar = linalg.solve_vjp(A, dual(x, dx), x_bar, kind, lower)
    assert close(a_bar.partials, tangents(lambda x: adjoint(A, x, x_bar), [x], [dx]))
    assert not b_bar.partials.any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_singular_matrix_is_refused_in_reverse_as_in_value(kind):
    A = np.ones((3, 3))
    for a in (A, dual(A, np.ones((3, 3, 3)))):
        with pytest.raises(np.linalg.LinAlgError, match="singular"):
            linalg.solve(a, np.ones(3), assume_a=kind)
        with pytest.raises(np.linalg.LinAlgError, match="singular"):
            linalg.solve_vjp(a, np.ones(3), np.ones(3), assume_a=kind)


def test_the_warning_points_at_the_caller():
    with pytest.warns(scipy.linalg.LinAlgWarning) as caught:
        linalg.solve(scipy.linalg.hilbert(14), np.ones(14))
    assert caught[0].filename == __file__
    with pytest.warns(scipy.linalg.LinAlgWarning) as caught:
        linalg.solve_vjp(scipy.linalg.hilbert(14), np.ones(14), np.ones(14))
    assert caught[0].filename == __file__


def test_long_names_and_none():
    A, _ = system(4, "pos", np.random.default_rng(2), 1)
    for name in ("general", "symmetric", "positive definite", "hermitian", None):
        assert close(linalg.solve(A, np.ones(4), assume_a=name), np.linalg.solve(A, np.ones(4)))


def test_lists_integers_and_float32_become_float64():
    expected = np.linalg.solve([[2, 1], [1, 3]], [3, 4])
    for a in ([[2, 1], [1, 3]], np.array([[2, 1], [1, 3]], np.float32)):
        x = linalg.solve(a, (3, 4))
        assert x.dtype == np.float64
        assert close(x, expected)


REFUSED = [
    (lambda: linalg.solve(np.ones((2, 3)), np.ones(2)), ValueError, "expected square matrix"),
    (lambda: linalg.solve(np.ones(2), np.ones(2)), ValueError, "expected square matrix"),
    (lambda: linalg.solve(np.eye(2), np.ones(3)), ValueError, "incompatible shapes: a has"),
    (lambda: linalg.solve(np.eye(2), np.ones((2, 1, 1))), ValueError, "incompatible shapes"),
    (lambda: linalg.solve(np.eye(2), 1.0), ValueError, "incompatible shapes"),
    (lambda: linalg.solve(np.eye(2) * np.nan, np.ones(2)), ValueError, "infs or NaNs, but a"),
    (lambda: linalg.solve(np.eye(2), [1.0, np.inf]), ValueError, "infs or NaNs, but b"),
    (lambda: linalg.solve(np.eye(2), np.ones(2), assume_a="upper"), ValueError, "'upper' is not"),
    (lambda: linalg.solve(np.eye(2) * 1j, np.ones(2)), TypeError, "a must be real, got complex128"),
    (lambda: linalg.solve(np.eye(2), [1j, 0]), TypeError, "b must be real, got complex128"),
    (lambda: linalg.solve([["1"]], [1]), TypeError, "a must hold float64"),
    (lambda: linalg.solve_vjp(np.ones(2), np.ones(2), np.ones(2)), ValueError, "expected square"),
    (lambda: linalg.solve_vjp(np.eye(2), np.ones(3), np.ones(3)), ValueError, "x has"),
    (lambda: linalg.solve_vjp(np.eye(2), np.ones(2), np.ones(3)), ValueError, "x_bar must have"),
    (lambda: linalg.solve_vjp(np.eye(2), np.ones(2), [1, 1j]), TypeError, "x_bar must be real"),
]


@pytest.mark.parametrize("call, error, message", REFUSED, ids=[m for _, _, m in REFUSED])
def test_refusals_name_the_argument(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_levels_and_widths_do_not_mix():
    D = DualArray(np.eye(2), np.ones((3, 2, 2)), 1)
    for b in (DualArray(np.ones(2), np.ones((3, 2)), 2), DualArray(np.ones(2), np.ones((1, 2)), 1)):
        with pytest.raises(TypeError, match="one width and one level: `a` has 3 at level 1, `b`"):
            linalg.solve(D, b)
    assert linalg.solve(D, np.ones(2)).level == 1


def test_a_tangent_that_is_not_finite_spoils_its_plane_alone():
    planes = np.zeros((2, 2, 2))
    planes[0, 0, 0] = np.nan
    x = linalg.solve(DualArray(np.eye(2), planes), np.ones(2))
    assert np.isnan(x.partials[0, 0])
    assert not x.partials[1].any()
