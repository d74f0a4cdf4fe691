"""Evaluation from the cells that count: all of the sum but what its rounding would lose."""

import copy
import pickle

import numpy as np
import pytest

import nbrbf
from nbrbf._cells import FEWEST, cells_of, weights_of
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.near import CELL
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.nbrbf.naive import PHI

DECAYING = [name for name, cls in RADIAL_FUNCTIONS.items() if hasattr(cls, "log_phi")]
# Of the sum of |a| phi. A root's rounding counts r times in e^-r, and other halves of the data
# take theirs by the divider.
ROUNDING = {"gaussian": 2e-15, "matern1_2": 2e-14, "matern3_2": 2e-14, "matern5_2": 2e-14}
# So that some of the cells count and some do not.
EPSILON = {"gaussian": 3.0, "matern1_2": 25.0, "matern3_2": 15.0, "matern5_2": 12.0}
N = 700


def interpolant(kernel="gaussian", ndim=2, shape=(), degree=-1, n=N, stretch=8.0, **kwargs):
    """One with random weights, those of no fit: they do not cancel."""
    rng = np.random.default_rng(n + ndim)
    y, d = rng.random((n, ndim)) * stretch, rng.standard_normal((n, *shape))
    kwargs |= {"kernel": kernel, "epsilon": EPSILON[kernel], "degree": degree}
    f = nbrbf.RBFInterpolator(y, d, **kwargs)
    f._weights = rng.standard_normal(f._weights.shape)
    return f


def without_cells(f):
    """The same one, evaluated from all data."""
    other = copy.copy(f)
    other._weights = f._weights
    other.__dict__["_cells"] = None
    return other


def scale(f, x):
    """sum_j |a_j| phi_j, (S, Q): what the rounding of a sum is measured by."""
    s = (((x[:, None] - f.y) * f.epsilon) ** 2).sum(axis=2)
    return np.abs(f._weights[:, : len(f.y)]) @ PHI[f.kernel](s).T


def test_they_are_the_kernels_that_decay():
    assert set(DECAYING) == {"gaussian", "matern1_2", "matern3_2", "matern5_2"}


@pytest.mark.parametrize(
    ("kernel", "ndim"), [("gaussian", 1), ("gaussian", 3), *((name, 2) for name in DECAYING)]
)
def test_values_are_those_of_all_data_but_for_rounding(kernel, ndim):
    f = interpolant(kernel, ndim)
    assert f._cells is not None
    x = np.random.default_rng(1).random((101, ndim)) * 10.0 - 1.0
    x[:50] = f.y[:50]
    error = np.abs(f(x) - without_cells(f)(x))
    assert np.all(error <= ROUNDING[kernel] * scale(f, x)[0])


def test_values_in_the_tails_keep_all_digits():
    f = interpolant(n=400)
    x = np.array([[-3.0, 4.0], [13.0, 12.0], [8.0, 15.0], [-7.0, -1.0]])
    value, of_all = f(x), without_cells(f)(x)
    assert np.all(np.abs(value - of_all) <= 2e-15 * scale(f, x)[0])
    assert np.all(of_all[1:] != 0.0) and np.all(np.abs(of_all[1:]) < 1e-100)


@pytest.mark.parametrize("shape", [(3,), (2, 2), (0,)])
def test_columns_of_data(shape):
    f = interpolant(shape=shape)
    f._weights *= 10.0 ** np.arange(len(f._weights))[:, None] ** 3
    x = np.random.default_rng(2).random((77, 2)) * 8.0
    error = np.abs(f(x) - without_cells(f)(x)).reshape(len(x), len(f._weights))
    assert f(x).shape == (77, *shape)
    assert np.all(error <= 2e-15 * scale(f, x).T)


def test_a_column_of_zeros_and_one_of_few_weights():
    f = interpolant(shape=(3,))
    f._weights[0] = 0.0
    f._weights[1, 5:] = 0.0
    x = np.random.default_rng(3).random((60, 2)) * 8.0
    assert np.all(f(x)[:, 0] == 0.0)
    assert np.all(np.abs(f(x) - without_cells(f)(x)) <= 2e-15 * scale(f, x).T)
    f._weights = np.zeros_like(f._weights)
    assert np.all(f(x) == 0.0)


@pytest.mark.parametrize("size", [1e307, 1e-300])
def test_weights_of_any_size(size):
    f = interpolant()
    x = np.random.default_rng(14).random((60, 2)) * 8.0
    values = f(x)
    f._weights = size * f._weights
    np.testing.assert_allclose(f(x), size * values, rtol=1e-11, atol=0)


def test_with_a_polynomial():
    f = interpolant(degree=2)
    x = np.random.default_rng(4).random((60, 2)) * 8.0
    of_all = without_cells(f)(x)
    assert np.max(np.abs(f(x) - of_all)) <= 1e-14 * np.max(np.abs(of_all))


def test_a_complex_fit_agrees_with_one_that_uses_all_data():
    rng = np.random.default_rng(5)
    y = rng.random((N, 2)) * 8.0
    d = rng.standard_normal(N) + 1j * rng.standard_normal(N)
    f = nbrbf.RBFInterpolator(y, d, kernel="gaussian", epsilon=15.0)
    assert f._cells is not None
    np.testing.assert_allclose(f(y), d, rtol=0, atol=1e-11)
    np.testing.assert_allclose(f(y), without_cells(f)(y), rtol=0, atol=1e-13)


