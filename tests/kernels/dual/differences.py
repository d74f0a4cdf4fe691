"""Derivatives by central differences of eighth order, independent of every rule.

With steps of 1/100 the truncation is far below rounding, 1e-14, for smooth functions; and
unlike the complex step they do for functions of complex results and for choices by order.
"""

import numpy as np

from nbrbf_kernels.dual import Dual, DualArray

WEIGHTS = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
H = 1e-2


def moved(x, k, t):
    """The arguments without duals, t along their k-th partials; in lists and tuples too."""
    if isinstance(x, (list, tuple)):
        return type(x)(moved(entry, k, t) for entry in x)
    if isinstance(x, (Dual, DualArray)):
        return x.value + t * np.asarray(x.partials[k]) if t else np.copy(x.value)
    return x


def entries(result):
    return list(result) if isinstance(result, (list, tuple)) else [result]


def slopes(f, args, k, h=H):
    """The derivative of each of f's results along the k-th partials."""

    def at(t):
        return entries(f(*moved(args, k, t)))

    pairs = [(c / h, at((i + 1) * h), at(-(i + 1) * h)) for i, c in enumerate(WEIGHTS)]
    return [
        sum(c * (np.asarray(ahead[j]) - behind[j]) for c, ahead, behind in pairs)
        for j in range(len(pairs[0][1]))
    ]


def agrees_with_differences(f, *args, h=H, rtol=1e-11, atol=1e-11):
    """Values are NumPy's to the bit, partials agree, and the result is returned."""
    result = f(*args)
    values = entries(f(*moved(args, 0, 0.0)))
    duals = entries(result)
    assert len(values) == len(duals)
    for dual, value in zip(duals, values, strict=True):
        kind = type(value) if _constant(dual) else DualArray if np.ndim(value) else Dual
        assert isinstance(dual, kind)
        np.testing.assert_array_equal(getattr(dual, "value", dual), value)
    for k in range(max(getattr(dual, "width", 0) for dual in duals)):
        for dual, slope in zip(duals, slopes(f, args, k, h), strict=True):
            partial = np.zeros(np.shape(dual)) if _constant(dual) else dual.partials[k]
            assert np.shape(partial) == np.shape(slope)
            np.testing.assert_allclose(partial, slope, rtol=rtol, atol=atol)
    return result


def _constant(result):
    """Whether it is no dual: a constant among others."""
    return not isinstance(result, (Dual, DualArray))


def spread(rng, *shape, width=2):
    """Numbers so far apart that the steps of a difference never change their order."""
    size = int(np.prod(shape))
    value = 0.3 * (rng.permutation(size) - size // 2) + 0.11
    return DualArray(value.reshape(shape), rng.uniform(-1, 1, size=(width, *shape)))
