"""The radial functions, as types.

A radial function is a NamedTuple whose fields are its parameters, read when it is called;
none of these has any. It is written in s = r^2, the squared distance of two points that
are already multiplied by epsilon, together with its first two derivatives by s: the
gradient by x is then 2 phi1(s) (x - y), and no square root is ever differentiated. What phi
and phi1 have in common, a root, an exponential, a logarithm, is most of their cost, so one
method gives both.

At s = 0: phi1 is 0 where it is infinite (linear, thin_plate_spline, matern1_2), since
x - y is 0 there, which makes 2 phi1 (x - y) a subgradient; phi2 is 0 where it is infinite.
`smoothness` is the number of continuous derivatives of phi(|x|^2) at x = 0; where it is
below 2 the second derivatives at coincident points do not exist, and whoever computes them
asks for it. All other values at 0 are exact. A function that decays so fast that far points are
lost in rounding has `log_phi`, its logarithm, which falls without end (near.py).

Signs are SciPy's: every function is conditionally positive definite of order
`min_degree` + 1, so that smoothing smooths. `scale_invariant` functions need no epsilon.
"""

from collections.abc import Callable
from math import inf
from typing import Any, NamedTuple

from nbrbf_kernels.rbf.divider import add_sisters
from nbrbf_kernels.rbf.elementary import (
    INF,
    SMALLEST_NORMAL,
    exp_of_negative,
    half_log_of_normal,
    reciprocal,
    rsqrt,
    rsqrt_of_finite,
    sqrt,
    sum_of_ratios,
)
from nbrbf_kernels.rbf.radial_calls import phi_and_slope, zero_at_zero

SQRT3, SQRT5 = 3.0**0.5, 5.0**0.5

RADIAL_FUNCTIONS: dict[str, Any] = {}


def _phi_of_both(k: Any, s: Any) -> Any:
    return phi_and_slope(k, s, 1.0)[0]


def _slope_of_both(k: Any, s: Any) -> Any:
    return phi_and_slope(k, s, 1.0)[1]


def _radial_function(
    name: str, *, min_degree: int, smoothness: float, scale_invariant: bool = False
) -> Callable[[Any], Any]:
    """Class decorator: the properties of a radial function, and its place in the table.

    The class has other methods than `phi_and_slope` and phi2 only where they differ from those.
    """

    def register(cls: Any) -> Any:
        cls.phi = vars(cls).get("phi", _phi_of_both)
        cls.phi1 = vars(cls).get("phi1", _slope_of_both)
        cls.min_degree, cls.smoothness = min_degree, smoothness
        cls.scale_invariant = scale_invariant
        add_sisters(cls)
        RADIAL_FUNCTIONS[name] = cls
        return cls

    return register


@_radial_function("linear", min_degree=0, smoothness=0, scale_invariant=True)
class Linear(NamedTuple):
    """-r."""

    def phi(k, s):
        return -sqrt(s)

    def phi_and_slope(k, s, a):
        v = a * rsqrt_of_finite(s)
        return -(s * v), -0.5 * v

    def phi1(k, s):
        slope = -0.5 * rsqrt(s)
        return zero_at_zero(s, slope)

    def phi2(k, s):
        curvature = 0.25 / (s * sqrt(s))
        return zero_at_zero(s, curvature)


@_radial_function("thin_plate_spline", min_degree=1, smoothness=1, scale_invariant=True)
class ThinPlateSpline(NamedTuple):
    """r^2 log r."""

    def phi_and_slope(k, s, a):
        # s log s is 0 at 0 with the finite log there, and 1e-306 off among the subnormals:
        # distances below 1.5e-154.
        log_r = half_log_of_normal(s)
        return a * (s * log_r), a * (log_r + 0.5)

    def phi_and_slopes(k, s):
        value, slope = phi_and_slope(k, s, 1.0)
        return value, slope, 0.5 / (s + SMALLEST_NORMAL)

    def phi1(k, s):
        slope = phi_and_slope(k, s, 1.0)[1]
        slope = slope if s < INF else s
        return 0.0 if s == 0.0 else slope

    def phi2(k, s):
        curvature = 0.5 / s
        return 0.0 if s == 0.0 else curvature


@_radial_function("cubic", min_degree=1, smoothness=2, scale_invariant=True)
class Cubic(NamedTuple):
    """r^3."""

    def phi_and_slope(k, s, a):
        r = a * sqrt(s)
        return s * r, 1.5 * r

    def phi2(k, s):
        curvature = 0.75 * rsqrt(s)
        return zero_at_zero(s, curvature)


