"""A user's radial function: its parameters, its formula, and derivatives from Dual numbers.

    phi(s) = F(k, s)        phi1 = dF/ds        phi2 = d^2F/ds^2        dphi/dt = dF/dt

with F the user's formula at (nested) Duals. At s = 0 the derivatives by s are what the user
states: F may go through a square root there, whose derivative is infinite.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from numba import types
from numba.extending import intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual import Dual
from nbrbf_kernels.dual.compiled_scalar import chain2
from nbrbf_kernels.dual.types import DualType, pack
from nbrbf_kernels.rbf.code_digest import digest_of
from nbrbf_kernels.rbf.parts import values_of_parameters
from nbrbf_kernels.rbf.quick import quick
from nbrbf_kernels.rbf.radial_calls import phi, phi1, phi2, phi_and_slope
from nbrbf_kernels.rbf.radial_type import RadialType, register_class


def formula(k: Any, s: Any) -> Any:
    """The user's phi, without the rule for s = 0."""


def phi1_at_zero(k: Any) -> Any:
    """phi1 at s = 0 as the user states it."""


def phi2_at_zero(k: Any) -> Any:
    """phi2 at s = 0 as the user states it."""


@specialise(formula, inline=True)
def _formula(k, s):
    return k.instance_class._formula if isinstance(k, RadialType) else None


@specialise(phi1_at_zero, inline=True)
def _phi1_at_zero(k):
    return k.instance_class._at_zero[0] if isinstance(k, RadialType) else None


@specialise(phi2_at_zero, inline=True)
def _phi2_at_zero(k):
    return k.instance_class._at_zero[1] if isinstance(k, RadialType) else None


@intrinsic
def _seed(typingctx, k, s):
    """`s` as the variable of a derivative call inside of all that k and s carry."""
    levels = [t.level for t in (*k, s) if isinstance(t, DualType)]
    result = DualType(1, 1 + max(levels, default=0), s)

    def codegen(context, builder, signature, args):
        one = context.cast(builder, context.get_constant(types.float64, 1.0), types.float64, s)
        return pack(context, builder, result, args[1], [one])

    return result(k, s), codegen


@specialise(phi, inline=True)
def _phi(k, s):
    if not isinstance(k, RadialType) or (isinstance(s, DualType) and not k.dual_fields):
        return None
    if not isinstance(s, DualType):
        return lambda k, s: formula(k, s)
    return _by_parameters_and_distance(phi, phi1)


@specialise(phi_and_slope, inline=True)
def _phi_and_slope(k, s, a):
    if not isinstance(k, RadialType) or isinstance(s, DualType):
        return None

    def value_and_slope(k, s, a):
        f = formula(k, _seed(k, s))
        return a * f.value, a * (phi1_at_zero(k) if s == 0.0 else f.partials[0])

    return value_and_slope


@specialise(phi1, inline=True)
def _phi1(k, s):
    if not isinstance(k, RadialType) or (isinstance(s, DualType) and not k.dual_fields):
        return None
    if isinstance(s, DualType):
        return _by_parameters_and_distance(phi1, phi2)
    return lambda k, s: phi_and_slope(k, s, 1.0)[1]


@specialise(phi2, inline=True)
def _phi2(k, s):
    if not isinstance(k, RadialType) or isinstance(s, DualType):
        return None

    def curvature(k, s):
        t = _seed(k, s)
        derivative = formula(k, _seed(k, t)).partials[0].partials[0]
        return phi2_at_zero(k) if s == 0.0 else derivative

    return curvature


def _by_parameters_and_distance(function: Any, derivative: Any) -> Callable[[Any, Any], Any]:
    """function' = df/dt . t' + df/ds s', the first from the formula, the second as stated."""

    def total(k, s):
        f = function(k, s.value)
        return chain2(f.value, 1.0, f, derivative(values_of_parameters(k), s.value), s)

    return total


