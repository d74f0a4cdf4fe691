"""gradient, hessian, jvp and operator, against the complex step and against each other."""

import numpy as np
import pytest

import nbrbf
from nbrbf import DualArray, RBFInterpolator
from tests.kernels.rbf.test_registration import RationalQuadratic
from tests.nbrbf import naive

ROUGH = ("linear", "thin_plate_spline", "matern1_2")
STEP = 1j * naive.STEP


def problem(ndim, columns=(), seed=0):
    rng = np.random.default_rng(seed)
    y, x = rng.random((30, ndim)), rng.random((7, ndim))
    d = np.sin(3.0 * y.sum(axis=1)).reshape(30, *(1 for _ in columns)) + rng.random((30, *columns))
    return rng, y, d, x


def scale(ndim):
    return 4.0 * np.array([1.0, 0.8, 1.2, 0.9, 1.1])[:ndim]


def exact_gradient(kernel, y, d, x, degree=None):
    """By the complex step, with no line of the library."""
    moved = [x + STEP * unit for unit in np.eye(x.shape[1])]
    values = [naive.interpolate(y, d, z, 1e-3, scale(x.shape[1]), kernel, degree) for z in moved]
    return np.stack([value.imag / naive.STEP for value in values], axis=1)


# Other dimensions are the same source, unrolled.
DIMENSIONS = [("gaussian", 1), ("gaussian", 3)]


# The derivatives by x of all kernels: test_derivatives.py.
@pytest.mark.parametrize(
    ("kernel", "ndim"),
    [*DIMENSIONS, ("gaussian", 2), ("cubic", 2), ("matern1_2", 2), ("thin_plate_spline", 2)],
)
def test_gradient_is_the_complex_steps(kernel, ndim):
    _, y, d, x = problem(ndim)
    f = RBFInterpolator(y, d, kernel=kernel, epsilon=scale(ndim), smoothing=1e-3)
    value, gradient = f.value_and_gradient(x)
    assert gradient.shape == (7, ndim)
    np.testing.assert_allclose(value, f(x), atol=1e-13 * abs(d).max())
    np.testing.assert_array_equal(gradient, f.gradient(x))
    for column, exact in zip(gradient.T, exact_gradient(kernel, y, d, x).T, strict=True):
        np.testing.assert_allclose(column, exact, atol=1e-10 * abs(exact).max())


@pytest.mark.parametrize(
    ("kernel", "ndim"), [*DIMENSIONS, *((kernel, 2) for kernel in sorted(naive.PHI))]
)
def test_hessian_is_the_difference_of_the_gradient(kernel, ndim):
    _, y, d, x = problem(ndim)
    epsilon = scale(ndim)
    f = RBFInterpolator(y, d, kernel=kernel, epsilon=epsilon, smoothing=1e-3, degree=2)
    hessian = f.hessian(x)
    assert hessian.shape == (7, ndim, ndim)
    h = 1e-3
    for m in range(ndim):
        step = h * np.eye(ndim)[m]
        # The 7-point difference of an exact gradient: its error is of h^6 and of 1e-16 / h.
        ahead, behind = (
            [exact_gradient(kernel, y, d, x + sign * k * step, degree=2) for k in (1, 2, 3)]
            for sign in (1, -1)
        )
        difference = np.tensordot([45.0, -9.0, 1.0], np.subtract(ahead, behind), 1) / (60.0 * h)
        np.testing.assert_allclose(hessian[:, m], difference, atol=1e-7 * abs(hessian).max())
    np.testing.assert_array_equal(hessian, np.swapaxes(hessian, 1, 2))


def test_hessian_of_a_polynomial_and_of_columns():
    """Quintic reproduces x^2 + 3 x y; a complex column counts twice."""
    _, y, _, x = problem(2)
    d = np.stack([y[:, 0] ** 2 + 3.0 * y[:, 0] * y[:, 1], 1j * y[:, 1] ** 2], axis=1)
    hessian = RBFInterpolator(y, d, kernel="quintic").hessian(x)
    exact = np.zeros((7, 2, 2, 2), dtype=complex)
    exact[:, :, :, 0] = [[2.0, 3.0], [3.0, 0.0]]
    exact[:, 1, 1, 1] = 2.0j
    np.testing.assert_allclose(hessian, exact, atol=1e-8)


@pytest.mark.parametrize("kernel", sorted(naive.PHI))
def test_hessian_at_data_points_is_nan_only_where_it_does_not_exist(kernel):
    _, y, d, _ = problem(2)
    f = RBFInterpolator(y, d, kernel=kernel, epsilon=3.0)
    at_points = f.hessian(y[:3])
    if kernel in ROUGH:
        assert np.isnan(at_points).all()
    else:
        nearby = f.hessian(y[:3] + 1e-7)
        np.testing.assert_allclose(at_points, nearby, atol=2e-5 * abs(nearby).max())


def test_hessian_is_the_same_for_any_number_of_workers_and_no_points():
    rng, y, d, _ = problem(2)
    x = rng.random((1000, 2))
    one, two = (RBFInterpolator(y, d, workers=n) for n in (1, 2))
    np.testing.assert_array_equal(one.hessian(x), two.hessian(x))
    assert one.hessian(np.empty((0, 2))).shape == (0, 2, 2)


INPUTS = ("y", "d", "x", "smoothing", "epsilon")


