"""The derivative of each elementary function, once, for Python and for compiled code.

A rule receives the arguments and the value ``v`` of the function and returns the partial
derivative. It is written with operators and NumPy functions only, so that it means the same
for floats, arrays, Duals (nested) and in compiled code; choices are products with a
comparison, since an ``if`` does not work on arrays. Each rule is accurate in its own right:
it does not cancel where the function does not.
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
    # 1 / cosh^2; 1 - tanh^2 would cancel and cosh would overflow.
    e = np.exp(-2.0 * np.abs(x))
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


UNARY = {f.__name__: f for f in (negative, positive, absolute, sign, sqrt, exp, log, sin, cos, tanh)}

# f(x, y): name of the NumPy function -> (df/dx, df/dy)


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
    # The exponent stays 0 for y = 0: 0 * x^0 is 0 at x = 0 too, 0 * x^-1 is not.
    return y * x ** (y - (y != 0))


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
