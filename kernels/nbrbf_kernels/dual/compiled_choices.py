"""Choices between numbers in compiled code: `choose`, min, max and NumPy's four.

The chosen one is taken as it is, so the other's partials, even a NaN, do not matter.
"""

import numpy as np

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.choice import choose
from nbrbf_kernels.dual.compiled_scalar import outer_level


@specialise(choose)
def choose_number(condition, a, b):
    return lambda condition, a, b: a if condition else b


# Of equal numbers the first; a NaN always for maximum, never for fmax.
@specialise(np.maximum)
def dual_maximum(x, y):
    if outer_level(x, y) is not None:
        return lambda x, y: x if x >= y or x != x else y
    return None


@specialise(np.minimum)
def dual_minimum(x, y):
    if outer_level(x, y) is not None:
        return lambda x, y: x if x <= y or x != x else y
    return None


@specialise(np.fmax)
def dual_fmax(x, y):
    if outer_level(x, y) is not None:
        return lambda x, y: x if x >= y or y != y else y
    return None


@specialise(np.fmin)
def dual_fmin(x, y):
    if outer_level(x, y) is not None:
        return lambda x, y: x if x <= y or y != y else y
    return None


# As for floats: the first, unless another is larger (smaller), which with a NaN none is.
@specialise(max)
def dual_max(x, y, *others):
    if outer_level(x, y, *others) is None:
        return None
    if others:
        return lambda x, y, *others: max(max(x, y), *others)
    return lambda x, y: y if y > x else x


@specialise(min)
def dual_min(x, y, *others):
    if outer_level(x, y, *others) is None:
        return None
    if others:
        return lambda x, y, *others: min(min(x, y), *others)
    return lambda x, y: y if y < x else x
