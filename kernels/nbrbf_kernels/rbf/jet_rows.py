"""The jets of one point with a padded block of others: half of them by the divider (divider.py)."""

from typing import Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from nbrbf_kernels._hints import interleave_jets
from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.types import DualType, pack
from nbrbf_kernels.rbf.blocks import rows_of, shifted
from nbrbf_kernels.rbf.distance import squared_distance
from nbrbf_kernels.rbf.divider import by_divider, knows_octets, of_octets
from nbrbf_kernels.rbf.jets import pair_jet
from nbrbf_kernels.rbf.monomials import point
from nbrbf_kernels.rbf.octets import OCTET, add_up, no_octet, octets, sum_of
from nbrbf_kernels.rbf.radial_calls import phi_and_slope, plus_phi_of_two
from nbrbf_kernels.rbf.totals import plus, put, scaled_difference, zero_totals


def sum_jets(k: Any, moved: bool, a: Any, x: Any, i: int, y: Any, half: int) -> Any:
    """sum_j a_j phi(|x_i - y_j|^2) over 2 `half` points, with its partials."""


@specialise(sum_jets, inline=True)
def _sum_jets(k, moved, a, x, i, y, half):
    def of_numbers(k, moved, a, x, i, y, half):
        far_y, far_a = shifted(y, half), shifted(a, half)
        total = 0.0
        for j in range(half):
            s, t = squared_distance(x, i, y, j), squared_distance(x, i, far_y, j)
            total = plus_phi_of_two(k, total, a[j], s, far_a[j], t)
            interleave_jets(moved, x)
        return total

    def jets_of_numbers(k, moved, a, x, i, y, half):
        d = by_divider(k)
        far_y, far_a = shifted(y, half), shifted(a, half)
        total = 0.0
        for j in range(half):
            total += pair_jet(k, moved, a[j], x, i, y, j)
            total += pair_jet(d, moved, far_a[j], x, i, far_y, j)
            interleave_jets(moved, x)
        return total

    def of_eights(k, moved, a, x, i, y, half):
        u = of_octets(k)
        rows, factors = octets(y), octets(a)
        total = no_octet()
        for j in range(0, half, OCTET):
            s, t = squared_distance(x, i, rows, j), squared_distance(x, i, rows, j + half)
            total = plus_phi_of_two(u, total, factors[j], s, factors[j + half], t)
        return sum_of(total)

    def jets_of_eights(k, moved, a, x, i, y, half):
        u = of_octets(k)
        v = by_divider(u)
        rows, factors = octets(y), octets(a)
        total, slopes = no_octet(), zero_totals(no_octet(), x)
        for j in range(0, half, OCTET):
            value, slope = phi_and_slope(u, squared_distance(x, i, rows, j), factors[j])
            total += value
            slopes = plus(slopes, scaled_difference(slope, point(x, i), point(rows, j)))
            l = j + half
            value, slope = phi_and_slope(v, squared_distance(x, i, rows, l), factors[l])
            total += value
            slopes = plus(slopes, scaled_difference(slope, point(x, i), point(rows, l)))
        return jet_of(total, slopes)

    if isinstance(moved, types.NoneType):
        return of_eights if knows_octets(k) else of_numbers
    return jets_of_eights if knows_octets(k) else jets_of_numbers


@intrinsic
def jet_of(typingctx, value, partials):
    """The sums of octets as a jet."""
    result = DualType(len(partials), 0)

    def codegen(context, builder, signature, args):
        sums = [add_up(builder, each) for each in cgutils.unpack_tuple(builder, args[1])]
        return pack(context, builder, result, add_up(builder, args[0]), sums)

    return result(value, partials), codegen


def put_jets(k: Any, moved: bool, x: Any, i: int, y: Any, half: int, jets: Any) -> None:
    """jets_j = phi(|x_i - y_j|^2) with its partials for 2 `half` points."""


@specialise(put_jets, inline=True)
def _put_jets(k, moved, x, i, y, half, jets):
    def of_numbers(k, moved, x, i, y, half, jets):
        for j in range(2 * half):
            jets[j] = pair_jet(k, moved, 1.0, x, i, y, j)

    def of_eights(k, moved, x, i, y, half, jets):
        u = of_octets(k)
        v = by_divider(u)
        rows, results = octets(y), octets(jets)
        for j in range(0, half, OCTET):
            results[j] = pair_jet(u, moved, 1.0, x, i, rows, j)
            results[j + half] = pair_jet(v, moved, 1.0, x, i, rows, j + half)

    def jets_of_eights(k, moved, x, i, y, half, jets):
        u = of_octets(k)
        v = by_divider(u)
        rows, values = octets(y), octets(jets.value)
        slopes = octets(rows_of(jets.partials, 0, x))
        for j in range(0, half, OCTET):
            values[j], slope = phi_and_slope(u, squared_distance(x, i, rows, j), 1.0)
            put(slopes, j, scaled_difference(slope, point(x, i), point(rows, j)))
            l = j + half
            values[l], slope = phi_and_slope(v, squared_distance(x, i, rows, l), 1.0)
            put(slopes, l, scaled_difference(slope, point(x, i), point(rows, l)))

    if not knows_octets(k):
        return of_numbers
    return of_eights if isinstance(moved, types.NoneType) else jets_of_eights
