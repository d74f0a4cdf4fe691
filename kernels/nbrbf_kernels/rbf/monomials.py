"""Monomials of the polynomial part, and their order."""

import operator
from collections import Counter
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

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


@intrinsic
def point(typingctx, rows, i):
    """The i-th element of each of a tuple of rows, as a tuple.

    To index the tuple of rows by a variable instead would count references to its arrays,
    which costs more than a monomial.
    """
    getitem = typingctx.resolve_value_type(operator.getitem)
    signatures = [getitem.get_call_type(typingctx, (row, i), {}) for row in rows]
    result = types.UniTuple(signatures[0].return_type, len(rows))

    def codegen(context, builder, signature, args):
        elements = [
            context.get_function(getitem, s)(builder, (row, args[1]))
            for s, row in zip(signatures, cgutils.unpack_tuple(builder, args[0]), strict=True)
        ]
        return context.make_tuple(builder, result, elements)

    return result(rows, i), codegen


@kernel(inline=True)
def monomial(x, i, shift, scale, powers, r):
    """prod_k ((x_k[i] - shift_k) / scale_k)^powers[r, k], real or dual."""
    return monomial_at(point(x, i), shift, scale, powers, r)


@kernel(inline=True)
def monomial_at(x_i, shift, scale, powers, r):
    """`monomial` of a point's coordinates.

    By products: the powers are small integers, and a dual number takes part as it is.
    """
    product = 1.0
    for axis in range(len(x_i)):
        n = powers[r, axis]
        if n > 0:
            z = (x_i[axis] - shift[axis]) / scale[axis]
            for _ in range(n):
                product = product * z
    return product


@kernel(inline=True)
def monomial_slope(x_i, shift, scale, powers, r, axis):
    """Derivative of `monomial_at` by the coordinate `axis`, whose power is at least 1."""
    product = powers[r, axis] / scale[axis]
    for k in range(len(x_i)):
        z = (x_i[k] - shift[k]) / scale[k]
        for _ in range(powers[r, k] - (k == axis)):
            product = product * z
    return product
