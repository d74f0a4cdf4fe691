"""Values of an interpolant from the data near each evaluation point, where phi decays.

Data points lie in cells, CELL of them near each other, each in a box. A cell is left out where
all of it is lost in rounding: seen from x, phi falls from phi(near) at the nearest place of its
box to phi(far) at the farthest, so with A_b the sum of |a_j| in cell b

    |sum of cell b| <= A_b phi(near_b),      sum_j |a_j| phi_j >= max_b A_b phi(far_b),

and of B cells those where the first is below LOST / B times the second change the sum by less
than LOST of what its rounding is measured by. This is so in the tails too. A cell whose bound is
NaN counts. It is decided for each x by itself, whatever it is evaluated together with.
"""

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from nbrbf_kernels._hints import prefer_wide_vectors
from nbrbf_kernels._jit import kernel, specialise, sum_kernel
from nbrbf_kernels._sharing import first_block, next_block
from nbrbf_kernels._stack import stack_vector
from nbrbf_kernels.rbf.blocks import buffers_like, shifted
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.divider import knows_octets, of_octets
from nbrbf_kernels.rbf.jet_rows import put_jets
from nbrbf_kernels.rbf.octets import OCTET, octets
from nbrbf_kernels.rbf.padding import pad_points
from nbrbf_kernels.rbf.polynomial import polynomials_apart
from nbrbf_kernels.rbf.radial_calls import log_phi, plus_phi_of_two
from nbrbf_kernels.rbf.rows import axes_of, scale_rows

# Points of a cell, and how many points are looked from in one go.
CELL, GROUP = 32, 32
LOST = 2.0**-57

_of_pairs, _of_group = stack_vector(CELL), stack_vector(GROUP)
_of_octets = stack_vector(GROUP * OCTET)


@intrinsic
def lowest_bit(typingctx, bits):
    """The place of the lowest bit of a number that is not 0."""

    def codegen(context, builder, signature, args):
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), codegen


@kernel(inline=True)
def _outside(x, low, high):
    """How far x is from an interval."""
    below, above = low - x, x - high
    outside = below if below > above else above
    return outside if outside > 0.0 else 0.0


@kernel(inline=True)
def _across(x, low, high):
    """How far x is from the farther end of an interval."""
    below, above = high - x, x - low
    return below if below > above else above


def nearest(x: Any, i: int, low: Any, high: Any, b: int) -> Any:
    """Squared distance of x_i to box b."""


def farthest(x: Any, i: int, low: Any, high: Any, b: int) -> Any:
    """Squared distance of x_i to the farthest place of box b."""


def _specialise_on_axes(function: Any, distance: Any) -> None:
    @specialise(function, inline=True)
    def sum_of_axes(x, i, low, high, b):
        def of_axis(x, i, low, high, b):
            return distance(x[0][i], low[0][b], high[0][b]) ** 2

        def of_axes(x, i, low, high, b):
            others = function(x[1:], i, low[1:], high[1:], b)
            return distance(x[0][i], low[0][b], high[0][b]) ** 2 + others

        return of_axis if len(x) == 1 else of_axes


_specialise_on_axes(nearest, _outside)
_specialise_on_axes(farthest, _across)


@kernel(inline=True)
def _find_limits(k, x, low, high, least, limits):
    """Below which log(A_b phi(near_b)) a cell does not count, for each of a group."""
    for i in range(GROUP):
        limits[i] = -np.inf
    for b in range(len(least)):
        for i in range(GROUP):
            log_far = least[b] + log_phi(k, farthest(x, i, low, high, b))
            limits[i] = log_far if log_far > limits[i] else limits[i]
    lost = np.log(LOST / len(least))
    for i in range(GROUP):
        limits[i] += lost


