"""The derivative of each elementary function, once, for Python and for compiled code.

A rule receives the arguments and the value ``v`` of the function and returns the partial
derivative. It is written with operators and NumPy functions only, so that it means the same
for floats, arrays, Duals (nested) and in compiled code; choices are products with a
comparison, since an ``if`` does not work on arrays. Each rule is accurate in its own right:
it does not cancel where the function does not. And each can be differentiated again: a
choice changes the way a derivative is computed, never the function that it is of.
"""

import numpy as np

# f(x): name of the NumPy function -> f'(x)


def negative(x, v):
    return -1.0


def positive(x, v):
    return 1.0


def absolute(x, v):
    return np.sign(x)


def sign(x, v):
    return 0.0


def square(x, v):
    return 2.0 * x


def reciprocal(x, v):
    return -v * v


def sqrt(x, v):
    return 0.5 / v


def exp(x, v):
    return v


def log(x, v):
    return 1.0 / x


def sin(x, v):
    return np.cos(x)


def cos(x, v):
    return -np.sin(x)


def tanh(x, v):
    # 1 / cosh^2 = 4 e / (1 + e)^2 with e = exp(-2 x) or, the same, exp(2 x): the one that
    # does not overflow. 1 - tanh^2 would cancel. The sign is chosen by a comparison and not
    # by np.abs, whose derivative at 0 is 0: the third derivative of tanh there is not.
    e = np.exp((4.0 * (x < 0.0) - 2.0) * x)
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


UNARY = {
    f.__name__: f
    for f in (
        negative,
        positive,
        absolute,
        sign,
        square,
        reciprocal,
        sqrt,
        exp,
        log,
        sin,
        cos,
        tanh,
    )
}

# f(x, y): name of the NumPy function -> (df/dx, df/dy)

# Its reciprocal is still finite.
_SMALL = 1e-300


def _one(x, y, v):
    return 1.0


def _minus_one(x, y, v):
    return -1.0


def multiply_x(x, y, v):
    return y


def multiply_y(x, y, v):
    return x


def divide_x(x, y, v):
    return 1.0 / y


def divide_y(x, y, v):
    return -v / y


def power_x(x, y, v):
    # y x^(y - 1); but at x = y = 0, 0 * 0^0 is 0 and 0 * 0^-1 is not. The exponent is left
    # alone there only: anywhere else its derivative by y counts (that of y x^(y - 1) at
    # y = 0 is 1 / x). An integer y stays one: x^2 and its derivative are products.
    return y * x ** (y - ((y != 0) | (np.abs(x) > _SMALL)))


def power_y(x, y, v):
    # At x = 0 the power does not change with y (for y > 0), so log 1 stands for log 0.
    return v * np.log(x + 1.0 * (x == 0.0))


BINARY = {
    "add": (_one, _one),
    "subtract": (_one, _minus_one),
    "multiply": (multiply_x, multiply_y),
    "divide": (divide_x, divide_y),
    "power": (power_x, power_y),
}
