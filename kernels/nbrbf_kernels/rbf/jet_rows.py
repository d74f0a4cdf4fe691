"""The jets of one point with a padded block of others: half of them by the divider (divider.py)."""

from typing import Any

from numba import types

from nbrbf_kernels._hints import interleave_jets
from nbrbf_kernels._jit import specialise
from nbrbf_kernels.rbf.blocks import shifted
from nbrbf_kernels.rbf.divider import by_divider, knows_octets, of_octets
from nbrbf_kernels.rbf.jets import pair_jet
from nbrbf_kernels.rbf.octets import OCTET, no_octet, octets, sum_of


def sum_jets(k: Any, moved: bool, a: Any, x: Any, i: int, y: Any, half: int) -> Any:
    """sum_j a_j phi(|x_i - y_j|^2) over 2 `half` points, with its partials."""


@specialise(sum_jets, inline=True)
def _sum_jets(k, moved, a, x, i, y, half):
    def of_numbers(k, moved, a, x, i, y, half):
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
        v = by_divider(u)
        rows, factors = octets(y), octets(a)
        total = no_octet()
        for j in range(0, half, OCTET):
            total += pair_jet(u, moved, factors[j], x, i, rows, j)
            total += pair_jet(v, moved, factors[j + half], x, i, rows, j + half)
        return sum_of(total)

    return of_eights if isinstance(moved, types.NoneType) and knows_octets(k) else of_numbers


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

    return of_eights if isinstance(moved, types.NoneType) and knows_octets(k) else of_numbers
