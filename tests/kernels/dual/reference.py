"""Derivatives of elementary functions in mpmath, where to try them, and the error in ulp."""

import math

import mpmath as mp
import numpy as np

MP = mp.mp.clone()
MP.dps = 40

_rng = np.random.default_rng(11)
_SIGNS = np.array([1.0, -1.0])


def _both_signs(x):
    return np.concatenate([x, -x])


_WIDE = 10.0 ** _rng.uniform(-322, 308, 40)
_MIDDLE = _rng.uniform(0.01, 20.0, 30)
_NEAR_ONE = np.concatenate([1.0 - 10.0 ** -np.arange(1, 16), 1.0 + 10.0 ** -np.arange(1.0, 16)])
POINTS = np.concatenate(
    [
        _both_signs(np.concatenate([_WIDE, _MIDDLE, _NEAR_ONE, [5e-324, 2.0**-1022, 1.7e308]])),
        [-744.0, -709.0, -700.3, 709.7, 700.3, -1073.5, 1023.9, 1024.0, 1024.5],
    ]
)

# f'(x) and where it is a number
UNARY = {
    "negative": (lambda x: MP.mpf(-1), None),
    "positive": (lambda x: MP.mpf(1), None),
    "absolute": (MP.sign, None),
    "fabs": (MP.sign, None),
    "square": (lambda x: 2 * x, None),
    "reciprocal": (lambda x: -1 / x**2, None),
    "sqrt": (lambda x: 1 / (2 * MP.sqrt(x)), lambda x: x > 0),
    "cbrt": (lambda x: 1 / (3 * MP.cbrt(abs(x)) ** 2), None),
    "exp": (MP.exp, lambda x: abs(x) < 1100),
    "exp2": (lambda x: MP.log(2) * MP.mpf(2) ** x, lambda x: abs(x) < 1100),
    "expm1": (MP.exp, lambda x: abs(x) < 1100),
    "log": (lambda x: 1 / x, lambda x: x > 0),
    "log2": (lambda x: 1 / x / MP.log(2), lambda x: x > 0),
    "log10": (lambda x: 1 / x / MP.log(10), lambda x: x > 0),
    "log1p": (lambda x: 1 / (1 + x), lambda x: x > -1),
    "sin": (MP.cos, lambda x: abs(x) < 1e6),
    "cos": (lambda x: -MP.sin(x), lambda x: abs(x) < 1e6),
    "tan": (lambda x: MP.sec(x) ** 2, lambda x: abs(x) < 1e6),
    "arcsin": (lambda x: 1 / MP.sqrt((1 - x) * (1 + x)), lambda x: abs(x) < 1),
    "arccos": (lambda x: -1 / MP.sqrt((1 - x) * (1 + x)), lambda x: abs(x) < 1),
    "arctan": (lambda x: 1 / (1 + x * x), None),
    "sinh": (MP.cosh, lambda x: abs(x) < 710),
    "cosh": (MP.sinh, lambda x: abs(x) < 710),
    "tanh": (lambda x: MP.sech(x) ** 2, lambda x: abs(x) < 1100),
    "arcsinh": (lambda x: 1 / MP.sqrt(1 + x * x), None),
    "arccosh": (lambda x: 1 / MP.sqrt((x - 1) * (x + 1)), lambda x: x > 1),
    "arctanh": (lambda x: 1 / ((1 - x) * (1 + x)), lambda x: abs(x) < 1),
    "degrees": (lambda x: 180 / MP.pi, None),
    "rad2deg": (lambda x: 180 / MP.pi, None),
    "radians": (lambda x: MP.pi / 180, None),
    "deg2rad": (lambda x: MP.pi / 180, None),
}
SPECIAL = {
    "erf": (lambda x: 2 / MP.sqrt(MP.pi) * MP.exp(-x * x), lambda x: abs(x) < 50),
    "erfc": (lambda x: -2 / MP.sqrt(MP.pi) * MP.exp(-x * x), lambda x: abs(x) < 50),
    "gamma": (lambda x: MP.gamma(x) * MP.psi(0, x), lambda x: 1e-154 < x < 171),
    "gammaln": (lambda x: MP.psi(0, x), lambda x: 1e-300 < x < 1e300),
    "psi": (lambda x: MP.psi(1, x), lambda x: 0 < x < 1e9),
}


def _pairs():
    wide = 10.0 ** _rng.uniform(-322, 308, (2, 150)) * _rng.choice(_SIGNS, (2, 150))
    middle = _rng.normal(size=(2, 150)) * 3.0
    near = wide[0, :50] * np.array([[1.0], [1.0]]) * [[1.0], [1.001]]
    return np.concatenate([wide, middle, near], axis=1)


