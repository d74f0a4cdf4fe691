"""What is exactly true of the gradient of any loss through an interpolant, with no differences.

Evaluation points are data points in part, which is the common case.
"""

import numpy as np
import pytest

from nbrbf import RBFInterpolator
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from tests.nbrbf import naive

KERNELS = sorted(naive.PHI)
# phi(c r) = c^p phi(r), but for what the polynomial takes up.
ORDERS = {"linear": 1, "thin_plate_spline": 2, "cubic": 3, "quintic": 5}


def gradient(kernel, ndim=2, smoothing=None, cotangent=None):
    """Inputs, values, the cotangent of the values and those of the inputs."""
    rng = np.random.default_rng(5)
    y, x = rng.random((25, ndim)), rng.random((9, ndim))
    x[:4] = y[[0, 7, 8, 20]]
    d = np.sin(3.0 * y[:, 0]) + y[:, -1] ** 2
    smoothing = 1e-3 * (1.0 + rng.random(25)) if smoothing is None else smoothing
    f = RBFInterpolator(y, d, smoothing=smoothing, kernel=kernel, epsilon=3.0)
    values = f(x)
    cotangent = 2.0 * values if cotangent is None else cotangent(rng)
    return y, d, x, values, cotangent, f.vjp(x, cotangent)


def vanishes(terms, others=()):
    """Whether the terms of two sums agree to rounding."""
    size = sum(np.sum(np.abs(t)) for t in (terms, others))
    assert abs(np.sum(terms) - np.sum(others)) <= 1e-10 * size


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_linear_loss_is_its_gradient_times_the_data(kernel):
    _, d, _, values, c, bars = gradient(kernel, cotangent=lambda rng: rng.standard_normal(9))
    vanishes(d * bars.d, c * values)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_weights_of_the_data_sum_to_one(kernel):
    """Of degree 0 at least, the interpolant reproduces constants."""
    _, _, _, _, c, bars = gradient(kernel)
    vanishes(bars.d, c)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("ndim", [2, 3])
def test_translation_of_all_points_changes_nothing(kernel, ndim):
    if ndim == 3 and kernel != "thin_plate_spline":
        pytest.skip("one source for all dimensions")
    *_, bars = gradient(kernel, ndim)
    for axis in range(ndim):
        vanishes(bars.y[:, axis], -bars.x[:, axis])


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("ndim", [2, 3])
def test_rotation_of_all_points_changes_nothing(kernel, ndim):
    if ndim == 3 and kernel != "thin_plate_spline":
        pytest.skip("one source for all dimensions")
    y, _, x, _, _, bars = gradient(kernel, ndim)
    for k in range(ndim):
        m = (k + 1) % ndim
        turning = [
            p[:, k] * bar[:, m] - p[:, m] * bar[:, k] for p, bar in ((y, bars.y), (x, bars.x))
        ]
        vanishes(turning[0], -turning[1])


@pytest.mark.parametrize("kernel", KERNELS)
def test_dilation_of_all_points_is_a_change_of_epsilon(kernel):
    y, _, x, _, _, bars = gradient(kernel)
    vanishes(np.concatenate([(y * bars.y).ravel(), (x * bars.x).ravel()]), 3.0 * bars.epsilon)


@pytest.mark.parametrize("kernel", sorted(ORDERS))
def test_epsilon_of_a_scale_invariant_kernel_only_scales_the_smoothing(kernel):
    smoothing = 1e-3 * np.arange(1.0, 26.0)
    *_, bars = gradient(kernel, smoothing=smoothing)
    vanishes(-ORDERS[kernel] * smoothing * bars.smoothing, 3.0 * bars.epsilon)


@pytest.mark.parametrize("kernel", sorted(ORDERS))
def test_epsilon_of_a_scale_invariant_kernel_does_nothing_without_smoothing(kernel):
    y, _, _, _, _, bars = gradient(kernel, smoothing=0.0)
    assert abs(3.0 * bars.epsilon) <= 1e-9 * np.sum(np.abs(y * bars.y))


@pytest.mark.parametrize("kernel", KERNELS)
def test_first_derivatives_at_data_points_are_finite(kernel):
    *_, bars = gradient(kernel)
    for bar in (bars.y, bars.d, bars.x, bars.smoothing, bars.epsilon):
        assert np.isfinite(bar).all()
    assert set(KERNELS) == set(RADIAL_FUNCTIONS)
