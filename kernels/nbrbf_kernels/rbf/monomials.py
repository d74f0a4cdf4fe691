"""Monomials of the polynomial part, and their order."""

from collections import Counter
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from nbrbf_kernels._jit import kernel


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
def monomial(x, i, shift, scale, powers, r):
    """prod_k ((x_k[i] - shift_k) / scale_k)^powers[r, k], real or dual.

    By products: the powers are small integers, and a dual number takes part as it is.
    """
    product = 1.0
    for axis in range(len(x)):
        z = (x[axis][i] - shift[axis]) / scale[axis]
        for _ in range(powers[r, axis]):
            product = product * z
    return product
