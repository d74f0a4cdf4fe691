"""Monomials of the polynomial part, and their order."""

from collections import Counter
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numba import types

from nbrbf_kernels._jit import kernel, specialise


def monomial_powers(ndim: int, degree: int) -> np.ndarray[Any, Any]:
    """Exponents of all monomials up to a total degree, by degree: 1, x, y, x^2, x y, y^2, ...

    Returns an int64 array (R, ndim); (0, ndim) for degree -1.
    """
    axes = range(ndim)
    products = [p for n in range(degree + 1) for p in combinations_with_replacement(axes, n)]
    counts = [Counter(product) for product in products]
    rows = [[count[axis] for axis in axes] for count in counts]
    return np.array(rows, dtype=np.int64).reshape(len(rows), ndim)


@kernel
def power(z, n):
    """z^n for an integer n >= 0, by products, so that z may be dual."""
    product = 1.0
    for _ in range(n):
        product = product * z
    return product


def monomial(x: Any, i: int, shift: Any, scale: Any, powers: Any, r: int, axis: int = 0) -> Any:
    """prod_k ((x_k[i] - shift_k) / scale_k)^powers[r, k] over the axes from `axis` on.

    `x` holds the rows of these axes.
    """


@specialise(monomial)
def _monomial(x, i, shift, scale, powers, r, axis=0):
    if not isinstance(x, types.BaseTuple):
        return None

    def last_axis(x, i, shift, scale, powers, r, axis=0):
        return power((x[0][i] - shift[axis]) / scale[axis], powers[r, axis])

    def this_axis_and_others(x, i, shift, scale, powers, r, axis=0):
        factor = power((x[0][i] - shift[axis]) / scale[axis], powers[r, axis])
        return factor * monomial(x[1:], i, shift, scale, powers, r, axis + 1)

    return last_axis if len(x) == 1 else this_axis_and_others
