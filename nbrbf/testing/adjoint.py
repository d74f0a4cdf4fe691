"""A vjp and one set of random bars of the results: what it makes of them, and what it must."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nbrbf.testing.agreement import require, require_close, same
from nbrbf.testing.calls import Call, leaves, name_of, rebuilt
from nbrbf.testing.memory import (
    direction,
    duplicate,
    empty_like,
    is_differentiable,
    laid_out,
    largest,
)


def product(bars: list[Any], tangents: list[Any]) -> tuple[float, float]:
    """Re sum conj(a) b, and the sum of the magnitudes of its terms."""
    pairs = list(zip(bars, tangents, strict=True))
    return (
        float(sum(np.vdot(a, b).real for a, b in pairs)),
        float(sum(np.sum(np.abs(a) * np.abs(b)) for a, b in pairs)),
    )


class Adjoint:
    """A vjp, and one set of random bars of the results."""

    def __init__(self, call: Call, vjp: Callable[..., Any], rng: np.random.Generator) -> None:
        self.call, self.vjp, self.rng, self.name = call, vjp, rng, name_of(vjp)
        self.result_bars = [
            laid_out(direction(rng, np.ones_like(r))[()], r) if is_differentiable(r) else None
            for r in call.results
        ]

    def check(
        self,
        arguments: Sequence[int],
        tangents: dict[int, np.ndarray],
        products: dict[int, list[tuple[float, float]]],
        rtol: float,
    ) -> None:
        """One combination of active arguments."""
        call = self.call
        where = f"{self.name} of {call.describe(arguments)}"
        own = call.differentiated(arguments)
        zeros = {i: np.zeros(np.shape(call.leaves[i].value)) for i in own}
        bars, _ = self._bars(zeros, where)
        for k in arguments:
            mine = call.differentiated([k])
            for j, (expected, scale) in enumerate(products[k]):
                got, terms = product([bars[i] for i in mine], [tangents[i][j] for i in mine])
                what = f"{where}: <bar, tangent> of {call.names[k]}"
                allowed = rtol * max(scale, terms)
                require_close(got, expected, allowed, what, "<result_bars, f'(tangent)>")
        self._check_accumulation(bars, where)

    def _check_accumulation(self, bars: dict[int, np.ndarray], where: str) -> None:
        """From bars that are not zero: the same is added."""
        call = self.call
        start = {i: direction(self.rng, bar) for i, bar in bars.items()}
        summed, accumulates = self._bars(start, where)
        for i, bar in bars.items():
            expected = bar + start[i] if accumulates else bar
            argument = call.names[call.leaves[i].argument]
            what = f"{where}: the bar of {argument}, which must be added to what is there,"
            allowed = 1e-12 * max(largest(start[i]), largest(bar))
            require_close(summed[i], expected, allowed, what, "the sum")

    def _bars(self, start: dict[int, Any], where: str) -> tuple[dict[int, np.ndarray], bool]:
        """The bars of the active leaves after the vjp, and whether it added them to `start`."""
        call = self.call
        primals, results = call.values(), [duplicate(r) for r in call.results]
        result_bars = [duplicate(bar) for bar in self.result_bars]
        bars = self._tree(start)
        try:
            arguments = rebuilt(call.primals, iter(primals))
            returned = self.vjp(arguments, tuple(results), tuple(result_bars), bars)
        except Exception as error:
            raise AssertionError(f"{where} raised {type(error).__name__}: {error}") from error
        self._check_unchanged(primals, results, result_bars, where)
        constant = [k for k in range(len(call.primals)) if k not in self._arguments(start)]
        for k in constant:
            none = all(bar is None for bar in leaves(bars[k]))
            require(none, f"{where} made a bar of {call.names[k]}, which is constant")
        adds = not isinstance(returned, tuple)
        if not adds:
            require(
                len(returned) == len(call.primals),
                f"{where} returned {len(returned)} bars for {len(call.primals)} arguments",
            )
            bars = list(returned)
        return self._leaves(bars, start, where), adds

    def _arguments(self, active: Any) -> set[int]:
        return {self.call.leaves[i].argument for i in active}

    def _tree(self, start: dict[int, Any]) -> list[Any]:
        """A bar for each argument, None for a constant, tuples of such for a tuple."""
        call, arguments = self.call, self._arguments(start)
        flat = [
            _like(leaf.value, start[i]) if i in start else None
            for i, leaf in enumerate(call.leaves)
        ]
        bars = rebuilt(call.primals, iter(flat))
        return [bar if k in arguments else None for k, bar in enumerate(bars)]

    def _leaves(self, bars: list[Any], active: dict[int, Any], where: str) -> dict[int, np.ndarray]:
        """The bars of the active leaves, each of its leaf's shape."""
        call, found = self.call, {}
        for k in self._arguments(active):
            own = [i for i, leaf in enumerate(call.leaves) if leaf.argument == k]
            given = list(leaves(bars[k]))
            require(
                len(given) == len(own),
                f"{where}: {call.names[k]} has {len(own)} parts, but its bar {len(given)}",
            )
            found.update({i: bar for i, bar in zip(own, given, strict=True) if i in active})
        for i, bar in found.items():
            shape, name = np.shape(call.leaves[i].value), call.names[call.leaves[i].argument]
            require(bar is not None, f"{where} has no bar of {name}, which is active")
            require(
                np.shape(bar) == shape,
                f"{where}: the bar of {name} has the shape {np.shape(bar)}, not {shape}",
            )
        return {i: np.asarray(bar) for i, bar in found.items()}

    def _check_unchanged(
        self, primals: list[Any], results: list[Any], result_bars: list[Any], where: str
    ) -> None:
        call = self.call
        for leaf, now in zip(call.leaves, primals, strict=True):
            name = call.names[leaf.argument]
            require(same(leaf.value, now), f"{where} changed the primal of {name}")
        for j, (before, now) in enumerate(zip(call.results, results, strict=True)):
            require(same(before, now), f"{where} changed result {j}")
        for j, (before, now) in enumerate(zip(self.result_bars, result_bars, strict=True)):
            require(same(before, now), f"{where} changed the bar of result {j}")


def _like(x: Any, values: Any) -> Any:
    """An array laid out as `x`, or one without dimensions for a number, of these values."""
    out = empty_like(x) if isinstance(x, np.ndarray) else np.zeros((), np.asarray(x).dtype)
    out[...] = values
    return out
