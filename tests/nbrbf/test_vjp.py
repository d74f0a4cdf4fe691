"""Reverse mode against the complex step of the textbook, and second derivatives of dual inputs."""

import pickle
from math import inf
from typing import NamedTuple

import numpy as np
import pytest

import nbrbf
from nbrbf import Dual, DualArray, RBFInterpolator
from nbrbf._arguments import value_of
from nbrbf_kernels.rbf.evaluate import evaluate_points
from nbrbf_kernels.rbf.fit import fit_points
from nbrbf_kernels.rbf.input_bars import vjp_in_one_call
from nbrbf_kernels.rbf.interpolant_vjp import interpolant_vjp
from nbrbf_kernels.rbf.residual import solution_tangents
from tests.nbrbf import naive

# Not twice differentiable where points coincide, and with more derivatives there than two.
ROUGH = ("linear", "thin_plate_spline", "matern1_2")
SMOOTH = set(naive.PHI) - {*ROUGH, "cubic", "matern3_2"}
INPUTS = ("y", "d", "x", "smoothing", "epsilon")


@nbrbf.radial_function(
    min_degree=-1,
    smoothness=inf,
    phi1_at_0=lambda k: -k.near - k.far,
    phi2_at_0=lambda k: 2.0 * (k.near * k.near + k.near * k.far + k.far * k.far),
)
class Double(NamedTuple):
    near: float
    far: float

    def phi(self, s):
        return 1.0 / ((1.0 + self.near * s) * (1.0 + self.far * s))


def problem(ndim=2, columns=(), coincident=True, N=30, Q=9):
    rng = np.random.default_rng(3)
    y, x = rng.random((N, ndim)), rng.random((Q, ndim))
    if coincident:
        x[:4] = y[[0, 7, 8, 20]]
    return {
        "y": y,
        "d": rng.standard_normal((N, *columns)),
        "x": x,
        "smoothing": 1e-2 * (1.0 + rng.random(N)),
        "epsilon": 2.0 + 0.3 * np.arange(ndim),
    }


def directions(inputs, seed):
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(np.shape(value)) for name, value in inputs.items()}


def moved(inputs, tangents, t):
    return {name: inputs[name] + t * tangents[name] for name in inputs}


def vjp(inputs, cotangent, kernel, degree=None, **options):
    y, d, x, smoothing, epsilon = inputs.values()
    f = RBFInterpolator(y, d, None, smoothing, kernel, epsilon, degree, **options)
    return f.vjp(x, cotangent)


def product(bars, tangents):
    """<bars, tangents> over all inputs, with the complex inner product's real part."""
    return sum(np.vdot(getattr(bars, name), tangents[name]).real for name in tangents)


