"""The derivative of each elementary function, once, for Python and for compiled code.

A rule receives the arguments and the value ``v`` of the function and returns the partial
derivative. It is written with operators, `choose` and NumPy functions only, so that it means
the same for floats, arrays, Duals (nested) and in compiled code: an ``if`` does not work on
arrays. Each rule is accurate in its own right: it does not cancel, under- or overflow where
the derivative does not. And each can be differentiated again: a choice changes the way a
derivative is computed, never the function that it is of.

``UNARY`` and ``BINARY`` name functions of NumPy, ``SPECIAL`` those of scipy.special. What has
no complex derivative is in ``REAL``. `maximum` and the like choose an argument and need no
rule: see ufuncs.py and compiled_choices.py.
"""

from nbrbf_kernels.dual import rules_binary as of_two
from nbrbf_kernels.dual import rules_special as special
from nbrbf_kernels.dual import rules_unary as of_one

# f(x): name of the function -> f'(x)
UNARY = {
    "negative": of_one.minus_one,
    "positive": of_one.one,
    "absolute": of_one.absolute,
    "square": of_one.square,
    "reciprocal": of_one.reciprocal,
    "sqrt": of_one.sqrt,
    "cbrt": of_one.cbrt,
    "exp": of_one.exp,
    "exp2": of_one.exp2,
    "expm1": of_one.expm1,
    "log": of_one.log,
    "log2": of_one.log2,
    "log10": of_one.log10,
    "log1p": of_one.log1p,
    "sin": of_one.sin,
    "cos": of_one.cos,
    "tan": of_one.tan,
    "arcsin": of_one.arcsin,
    "arccos": of_one.arccos,
    "arctan": of_one.arctan,
    "sinh": of_one.sinh,
    "cosh": of_one.cosh,
    "tanh": of_one.tanh,
    "arcsinh": of_one.arcsinh,
    "arccosh": of_one.arccosh,
    "arctanh": of_one.arctanh,
    "degrees": of_one.degrees,
    "rad2deg": of_one.degrees,
    "radians": of_one.radians,
    "deg2rad": of_one.radians,
    "fabs": of_one.absolute,
    "sign": of_one.zero,
    "floor": of_one.zero,
    "ceil": of_one.zero,
    "trunc": of_one.zero,
    "rint": of_one.zero,
}

# f(x, y): name of the function -> (df/dx, df/dy)
BINARY = {
    "add": (of_two.one, of_two.one),
    "subtract": (of_two.one, of_two.minus_one),
    "multiply": (of_two.multiply_x, of_two.multiply_y),
    "divide": (of_two.divide_x, of_two.divide_y),
    "power": (of_two.power_x, of_two.power_y),
    "float_power": (of_two.power_x, of_two.power_y),
    "hypot": (of_two.hypot_x, of_two.hypot_y),
    "arctan2": (of_two.arctan2_x, of_two.arctan2_y),
    "logaddexp": (of_two.logaddexp_x, of_two.logaddexp_y),
    "logaddexp2": (of_two.logaddexp2_x, of_two.logaddexp2_y),
    "floor_divide": (of_two.zero, of_two.zero),
    "remainder": (of_two.one, of_two.remainder_y),
    "fmod": (of_two.one, of_two.remainder_y),
    "copysign": (of_two.copysign_x, of_two.zero),
    "heaviside": (of_two.zero, of_two.heaviside_y),
}

# f(x) of scipy.special: name of the function -> f'(x)
SPECIAL = {
    "erf": special.erf,
    "erfc": special.erfc,
    "gamma": special.gamma,
    "gammaln": special.gammaln,
    "psi": special.psi,
}

REAL = {
    *("absolute", "fabs", "sign", "floor", "ceil", "trunc", "rint"),
    *("floor_divide", "remainder", "fmod", "copysign", "heaviside"),
}