def _powers():
    base = 10.0 ** _rng.uniform(-322, 308, 150)
    whole = _rng.integers(-4, 5, 150).astype(float)
    near_one = 1.0 + 1e-3 * _rng.normal(size=100)
    blocks = [
        (base, _rng.uniform(-1.2, 1.2, 150)),
        (base * _rng.choice(_SIGNS, 150), whole),
        (_rng.normal(size=100), _rng.integers(-1000, 1000, 100).astype(float)),
        (near_one, 3e5 * _rng.normal(size=100)),
        (np.abs(_rng.normal(size=100)) + 1e-3, 100.0 * _rng.normal(size=100)),
    ]
    return np.concatenate([np.array(block) for block in blocks], axis=1)


def _power(x, y):
    by_x = y * MP.power(x, int(y) - 1) if x < 0 else y * MP.power(x, y - 1)
    return by_x, MP.nan if x < 0 else MP.power(x, y) * MP.log(x)


def _sums():
    far = _rng.uniform(-745.0, 709.0, (2, 150))
    close = 1e8 * _rng.normal(size=100)
    close = np.array([close, close + _rng.normal(size=100)])
    return np.concatenate([far, 3.0 * _rng.normal(size=(2, 100)), close], axis=1)


def _quotients():
    whole, y = _rng.integers(-100, 100, 80), _rng.normal(size=80)
    return np.concatenate([_rng.normal(size=(2, 100)) * [[50.0], [1.0]], [whole * y, y]], axis=1)


def _inverse_squares(x, y):
    return y / (x * x + y * y), -x / (x * x + y * y)


def _divisions():
    """And small quotients of numbers below 1, which have lost digits."""
    x, y = 10.0 ** -_rng.uniform(300, 323, 150), 10.0 ** -_rng.uniform(0, 15, 150)
    return np.concatenate([PAIRS, [x, y]], axis=1)


PAIRS, POWERS, SUMS, QUOTIENTS = _pairs(), _powers(), _sums(), _quotients()
DIVISIONS = _divisions()

# (f_x, f_y)(x, y) and where
BINARY = {
    "add": (lambda x, y: (MP.mpf(1), MP.mpf(1)), PAIRS),
    "subtract": (lambda x, y: (MP.mpf(1), MP.mpf(-1)), PAIRS),
    "multiply": (lambda x, y: (y, x), PAIRS),
    "divide": (lambda x, y: (1 / y, -x / y / y), DIVISIONS),
    "power": (_power, POWERS),
    "float_power": (_power, POWERS),
    "hypot": (lambda x, y: (x / MP.hypot(x, y), y / MP.hypot(x, y)), PAIRS),
    "arctan2": (_inverse_squares, PAIRS),
    "logaddexp": (lambda x, y: (1 / (1 + MP.exp(y - x)), 1 / (1 + MP.exp(x - y))), SUMS),
    "logaddexp2": (lambda x, y: (1 / (1 + MP.power(2, y - x)), 1 / (1 + MP.power(2, x - y))), SUMS),
    "floor_divide": (lambda x, y: (MP.mpf(0), MP.mpf(0)), QUOTIENTS),
    "remainder": (lambda x, y: (MP.mpf(1), -MP.floor(x / y)), QUOTIENTS),
    "fmod": (lambda x, y: (MP.mpf(1), -MP.mpf(int(x / y))), QUOTIENTS),
    "copysign": (lambda x, y: (MP.sign(x) * MP.sign(y), MP.mpf(0)), PAIRS),
}


def ulp_error(result, expected):
    """|result - expected| in ulp of `expected`; 0 where that is no double."""
    if not MP.isfinite(expected) or abs(expected) > MP.mpf(1.7976931348623157e308):
        return 0.0
    if not math.isfinite(result):
        return math.inf
    return float(abs(MP.mpf(float(result)) - expected) / MP.mpf(math.ulp(float(expected))))


def expected_unary(name, points):
    """The places of `points` where `name` has a derivative, and the derivatives there."""
    derivative, inside = (UNARY | SPECIAL)[name]
    places = [i for i, x in enumerate(points) if inside is None or inside(x)]
    return places, [derivative(MP.mpf(float(points[i]))) for i in places]


def expected_binary(name):
    """The pairs for `name`, and both derivatives at each."""
    derivative, pairs = BINARY[name]
    return pairs, [derivative(MP.mpf(float(x)), MP.mpf(float(y))) for x, y in pairs.T]
