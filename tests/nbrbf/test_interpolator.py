"""RBFInterpolator on real arrays: SciPy's values, contract and messages, and what is ours."""

import pickle
import warnings

import mpmath
import numpy as np
import pytest
import scipy.interpolate
from numpy.linalg import LinAlgError
from scipy.stats.qmc import Halton

from nbrbf import RBFInterpolator
from tests.nbrbf import naive

KERNELS = sorted(naive.PHI)
SCIPYS = [name for name in KERNELS if not name.startswith("matern")]


def points(n, ndim, seed=0):
    return Halton(ndim, rng=np.random.default_rng(seed)).random(n)


def values(y):
    return np.sin(4.0 * y[:, 0]) + np.cos(3.0 * y.sum(axis=1))


def condition(y, kernel, epsilon, smoothing=0.0, degree=None):
    P = naive.monomials(y, naive.DEGREE.get(kernel, 0) if degree is None else degree)
    K = naive.phi_matrix(kernel, y, y, epsilon) + smoothing * np.eye(len(y))
    A = np.block([[K, P], [P.T, np.zeros((P.shape[1],) * 2)]])
    return np.linalg.cond(A, 1)


# Other dimensions are the same source, unrolled: compiled for all, they take minutes.
CASES = [(kernel, 2, None) for kernel in SCIPYS]
CASES += [("quintic", 1, None), ("gaussian", 1, None)]
CASES += [("thin_plate_spline", n, degree) for n in (1, 3) for degree in (None, 2)]
CASES += [("cubic", 5, degree) for degree in (None, 2)]


@pytest.mark.parametrize(("kernel", "ndim", "degree"), CASES)
def test_values_are_scipys(kernel, ndim, degree):
    # Fewer points where the matrix is worse: the quintic's condition grows like n^5 on a line.
    n = 12 if kernel == "quintic" and ndim < 3 else 40
    y, x = points(n, ndim), points(70, ndim, seed=1)
    d = np.stack([values(y), y[:, 0]], axis=1)
    checked = 0
    for epsilon in (1.0, 4.0, 20.0):
        if condition(y, kernel, epsilon, degree=degree) > 1e8:
            continue
        checked += 1
        options = {"kernel": kernel, "epsilon": epsilon, "degree": degree}
        ours = RBFInterpolator(y, d, **options)(x)
        theirs = scipy.interpolate.RBFInterpolator(y, d, **options)(x)
        assert np.abs(ours - theirs).max() <= 1e-9 * np.abs(theirs).max()
    assert checked


def exact(kernel, y, d, x, epsilon):
    """The interpolant to 50 digits."""
    phi = {
        "gaussian": lambda s: mpmath.exp(-s),
        "thin_plate_spline": lambda s: s * mpmath.log(s) / 2 if s else mpmath.mpf(0),
        "multiquadric": lambda s: -mpmath.sqrt(1 + s),
        "quintic": lambda s: -(mpmath.sqrt(s) ** 5),
    }[kernel]
    with mpmath.workdps(50):
        y_, x_ = ([[mpmath.mpf(float(t)) for t in row] for row in a] for a in (y, x))

        def row(p):
            s = [sum((epsilon * (a - b)) ** 2 for a, b in zip(p, q, strict=True)) for q in y_]
            terms = naive.monomials(np.array([p], dtype=object), naive.DEGREE.get(kernel, 0))
            return [phi(v) for v in s] + list(terms[0])

        rows = [row(p) for p in y_]
        n, order = len(y), len(rows[0])
        A = mpmath.matrix(order)
        for i, r in enumerate(rows):
            for j, entry in enumerate(r):
                A[i, j] = entry
                A[j, i] = entry
        w = mpmath.lu_solve(A, mpmath.matrix([*map(float, d), *[0] * (order - n)]))
        return np.array([float(mpmath.fdot(row(p), w)) for p in x_])


