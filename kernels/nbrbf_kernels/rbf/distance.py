"""Squared distances in any dimension, unrolled when compiled."""

from typing import Any

from numba import types

from nbrbf_kernels._jit import specialise


def squared_distance(x: Any, i: int, y: Any, j: int) -> Any:
    """sum_k (x_k[i] - y_k[j])^2 over the rows of `x` and `y`.

    From differences: |x|^2 + |y|^2 - 2 x y cancels for close points far from the origin.
    """
    return sum((x_k[i] - y_k[j]) ** 2 for x_k, y_k in zip(x, y, strict=True))


@specialise(squared_distance, inline=True)
def _squared_distance(x, i, y, j):
    if not isinstance(x, types.BaseTuple):
        return None

    def one_axis(x, i, y, j):
        d = x[0][i] - y[0][j]
        return d * d

    def this_axis_and_others(x, i, y, j):
        d = x[0][i] - y[0][j]
        return d * d + squared_distance(x[1:], i, y[1:], j)

    # A loop over the rows would index a tuple at run time, which keeps LLVM from vectorising.
    return one_axis if len(x) == 1 else this_axis_and_others
