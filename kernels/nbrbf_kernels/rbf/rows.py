"""Points as the kernels take them, made from points as people have them."""

from typing import Any

from numba import types

from nbrbf_kernels._jit import kernel, specialise


@kernel
def scale_rows(points, tangents, epsilon, planes):
    """planes[k, 0] = epsilon * points[:, k], and planes[k, 1 + q] that of the tangents.

    points: (Q, ndim), in C order; tangents (p, Q, ndim), in C order, or None; planes
    (ndim, 1 + p, Q).
    """
    for k in range(planes.shape[0]):
        for i in range(planes.shape[2]):
            planes[k, 0, i] = epsilon * points[i, k]
    scale_tangents(tangents, epsilon, planes)


def scale_tangents(tangents: Any, epsilon: Any, planes: Any) -> None:
    """The tangents' part of `scale_rows`."""


@specialise(scale_tangents)
def _scale_tangents(tangents, epsilon, planes):
    if isinstance(tangents, types.NoneType):
        return lambda tangents, epsilon, planes: None

    def each_direction(tangents, epsilon, planes):
        for k in range(planes.shape[0]):
            for q in range(tangents.shape[0]):
                for i in range(planes.shape[2]):
                    planes[k, 1 + q, i] = epsilon * tangents[q, i, k]

    return each_direction