@pytest.mark.parametrize("active", [*[(name,) for name in INPUTS], INPUTS])
@pytest.mark.parametrize(("kernel", "others"), [("cubic", ()), ("multiquadric", INPUTS)])
def test_jvp_is_the_complex_steps(kernel, others, active):
    """One input or all of them moving, while others are constant or have a tangent of zero."""
    rng, y, d, x = problem(2, columns=(3,))
    primals = {"y": y, "d": d, "x": x, "smoothing": np.full(30, 1e-3), "epsilon": scale(2)}
    tangents = {name: np.zeros(primals[name].shape) for name in others}
    tangents |= {name: rng.standard_normal(primals[name].shape) for name in active}
    f = RBFInterpolator(y, d, smoothing=1e-3, kernel=kernel, epsilon=scale(2))
    value, tangent = f.jvp(x, **{f"d{name}": t for name, t in tangents.items()})
    moved = {n: v + STEP * tangents[n] if n in tangents else v for n, v in primals.items()}
    exact = naive.interpolate(**moved, kernel=kernel)
    assert value.shape == tangent.shape == (7, 3)
    np.testing.assert_allclose(value, exact.real, atol=1e-11 * abs(value).max())
    exact = exact.imag / naive.STEP
    np.testing.assert_allclose(tangent, exact, atol=1e-10 * abs(exact).max())


def test_jvp_of_scalars_complex_data_and_parameters():
    rng, y, d, x = problem(2)
    dd = rng.standard_normal(30) + 1j * rng.standard_normal(30)
    f = RBFInterpolator(y, d + 0j, smoothing=0.1, kernel="cubic", epsilon=3.0)
    _, tangent = f.jvp(x, dd=dd)
    np.testing.assert_allclose(tangent, f.with_values(dd)(x), atol=1e-13)
    _, tangent = f.jvp(x, dsmoothing=2.0)
    _, of_vectors = f.jvp(x, dsmoothing=np.full(30, 2.0))
    np.testing.assert_array_equal(tangent, of_vectors)
    _, tangent = f.jvp(x, depsilon=-1.0)
    exact = naive.interpolate(y, d, x, 0.1, 3.0 - STEP, "cubic").imag / naive.STEP
    np.testing.assert_allclose(tangent, exact, atol=1e-10 * abs(exact).max())

    def value(rate):
        return RBFInterpolator(y, d, kernel=RationalQuadratic(rate))(x)

    f = RBFInterpolator(y, d, kernel=RationalQuadratic(9.0))
    _, tangent = f.jvp(x, dkernel=(2.0,))
    np.testing.assert_allclose(tangent, 2.0 * nbrbf.derivative(value, 9.0), rtol=1e-9)


def test_jvp_without_directions_is_zero_and_leaves_the_interpolant_alone():
    _, y, d, x = problem(2)
    f = RBFInterpolator(y, d)
    before = f(x)
    value, tangent = f.jvp(x)
    assert not tangent.any()
    f.jvp(x, dy=np.ones((30, 2)), dd=np.ones(30), dsmoothing=1.0, depsilon=1.0)
    np.testing.assert_array_equal(f(x), before)
    np.testing.assert_array_equal(value, before)


@pytest.mark.parametrize("name", ["dy", "dd", "dx", "dsmoothing", "depsilon", "dkernel"])
def test_a_direction_of_another_shape_is_refused(name):
    _, y, d, x = problem(2)
    with pytest.raises(ValueError, match=rf"`{name}` must have"):
        RBFInterpolator(y, d).jvp(x, **{name: np.ones((4, 5))})


def test_complex_directions_of_real_inputs_are_refused():
    _, y, d, x = problem(2)
    f = RBFInterpolator(y, d)
    for name, direction in (("dy", 1j * y), ("dd", 1j * d), ("dsmoothing", 1j * d)):
        with pytest.raises(TypeError, match=rf"`{name}` must be real"):
            f.jvp(x, **{name: direction})


@pytest.mark.parametrize("method", ["jvp", "hessian", "operator"])
def test_dual_inputs_are_refused_by_name(method):
    _, y, d, x = problem(2)
    dual = DualArray(x, np.ones((1, 7, 2)))
    with pytest.raises(TypeError, match=f"`{method}` takes no dual numbers, but `x` is dual"):
        getattr(RBFInterpolator(y, d), method)(dual)
    f = RBFInterpolator(y, DualArray(d, np.ones((1, 30))), kernel="cubic")
    with pytest.raises(TypeError, match=f"`{method}` takes no dual numbers, but `d` is dual"):
        getattr(f, method)(x)


@pytest.mark.parametrize("kernel", ["thin_plate_spline", "gaussian"])
def test_operator_is_the_map_of_values_and_its_adjoint(kernel):
    rng, y, d, x = problem(2)
    f = RBFInterpolator(y, d, kernel=kernel, epsilon=3.0, smoothing=1e-3)
    L = f.operator(x)
    assert L.shape == (7, 30)
    np.testing.assert_array_equal(L @ d, f(x))
    matrix = L @ np.eye(30)
    np.testing.assert_allclose(L.T @ np.eye(7), matrix.T, atol=1e-12 * abs(matrix).max())
    u, v = rng.standard_normal((2, 7, 3)), rng.standard_normal((30, 3))
    complex_u = u[0] + 1j * u[1]
    np.testing.assert_allclose(L.H @ complex_u, matrix.T @ complex_u, atol=1e-11)
    assert np.vdot(u[0], L @ v) == pytest.approx(np.vdot(L.T @ u[0], v), rel=1e-11)
    np.testing.assert_allclose((L @ np.ones(30)) - 1.0, 0.0, atol=1e-12)  # degree >= 0
