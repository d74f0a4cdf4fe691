"""Forward derivatives through the fit and the evaluation, against the complex step."""

import numpy as np
import pytest
from scipy.stats.qmc import Halton

import nbrbf
from nbrbf import RBFInterpolator
from tests.nbrbf import naive

# Kernels that are not differentiable where points coincide: the complex step sees sqrt(-h^2).
KINKED = ("linear", "matern1_2")
INPUTS = ("y", "d", "x", "epsilon", "smoothing")
# Each choice of inputs that carry tangents is compiled by itself: one at a time for this kernel,
# while for the others all carry tangents, of which those that do not move are zero.
ONE_BY_ONE = "cubic"


def problem(kernel, ndim=2, coincident=True):
    rng = np.random.default_rng(3)
    y = 2.0 * Halton(ndim, scramble=False, rng=rng).random(25)
    d = np.sin(3.0 * y[:, 0]) + y[:, -1] ** 2
    x = 2.0 * rng.random((12, ndim))
    if coincident:
        x[:4] = y[[0, 7, 8, 20]]
    return {
        "y": y,
        "d": d,
        "x": x,
        "epsilon": np.float64(1.3),
        "smoothing": np.full(25, 1e-3) * (1.0 + rng.random(25)),
    }


def loss(interpolator, kernel, y, d, x, epsilon, smoothing):
    f = interpolator(y, d, smoothing=smoothing, epsilon=epsilon, kernel=kernel)
    return (f(x) ** 2).sum()


def naive_loss(kernel, y, d, x, epsilon, smoothing):
    return (naive.interpolate(y, d, x, smoothing, epsilon, kernel) ** 2).sum()


def complex_step(kernel, inputs, name, direction):
    moved = dict(inputs)
    moved[name] = inputs[name] + 1j * naive.STEP * direction
    return naive_loss(kernel, **moved).imag / naive.STEP


def forward(kernel, inputs, names, directions):
    def function(*arguments):
        moved = dict(zip(names, arguments, strict=True))
        return loss(RBFInterpolator, kernel, **{**inputs, **moved})

    return nbrbf.jvp(function, tuple(inputs[name] for name in names), tuple(directions))


def forward_in(kernel, inputs, name, direction):
    """`forward` in the direction of one input."""
    names = [name] if kernel == ONE_BY_ONE else INPUTS
    still = {other: np.zeros(np.shape(inputs[other])) for other in names}
    return forward(kernel, inputs, names, list({**still, name: direction}.values()))


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("kernel", sorted(naive.PHI))
def test_directional_derivative_is_the_complex_steps(kernel, name):
    inputs = problem(kernel, coincident=kernel not in KINKED)
    direction = np.random.default_rng(1).standard_normal(np.shape(inputs[name]))
    value, tangent = forward_in(kernel, inputs, name, direction)
    expected = complex_step(kernel, inputs, name, direction)
    assert value == pytest.approx(naive_loss(kernel, **inputs), rel=1e-11)
    assert tangent == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("kernel", KINKED)
def test_at_coincident_points_of_kinked_kernels_the_subgradient_is_the_symmetric_one(kernel, name):
    inputs = problem(kernel, coincident=True)
    direction = np.random.default_rng(1).standard_normal(np.shape(inputs[name]))
    loss_value, tangent = forward_in(kernel, inputs, name, direction)

    def difference(h):
        ahead, behind = (
            loss(RBFInterpolator, kernel, **{**inputs, name: inputs[name] + t * direction})
            for t in (h, -h)
        )
        return (ahead - behind) / (2 * h)

    # |t| drops out of a symmetric difference, its product with a slope leaves an error of
    # first order, which one extrapolation removes.
    extrapolated = 2 * difference(5e-6) - difference(1e-5)
    assert tangent == pytest.approx(extrapolated, rel=1e-6, abs=1e-8 * loss_value)


# Other dimensions are the same source, unrolled. That of the smoothing knows of none.
@pytest.mark.parametrize(
    ("kernel", "ndim", "names"),
    [
        ("gaussian", 2, INPUTS),
        ("thin_plate_spline", 1, ("y", "d", "x", "epsilon")),
        ("thin_plate_spline", 3, ("y", "d", "x", "epsilon")),
    ],
)
def test_many_inputs_at_once_and_other_dimensions(kernel, ndim, names):
    inputs = problem(kernel, ndim)
    rng = np.random.default_rng(2)
    directions = [rng.standard_normal(np.shape(inputs[name])) for name in names]
    _, tangent = forward(kernel, inputs, names, directions)
    moved = dict(inputs)
    for name, direction in zip(names, directions, strict=True):
        moved[name] = inputs[name] + 1j * naive.STEP * direction
    assert tangent == pytest.approx(naive_loss(kernel, **moved).imag / naive.STEP, rel=1e-10)