def cotangent_of(inputs, seed=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((len(inputs["x"]), *inputs["d"].shape[1:]))


def check_against_complex_step(inputs, kernel, bars, cotangent, degree=None, rel=1e-10):
    """Each input by itself, in a random direction."""
    tangents = directions(inputs, 1)
    for name in INPUTS:
        alone = {**inputs, name: inputs[name] + 1j * naive.STEP * tangents[name]}
        alone["d"] = alone["d"].reshape(len(alone["y"]), -1)
        values = naive.interpolate(**alone, kernel=kernel, degree=degree)
        expected = (cotangent * values.imag.reshape(cotangent.shape)).sum() / naive.STEP
        assert np.vdot(getattr(bars, name), tangents[name]) == pytest.approx(expected, rel=rel)


def dual(inputs, *tangents):
    planes = {name: np.stack([t[name] for t in tangents]) for name in inputs}
    return {
        name: DualArray(value, planes[name])
        if np.ndim(value)
        else Dual(float(value), tuple(planes[name]))
        for name, value in inputs.items()
    }


def partials(bars, q=0):
    """The partials in the direction q in the place of the cotangents."""
    return bars._replace(**{name: np.array(getattr(bars, name).partials)[q] for name in INPUTS})


def values(bars):
    return bars._replace(**{name: getattr(bars, name).value for name in INPUTS})


@pytest.mark.parametrize("kernel", sorted(naive.PHI))
def test_gradient_and_hessian_of_every_kernel(kernel):
    inputs = problem(coincident=kernel not in ROUGH)
    cotangent, (u, v) = cotangent_of(inputs), (directions(inputs, seed) for seed in (1, 2))
    along_u, along_v = (vjp(dual(inputs, t), cotangent, kernel) for t in (u, v))
    check_against_complex_step(inputs, kernel, values(along_v), cotangent)
    uHv = product(partials(along_v), u)
    scale = sum(abs(product(partials(along_v), {name: u[name]})) for name in INPUTS)
    assert uHv == pytest.approx(product(partials(along_u), v), abs=1e-10 * scale)
    # Of a function that is C2 and no more, differences at data points have an error of order h.
    h, tolerance = (1e-4, 1e-6) if kernel in SMOOTH else (1e-6, 1e-4)
    a, b, c, d = (
        product(values(vjp(dual(moved(inputs, v, t * h), v), cotangent, kernel)), u)
        for t in (-2, -1, 1, 2)
    )
    assert uHv == pytest.approx((a - 8.0 * b + 8.0 * c - d) / (12.0 * h), rel=tolerance)


@pytest.mark.parametrize("ndim", [1, 2, 3, 5])
@pytest.mark.parametrize("columns", [(), (2, 3)])
@pytest.mark.parametrize("degree", [None, 2, 3])
def test_dimensions_columns_and_degrees(ndim, columns, degree):
    # A polynomial of degree 3 in five dimensions has 56 terms, and needs as many points.
    inputs = problem(ndim, columns, N=60)
    cotangent = cotangent_of(inputs)
    bars = vjp(inputs, cotangent, "cubic", degree)
    for name in INPUTS:
        assert np.shape(getattr(bars, name)) == np.shape(inputs[name])
    check_against_complex_step(inputs, "cubic", bars, cotangent, degree)
    assert bars.kernel == ()


def test_one_smoothing_and_one_epsilon():
    inputs = {**problem(), "smoothing": 0.01, "epsilon": 2.5}
    cotangent = cotangent_of(inputs)
    bars = vjp(inputs, cotangent, "cubic")
    assert np.shape(bars.smoothing) == np.shape(bars.epsilon) == ()
    check_against_complex_step(inputs, "cubic", bars, cotangent)
    # Pickling keeps what was one number.
    f = RBFInterpolator(inputs["y"], inputs["d"], smoothing=0.01, epsilon=2.5, kernel="cubic")
    again = pickle.loads(pickle.dumps(f)).vjp(inputs["x"], cotangent)
    for bar, expected in zip(again, bars, strict=True):
        np.testing.assert_array_equal(bar, expected)


def test_complex_values_are_pairs_of_real_ones():
    inputs = problem(columns=(2,))
    rng, shape = np.random.default_rng(1), (30, 2)
    inputs["d"] = inputs["d"] + 1j * rng.standard_normal(shape)
    cotangent = rng.standard_normal((9, 2)) + 1j * rng.standard_normal((9, 2))
    bars = vjp(inputs, cotangent, "cubic")
    parts = [
        vjp({**inputs, "d": part(inputs["d"])}, part(cotangent), "cubic")
        for part in (np.real, np.imag)
    ]
    assert bars.d.dtype == complex
    np.testing.assert_allclose(bars.d, parts[0].d + 1j * parts[1].d, rtol=1e-12)
    for name in ("y", "x", "smoothing", "epsilon"):
        expected = getattr(parts[0], name) + getattr(parts[1], name)
        np.testing.assert_allclose(
            getattr(bars, name), expected, rtol=1e-10, atol=1e-12 * abs(expected).max()
        )
    products = vjp(dual(inputs, directions(inputs, 4)), cotangent, "cubic")
    assert products.d.dtype == complex
    np.testing.assert_allclose(products.d.value, bars.d, rtol=1e-10)


def test_each_direction_of_dual_inputs_is_its_own():
    inputs, tangents = problem(), [directions(problem(), seed) for seed in (1, 2, 3)]
    cotangent = cotangent_of(inputs)
    together = vjp(dual(inputs, *tangents), cotangent, "cubic")
    real = vjp(inputs, cotangent, "cubic")
    for q, tangent in enumerate(tangents):
        alone = vjp(dual(inputs, tangent), cotangent, "cubic")
        for name in INPUTS:
            bar = getattr(together, name)
            expected = getattr(real, name)
            np.testing.assert_allclose(bar.value, expected, atol=1e-10 * abs(expected).max())
            expected = getattr(partials(alone), name)
            found = getattr(partials(together, q), name)
            np.testing.assert_allclose(found, expected, atol=1e-10 * abs(expected).max())


@pytest.mark.parametrize("name", ["y", "d", "cotangent"])
def test_any_one_input_may_be_dual(name):
    inputs, tangents = problem(), directions(problem(), 1)
    cotangent = cotangent_of(inputs)
    everything = {**inputs, "cotangent": cotangent}
    tangents = {n: np.zeros(np.shape(a)) for n, a in everything.items()}
    tangents[name] = np.random.default_rng(8).standard_normal(tangents[name].shape)
    full = dual(everything, tangents)
    expected = vjp({n: full[n] for n in INPUTS}, full["cotangent"], "cubic")
    one = {**everything, name: full[name]}
    bars = vjp({n: one[n] for n in INPUTS}, one["cotangent"], "cubic")
    for n in INPUTS:
        wanted = getattr(partials(expected), n)
        np.testing.assert_allclose(
            getattr(partials(bars), n), wanted, rtol=1e-8, atol=1e-10 * abs(wanted).max()
        )


@pytest.mark.parametrize("which", [("y",), ("d",), ("x",), ("epsilon",), INPUTS])
@pytest.mark.parametrize("radial", ["cubic", Double(0.5, 2.0)], ids=["cubic", "Double"])
def test_duals_without_partials(radial, which):
    real = problem()
    inputs = {
        n: DualArray(a, np.empty((0, *np.shape(a)))) if n in which else a for n, a in real.items()
    }
    y, d, x, smoothing, epsilon = inputs.values()
    f = RBFInterpolator(y, d, kernel=radial, smoothing=smoothing, epsilon=epsilon)
    expected = vjp(real, value_of(f(x)), radial)
    bars = f.vjp(x, f(x))
    for name in INPUTS:
        bar = getattr(bars, name)
        assert bar.partials.shape == (0, *np.shape(real[name]))
        np.testing.assert_allclose(bar.value, getattr(expected, name), rtol=1e-8, atol=1e-8)
    assert len(bars.kernel) == len(expected.kernel)
    gradient = f.gradient(x)
    assert gradient.partials.shape == (0, 9, 2)
    g = RBFInterpolator(**{n: real[n] for n in INPUTS if n != "x"}, kernel=radial)
    np.testing.assert_allclose(gradient.value, g.gradient(real["x"]), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dual_ones", [False, True])
def test_threads_change_nothing(dual_ones):
    inputs = problem(N=700, Q=300)
    cotangent = cotangent_of(inputs)
    if dual_ones:
        inputs = dual(inputs, directions(inputs, 1))
    serial, *threaded = (vjp(inputs, cotangent, "cubic", workers=n) for n in (1, 2, 4))
    for bars in threaded:
        for bar, expected in zip(bars, serial, strict=True):
            np.testing.assert_array_equal(
                getattr(bar, "value", bar), getattr(expected, "value", expected)
            )
            if dual_ones and np.size(bar):
                np.testing.assert_array_equal(bar.partials, expected.partials)


def test_many_points_meet_in_blocks():
    inputs = problem(N=601, Q=290)
    cotangent = cotangent_of(inputs)
    bars = vjp(inputs, cotangent, "cubic")
    # Of 601 points the complex system itself is solved no better: its x is off by 1.7e-10.
    check_against_complex_step(inputs, "cubic", bars, cotangent, rel=1e-9)
    u, v = directions(inputs, 1), directions(inputs, 2)
    along_u, along_v = (vjp(dual(inputs, t), cotangent, "cubic") for t in (u, v))
    assert product(partials(along_v), u) == pytest.approx(product(partials(along_u), v), rel=1e-9)
    h = 1e-6
    there, back = (product(vjp(moved(inputs, v, t), cotangent, "cubic"), u) for t in (h, -h))
    expected = (there - back) / (2.0 * h)
    assert product(partials(along_v), u) == pytest.approx(expected, rel=1e-5)


def test_parameters_of_a_registered_function(monkeypatch):
    inputs, kernel, direction = problem(), Double(3.0, 0.8), np.array([0.7, -0.4])
    cotangent = cotangent_of(inputs)
    moving = Double(*(Dual(p, (t,)) for p, t in zip(kernel, direction, strict=True)))
    bars, products = (vjp(inputs, cotangent, each) for each in (kernel, moving))
    assert type(bars.kernel) is Double
    stepped = Double(*(np.array(kernel) + 1j * naive.STEP * direction))
    monkeypatch.setitem(naive.PHI, "double", stepped.phi)
    expected = (cotangent * naive.interpolate(**inputs, kernel="double").imag).sum() / naive.STEP
    assert np.dot(bars.kernel, direction) == pytest.approx(expected, rel=1e-10)
    h = 1e-3
    a, b, c, d = (
        vjp(inputs, cotangent, Double(*(np.array(kernel) + t * h * direction)))
        for t in (-2, -1, 1, 2)
    )
    for name in (*INPUTS, "kernel"):
        parts = (np.ravel(getattr(bar, name)) for bar in (a, b, c, d))
        expected = np.dot([1.0, -8.0, 8.0, -1.0], list(parts)) / (12.0 * h)
        found = getattr(products, name)
        if name == "kernel":
            np.testing.assert_allclose([each.value for each in found], bars.kernel, rtol=1e-9)
            found = DualArray(np.zeros(2), np.array([each.partials for each in found]).T)
        np.testing.assert_allclose(
            np.ravel(found.partials[0]), expected, atol=1e-7 * abs(expected).max()
        )


def test_second_derivatives_at_a_coincident_pair_of_a_rough_function():
    inputs = problem()
    tangents = {name: np.zeros(np.shape(value)) for name, value in inputs.items()}
    apart, together = ({**tangents, "x": tangents["x"].copy()} for _ in range(2))
    apart["x"][0] = 1.0  # on point 0
    together["x"][0] = 1.0
    together["y"] = tangents["y"].copy()
    together["y"][0] = 1.0
    cotangent = cotangent_of(inputs)
    bars = vjp(inputs, cotangent, "thin_plate_spline")
    assert all(np.isfinite(getattr(bars, name)).all() for name in INPUTS)
    undefined = vjp(dual(inputs, apart), cotangent, "thin_plate_spline")
    x_bar, d_bar = undefined.x.partials[0], undefined.d.partials[0]
    assert np.isnan(x_bar[0]).all() and np.isfinite(x_bar[1:]).all() and np.isfinite(d_bar).all()
    defined = vjp(dual(inputs, together), cotangent, "thin_plate_spline")
    assert all(np.isfinite(getattr(partials(defined), name)).all() for name in INPUTS)


@pytest.mark.parametrize("workers", [1, 2])
def test_second_derivatives_at_data_points_that_coincide(workers):
    inputs = problem(coincident=False, N=320)
    inputs["y"][200] = inputs["y"][3]
    cotangent = cotangent_of(inputs)
    for elsewhere, expected in ((0.0, True), (1.0, False)):
        tangents = {name: np.zeros(np.shape(value)) for name, value in inputs.items()}
        tangents["y"][3], tangents["y"][200] = 1.0, elsewhere
        moving = dual(inputs, tangents)
        bars = partials(vjp(moving, cotangent, "thin_plate_spline", workers=workers))
        undefined = np.isnan(bars.y).all(axis=1)
        assert np.flatnonzero(undefined).tolist() == ([3, 200] if expected else [])
        assert np.isfinite(bars.y[~undefined]).all()
        assert np.isfinite(bars.x).all() and np.isfinite(bars.d).all()


@pytest.mark.parametrize("columns", [(), (2,)])
def test_gradient_of_dual_points_is_the_hessian_times_their_direction(columns):
    inputs = problem(columns=columns)
    y, d, x, smoothing, epsilon = inputs.values()
    f = RBFInterpolator(y, d, None, smoothing, "cubic", epsilon)
    direction = directions(inputs, 1)["x"]
    value, gradient = f.value_and_gradient(DualArray(x, direction[None]))
    np.testing.assert_allclose(value.value, f(x), rtol=1e-10)
    np.testing.assert_allclose(gradient.value, f.gradient(x), rtol=1e-9)
    expected = np.einsum("imn...,in->im...", f.hessian(x), direction)
    np.testing.assert_allclose(gradient.partials[0], expected, rtol=1e-9, atol=1e-9)
    # A dual fit: linear in the data.
    moving = f.with_values(DualArray(d, d[None] + 1.0)).gradient(x)
    expected = f.with_values(d + 1.0).gradient(x)
    np.testing.assert_allclose(moving.partials[0], expected, rtol=1e-8, atol=1e-9)


def test_nothing_to_differentiate():
    inputs = problem(columns=(0,))
    bars = vjp(inputs, np.zeros((9, 0)), "cubic")
    assert bars.d.shape == (30, 0)
    assert all((getattr(bars, name) == 0.0).all() for name in ("y", "x", "smoothing", "epsilon"))
    inputs = {**problem(), "x": np.empty((0, 2))}
    bars = vjp(inputs, np.zeros(0), "cubic")
    assert bars.x.shape == (0, 2) and (bars.y == 0.0).all() and (bars.d == 0.0).all()


def test_a_singular_system_raises_as_in_value_mode():
    inputs = problem()
    f = RBFInterpolator(inputs["y"], inputs["d"], kernel="cubic")
    f = pickle.loads(pickle.dumps(f))
    f.y[1] = f.y[0]
    f.__setstate__(f.__getstate__())
    with pytest.raises(np.linalg.LinAlgError, match="Points 0 and 1 of `y` coincide"):
        f.vjp(inputs["x"], cotangent_of(inputs))


def test_what_a_cotangent_must_be():
    inputs = problem()
    f = RBFInterpolator(inputs["y"], inputs["d"])
    with pytest.raises(ValueError, match=r"`cotangent` must have shape \(9,\), got \(8,\)"):
        f.vjp(inputs["x"], np.ones(8))
    with pytest.raises(TypeError, match="`cotangent` must be real since `d` is"):
        f.vjp(inputs["x"], np.ones(9) * 1j)
    with pytest.raises(ValueError, match="second axis of `x`"):
        f.vjp(inputs["x"][:, :1], np.ones(9))
    one, two = (DualArray(inputs["x"], np.zeros((n, 9, 2))) for n in (1, 2))
    with pytest.raises(TypeError, match="one width and one level"):
        f.vjp(one, DualArray(np.ones(9), np.zeros((2, 9))))
    assert f.vjp(two, np.ones(9)).d.partials.shape == (2, 30)


@pytest.mark.parametrize("dual", [False, True])
def test_arrays_that_cannot_be_written_to_compile_nothing_anew(dual):
    rng = np.random.default_rng(0)
    arrays = [rng.uniform(-1, 1, shape) for shape in ((12, 2), (12,), (5, 2), (5,))]
    if dual:
        arrays = [DualArray(a, rng.normal(size=(1, *a.shape))) for a in arrays]
    kernels = fit_points, evaluate_points, solution_tangents, vjp_in_one_call, interpolant_vjp

    def cotangents():
        y, d, x, bar = arrays
        f = RBFInterpolator(y, d)
        return f.vjp(x, f(x) + bar)

    expected, compiled = cotangents(), [len(kernel.signatures) for kernel in kernels]
    for array in arrays:
        for part in (array.value, array.partials) if dual else (array,):
            part.flags.writeable = False
    result = cotangents()
    assert [len(kernel.signatures) for kernel in kernels] == compiled
    for name in ("y", "d", "x"):
        a, b = getattr(result, name), getattr(expected, name)
        assert np.array_equal(value_of(a), value_of(b))
