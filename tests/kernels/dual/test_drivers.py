"""derivative, gradient, jacobian and jvp: results, nesting, chunks, constants, errors."""

from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray, derivative, gradient, jacobian, jvp

rng = np.random.default_rng(10)
H = 1e-30


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def mixed(x):
    return np.exp(-x) * np.sin(x) / (1.0 + x**2)


def test_derivative():
    assert derivative(mixed, 0.7) == pytest.approx(mixed(0.7 + 1j * H).imag / H, rel=1e-14)
    assert derivative(lambda x: x * x, 3) == 6.0
    assert derivative(lambda x, a, b: a * x + b, 1.0, 5.0, 7.0) == 5.0
    x = np.array([1.0, 2.0])
    assert derivative(lambda t: np.sin(t * x), 0.3) == pytest.approx(np.cos(0.3 * x) * x)


def test_derivative_of_tuples_and_constants():
    Pair = namedtuple("Pair", "a b")
    result = derivative(lambda x: Pair(x**2, [x, 3.0]), 2.0)
    assert isinstance(result, Pair) and result == (4.0, [1.0, 0.0])
    assert derivative(lambda x: 3, 2.0) == 0.0
    assert derivative(lambda x: np.ones(3), 2.0).tolist() == [0.0, 0.0, 0.0]


def test_minus_zero_stays_minus_zero():
    assert derivative(lambda x: np.copysign(1.0, x.value) * x, -0.0) == -1.0


def test_nested_derivatives_do_not_mix():
    assert derivative(lambda x: x * derivative(lambda y: x + y, x), 1.0) == 1.0
    assert derivative(lambda x: x * derivative(lambda y: x * y, 2.0), 3.0) == 6.0


@pytest.mark.parametrize(
    ("order", "expected"),
    [(1, np.cos), (2, lambda x: -np.sin(x)), (3, lambda x: -np.cos(x)), (4, np.sin)],
)
def test_higher_derivatives(order, expected):
    def nested(x, order):
        return derivative(nested, x, order - 1) if order else np.sin(x)

    assert nested(0.4, order) == pytest.approx(expected(0.4), rel=1e-13)


def test_a_call_inside_may_have_the_lower_level():
    # Another running call holds level 1 while the outer one starts, and ends before the
    # inner one starts.
    from nbrbf_kernels.dual.levels import new_level

    other = new_level()
    assert other.__enter__() == 1

    def outer(x):
        assert x.level == 2
        other.__exit__(None, None, None)

        def inner(y):
            assert isinstance(y, Dual) and y.level == 2 and y.value.level == 1
            return x**2 * y**3

        return x * derivative(inner, x)

    # d/dx (x 3 x^2 x^2) = 15 x^4
    assert derivative(outer, 2.0) == pytest.approx(240.0, rel=1e-15)


def test_threads_do_not_mix():
    def second(x):
        return derivative(lambda y: derivative(mixed, y), x)

    points = np.linspace(0.1, 2.0, 40)
    expected = [second(x) for x in points]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(second, points)) == expected


def test_gradient():
    x = rng.normal(size=11)
    expected = [rosenbrock(x + 1j * H * e).imag / H for e in np.eye(11)]
    np.testing.assert_allclose(gradient(rosenbrock, x), expected, rtol=1e-12)