def test_a_value_depends_neither_on_workers_nor_on_what_is_evaluated_with_it():
    f = interpolant()
    x = np.random.default_rng(6).random((5000, 2)) * 8.0
    values = f(x)
    for workers in (2, 3):
        shared = copy.copy(f)
        shared._weights, shared.workers = f._weights, workers
        assert np.array_equal(shared(x), values)
    assert np.array_equal(f(x[7:]), values[7:])
    assert all(f(x[i : i + 1])[0] == values[i] for i in (0, 31, 32, 4999))
    assert f(x[:0]).shape == (0,)


def test_most_of_the_data_are_left_out():
    f = interpolant()
    x = np.full((1, 2), 0.5)
    value, cells = f(x), f._cells
    nearest = np.maximum(np.maximum(cells.low - 3.0 * x.T, 3.0 * x.T - cells.high), 0.0)
    far = (nearest**2).sum(axis=0) > 100.0
    assert far.mean() > 0.5
    # Whoever looked at these would see NaN.
    cells.points[:, np.repeat(far, CELL)] = np.nan
    assert f(x) == value


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_gives_what_it_gives_from_all_data(bad):
    f = interpolant()
    x = np.random.default_rng(7).random((40, 2)) * 8.0
    x[3, 0] = bad
    np.testing.assert_array_equal(np.isnan(f(x)), np.isnan(without_cells(f)(x)))
    x[3, 0] = 1.0
    f._weights = f._weights.copy()
    f._weights[0, 100] = bad
    of_all = without_cells(f)(x)
    assert not np.any(np.isfinite(of_all))
    np.testing.assert_array_equal(np.isnan(f(x)), np.isnan(of_all))


def test_points_that_coincide_or_lie_on_a_line():
    y = np.concatenate([np.zeros((300, 2)), np.linspace(0, 40, 300)[:, None] * [0.0, 1.0]])
    d = np.random.default_rng(8).standard_normal(600)
    f = nbrbf.RBFInterpolator(y, d, kernel="gaussian", epsilon=1.0, smoothing=1.0)
    assert f._cells is not None
    x = np.random.default_rng(9).random((50, 2)) * [1.0, 40.0]
    assert np.all(np.abs(f(x) - without_cells(f)(x)) <= 2e-15 * scale(f, x)[0])


def test_where_all_data_count_there_are_no_cells():
    assert interpolant(n=FEWEST - 1)._cells is None
    assert interpolant(n=FEWEST)._cells is not None
    assert interpolant(stretch=2.0)._cells is None
    rng = np.random.default_rng(10)
    y, d = rng.random((FEWEST, 2)) * 100.0, rng.random(FEWEST)
    assert nbrbf.RBFInterpolator(y, d)._cells is None
    assert nbrbf.RBFInterpolator(y, d, kernel="inverse_quadratic", epsilon=1.0)._cells is None


@pytest.mark.parametrize("n", [FEWEST, FEWEST + 1, 1000])
def test_every_point_is_in_its_box_and_counted_once(n):
    f = interpolant(n=n, stretch=100.0)
    cells = f._cells
    points = cells.points.reshape(2, -1, CELL)
    assert np.all(points >= cells.low[:, :, None]) and np.all(points <= cells.high[:, :, None])
    assert np.array_equal(np.sort(cells.order[:n]), np.arange(n))
    assert np.array_equal(cells.points, f._centres.points[:, cells.order])
    known = weights_of(cells, n, f._weights)
    assert np.array_equal(known.ordered[0, :n], f._weights[0, cells.order[:n]])
    assert np.all(known.ordered[0, n:] == 0.0)
    sums = np.abs(known.ordered).reshape(-1, CELL).sum(axis=1)
    np.testing.assert_allclose(
        np.exp(known.most), sums / np.abs(f._weights).max(), rtol=1e-14, atol=0
    )
    # Near ones together: the boxes cover the square less than twice.
    assert np.prod(cells.high - cells.low, axis=0).sum() < 2.0 * 300.0**2


def test_new_values_and_a_copy_from_a_file_have_weights_of_their_own():
    rng = np.random.default_rng(11)
    y, d = rng.random((N, 2)) * 8.0, rng.standard_normal(N)
    f = nbrbf.RBFInterpolator(y, d, kernel="gaussian", epsilon=15.0)
    f(y)
    g = f.with_values(2.0 * d)
    np.testing.assert_allclose(g(y), 2.0 * d, rtol=0, atol=1e-11)
    np.testing.assert_allclose(f(y), d, rtol=0, atol=1e-11)
    loaded = pickle.loads(pickle.dumps(f))
    np.testing.assert_allclose(loaded(y), f(y), rtol=0, atol=1e-12)


def test_duals_use_all_data_and_agree():
    f = interpolant()
    x = np.random.default_rng(12).random((30, 2)) * 8.0
    tangents = np.ones((1, *x.shape))
    value = f(DualArray(x, tangents, 1))
    assert np.all(np.abs(value.value - f(x)) <= 2e-15 * scale(f, x)[0])


def test_neither_inputs_nor_the_interpolant_are_modified():
    f = interpolant()
    before = f._centres.points.copy(), f._weights.copy()
    x = np.random.default_rng(13).random((40, 2))
    kept = x.copy()
    f(x)
    assert np.array_equal(x, kept)
    assert np.array_equal(f._centres.points, before[0]) and np.array_equal(f._weights, before[1])
    again = cells_of(f._centres)
    assert all(map(np.array_equal, again, f._cells))