@pytest.mark.parametrize(
    ("kernel", "epsilon"),
    [("gaussian", 2.0), ("thin_plate_spline", 1.0), ("multiquadric", 1.0), ("quintic", 1.0)],
)
def test_ill_conditioned_systems_lose_no_more_than_scipys(kernel, epsilon):
    # One system's error is chance; the sums over a few are compared.
    errors = np.zeros(2)
    for seed in range(4):
        y, x = points(30, 2, seed), points(12, 2, seed + 100)
        d = values(y)
        truth = exact(kernel, y, d, x, int(epsilon))
        for k, interpolator in enumerate((RBFInterpolator, scipy.interpolate.RBFInterpolator)):
            f = interpolator(y, d, kernel=kernel, epsilon=epsilon)
            errors[k] += np.abs(f(x) - truth).max()
    assert errors[0] <= 3.0 * errors[1]


@pytest.mark.parametrize("kernel", KERNELS)
def test_interpolates_and_smooths_as_the_textbook_says(kernel):
    y, x = points(30, 2), points(9, 2, seed=1)
    d, smoothing = values(y), np.linspace(0.0, 0.1, 30)
    f = RBFInterpolator(y, d, kernel=kernel, epsilon=5.0)
    assert np.allclose(f(y), d, rtol=0.0, atol=1e-9)
    f = RBFInterpolator(y, d, kernel=kernel, epsilon=5.0, smoothing=smoothing)
    expected = naive.interpolate(y, d, x, smoothing, 5.0, kernel)
    assert np.allclose(f(x), expected, rtol=0.0, atol=1e-10)


@pytest.mark.parametrize("kernel", ["cubic", "gaussian"])
def test_one_epsilon_for_each_axis(kernel):
    y, x, epsilon = points(30, 2), points(9, 2, seed=1), np.array([3.0, 7.0])
    f = RBFInterpolator(y, values(y), kernel=kernel, epsilon=epsilon)
    scaled = RBFInterpolator(y * epsilon, values(y), kernel=kernel, epsilon=1.0)
    assert np.allclose(f(x), scaled(x * epsilon), rtol=1e-12, atol=1e-13)


def test_shapes_and_dtypes_of_values():
    y, x = points(30, 2), points(9, 2, seed=1)
    d = np.random.default_rng(0).random((30, 2, 3))
    f = RBFInterpolator(y, d)
    assert f(x).shape == (9, 2, 3)
    assert np.allclose(f(x)[:, 1, 2], RBFInterpolator(y, d[:, 1, 2])(x), rtol=1e-12)
    z = d + 1j * d[:, ::-1]
    g = RBFInterpolator(y, z)
    assert g(x).dtype == complex
    assert np.allclose(g(x), f(x) + 1j * RBFInterpolator(y, d[:, ::-1])(x), rtol=1e-12)
    assert RBFInterpolator(y, np.empty((30, 0)))(x).shape == (9, 0)
    assert f(np.empty((0, 2))).shape == (0, 2, 3)
    assert RBFInterpolator(y.tolist(), d.tolist(), smoothing=[0.0] * 30)(x.tolist()).shape == (
        9,
        2,
        3,
    )
    assert RBFInterpolator(y, d.astype(np.float32)).d.dtype == np.float64


def test_attributes_are_scipys():
    y, d = points(30, 2), values(points(30, 2))
    ours = RBFInterpolator(y, d, kernel="Cubic", epsilon=2)
    theirs = scipy.interpolate.RBFInterpolator(y, d, kernel="Cubic", epsilon=2)
    for name in ("y", "d", "d_shape", "d_dtype", "neighbors", "smoothing", "kernel", "epsilon"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    assert np.array_equal(ours.powers, theirs.powers)
    assert ours.powers.dtype == theirs.powers.dtype == np.int64
    for name in ("_shift", "_scale", "_coeffs"):
        assert np.allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9)
    assert ours.solver_used == "cholesky"
    assert isinstance(RBFInterpolator[float], type(scipy.interpolate.RBFInterpolator[float]))