def test_the_gradient_in_chunks_is_the_gradient():
    kernel, inputs = ONE_BY_ONE, problem(ONE_BY_ONE)

    def function(y):
        return loss(RBFInterpolator, kernel, **{**inputs, "y": y})

    gradient = nbrbf.gradient(function, inputs["y"])
    expected = np.empty_like(gradient)
    for index in np.ndindex(expected.shape):
        direction = np.zeros(expected.shape)
        direction[index] = 1.0
        expected[index] = complex_step(kernel, inputs, "y", direction)
    assert np.allclose(gradient, expected, rtol=0.0, atol=1e-10 * np.abs(expected).max())
    assert np.allclose(nbrbf.gradient(function, inputs["y"], chunk=3), gradient, rtol=1e-11)


def test_one_epsilon_for_each_axis():
    inputs = {**problem(ONE_BY_ONE), "epsilon": np.array([1.3, 0.8])}
    direction = np.array([0.3, -2.0])
    _, tangent = forward(ONE_BY_ONE, inputs, ["epsilon"], [direction])
    expected = complex_step(ONE_BY_ONE, inputs, "epsilon", direction)
    assert tangent == pytest.approx(expected, rel=1e-10)


def test_one_smoothing_for_all_points():
    inputs = {**problem(ONE_BY_ONE), "smoothing": np.float64(1e-2)}
    _, tangent = forward(ONE_BY_ONE, inputs, ["smoothing"], [np.float64(1.0)])
    assert tangent == pytest.approx(complex_step(ONE_BY_ONE, inputs, "smoothing", 1.0), rel=1e-10)


@pytest.mark.parametrize("dtype", [float, complex])
def test_vector_and_complex_values(dtype):
    rng = np.random.default_rng(4)
    inputs = problem("thin_plate_spline")
    y, x = inputs["y"], inputs["x"]
    d = rng.random((25, 3, 2)).astype(dtype)
    dd = rng.random((25, 3, 2)).astype(dtype)
    if dtype is complex:
        d, dd = d + 1j * rng.random(d.shape), dd + 1j * rng.random(d.shape)
    dy = rng.standard_normal(y.shape)

    dual_y, dual_d = nbrbf.DualArray(y, dy[None]), nbrbf.DualArray(d, dd[None])
    result = RBFInterpolator(dual_y, dual_d, epsilon=1.3)(x)
    value, tangent = result.value, result.partials[0]
    assert value.shape == tangent.shape == (12, 3, 2)
    assert value.dtype == tangent.dtype == dtype
    for part in ("real", "imag") if dtype is complex else ("real",):
        parts = getattr(d, part) + 1j * naive.STEP * getattr(dd, part)
        moved = naive.interpolate(
            y + 1j * naive.STEP * dy, parts.reshape(25, 6), x, 0.0, 1.3, "thin_plate_spline"
        )
        expected = moved.imag.reshape(12, 3, 2) / naive.STEP
        scale = np.abs(expected).max()
        assert np.allclose(getattr(tangent, part), expected, rtol=0.0, atol=1e-10 * scale)


def test_the_value_plane_agrees_with_the_real_computation():
    inputs = problem(ONE_BY_ONE)
    y, d, x = inputs["y"], inputs["d"], inputs["x"]
    real = RBFInterpolator(y, d, kernel=ONE_BY_ONE)(x)
    rng = np.random.default_rng(0)
    for p in (1, 4):
        dual_y = nbrbf.DualArray(y, rng.random((p, *y.shape)))
        result = RBFInterpolator(dual_y, d, kernel=ONE_BY_ONE)(x)
        assert np.allclose(result.value, real, rtol=1e-13, atol=1e-14)
        dual_d = nbrbf.DualArray(d, rng.random((p, *d.shape)))
        result = RBFInterpolator(y, dual_d, kernel=ONE_BY_ONE)(x)
        assert np.allclose(result.value, real, rtol=1e-13, atol=1e-14)


def test_the_derivative_in_the_values_is_the_interpolant_of_the_tangent():
    inputs = problem(ONE_BY_ONE)
    y, d, x = inputs["y"], inputs["d"], inputs["x"]
    dd = np.random.default_rng(0).standard_normal(d.shape)
    result = RBFInterpolator(y, nbrbf.DualArray(d, dd[None]), kernel=ONE_BY_ONE)(x)
    expected = RBFInterpolator(y, dd, kernel=ONE_BY_ONE)(x)
    assert np.allclose(result.partials[0], expected, rtol=1e-11, atol=1e-12)