@pytest.mark.parametrize("chunk", [1, 2, 3, 8, 11, 50])
def test_chunks_do_not_change_the_result(chunk):
    x = rng.normal(size=11)
    widths = []

    def f(x):
        widths.append(x.width)
        return rosenbrock(x)

    np.testing.assert_array_equal(gradient(f, x, chunk=chunk), gradient(rosenbrock, x))
    assert set(widths) == {min(chunk, 11)} and len(widths) == -(-11 // chunk)


@pytest.mark.parametrize("order", ["C", "F"])
def test_gradient_has_the_shape_of_its_argument(order):
    x = np.array(rng.normal(size=(3, 4)), order=order)
    weights = rng.normal(size=(3, 4))
    layouts = []

    def f(x):
        layouts.append(x.value.strides == x.partials.strides[1:])
        return np.sum(weights * np.sin(x))

    np.testing.assert_allclose(gradient(f, x), weights * np.cos(x), rtol=1e-14)
    assert all(layouts)


def test_gradient_by_a_number_and_by_nothing():
    assert gradient(lambda x: x**2, 3.0) == 6.0
    assert gradient(np.sum, np.zeros((0, 3))).shape == (0, 3)
    assert jacobian(lambda x: np.ones(2), np.zeros((0, 3))).shape == (2, 0, 3)


def test_gradient_of_a_constant():
    assert gradient(lambda x: 1.0, np.ones((2, 3))).tolist() == np.zeros((2, 3)).tolist()


def test_arguments_are_not_changed():
    x = np.array([1.0, 2.0])

    def f(x):
        x *= x
        return x.sum()

    assert gradient(f, x).tolist() == [2.0, 4.0]
    (value, tangent) = jvp(f, (x,), (np.ones(2),))
    assert (value, tangent) == (5.0, 6.0)
    assert x.tolist() == [1.0, 2.0]


def test_jacobian():
    A, x = rng.normal(size=(4, 3)), rng.normal(size=3)
    np.testing.assert_array_equal(jacobian(lambda x: A @ x, x), A)
    y = rng.normal(size=(2, 5))
    result = jacobian(lambda y: np.sum(np.sin(y), axis=0), y)
    assert result.shape == (5, 2, 5)
    expected = np.einsum("ij,jk->jik", np.cos(y), np.eye(5))
    np.testing.assert_allclose(result, expected, rtol=1e-14)


def test_jacobian_of_tuples():
    x = np.array([1.0, 2.0])
    a, (b, c) = jacobian(lambda x: (x * x, [x[0], 4.0]), x)
    assert a.tolist() == [[2.0, 0.0], [0.0, 4.0]]
    assert b.tolist() == [1.0, 0.0] and c.tolist() == [0.0, 0.0]


def test_hessian_by_nesting_scalars():
    def f(x, y):
        return np.exp(x * y) + x**3

    def hessian(x, y):
        return [
            [derivative(lambda a: derivative(f, a, y), x), derivative(lambda b: dfdx(x, b), y)],
            [derivative(lambda a: dfdy(a, y), x), derivative(lambda b: dfdy(x, b), y)],
        ]

    def dfdx(x, y):
        return derivative(lambda a: f(a, y), x)

    def dfdy(x, y):
        return derivative(lambda b: f(x, b), y)

    x, y = 0.3, 1.1
    e = np.exp(x * y)
    expected = [[y * y * e + 6 * x, (1 + x * y) * e], [(1 + x * y) * e, x * x * e]]
    np.testing.assert_allclose(hessian(x, y), expected, rtol=1e-13)


def test_derivative_of_a_gradient_whose_scalars_nest():
    # The array is of one level, the number that joins its sum of another.
    x = np.array([1.0, 2.0])
    result = derivative(lambda t: gradient(lambda x: t * t * np.sum(x * x), x), 3.0)
    np.testing.assert_allclose(result, 6.0 * 2.0 * x)


def test_jvp():
    A, dA, x = rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    value, tangent = jvp(lambda A, x: A @ A @ x, (A, x), (dA, None))
    np.testing.assert_array_equal(value, A @ A @ x)
    np.testing.assert_allclose(tangent, dA @ A @ x + A @ dA @ x, rtol=1e-12)


def test_jvp_of_constants():
    value, tangent = jvp(lambda x, s: (x, len(s), np.ones(2)), (2.0, "abc"), (1.0, None))
    assert value[:2] == (2.0, 3) and tangent[:2] == (1.0, 0.0)
    assert tangent[2].tolist() == [0.0, 0.0]
    assert jvp(lambda x: x, (2.0,), (None,)) == (2.0, 0.0)


def test_jvp_with_a_direction_that_is_differentiated():
    # d/dt of the derivative of x^3 at t in direction t^2: d/dt (3 t^2 t^2)
    def f(t):
        return jvp(lambda x: x**3, (t,), (t**2,))[1]

    assert derivative(f, 2.0) == pytest.approx(12.0 * 2.0**3, rel=1e-15)


@pytest.mark.parametrize("driver", [derivative, gradient, jacobian])
def test_complex_arguments_are_refused(driver):
    with pytest.raises(TypeError, match="x must be real, got complex128: differentiate by its"):
        driver(lambda x: x, 1j)


@pytest.mark.parametrize("driver", [gradient, jacobian, derivative])
def test_dual_arrays_are_refused(driver):
    x = DualArray([1.0], [[1.0]], 4)
    with pytest.raises(TypeError, match=r"of level 4: nesting is not supported for DualArrays"):
        driver(np.sum, x)


@pytest.mark.parametrize("driver", [gradient, jacobian, derivative])
@pytest.mark.parametrize("result", [None, "a", {}])
def test_results_must_be_numbers(driver, result):
    name = type(result).__name__
    with pytest.raises(TypeError, match=f"f must return a number, .* got {name}"):
        driver(lambda x: result, 1.0)


def test_results_must_not_be_arrays_of_objects():
    with pytest.raises(TypeError, match=r"f must return a number, .* got an array of object"):
        jacobian(lambda x: np.array([None]), np.ones(2))


def test_errors_name_argument_rule_and_value():
    with pytest.raises(TypeError, match=r"x must be one number, got the shape \(2,\); use grad"):
        derivative(np.sum, np.ones(2))
    with pytest.raises(TypeError, match=r"f must return one number, got the shape \(2,\)"):
        gradient(lambda x: x, np.ones(2))
    with pytest.raises(TypeError, match="f must return one number, got a tuple"):
        gradient(lambda x: (x[0],), np.ones(2))
    with pytest.raises(ValueError, match="chunk must be at least 1, got 0"):
        gradient(np.sum, np.ones(2), chunk=0)
    with pytest.raises(TypeError, match="x must hold float64 or complex128 numbers, got <U1"):
        derivative(np.sin, "a")
    with pytest.raises(TypeError, match="primals must be a tuple, got float"):
        jvp(np.sin, 1.0, (1.0,))
    with pytest.raises(ValueError, match="tangents must be as many as primals, got 2 for 1"):
        jvp(np.sin, (1.0,), (1.0, 1.0))
    with pytest.raises(ValueError, match=r"tangents\[0\] must have the shape of primals\[0\]"):
        jvp(np.sin, (np.ones(2),), (1.0,))
    with pytest.raises(TypeError, match=r"primals\[1\] must be real, got complex128"):
        jvp(np.add, (1.0, 1j), (1.0, 1.0))


def test_lists_and_single_precision_are_taken_as_double():
    assert gradient(np.sum, [1, 2]).tolist() == [1.0, 1.0]
    assert gradient(np.sum, np.ones(2, np.float32)).dtype == np.float64