def test_rcond_is_the_reciprocal_condition_number():
    y = points(30, 2)
    for kernel, epsilon in [("cubic", 1.0), ("gaussian", 8.0), ("linear", 1.0)]:
        f = RBFInterpolator(y, values(y), kernel=kernel, epsilon=epsilon, degree=-1)
        A = naive.phi_matrix(kernel, y, y, epsilon)
        assert f.rcond == pytest.approx(1.0 / np.linalg.cond(A, 1), rel=0.5)
        assert f.rcond >= (1.0 - 1e-6) / np.linalg.cond(A, 1)


def test_with_values_reuses_the_factorisation():
    y, x = points(30, 2), points(9, 2, seed=1)
    d = np.random.default_rng(0).random((30, 3))
    f = RBFInterpolator(y, d[:, 0], smoothing=0.1)
    before = f(x)
    g = f.with_values(d)
    assert g._state is f._state
    assert np.allclose(g(x), RBFInterpolator(y, d, smoothing=0.1)(x), rtol=1e-13)
    assert np.array_equal(f(x), before)
    with pytest.raises(ValueError, match="first axis of `d` to have length 30"):
        f.with_values(d[:5])


def test_pickled_with_its_own_attributes():
    y, x = points(30, 2), points(9, 2, seed=1)
    f = RBFInterpolator(y, values(y), kernel="gaussian", epsilon=[4.0, 5.0], workers=2)
    g = pickle.loads(pickle.dumps(f))
    assert np.array_equal(f(x), g(x))
    assert (g.workers, g.solver, g.rcond) == (2, "auto", f.rcond)
    assert np.array_equal(g.with_values(y[:, 0])(x), f.with_values(y[:, 0])(x))
    h = pickle.loads(pickle.dumps(f))
    assert h.with_values(y[:, 0])._state is h.with_values(y[:, 1])._state
    assert [len(part) for part in f.__getstate__()] == [9, 3]


def test_results_do_not_depend_on_the_workers():
    y, x = points(700, 2), points(9000, 2, seed=1)
    one, two = (RBFInterpolator(y, values(y), workers=w) for w in (1, 2))
    assert np.array_equal(one(x), two(x))


def test_scipys_chunks_do_not_change_the_values():
    y, x = points(30, 2), points(50, 2, seed=1)
    f = RBFInterpolator(y, values(y), epsilon=3.0, kernel="gaussian", workers=2)
    for budget in (1, 100, 10**6):
        chunked = f._chunk_evaluator(x, f.y, f._shift, f._scale, f._coeffs, memory_budget=budget)
        assert np.allclose(chunked[:, 0], f(x), rtol=1e-13)


def test_inputs_are_never_modified():
    y, x = points(30, 2), points(9, 2, seed=1)
    d, smoothing = values(y), np.full(30, 0.1)
    copies = [a.copy() for a in (y, d, x, smoothing)]
    for a in (y, d, x, smoothing):
        a.flags.writeable = False
    RBFInterpolator(y, d, smoothing=smoothing)(x)
    RBFInterpolator(y[::-1], d[::-1])(x[::2])
    for a, before in zip((y, d, x, smoothing), copies, strict=True):
        assert np.array_equal(a, before)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y": np.zeros(5)}, r"`y` must be a 2-dimensional array\."),
        ({"y": np.zeros((0, 2)), "d": np.zeros(0)}, "`y` must hold at least one point"),
        ({"d": np.zeros(4)}, r"Expected the first axis of `d` to have length 5\."),
        ({"d": np.float64(1.0)}, r"Expected the first axis of `d` to have length 5\."),
        ({"smoothing": np.ones(2)}, r"Expected `smoothing` to be a scalar or have shape \(5,\)\."),
        ({"kernel": "cubics"}, "`kernel` must be one of .*got 'cubics'"),
        ({"kernel": abs}, "`kernel` must be one of"),
        ({"kernel": "gaussian"}, "`epsilon` must be specified if `kernel` is not one of"),
        ({"epsilon": [1.0, 2.0, 3.0]}, r"Expected `epsilon` to be a scalar or have shape \(2,\)"),
        ({"degree": -2}, r"`degree` must be at least -1\."),
        ({"degree": 2}, "At least 6 data points are required when `degree` is 2 and"),
        ({"workers": 0}, "`workers` must be a positive integer or -1, got 0"),
        ({"workers": "2"}, "`workers` must be a positive integer or -1, got '2'"),
        ({"workers": None}, "`workers` must be a positive integer or -1, got None"),
        ({"smoothing": None}, "`smoothing` must be a number or an array of numbers, got None"),
        ({"epsilon": np.inf}, "`epsilon` must be finite, got inf"),
        ({"solver": "qr"}, "`solver` must be one of auto, lu, cholesky, got 'qr'"),
    ],
)
def test_messages(change, message):
    arguments = {"y": points(5, 2), "d": np.ones(5), **change}
    with pytest.raises(ValueError, match=message):
        RBFInterpolator(**arguments)


