"""derivative, gradient, jacobian and jvp in compiled code: results, chunks, levels, errors."""

from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.dual import Dual, DualArray, derivative, gradient, jacobian, jvp
from tests.kernels.dual.complex_step import STEP

X = np.random.default_rng(3).normal(size=11)


@njit
def rosenbrock(x):
    s = 0.0
    for i in range(x.size - 1):
        s += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return s


def complex_gradient(f, x):
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.reshape([f(x + 1j * STEP * e).imag / STEP for e in units], x.shape)


@njit
def cubic(x):
    return x * x * x


def test_derivative():
    first = njit(lambda x: derivative(cubic, x))
    second = njit(lambda x: derivative(lambda y: derivative(cubic, y), x))
    assert first(2.0) == 12.0 and second(2.0) == 12.0
    assert first(3) == 27.0


def test_derivatives_inside_one_another_do_not_mix():
    @njit
    def inner(y, x):
        return x + y

    @njit
    def outer(x):
        return x * derivative(inner, 2.0, x)

    # d/dx (x d/dy (x + y)) is 1: in compiled code, from Python, and half in each.
    assert njit(lambda x: derivative(outer, x))(1.0) == 1.0
    assert derivative(outer, 1.0) == 1.0
    assert derivative(lambda x: x * derivative(inner, 2.0, x), 1.0) == 1.0
    assert derivative(lambda x: derivative(lambda z: outer(z) * x, x), 3.0) == 1.0


def test_levels_of_python_and_of_compiled_code_stay_apart():
    @njit
    def f(x):
        # Of a plain number: the level is 1 here, and may be 1 in Python too.
        return x * derivative(cubic, 2.0)

    assert derivative(f, 5.0) == 12.0
    assert derivative(f.py_func, 5.0) == 12.0
    dual = f(Dual(5.0, (1.0,), 1))
    assert (dual.value, dual.partials, dual.level) == (60.0, (12.0,), 1)
    # A Dual made by hand, of whatever level, is held constant by a derivative around it.
    high = njit(lambda x, c: derivative(lambda x, c: c * x * x, x, c))(3.0, Dual(2.0, (1.0,), 7))
    assert (high.value, high.partials, high.level) == (12.0, (6.0,), 7)


def test_threads():
    second = njit(lambda x: derivative(lambda y: derivative(cubic, y), x), nogil=True)
    points = np.linspace(0.1, 2.0, 20)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(second, points)) == [second(x) for x in points]


@pytest.mark.parametrize("chunk", [1, 4, 16])
def test_chunks_do_not_change_the_gradient(chunk):
    compiled = njit(lambda x: gradient(rosenbrock, x, chunk=chunk))
    expected = complex_gradient(rosenbrock.py_func, X)
    for n in (11, 3, 1, 0):
        if n == 11:
            np.testing.assert_allclose(compiled(X), expected, rtol=1e-12)
        else:
            np.testing.assert_allclose(
                compiled(X[:n]), complex_gradient(rosenbrock.py_func, X[:n]) if n > 1 else [0.0] * n
            )


def test_seeds_too_many_for_the_stack():
    x = np.linspace(-1.0, 1.0, 150)
    result = njit(lambda x: gradient(rosenbrock, x, chunk=4))(x)
    np.testing.assert_allclose(result, gradient(rosenbrock.py_func, x), rtol=1e-13)


def test_arguments_are_not_changed():
    @njit
    def f(x):
        x *= x
        return x.sum()

    x = np.array([1.0, 2.0, 3.0])
    assert gradient(f, x, chunk=2).tolist() == [2.0, 4.0, 6.0]
    assert x.tolist() == [1.0, 2.0, 3.0]


def test_gradient_of_a_matrix_in_any_layout():
    @njit
    def f(m, a):
        return a * m[0, 1] * m[1, 0] + m[1, 2] ** 2

    m = np.arange(6.0).reshape(2, 3)
    expected = [[0.0, 6.0, 0.0], [2.0, 0.0, 10.0]]
    for array in (m, np.asfortranarray(m)):
        assert gradient(f, array, 2.0).tolist() == expected


def test_gradient_inside_of_a_derivative():
    @njit
    def f(x, t):
        return t * t * x[0] * x[1]

    x = np.array([1.0, 2.0, 3.0])
    by_x = njit(lambda t, x: gradient(f, x, t))
    compiled = njit(lambda t, x: derivative(by_x, t, x))
    assert compiled(3.0, x).tolist() == [12.0, 6.0, 0.0]
    # Where a level meets an array of another it is refused.
    with pytest.raises(TypeError, match="nesting is not supported for DualArrays"):
        derivative(lambda t: gradient(njit(lambda x, t: np.sum(t * x)), x, t), 3.0)
    with pytest.raises(TypeError, match="nesting is not supported for DualArrays"):
        njit(lambda x: gradient(cubic, x))(DualArray([1.0], [[1.0]], 1))


def test_jacobian_of_tuples():
    Pair = namedtuple("Pair", "a b")

    @njit
    def f(x):
        return Pair(x * x, (x[0] * x[2], 3.0))

    result = jacobian(f, np.array([1.0, 2.0, 3.0]), chunk=2)
    assert isinstance(result, Pair)
    assert result.a.tolist() == np.diag([2.0, 4.0, 6.0]).tolist()
    assert result.b[0].tolist() == [3.0, 0.0, 1.0] and result.b[1].tolist() == [0.0, 0.0, 0.0]


def test_jvp():
    @njit
    def f(x, y, z):
        return x * y * z, len(x)

    x = np.array([1.0, 2.0])
    value, tangent = jvp(f, (x, 3.0, 2), (np.ones(2), 0.5, None))
    assert value[0].tolist() == [6.0, 12.0] and value[1] == 2
    assert tangent[0].tolist() == [7.0, 8.0] and tangent[1] == 0.0
    twice = njit(lambda t: derivative(lambda t: jvp(cubic, (t,), (t * t,))[1], t))
    assert twice(2.0) == 12.0 * 2.0**3


def test_constants():
    assert gradient(njit(lambda x: 3.0), X[:2]).tolist() == [0.0, 0.0]
    assert derivative(njit(lambda x, y=2.0: x * y), 1.0) == 2.0


def test_errors_name_argument_rule_and_value():
    x = np.ones(2)
    with pytest.raises(TypeError, match="chunk must be a constant integer in compiled code, got"):
        njit(lambda x, n: gradient(rosenbrock, x, chunk=n))(x, 4)
    with pytest.raises(ValueError, match="chunk must be at least 1, got 0"):
        gradient(rosenbrock, x, chunk=0)
    with pytest.raises(TypeError, match=r"f must return one number, got DualArray.*use jacobian"):
        gradient(njit(lambda x: x), x)
    with pytest.raises(TypeError, match=r"f must return a number, an array or a tuple.* got none"):
        derivative(njit(lambda x: None), 1.0)
    with pytest.raises(TypeError, match=r"x must be one real number, got array.*use gradient"):
        njit(lambda x: derivative(cubic, x))(x)
    with pytest.raises(TypeError, match=r"derivative\(\): missing a required argument: 'x'"):
        njit(lambda x: derivative(cubic))(x)
    with pytest.raises(TypeError, match="f must be an @njit function in compiled code, got float"):
        njit(lambda x: derivative(x, x))(1.0)
    with pytest.raises(ValueError, match="must have the shape of its primal"):
        njit(lambda x, t: jvp(cubic, (x,), (t,)))(np.ones(2), np.ones(3))
