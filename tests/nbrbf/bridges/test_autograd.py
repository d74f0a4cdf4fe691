"""The bridge to autograd, against the same computed by autograd itself."""

import doctest
import subprocess
import sys
from itertools import product

import numpy as np
import pytest

pytest.importorskip("autograd")

import autograd.numpy as anp
import autograd.scipy.linalg as theirs
from autograd import grad, make_vjp
from autograd.test_util import check_grads

from nbrbf.bridges import autograd as bridge
from nbrbf.bridges.autograd import lu_factor, lu_solve, rbf_interpolate, solve_triangular
from tests.nbrbf.bridges.problem import COMPLEX, DIRECTION, EXAMPLE, SMALL, C, gradient_of_squares

FIVE = tuple(range(5))
rng = np.random.default_rng(2)
A, T = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)) + 4 * np.eye(4)
b, B = rng.normal(size=4), rng.normal(size=(4, 2))


def gaussian(*u):
    return rbf_interpolate(*u, kernel="gaussian")


def reference(y, d, x, smoothing, epsilon):
    """The same of autograd's own functions: a Gaussian with a constant."""

    def phi(a, b):
        return anp.exp(-(epsilon**2) * anp.sum((a[:, None] - b[None]) ** 2, axis=-1))

    ones = anp.ones((len(y), 1))
    top = anp.concatenate([phi(y, y) + smoothing * anp.eye(len(y)), ones], axis=1)
    bottom = anp.concatenate([ones.T, anp.zeros((1, 1))], axis=1)
    weights = anp.linalg.solve(anp.concatenate([top, bottom]), anp.concatenate([d, np.zeros(1)]))
    return anp.dot(phi(x, y), weights[:-1]) + weights[-1]


def loss(f):
    """Of a function of complex values: neither holomorphic nor of the magnitude alone."""
    return lambda *u: anp.sum(anp.abs(f(*u) - C) ** 2) + anp.sum(anp.real(f(*u) ** 3 * C))


def close(got, expected, rtol=1e-9):
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=rtol)


def test_the_gradient_of_the_example_by_every_input():
    def squares(*u):
        return anp.sum(rbf_interpolate(*u) ** 2)

    close(grad(squares, FIVE)(*EXAMPLE), gradient_of_squares(*EXAMPLE), 1e-12)


# autograd casts so in products of its own.
@pytest.mark.filterwarnings("ignore:Casting complex values to real")
@pytest.mark.parametrize("u", [SMALL, COMPLEX], ids=["real", "complex"])
def test_gradients_and_hessian_products_follow_its_convention(u):
    close([gaussian(*u)], [reference(*u)])
    close(grad(loss(gaussian), FIVE)(*u), grad(loss(reference), FIVE)(*u))

    def along(f):
        def slope(*u):
            bars = grad(loss(f), FIVE)(*u)
            return sum(anp.sum(anp.real(g) * v) for g, v in zip(bars, DIRECTION, strict=True))

        return grad(slope, FIVE)(*u)

    close(along(gaussian), along(reference), 1e-7)


def test_its_own_checker():
    check_grads(gaussian, modes=["rev"], order=2)(*SMALL)


def test_the_adjoint_of_the_tangent():
    def bars(f):
        return lambda f_bar: make_vjp(lambda d: f(SMALL[0], d, *SMALL[2:]))(SMALL[1])[0](f_bar)

    def tangent(f):
        return make_vjp(bars(f))(np.ones(3))[0](DIRECTION[1])

    close([tangent(gaussian)], [tangent(reference)])


def test_single_precision_and_values_by_default():
    single = [np.float32(a) for a in SMALL[:3]]
    assert rbf_interpolate(*single).dtype == np.float32

    def total(d):
        return anp.sum(rbf_interpolate(single[0], d, single[2]))

    assert grad(total)(single[1]).dtype == np.float32


def test_shapes_and_kinds_are_refused():
    y, d, x = SMALL[:3]
    with pytest.raises(ValueError, match="Expected the first axis of `d` to have length 6"):
        rbf_interpolate(y, d[:5], x)
    with pytest.raises(ValueError, match="`x` must be a 2-dimensional array"):
        rbf_interpolate(y, d, x[0])
    with pytest.raises(TypeError, match="`x` must be real, got complex numbers"):
        rbf_interpolate(y, d, x + 0j)
    with pytest.raises(ValueError, match="`epsilon` must be specified"):
        rbf_interpolate(y, d, x, kernel="gaussian")
    with pytest.raises(np.linalg.LinAlgError, match=r"Points 0 and 1 of `y` coincide"):
        grad(lambda y: anp.sum(rbf_interpolate(y, d, x)))(0.0 * y)


def test_a_system_by_its_factors():
    def x(A, b):
        return lu_solve(lu_factor(A), b)

    def by_itself(A, b):
        return anp.linalg.solve(A, b)

    for right in (b, B):
        f_bar = rng.normal(size=right.shape)

        def total(f, f_bar=f_bar):
            return lambda A, b: anp.sum(f_bar * f(A, b) ** 2)

        close(grad(total(x), (0, 1))(A, right), grad(total(by_itself), (0, 1))(A, right))
    check_grads(x, modes=["rev"], order=2)(A, b)
    check_grads(lambda A: lu_solve(lu_factor(A), b, trans=1), modes=["rev"], order=2)(A)
    check_grads(lambda A: lu_factor(A)[0], modes=["rev"], order=2)(A)


@pytest.mark.parametrize("trans, lower, unit", list(product((0, 1), (False, True), (False, True))))
def test_triangular_solves_with_every_flag(trans, lower, unit):
    def x(T, b):
        return solve_triangular(T, b, trans, lower, unit)

    check_grads(x, modes=["rev"], order=2)(T, B)
    if not unit:
        flags = {"trans": trans, "lower": lower}

        def total(f):
            return grad(lambda T, b: anp.sum(f(T, b) ** 2), (0, 1))(T, B)

        close(total(x), total(lambda T, b: theirs.solve_triangular(T, b, **flags)))


def test_the_examples():
    failed, attempted = doctest.testmod(bridge)
    assert attempted > 10 and failed == 0


def test_a_missing_library_names_the_extra():
    code = "import sys; sys.modules['autograd'] = None; import nbrbf.bridges.autograd"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert 'pip install "nbrbf[autograd]"' in result.stderr