def radial_function(
    *,
    min_degree: int,
    smoothness: float,
    phi1_at_0: float | Callable[[Any], Any] = 0.0,
    phi2_at_0: float | Callable[[Any], Any] = 0.0,
) -> Callable[[Any], Any]:
    """Class decorator: make a NamedTuple a radial function for `RBFInterpolator` and kernels.

    The fields are the function's parameters. They are numbers read when it is evaluated, so
    another value compiles nothing, and may be Duals: then whatever is computed with them is
    dual. A method ``phi(self, s)`` is the formula, of s = r^2, the squared distance of two
    points that are already multiplied by epsilon, written with operators and the functions of
    NumPy or math (exp, log and sqrt are as fast as in the built-in ones; ``s ** 1.5`` and
    other powers are not) and the user's own. Its derivatives come from Dual numbers.

    Parameters
    ----------
    min_degree : int
        Degree of polynomial that makes the system solvable, -1 for a positive definite
        function: one less than the order of conditional positive definiteness.
    smoothness : float
        How many continuous derivatives phi(|x|^2) has at x = 0; `math.inf` for all.
    phi1_at_0, phi2_at_0 : float or function of the instance
        First and second derivative of phi by s at s = 0, 0 where they are infinite.

    Returns
    -------
    decorator
        It returns the class, with ``phi1(self, s)`` and ``phi2(self, s)`` added.

    Raises
    ------
    TypeError
        If the class is no NamedTuple with a method phi, or if phi refers to something else
        than numbers, arrays, tuples and functions.
    ValueError
        If `min_degree` or `smoothness` is out of range.

    Examples
    --------
    >>> from math import inf
    >>> from typing import NamedTuple
    >>> import numpy as np
    >>> from nbrbf import RBFInterpolator, radial_function
    >>> @radial_function(min_degree=-1, smoothness=inf, phi1_at_0=lambda k: -k.rate / 2)
    ... class RationalQuadratic(NamedTuple):
    ...     rate: float
    ...
    ...     def phi(self, s):
    ...         return 1.0 / np.sqrt(1.0 + self.rate * s)
    >>> y = np.array([[0.0], [1.0], [2.0]])
    >>> f = RBFInterpolator(y, 1.0 + y[:, 0] ** 2, kernel=RationalQuadratic(0.7))
    >>> np.round(f(y), 10)
    array([1., 2., 5.])
    """
    if isinstance(min_degree, bool) or min_degree != int(min_degree) or min_degree < -1:
        raise ValueError(f"min_degree must be an integer from -1 on, got {min_degree!r}")
    if not smoothness >= 0:
        raise ValueError(f"smoothness must be at least 0, got {smoothness!r}")
    at_zero = tuple(map(_function_of_parameters, (phi1_at_0, phi2_at_0)))

    def register(cls: Any) -> Any:
        method = getattr(cls, "phi", None)
        named = isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")
        if not named or not isinstance(method, FunctionType):
            raise TypeError(
                "radial_function decorates a NamedTuple class with a method phi(self, s), "
                f"got {cls!r}"
            )
        cls.min_degree, cls.smoothness = int(min_degree), float(smoothness)
        cls.scale_invariant = False
        cls._formula, cls._at_zero = quick(method), tuple(map(quick, at_zero))
        cls.phi1, cls.phi2 = _derivatives(*at_zero)
        # Kernels ask for these when they are compiled.
        properties = cls.min_degree, cls.smoothness
        digest = digest_of(cls._fields, properties, method, at_zero)
        register_class(cls, f"{cls.__name__}_{digest}")
        return cls

    return register


def _function_of_parameters(value: Any) -> Any:
    if callable(value):
        return value
    number = float(value)
    return lambda k: number


def _derivatives(phi1_at_zero: Any, phi2_at_zero: Any) -> tuple[Any, Any]:
    """The methods phi1 and phi2 for a number s, in Python."""

    def phi1(self, s):
        """First derivative of `phi` by s, a number."""
        if s == 0.0:
            return phi1_at_zero(self)
        return self.phi(Dual(s, (1.0,), _level_above(self, s))).partials[0]

    def phi2(self, s):
        """Second derivative of `phi` by s, a number."""
        if s == 0.0:
            return phi2_at_zero(self)
        level = _level_above(self, s)
        t = Dual(Dual(s, (1.0,), level), (1.0,), level + 1)
        return self.phi(t).partials[0].partials[0]

    return phi1, phi2


def _level_above(*numbers: Any) -> int:
    flat = [n for each in numbers for n in (each if isinstance(each, tuple) else (each,))]
    return 1 + max((n.level for n in flat if isinstance(n, Dual)), default=0)