def test_neighbors_are_not_there_yet():
    with pytest.raises(NotImplementedError, match="neighbors"):
        RBFInterpolator(points(5, 2), np.ones(5), neighbors=3)


def test_messages_of_the_call():
    f = RBFInterpolator(points(5, 2), np.ones(5))
    with pytest.raises(ValueError, match=r"`x` must be a 2-dimensional array\."):
        f(np.ones(2))
    with pytest.raises(ValueError, match=r"Expected the second axis of `x` to have length 2\."):
        f(np.ones((3, 1)))


def test_low_degree_warns_where_the_caller_stands():
    with pytest.warns(UserWarning, match="`degree` should not be below 1 except -1") as caught:
        RBFInterpolator(points(9, 2), np.ones(9), degree=0)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RBFInterpolator(points(9, 2), np.ones(9), degree=-1)


def test_coincident_points_are_named():
    y = points(9, 2)
    y[7] = y[3]
    with pytest.raises(LinAlgError, match="Points 3 and 7 of `y` coincide"):
        RBFInterpolator(y, np.arange(9.0))
    smoothing = np.zeros(9)
    smoothing[3] = 1e-3
    f = RBFInterpolator(y, np.arange(9.0), smoothing=smoothing)
    assert f(y[7:8]) == pytest.approx(7.0)


def test_singular_systems():
    line = np.array([[2.0, 0.0], [1.0, 0.0], [0.0, 0.0]])
    with pytest.raises(LinAlgError, match=r"does not have full column rank \(2/3\)"):
        RBFInterpolator(line, np.zeros(3))
    with pytest.raises(LinAlgError, match="`epsilon` must not be 0"):
        RBFInterpolator(points(9, 2), np.ones(9), kernel="gaussian", epsilon=0.0)


def test_nan_and_a_single_point():
    y, x = points(30, 2), points(9, 2, seed=1)
    x[4, 1] = np.nan
    out = RBFInterpolator(y, values(y))(x)
    assert np.array_equal(np.isnan(out), np.arange(9) == 4)
    d = values(y)
    d[3] = np.nan
    assert np.isnan(RBFInterpolator(y, d)(y)).all()
    y[3] = np.nan
    assert np.isnan(RBFInterpolator(y, values(points(30, 2)))(x)).all()
    for ndim in (1, 2):
        one = RBFInterpolator(np.full((1, ndim), 2.0), np.array([5.0]), kernel="linear")
        assert one(np.zeros((2, ndim))) == pytest.approx([5.0, 5.0])
    with pytest.warns(UserWarning, match="should not be below 1"):
        one = RBFInterpolator(np.full((1, 3), 2.0), np.array([5.0]), degree=0)
    assert one(np.zeros((2, 3))) == pytest.approx([5.0, 5.0])


def test_scipys_argument_order():
    y, x = points(30, 2), points(9, 2, seed=1)
    ours = RBFInterpolator(y, values(y), None, 0.5, "gaussian", 2.0, 1)(x)
    theirs = scipy.interpolate.RBFInterpolator(y, values(y), None, 0.5, "gaussian", 2.0, 1)(x)
    assert np.allclose(ours, theirs, rtol=1e-10)
