"""Sums of jets met with the tangents of what they were seeded by: nothing where those are None.

`jet` is a Dual whose partials are by the coordinates of x and then by the parameters of the
radial function (a real number where nothing but weights is dual); `jets` a row of such for a
block of points, `length` of which count. dx, dy, dk, da, dout: as `evaluate_planes` has them.
"""

from typing import Any

from numba import types

from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_scalar import real_value
from nbrbf_kernels.rbf.blocks import shifted


def along(partials: Any, dx: Any, i: int, dk: Any, q: int) -> Any:
    """Derivative in the direction q: the partials times dx_k[q, i], then times dk[q]."""


@specialise(along, inline=True)
def _along(partials, dx, i, dk, q):
    """The first of `partials`, then the others: a tuple is not indexed at run time."""
    if len(dx) > 0 and isinstance(dx[0], types.NoneType):
        return lambda partials, dx, i, dk, q: along(partials[1:], dx[1:], i, dk, q)
    if len(dx) > 0:
        return lambda partials, dx, i, dk, q: (
            partials[0] * dx[0][q, i] + along(partials[1:], dx[1:], i, dk, q)
        )
    if len(partials) == 0 or isinstance(dk, types.NoneType):
        return lambda partials, dx, i, dk, q: 0.0

    def along_parameters(partials, dx, i, dk, q):
        total = 0.0
        for n, partial in enumerate(partials):
            total += partial * dk[q, n]
        return total

    return along_parameters


def contract(jet: Any, dx: Any, i: int, dk: Any, c: int, dout: Any) -> None:
    """dout[q, c, i] += the derivative of `jet` in the direction q, for all q."""


@specialise(contract)
def _contract(jet, dx, i, dk, c, dout):
    if all(isinstance(t, types.NoneType) for t in (*dx, dk)):
        return lambda jet, dx, i, dk, c, dout: None

    def directions(jet, dx, i, dk, c, dout):
        for q in range(len(dout)):
            dout[q, c, i] += along(jet.partials, dx, i, dk, q)

    return directions


def together(dy: Any, da: Any) -> Any:
    """How many points x_i share a pass over the tangents of points and weights."""


@specialise(together, inline=True)
def _together(dy, da):
    n = 1 if _all_constant(dy, da) else 4
    return lambda dy, da: n


def pair_tangent(jets: Any, a: Any, dy: Any, da: Any, c: int, q: int, j: int) -> Any:
    """da[q, c, j] phi - 2 a[c, j] g . dy[q, j] of the pair of jets[j], g its halved partials."""


@specialise(pair_tangent, inline=True)
def _pair_tangent(jets, a, dy, da, c, q, j):
    def of_weight(jets, a, dy, da, c, q, j):
        return da[q, c, j] * real_value(jets[j])

    def of_point(jets, a, dy, da, c, q, j):
        return -along_row(jets.partials, 0, 2.0 * a[c, j], dy, q, j)

    if isinstance(da, types.NoneType):
        return of_point
    if all(isinstance(t, types.NoneType) for t in dy):
        return of_weight
    return lambda jets, a, dy, da, c, q, j: (
        da[q, c, j] * real_value(jets[j]) - along_row(jets.partials, 0, 2.0 * a[c, j], dy, q, j)
    )


def along_row(gradients: Any, axis: int, a: Any, dy: Any, q: int, j: int) -> Any:
    """sum_k gradients[axis + k, j] (a dy_k[q, j])."""


@specialise(along_row, inline=True)
def _along_row(gradients, axis, a, dy, q, j):
    if len(dy) == 0:
        return lambda gradients, axis, a, dy, q, j: 0.0
    if isinstance(dy[0], types.NoneType):
        return lambda gradients, axis, a, dy, q, j: along_row(gradients, axis + 1, a, dy[1:], q, j)
    if len(dy) == 1:
        return lambda gradients, axis, a, dy, q, j: gradients[axis, j] * (a * dy[0][q, j])
    return lambda gradients, axis, a, dy, q, j: (
        gradients[axis, j] * (a * dy[0][q, j]) + along_row(gradients, axis + 1, a, dy[1:], q, j)
    )


def contract_pairs(
    jets: Any, a: Any, dy: Any, da: Any, length: int, stride: int, i: int, stop: int, dout: Any
) -> None:
    """dout[q, c, i] += sum_j of `pair_tangent` at four points from i on, short of `stop`.

    Those of the point i + b start at jets[b * stride].
    """


@specialise(contract_pairs)
def _contract_pairs(jets, a, dy, da, length, stride, i, stop, dout):
    if _all_constant(dy, da):
        return lambda jets, a, dy, da, length, stride, i, stop, dout: None

    def four_points(jets, a, dy, da, length, stride, i, stop, dout):
        prefer_wide_vectors()
        # In place of those past the last, which nobody wrote, the last again: what there is
        # in memory may be subnormal, which takes a hundred times as long.
        last = stop - i - 1
        jets1 = shifted(jets, min(1, last) * stride)
        jets2 = shifted(jets, min(2, last) * stride)
        jets3 = shifted(jets, min(3, last) * stride)
        for q in range(dout.shape[0]):
            for c in range(dout.shape[1]):
                t0 = t1 = t2 = t3 = 0.0
                for j in range(length):
                    t0 += pair_tangent(jets, a, dy, da, c, q, j)
                    t1 += pair_tangent(jets1, a, dy, da, c, q, j)
                    t2 += pair_tangent(jets2, a, dy, da, c, q, j)
                    t3 += pair_tangent(jets3, a, dy, da, c, q, j)
                for b, t in enumerate((t0, t1, t2, t3)):
                    if i + b < stop:
                        dout[q, c, i + b] += t

    return four_points


def _all_constant(dy, da):
    return all(isinstance(t, types.NoneType) for t in (*dy, da))