@_radial_function("quintic", min_degree=2, smoothness=4, scale_invariant=True)
class Quintic(NamedTuple):
    """-r^5."""

    def phi_and_slope(k, s, a):
        r3 = a * (s * sqrt(s))
        return -(s * r3), -2.5 * r3

    def phi2(k, s):
        return -3.75 * sqrt(s)


@_radial_function("multiquadric", min_degree=0, smoothness=inf)
class Multiquadric(NamedTuple):
    """-sqrt(1 + r^2)."""

    def phi(k, s):
        return -sqrt(1.0 + s)

    def phi_and_slope(k, s, a):
        t = 1.0 + s
        v = a * rsqrt_of_finite(t)
        return -(t * v), -0.5 * v

    def phi2(k, s):
        return 0.25 / ((1.0 + s) * sqrt(1.0 + s))


@_radial_function("inverse_multiquadric", min_degree=-1, smoothness=inf)
class InverseMultiquadric(NamedTuple):
    """1 / sqrt(1 + r^2)."""

    def phi_and_slope(k, s, a):
        v = rsqrt(1.0 + s)
        return a * v, -0.5 * (a * v) * (v * v)

    def phi2(k, s):
        v = rsqrt(1.0 + s)
        return 0.75 * v * (v * v) * (v * v)


@_radial_function("inverse_quadratic", min_degree=-1, smoothness=inf)
class InverseQuadratic(NamedTuple):
    """1 / (1 + r^2)."""

    def plus_phi_of_two(k, total, a, s, b, t):
        return total + sum_of_ratios(a, 1.0 + s, b, 1.0 + t)

    def phi_and_slope(k, s, a):
        v = reciprocal(1.0 + s)
        return a * v, -(a * v) * v

    def phi2(k, s):
        v = 1.0 / (1.0 + s)
        return 2.0 * v * (v * v)


@_radial_function("gaussian", min_degree=-1, smoothness=inf)
class Gaussian(NamedTuple):
    """exp(-r^2), and 0 where that is below the smallest normal number."""

    def log_phi(k, s):
        return -s

    def phi_and_slope(k, s, a):
        v = a * exp_of_negative(s)
        return v, -v

    def phi2(k, s):
        return exp_of_negative(s)


@_radial_function("matern1_2", min_degree=-1, smoothness=0)
class Matern1_2(NamedTuple):
    """exp(-r)."""

    def log_phi(k, s):
        return -sqrt(s)

    def phi(k, s):
        return exp_of_negative(sqrt(s))

    def phi_and_slope(k, s, a):
        v = rsqrt_of_finite(s)
        e = a * exp_of_negative(s * v)
        return e, -0.5 * (e * v)

    def phi1(k, s):
        r = sqrt(s)
        slope = -0.5 * exp_of_negative(r) / r
        return zero_at_zero(s, slope)

    def phi2(k, s):
        r = sqrt(s)
        curvature = 0.25 * (1.0 + r) * exp_of_negative(r) / (s * r)
        return zero_at_zero(s, curvature)


@_radial_function("matern3_2", min_degree=-1, smoothness=2)
class Matern3_2(NamedTuple):
    """(1 + q) exp(-q), q = sqrt(3) r."""

    def log_phi(k, s):
        q = SQRT3 * sqrt(s)
        return 2.0 * half_log_of_normal(1.0 + q) - q

    def phi_and_slope(k, s, a):
        q = SQRT3 * sqrt(s)
        e = a * exp_of_negative(q)
        return (1.0 + q) * e, -1.5 * e

    def phi2(k, s):
        q = SQRT3 * sqrt(s)
        curvature = 2.25 * exp_of_negative(q) / q
        return zero_at_zero(s, curvature)


@_radial_function("matern5_2", min_degree=-1, smoothness=4)
class Matern5_2(NamedTuple):
    """(1 + q + q^2 / 3) exp(-q), q = sqrt(5) r."""

    def log_phi(k, s):
        q = SQRT5 * sqrt(s)
        return 2.0 * half_log_of_normal(1.0 + q + q * q / 3.0) - q

    def phi_and_slope(k, s, a):
        q = SQRT5 * sqrt(s)
        e = a * exp_of_negative(q)
        return (1.0 + q + q * q / 3.0) * e, -5.0 / 6.0 * (1.0 + q) * e

    def phi2(k, s):
        return 25.0 / 12.0 * exp_of_negative(SQRT5 * sqrt(s))
