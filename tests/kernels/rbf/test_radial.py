"""Radial functions: SciPy's definitions, derivatives from 50 digits, values at 0, extremes."""

import mpmath
import numpy as np
import pytest
from mpmath import mp, mpf

from nbrbf_kernels._jit import sum_kernel
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from nbrbf_kernels.rbf.radial_calls import phi, phi1, phi2

NAMES = list(RADIAL_FUNCTIONS)

# phi as a function of r, as SciPy documents it.
DEFINITIONS = {
    "linear": lambda r: -r,
    "thin_plate_spline": lambda r: r**2 * mp.log(r),
    "cubic": lambda r: r**3,
    "quintic": lambda r: -(r**5),
    "multiquadric": lambda r: -mp.sqrt(1 + r**2),
    "inverse_multiquadric": lambda r: 1 / mp.sqrt(1 + r**2),
    "inverse_quadratic": lambda r: 1 / (1 + r**2),
    "gaussian": lambda r: mp.exp(-(r**2)),
    "matern1_2": lambda r: mp.exp(-r),
    "matern3_2": lambda r: (1 + mp.sqrt(3) * r) * mp.exp(-mp.sqrt(3) * r),
    "matern5_2": lambda r: (1 + mp.sqrt(5) * r + 5 * r**2 / 3) * mp.exp(-mp.sqrt(5) * r),
}

# phi, phi1 and phi2 at s = 0; what is infinite is taken as 0.
AT_ZERO = {
    "linear": (0.0, 0.0, 0.0),
    "thin_plate_spline": (0.0, 0.0, 0.0),
    "cubic": (0.0, 0.0, 0.0),
    "quintic": (0.0, 0.0, 0.0),
    "multiquadric": (-1.0, -0.5, 0.25),
    "inverse_multiquadric": (1.0, -0.5, 0.75),
    "inverse_quadratic": (1.0, -1.0, 2.0),
    "gaussian": (1.0, -1.0, 1.0),
    "matern1_2": (1.0, 0.0, 0.0),
    "matern3_2": (1.0, -1.5, 0.0),
    "matern5_2": (1.0, -5.0 / 6.0, 25.0 / 12.0),
}


# One loop over all three, compiled as evaluation is.
@sum_kernel
def values_and_derivatives(k, s, out):
    for i in range(len(s)):
        out[0, i] = phi(k, s[i])
        out[1, i] = phi1(k, s[i])
        out[2, i] = phi2(k, s[i])


@sum_kernel
def of_duals(k, s, out):
    for i in range(len(s)):
        out[0, i] = phi(k, s[i])
        out[1, i] = phi1(k, s[i])


def compute(name, s):
    s = np.asarray(s, dtype=float)
    out = np.empty((3, len(s)))
    values_and_derivatives(RADIAL_FUNCTIONS[name](), s, out)
    return out


def exact(name, s):
    """phi and its first two derivatives by s, from 60 digits."""
    with mp.workdps(60):
        return [
            mpmath.diff(lambda t: DEFINITIONS[name](mp.sqrt(t)), mpf(s), n, relative=True)
            for n in range(3)
        ]


@pytest.mark.parametrize("name", NAMES)
def test_values_and_derivatives_agree_with_sixty_digits(name):
    s = np.concatenate([2.0 ** np.linspace(-40.0, 8.0, 41), [0.37, 1.0, 1.9, 3.3]])
    out = compute(name, s)
    for i, si in enumerate(s):
        f, f1, f2 = exact(name, si)
        # log r passes through 0: there the error is relative to the terms, not to their sum
        scale = 0.5 * si if name == "thin_plate_spline" else 0.0
        assert abs(out[0, i] - f) <= 1e-13 * abs(f) + 1e-16 * scale
        assert abs(out[1, i] - f1) <= 1e-13 * (abs(f1) + (scale > 0))
        assert abs(out[2, i] - f2) <= 1e-13 * abs(f2)


@pytest.mark.parametrize("name", NAMES)
def test_values_at_zero(name):
    np.testing.assert_array_equal(compute(name, [0.0])[:, 0], AT_ZERO[name])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("s", [1e-300, 1e300])
def test_extreme_distances(name, s):
    with mp.workdps(60):
        r = mp.sqrt(mpf(s))
        value = DEFINITIONS[name](r)
    overflows = abs(value) > np.finfo(float).max
    expected = float(mp.sign(value)) * np.inf if overflows else float(value)
    out = compute(name, [s])[:, 0]
    np.testing.assert_allclose(out[0], expected, rtol=1e-13)
    assert not np.isnan(out).any()


def test_fifth_power_of_a_distance_of_1e50_does_not_overflow():
    np.testing.assert_allclose(compute("quintic", [1e100])[0], [-1e250], rtol=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    assert np.isnan(compute(name, [np.nan])).all()


@pytest.mark.parametrize("name", NAMES)
def test_duals_follow_the_chain_rule(name):
    rng = np.random.default_rng(8)
    s = rng.uniform(0.1, 4.0, 7)
    tangents = rng.standard_normal((2, 7))
    out = DualArray(np.empty((2, 7)), np.empty((2, 2, 7)), 1)
    of_duals(RADIAL_FUNCTIONS[name](), DualArray(s, tangents, 1), out)
    f, f1, f2 = compute(name, s)
    np.testing.assert_allclose(out.value, [f, f1], rtol=1e-15)
    np.testing.assert_allclose(
        out.partials, np.stack([f1 * tangents, f2 * tangents], 1), rtol=1e-14
    )


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"thin_plate_spline"}))
def test_smoothness_ends_at_the_first_odd_power_of_r(name):
    # d^n/dx^n of phi(|x|) at -h is that at h with its sign changed if n is odd: continuous at 0
    # only if it vanishes there.
    with mp.workdps(60):
        derivatives = mpmath.taylor(DEFINITIONS[name], mpf("1e-12"), 7)
    first = next((n for n in (1, 3, 5, 7) if abs(derivatives[n]) > 1e-6), np.inf)
    assert RADIAL_FUNCTIONS[name].smoothness == first - 1


def test_thin_plate_spline_has_a_logarithm_for_its_second_derivative():
    slope, curvature = (
        mpmath.diff(DEFINITIONS["thin_plate_spline"], mpf("1e-9"), n, relative=True) for n in (1, 2)
    )
    assert abs(slope) < 1e-6
    assert abs(curvature) > 30
    assert RADIAL_FUNCTIONS["thin_plate_spline"].smoothness == 1


def test_table_agrees_with_scipys():
    from scipy.interpolate import _rbfinterp

    assert set(_rbfinterp._AVAILABLE) <= set(RADIAL_FUNCTIONS)
    for name in _rbfinterp._AVAILABLE:
        k = RADIAL_FUNCTIONS[name]()
        assert k.min_degree == _rbfinterp._NAME_TO_MIN_DEGREE.get(name, -1)
        assert k.scale_invariant == (name in _rbfinterp._SCALE_INVARIANT)
