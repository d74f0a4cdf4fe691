"""The bridge to JAX, against the same computed by JAX itself."""

import doctest
import subprocess
import sys

import numpy as np
import pytest

jax = pytest.importorskip("jax")

import jax.numpy as jnp

from nbrbf.bridges import jax as bridge
from nbrbf.bridges.jax import rbf_interpolate
from tests.nbrbf.bridges.problem import COMPLEX, DIRECTION, EXAMPLE, SMALL, C, gradient_of_squares

FIVE = tuple(range(5))


@pytest.fixture(autouse=True)
def double_precision():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def gaussian(*u):
    return rbf_interpolate(*u, kernel="gaussian")


def reference(y, d, x, smoothing, epsilon):
    """The same of JAX's own functions: a Gaussian with a constant."""

    def phi(a, b):
        return jnp.exp(-(epsilon**2) * jnp.sum((a[:, None] - b[None]) ** 2, axis=-1))

    ones = jnp.ones((len(y), 1))
    matrix = jnp.block(
        [[phi(y, y) + smoothing * jnp.eye(len(y)), ones], [ones.T, jnp.zeros((1, 1))]]
    )
    weights = jnp.linalg.solve(matrix, jnp.append(d, 0.0))
    return phi(x, y) @ weights[:-1] + weights[-1]


def loss(f):
    """Of a function of complex values: neither holomorphic nor of the magnitude alone."""
    return lambda *u: jnp.sum(jnp.abs(f(*u) - C) ** 2) + jnp.sum(jnp.real(f(*u) ** 3 * C))


def close(got, expected, rtol=1e-9):
    def compare(one, other):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=rtol)

    jax.tree.map(compare, got, expected)


def both(transform, rtol=1e-9):
    """What `transform` makes of ours and of JAX's, without and with jit."""
    expected = transform(reference)
    close(transform(gaussian), expected, rtol)
    close(transform(jax.jit(gaussian)), expected, rtol)


def direction(u):
    return tuple(jnp.asarray(v, jnp.asarray(a).dtype) for v, a in zip(DIRECTION, u, strict=True))


def test_the_gradient_of_the_example_by_every_input():
    def squares(*u):
        return jnp.sum(rbf_interpolate(*u) ** 2)

    expected = tuple(gradient_of_squares(*EXAMPLE))
    close(jax.grad(squares, FIVE)(*EXAMPLE), expected, 1e-12)
    close(jax.jit(jax.grad(squares, FIVE))(*EXAMPLE), expected, 1e-12)


@pytest.mark.parametrize("u", [SMALL, COMPLEX], ids=["real", "complex"])
def test_both_modes_follow_its_convention(u):
    both(lambda f: f(*u))
    both(lambda f: jax.jvp(f, u, direction(u)))
    both(lambda f: jax.jit(jax.grad(loss(f), FIVE))(*u))
    f_bar = jnp.asarray(C if np.iscomplexobj(u[1]) else C.real)
    both(lambda f: jax.vjp(f, *u)[1](f_bar))


@pytest.mark.filterwarnings("ignore:Casting complex values to real")
@pytest.mark.parametrize("u", [SMALL, COMPLEX], ids=["real", "complex"])
def test_second_order_in_every_mix_of_modes(u):
    v = direction(u)

    def slope(f):
        def along(*u):
            bars = jax.grad(loss(f), FIVE)(*u)
            return sum(jnp.sum(jnp.real(g * t)) for g, t in zip(bars, v, strict=True))

        return along

    both(lambda f: jax.jvp(jax.grad(loss(f), FIVE), u, v), 1e-7)
    both(lambda f: jax.grad(slope(f), FIVE)(*u), 1e-7)
    both(lambda f: jax.jit(jax.grad(slope(f), FIVE))(*u), 1e-7)
    both(lambda f: jax.grad(lambda *u: jax.jvp(loss(f), u, v)[1], FIVE)(*u), 1e-7)


def test_jacobians_and_hessian():
    def squares(f):
        return lambda *u: jnp.sum(f(*u) ** 2)

    both(lambda f: jax.jacrev(f, FIVE)(*SMALL))
    both(lambda f: jax.jacfwd(f, FIVE)(*SMALL))
    both(lambda f: jax.hessian(squares(f), (0, 1, 4))(*SMALL), 1e-7)
    both(lambda f: jax.jit(jax.hessian(squares(f), 2))(*SMALL), 1e-7)
    both(lambda f: jax.jacrev(jax.jacfwd(f, 1), 0)(*SMALL), 1e-7)


def test_vmap_of_any_arguments_and_under_any_derivative():
    y, d, x, smoothing, epsilon = SMALL
    several, scales = jnp.stack([d, 2 * d, d**2]), jnp.array([0.7, 0.9])

    def squares(f):
        return lambda d, e: jnp.sum(f(y, d, x, smoothing, e) ** 2)

    def each(f):
        return jax.vmap(jax.vmap(f, (None, 0)), (0, None))(several, scales)

    both(lambda f: each(squares(f)))
    both(lambda f: each(jax.grad(squares(f), (0, 1))))
    both(lambda f: jax.grad(lambda d: jnp.sum(jax.vmap(squares(f), (0, None))(d, 0.8)))(several))
    both(lambda f: jax.vmap(lambda x: f(y, d, x, smoothing, epsilon), 1)(jnp.stack([x, 2 * x], 1)))


def test_single_precision_in_and_out():
    single = [jnp.float32(a) for a in SMALL]
    assert gaussian(*single).dtype == jnp.float32
    gradient = jax.jit(jax.grad(lambda *u: jnp.sum(gaussian(*u)), FIVE))(*single)
    assert {g.dtype for g in gradient} == {jnp.dtype(jnp.float32)}
    close(gradient, jax.grad(lambda *u: jnp.sum(gaussian(*u)), FIVE)(*SMALL), 1e-4)


def test_what_is_not_offered_says_so():
    with pytest.raises(NotImplementedError, match=r"forward over forward .* take jax\.hessian"):
        jax.jacfwd(jax.jacfwd(gaussian, 1), 4)(*SMALL)

    def total(epsilon):
        return jnp.sum(gaussian(*SMALL[:4], epsilon))

    with pytest.raises(NotImplementedError, match="rule for 'nbrbf_curvature'"):
        jax.grad(jax.grad(jax.grad(total)))(0.8)


def test_shapes_and_kinds_are_refused_when_traced():
    y, d, x = SMALL[:3]
    with pytest.raises(ValueError, match="Expected the first axis of `d` to have length 6"):
        jax.jit(rbf_interpolate)(y, d[:5], x)
    with pytest.raises(ValueError, match="Expected `smoothing` to be a scalar"):
        jax.jit(rbf_interpolate)(y, d, x, d[:5])
    with pytest.raises(TypeError, match="`y` must be real, got complex numbers"):
        rbf_interpolate(y + 0j, d, x)
    with pytest.raises(np.linalg.LinAlgError, match=r"Points 0 and 1 of `y` coincide"):
        jax.grad(lambda y: jnp.sum(rbf_interpolate(y, d, x)))(0.0 * y)


def test_the_examples():
    failed, attempted = doctest.testmod(bridge)
    assert attempted > 4 and failed == 0


def test_a_missing_library_names_the_extra():
    code = "import sys; sys.modules['jax'] = None; import nbrbf.bridges.jax"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert 'pip install "nbrbf[jax]"' in result.stderr
