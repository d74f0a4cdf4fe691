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
        return loss(RBFInterpolator, kernel, **{**inputs, **dict(zip(names, arguments))})

    return nbrbf.jvp(function, tuple(inputs[name] for name in names), tuple(directions))


@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("kernel", sorted(naive.PHI))
def test_directional_derivative_is_the_complex_steps(kernel, name):
    inputs = problem(kernel, coincident=kernel not in KINKED)
    direction = np.random.default_rng(1).standard_normal(np.shape(inputs[name]))
    value, tangent = forward(kernel, inputs, [name], [direction])
    expected = complex_step(kernel, inputs, name, direction)
    assert value == pytest.approx(naive_loss(kernel, **inputs), rel=1e-11)
    assert tangent == pytest.approx(expected, rel=1e-10)
