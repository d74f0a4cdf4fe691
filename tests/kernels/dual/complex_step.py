"""A compiled function of dual arrays against the same source run by NumPy on complex ones."""

import numpy as np
from numba import njit

from nbrbf_kernels.dual import Dual, DualArray

STEP = 1e-30


def dual(*shape, p=2, level=0):
    """A random DualArray, its values between 0.5 and 1.5."""
    rng = np.random.default_rng([*shape, p])
    return DualArray(0.5 + rng.random(shape), rng.normal(size=(p, *shape)), level)


def check(f, *args):
    """f(*args) compiled: its values and partials are those of the complex step."""
    results = njit(f)(*(a.copy() if isinstance(a, DualArray) else a for a in args))
    width = next(a.width for a in args if isinstance(a, (Dual, DualArray)))
    for k in range(width):
        expected = f(*(_stepped(a, k) for a in args))
        _compare(results, expected, k)


def _stepped(x, k):
    if isinstance(x, (Dual, DualArray)):
        return x.value + 1j * STEP * x.partials[k]
    return x


def _compare(result, expected, k):
    if isinstance(expected, tuple):
        for one, other in zip(result, expected, strict=True):
            _compare(one, other, k)
        return
    assert np.shape(result.value) == np.shape(expected)
    np.testing.assert_allclose(result.value, np.real(expected), rtol=1e-13)
    np.testing.assert_allclose(result.partials[k], np.imag(expected) / STEP, rtol=1e-12, atol=1e-13)
