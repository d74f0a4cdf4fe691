"""What kernels call of a radial function: a method of its type, of numbers, octets or Duals."""

from typing import Any

from numba import types

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_scalar import chain
from nbrbf_kernels.dual.types import DualType
from nbrbf_kernels.rbf.divider import by_divider
from nbrbf_kernels.rbf.octet_instructions import octet_zero_at_zero
from nbrbf_kernels.rbf.octets import octet


def phi(k: Any, s: Any) -> Any:
    """Radial function `k` at the squared distance `s`."""
    return k.phi(s)


def phi_and_slope(k: Any, s: Any, a: Any) -> Any:
    """a times `phi` and `phi1`, with all that they share computed once.

    The slope is there to be multiplied by differences x - y: where phi1 is infinite at s = 0
    it is some finite number, and it may be one where s is NaN or infinite.
    """
    return k.phi_and_slope(s, a)


def phi1(k: Any, s: Any) -> Any:
    """First derivative of `phi` by s."""
    return k.phi1(s)


def phi2(k: Any, s: Any) -> Any:
    """Second derivative of `phi` by s."""
    return k.phi2(s)


def log_phi(k: Any, s: Any) -> Any:
    """Natural logarithm of `phi`, of those that decay."""
    return k.log_phi(s)


def phi_and_slopes(k: Any, s: Any) -> tuple[Any, Any, Any]:
    """`phi`, `phi1` and `phi2`, for tangents of slopes: phi2 meets s', which is 0 where s is 0."""
    return phi(k, s), phi1(k, s), phi2(k, s)


def _is_real(s):
    return isinstance(s, types.Float) or s == octet


def _specialise_on_type(function: Any, name: str) -> None:
    """In compiled code `function(k, s)` is the method `name` of the type of `k`."""

    @specialise(function, inline=True)
    def method_of_type(k, s):
        if type(k) is types.NamedTuple and _is_real(s):
            return getattr(k.instance_class, name)
        return None


def _specialise_on_dual(function: Any, derivative: Any) -> None:
    """The chain rule in s."""

    @specialise(function, inline=True)
    def function_of_dual(k, s):
        if not isinstance(s, DualType) or any(isinstance(t, DualType) for t in k):
            return None
        return lambda k, s: chain(function(k, s.value), derivative(k, s.value), s)


@specialise(phi_and_slope, inline=True)
def _phi_and_slope(k, s, a):
    if type(k) is types.NamedTuple and _is_real(s):
        return k.instance_class.phi_and_slope
    return None


@specialise(phi_and_slopes, inline=True)
def _phi_and_slopes(k, s):
    method = getattr(k.instance_class, "phi_and_slopes", None)
    return method or (lambda k, s: (phi(k, s), phi1(k, s), phi2(k, s)))


def plus_phi_of_two(k: Any, total: Any, a: Any, s: Any, b: Any, t: Any) -> Any:
    """total + a phi(s) + b phi(t): with a division in common, or the second by the divider."""


@specialise(plus_phi_of_two, inline=True)
def _plus_phi_of_two(k, total, a, s, b, t):
    def of_each(k, total, a, s, b, t):
        # Two fused multiply-adds: the sum of the two by itself would take an instruction more.
        return total + a * phi(k, s) + b * phi(by_divider(k), t)

    return getattr(getattr(k, "instance_class", None), "plus_phi_of_two", of_each)


for _function in (phi, phi1, phi2, log_phi):
    _specialise_on_type(_function, _function.__name__)
_specialise_on_dual(phi, phi1)
_specialise_on_dual(phi1, phi2)


def zero_at_zero(s: Any, value: Any) -> Any:
    """`value`, and 0 where s is 0: it may be infinite or NaN there."""


@specialise(zero_at_zero, inline=True)
def _zero_at_zero(s, value):
    if s == octet:
        return lambda s, value: octet_zero_at_zero(s, value)
    return lambda s, value: 0.0 if s == 0.0 else value
