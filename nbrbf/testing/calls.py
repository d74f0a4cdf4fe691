"""A function and its arguments, as the checks call it: with copies, real or dual."""

import inspect
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from nbrbf.testing.agreement import require, same
from nbrbf.testing.memory import dual, duplicate, is_differentiable

# Of more arguments than this all together and each alone are checked: 2^6 - 1 combinations.
MOST = 6


class Leaf(NamedTuple):
    """One array, number or other thing among the arguments, which may be tuples of such."""

    argument: int
    value: Any


class Call:
    """f(*primals): which arguments are differentiated, which are written, what comes out."""

    def __init__(
        self,
        f: Callable[..., Any],
        primals: Sequence[Any],
        active: Sequence[int] | None,
        written: Sequence[int] | None,
    ) -> None:
        if not isinstance(primals, (tuple, list)):
            raise TypeError(f"primals must be a tuple, got {type(primals).__name__}")
        self.f, self.primals, self.name = f, tuple(primals), name_of(f)
        self.names = _argument_names(f, len(primals))
        self.leaves = list(_flattened(self.primals))
        self.active = self._differentiable(active)
        before = [duplicate(leaf.value) for leaf in self.leaves]
        values = self.values()
        returned = list(_numbers(f(*self._arguments(values))))
        self._find_written(before, values, written)
        self.results = returned + [values[i] for i in self.written]

    def _differentiable(self, active: Sequence[int] | None) -> list[int]:
        """The arguments to differentiate, checked."""
        found = sorted({leaf.argument for leaf in self.leaves if is_differentiable(leaf.value)})
        wanted = found if active is None else sorted(set(active))
        for k in wanted:
            if k not in found:
                raise ValueError(
                    f"active must be positions of real or complex arguments, {found}, got {k}"
                )
        if not wanted:
            raise ValueError(f"primals must hold a real or complex argument of {self.name}")
        for leaf in self.leaves:
            dtype = np.asarray(leaf.value).dtype if leaf.argument in wanted else None
            if dtype is not None and dtype.char in "efgFG":
                raise TypeError(
                    f"{self.names[leaf.argument]} must be float64 or complex128, got {dtype}"
                )
        return wanted

    def _find_written(
        self, before: list[Any], after: list[Any], written: Sequence[int] | None
    ) -> None:
        """The leaves that f writes: those of the arguments named, else those that changed."""
        changed = [i for i in range(len(before)) if not same(before[i], after[i])]
        if written is None:
            self.written = changed
            return
        for i in changed:
            argument = self.leaves[i].argument
            require(
                argument in written,
                f"{self.name} changed {self.names[argument]}, which is not among written",
            )
        self.written = [
            i
            for i, leaf in enumerate(self.leaves)
            if leaf.argument in written and isinstance(leaf.value, np.ndarray)
        ]

    def values(self) -> list[Any]:
        """A fresh copy of every leaf."""
        return [duplicate(leaf.value) for leaf in self.leaves]

    def differentiated(self, arguments: Sequence[int]) -> list[int]:
        """The leaves of these arguments that have a derivative."""
        return [
            i
            for i, leaf in enumerate(self.leaves)
            if leaf.argument in arguments and is_differentiable(leaf.value)
        ]

    def differentiable_results(self) -> list[Any]:
        """The results of the real call that are real or complex."""
        return [r for r in self.results if is_differentiable(r)]

    def run(self, values: list[Any]) -> list[Any]:
        """The results: what f returns, then what it writes."""
        returned = list(_numbers(self.f(*self._arguments(values))))
        results = returned + [values[i] for i in self.written]
        require(
            len(results) == len(self.results),
            f"{self.name} has {len(results)} results, but {len(self.results)} of real arguments",
        )
        return results

    def dual_values(self, tangents: dict[int, np.ndarray]) -> list[Any]:
        """Copies of the leaves: dual if they have tangents, or if f writes its results there."""
        (width,) = {len(t) for t in tangents.values()}
        values = self.values()
        for i, leaf in enumerate(self.leaves):
            if i in tangents:
                values[i] = dual(leaf.value, tangents[i])
            elif i in self.written and is_differentiable(leaf.value):
                zeros = np.zeros((width, *leaf.value.shape), leaf.value.dtype)
                values[i] = dual(leaf.value, zeros)
        return values

    def _arguments(self, values: list[Any]) -> Any:
        return rebuilt(self.primals, iter(values))

    def describe(self, arguments: Sequence[int]) -> str:
        """The function, and which of its arguments are active and constant."""
        constant = [k for k in self.active if k not in arguments]
        text = " and ".join(self.names[k] for k in arguments) + " active"
        if constant:
            text += ", " + " and ".join(self.names[k] for k in constant) + " constant"
        return f"{self.name} with {text}"

    def combinations(self) -> Iterator[tuple[int, ...]]:
        """Every combination of active arguments, single ones first."""
        n = len(self.active)
        sizes = list(range(1, n + 1))
        if n > MOST:
            warnings.warn(
                f"{self.name} has {n} differentiable arguments: of {2**n - 1} combinations only "
                "each alone and all together are checked; name fewer as active",
                stacklevel=4,
            )
            sizes = [1, n]
        for size in sizes:
            yield from combinations(self.active, size)


def rebuilt(tree: Any, values: Iterator[Any]) -> Any:
    """Tuples as in `tree`, named ones too, of the next values."""
    if not isinstance(tree, tuple):
        return next(values)
    branches = [rebuilt(branch, values) for branch in tree]
    return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)


def name_of(f: Any) -> str:
    """What to call a function, also a partial one or an object with a call."""
    return getattr(getattr(f, "func", f), "__name__", None) or type(f).__name__


def _argument_names(f: Any, n: int) -> list[str]:
    """'argument 0 (A)' where Python knows the names."""
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    positional = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, 1)]
    return [
        f"argument {k} ({positional[k]})" if k < len(positional) else f"argument {k}"
        for k in range(n)
    ]


def _flattened(primals: tuple[Any, ...]) -> Iterator[Leaf]:
    for k, tree in enumerate(primals):
        yield from (Leaf(k, value) for value in leaves(tree))


def leaves(tree: Any) -> Iterator[Any]:
    """What stands in nested tuples."""
    if isinstance(tree, tuple):
        for branch in tree:
            yield from leaves(branch)
    else:
        yield tree


def _numbers(returned: Any) -> Iterator[Any]:
    """Of what f returned, without LAPACK's info and the like."""
    for leaf in leaves(tuple(returned) if isinstance(returned, list) else returned):
        if leaf is not None and not isinstance(leaf, (bool, int, str, np.integer, np.bool_)):
            yield leaf