def test_with_values_and_pickles_keep_the_partials():
    import pickle

    inputs = problem("cubic")
    y, d, x = inputs["y"], inputs["d"], inputs["x"]
    dual_y = nbrbf.DualArray(y, np.random.default_rng(0).standard_normal((2, *y.shape)))
    f = RBFInterpolator(dual_y, d, kernel=ONE_BY_ONE)
    g = f.with_values(d**2)
    expected = RBFInterpolator(dual_y, d**2, kernel=ONE_BY_ONE)(x)
    assert np.allclose(g(x).partials, expected.partials, rtol=1e-12, atol=1e-12)
    h = pickle.loads(pickle.dumps(f))
    assert np.array_equal(h(x).partials, f(x).partials)


def test_derivatives_of_the_evaluation_points_alone():
    kernel, inputs = ONE_BY_ONE, problem(ONE_BY_ONE)
    f = RBFInterpolator(inputs["y"], inputs["d"], kernel=kernel, epsilon=1.3)
    jacobian = nbrbf.jacobian(f, inputs["x"])
    assert jacobian.shape == (12, 12, 2)
    direction = np.random.default_rng(0).standard_normal((12, 2))
    moved = naive.interpolate(
        inputs["y"], inputs["d"], inputs["x"] + 1j * naive.STEP * direction, 0.0, 1.3, kernel
    )
    tangent = np.einsum("ijk,jk->i", jacobian, direction)
    assert np.allclose(tangent, moved.imag / naive.STEP, rtol=1e-10, atol=1e-11)


def test_nested_derivatives_do_not_mix():
    y = problem(ONE_BY_ONE)["y"]

    def inner(t):
        return nbrbf.derivative(lambda s: t + s, t)

    assert nbrbf.derivative(lambda t: t * inner(t), 2.0) == 1.0

    def total(d):
        return RBFInterpolator(y, d, kernel=ONE_BY_ONE)(y + 0.05).sum()

    def outer(t):
        return t * nbrbf.gradient(total, y[:, 0]).sum()

    # The weights of the values in the interpolant sum to 1 at each of the 25 points.
    assert nbrbf.derivative(outer, 3.0) == pytest.approx(25.0, rel=1e-10)

    def refused(t):
        return nbrbf.gradient(lambda d: RBFInterpolator(y, d, smoothing=t)(y).sum(), y[:, 0]).sum()

    with pytest.raises(TypeError, match="level"):
        nbrbf.derivative(refused, 0.1)


def test_widths_that_differ_are_named():
    inputs = problem("cubic")
    y, d = inputs["y"], inputs["d"]
    wide = nbrbf.DualArray(y, np.zeros((3, *y.shape)))
    narrow = nbrbf.DualArray(d, np.zeros((2, *d.shape)))
    with pytest.raises(TypeError, match="`y` has 3 at level 0, `d` has 2 at level 0"):
        RBFInterpolator(wide, narrow)
    f = RBFInterpolator(y, narrow, kernel=ONE_BY_ONE)
    with pytest.raises(TypeError, match="one width"):
        f(wide)


def test_a_singular_system_yields_no_derivative():
    y = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 0.0], [0.5, 1.0]])
    dual = nbrbf.DualArray(y, np.ones((1, *y.shape)))
    with pytest.raises(np.linalg.LinAlgError, match="Points 0 and 2"):
        RBFInterpolator(dual, np.arange(4.0))


def test_dual_values_without_columns():
    inputs = problem("cubic")
    y, x = inputs["y"], inputs["x"]
    d = nbrbf.DualArray(np.zeros((25, 0)), np.zeros((2, 25, 0)))
    f = RBFInterpolator(y, d, kernel=ONE_BY_ONE)
    assert f(x).shape == (12, 0)
    assert f(x).partials.shape == (2, 12, 0)
    assert f.gradient(x).partials.shape == (2, *x.shape, 0)


@pytest.mark.parametrize("name", ["y", "smoothing", "epsilon"])
def test_complex_duals_are_for_values_only(name):
    inputs = problem("gaussian")
    value = np.asarray(inputs[name]) + 1j
    dual = nbrbf.DualArray(value, value[None]) if value.ndim else nbrbf.Dual(1.0 + 1j, (1.0,))
    arguments = {"y": inputs["y"], "epsilon": 1.0, name: dual}
    with pytest.raises(TypeError, match=f"`{name}` must be real, got complex128"):
        RBFInterpolator(arguments.pop("y"), inputs["d"], kernel="gaussian", **arguments)


def test_duals_of_duals_are_named():
    inputs = problem("gaussian")
    nested = nbrbf.Dual(nbrbf.Dual(1.0, (1.0,), 1), (nbrbf.Dual(1.0, (0.0,), 1),), 2)
    for name in ("epsilon", "smoothing"):
        with pytest.raises(TypeError, match=f"`{name}` is a Dual of level 2 that holds one of"):
            RBFInterpolator(
                inputs["y"], inputs["d"], kernel="gaussian", **{"epsilon": 1.0, name: nested}
            )