@kernel(inline=True)
def _who_needs(k, x, low, high, b, most, limits):
    """The points of a group for which cell b counts, as bits."""
    bits = np.uint64(0)
    for i in range(GROUP):
        log_near = most[b] + log_phi(k, nearest(x, i, low, high, b))
        bit = np.uint64(1) << np.uint64(i)
        bits |= np.uint64(0) if log_near < limits[i] else bit
    return bits


def add_cell(k: Any, a: Any, x: Any, i: int, y: Any, totals: Any) -> None:
    """totals_i += sum_j a_j phi(|x_i - y_j|^2) over a cell, GROUP octets or numbers."""


@specialise(add_cell, inline=True)
def _add_cell(k, a, x, i, y, totals):
    def of_numbers(k, a, x, i, y, totals):
        half = CELL // 2
        far_y, far_a = shifted(y, half), shifted(a, half)
        total = 0.0
        for j in range(half):
            s, t = squared_distance(x, i, y, j), squared_distance(x, i, far_y, j)
            total = plus_phi_of_two(k, total, a[j], s, far_a[j], t)
        totals[OCTET * i] += total

    def of_eights(k, a, x, i, y, totals):
        u = of_octets(k)
        rows, factors, sums = octets(y), octets(a), octets(totals)
        total = sums[OCTET * i]
        for j in range(0, CELL, 2 * OCTET):
            s, t = squared_distance(x, i, rows, j), squared_distance(x, i, rows, j + OCTET)
            total = plus_phi_of_two(u, total, factors[j], s, factors[j + OCTET], t)
        sums[OCTET * i] = total

    return of_eights if knows_octets(k) else of_numbers


@sum_kernel(borrows=True)
def evaluate_near(
    k, points, low, high, most, least, weights, shift, scale, powers, x, epsilon, rows, out, size,
    counts,
):  # fmt: skip
    """`evaluate_points` of what is real, from the cells that count.

    points (ndim, N), N a multiple of CELL, and weights (S, N + R), 0 for what fills the last
    cell: in the order of the cells. low and high (ndim, B): the cells' boxes. most and least (B):
    logarithms of the cells' sums of |a_j|, each column's over the same number for all cells, the
    largest and the smallest of S.
    """
    prefer_wide_vectors()
    N, S, cells = points.shape[1], len(weights), len(most)
    y, bottom, top = axes_of(points, epsilon), axes_of(low, epsilon), axes_of(high, epsilon)
    x_rows = axes_of(rows, epsilon)
    group = buffers_like(1.0, x_rows)
    limits, totals, pairs = _of_group(), _of_octets(), _of_pairs()
    start = first_block(size, counts)
    while start < len(x):
        stop = min(start + size, len(x))
        scale_rows(x, None, epsilon, rows, None, start, stop)
        polynomials_apart(
            weights, None, shift, scale, powers, x_rows, axes_of(None, epsilon), N, out, None,
            start, stop,
        )  # fmt: skip
        for first in range(start, stop, GROUP):
            length = min(GROUP, stop - first)
            present = ~np.uint64(0) >> np.uint64(64 - length)
            pad_points(shifted(x_rows, first), length, group)
            _find_limits(k, group, bottom, top, least, limits)
            totals[:] = 0.0
            for b in range(cells):
                bits = _who_needs(k, group, bottom, top, b, most, limits) & present
                y_b, a_b = shifted(y, b * CELL), shifted(weights, b * CELL)
                while bits:
                    i = lowest_bit(bits)
                    bits &= bits - np.uint64(1)
                    if S == 1:
                        add_cell(k, a_b[0], group, i, y_b, totals)
                        continue
                    put_jets(k, None, group, i, y_b, CELL // 2, pairs)
                    for c in range(S):
                        total = 0.0
                        for j in range(CELL):
                            total += a_b[c, j] * pairs[j]
                        out[c, first + i] += total
            if S == 1:
                for i in range(length):
                    for j in range(OCTET):
                        out[0, first + i] += totals[OCTET * i + j]
        start = next_block(size, counts)
