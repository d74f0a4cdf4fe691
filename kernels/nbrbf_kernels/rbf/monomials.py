"""Monomials of the polynomial part: their order, and a row of values at a block of points."""

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


ITSELF = -1


@kernel
def fill_monomial(x, shift, scale, powers, r, axis, length, p):
    """p[i] = prod_k ((x_k[i] - shift_k) / scale_k)^powers[r, k] for i < length, real or dual.

    Or its derivative by the coordinate `axis`, unless that is ITSELF.
    """
    factor = 1.0 if axis == ITSELF else powers[r, axis] / scale[axis]
    for i in range(length):
        p[i] = factor
    for k, row in enumerate(x):
        # By products: the powers are small integers, and a dual number takes part as it is.
        for _ in range(powers[r, k] - (k == axis)):
            for i in range(length):
                p[i] = p[i] * ((row[i] - shift[k]) / scale[k])
