"""Points as the kernels take them, rows multiplied by epsilon, from points as people have them."""

from typing import Any

from numba import types

from nbrbf_kernels._jit import kernel, part, specialise


@kernel
def scale_points(points, tangents, epsilon, rows, drows):
    """rows[k] = epsilon[k] points[:, k], and drows[k] = epsilon[k] tangents[:, :, k].

    points: (Q, ndim), tangents (p, Q, ndim) or None, both in C order; epsilon: a tuple of ndim
    numbers; rows (ndim, Q), drows (ndim, p, Q) or None.
    """
    scale_rows(points, tangents, epsilon, rows, drows, 0, len(points))


@part
def scale_rows(points, tangents, epsilon, rows, drows, start, stop):
    """`scale_points` for the points from start to stop."""
    for k in range(len(epsilon)):
        for i in range(start, stop):
            rows[k, i] = epsilon[k] * points[i, k]
    scale_tangents(tangents, epsilon, drows, start, stop)


def scale_tangents(tangents: Any, epsilon: Any, drows: Any, start: int, stop: int) -> None:
    """The tangents' part of `scale_rows`."""


@specialise(scale_tangents)
def _scale_tangents(tangents, epsilon, drows, start, stop):
    if isinstance(tangents, types.NoneType):
        return lambda tangents, epsilon, drows, start, stop: None

    def each_direction(tangents, epsilon, drows, start, stop):
        for k in range(len(epsilon)):
            for q in range(len(tangents)):
                for i in range(start, stop):
                    drows[k, q, i] = epsilon[k] * tangents[q, i, k]

    return each_direction


def axes_of(array: Any, like: Any) -> Any:
    """(array[0], array[1], ...), as many as there are in the tuple `like`; of None, Nones."""


@specialise(axes_of)
def _axes_of(array, like):
    last = len(like) - 1
    if isinstance(array, types.NoneType):
        if last == 0:
            return lambda array, like: (None,)
        return lambda array, like: (None, *axes_of(array, like[1:]))
    if last == 0:
        return lambda array, like: (array[0],)
    return lambda array, like: (*axes_of(array, like[1:]), array[last])
