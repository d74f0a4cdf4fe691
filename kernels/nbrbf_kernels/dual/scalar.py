"""Dual: one number and its partial derivatives."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

import numpy as np

from nbrbf_kernels.dual.levels import check_level
from nbrbf_kernels.dual.protocol import DualNumber


class Dual(DualNumber):
    """A number with p partial derivatives.

    Arithmetic and NumPy's elementary functions carry the derivatives along; comparisons look
    at the value. Duals nest: where two levels meet the higher one is outside and holds the
    lower one in its value and partials. Duals do not change once made. Compiled code makes them
    by the same name, from a tuple of partials and a constant level; functions of math are those
    of NumPy there.

    Parameters
    ----------
    value : float, complex or Dual
        The number; a Dual must be of a lower level.
    partials : sequence of p numbers or Duals
        Its derivatives in p directions.
    level : int
        Which derivative call the partials belong to; 0 for none.

    Raises
    ------
    TypeError
        If something else than a number or a Dual is given, or if Duals of one level have
        different numbers of partials.
    ValueError
        If a nested Dual is not of a lower level.

    Examples
    --------
    >>> import numpy as np
    >>> x = Dual(3.0, (1.0,))
    >>> x * x + 1.0
    Dual(10.0, (6.0,))
    """

    __slots__ = ("level", "partials", "value")

    value: Any
    partials: tuple[Any, ...]
    level: int
    ndim = 0
    shape = ()
    size = 1

    def __init__(self, value: Any, partials: Iterable[Any], level: int = 0) -> None:
        level = check_level(level)
        if not isinstance(partials, Iterable) or isinstance(partials, str):
            raise TypeError(f"partials must be a sequence of numbers, got {partials!r}")
        entries = [number(value, "value"), *(number(p, "each of partials") for p in partials)]
        if any(type(x) is not np.float64 for x in entries):
            entries = _alike(entries, level)
        _set_value(self, entries[0])
        _set_partials(self, tuple(entries[1:]))
        _set_level(self, level)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a Dual does not change: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Dual does not change: {name} cannot be deleted")

    def __reduce__(self) -> Any:
        return Dual, (self.value, self.partials, self.level)

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or complex128."""
        return self.value.dtype

    @property
    def real(self) -> "Dual":
        """The real part."""
        return Dual(self.value.real, [p.real for p in self.partials], self.level)

    @property
    def imag(self) -> "Dual":
        """The imaginary part."""
        return Dual(self.value.imag, [p.imag for p in self.partials], self.level)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __repr__(self) -> str:
        partials = ", ".join(_text(p) for p in self.partials)
        comma = "," if self.width == 1 else ""
        level = f", level={self.level}" if self.level else ""
        return f"Dual({_text(self.value)}, ({partials}{comma}){level})"


_set_value, _set_partials, _set_level = (
    Dual.__dict__[name].__set__ for name in ("value", "partials", "level")
)


def unchecked(value: np.float64, partials: tuple[np.float64, ...], level: int) -> Dual:
    """A Dual of float64 numbers, of which its maker is sure."""
    dual = object.__new__(Dual)
    _set_value(dual, value)
    _set_partials(dual, partials)
    _set_level(dual, level)
    return dual


def _text(x: Any) -> str:
    return repr(x if isinstance(x, Dual) else x.item())


def number(x: Any, name: str = "an operand") -> Any:
    """`x` as a Dual, float64 or complex128.

    Python's own floats will not do: they raise where NumPy's divide by zero.
    """
    if isinstance(x, (Dual, np.float64, np.complex128)):
        return x
    if type(x) is float:
        return np.float64(x)
    if isinstance(x, np.ndarray) and x.ndim == 0:
        x = x[()]
    if isinstance(x, (int, float, np.bool_, np.integer, np.floating)):
        return np.float64(x)
    if isinstance(x, (complex, np.complexfloating)):
        return np.complex128(x)
    raise TypeError(f"{name} must be a number or a Dual, got {type(x).__name__}")


def primal(x: Any) -> Any:
    """The number at the bottom of nested Duals."""
    while isinstance(x, Dual):
        x = x.value
    return x


def parts(x: Any, level: int) -> tuple[Any, tuple[Any, ...] | None]:
    """Value and partials of `x` as seen from `level`: None for a constant."""
    if isinstance(x, Dual) and x.level == level:
        return x.value, x.partials
    return x, None


def check_width(*widths: int) -> int:
    """The common width; partials of different width never broadcast."""
    if widths.count(widths[0]) != len(widths):
        raise TypeError(
            f"dual numbers of one level must have the same number of partials, got {widths[0]} "
            f"and {next(w for w in widths if w != widths[0])}"
        )
    return widths[0]


def _layers(x: Any) -> list[tuple[int, int]]:
    """(level, width) of nested Duals, from the outside in."""
    layers = []
    while isinstance(x, Dual):
        layers.append((x.level, x.width))
        x = x.value
    return layers


def _alike(entries: list[Any], level: int) -> list[Any]:
    """Entries of one type: nested in the same levels, and all complex if one is.

    Compiled code holds them in one struct, so a constant among Duals becomes a Dual too.
    """
    nests = [_layers(x) for x in entries]
    if any(nests[0] != nest for nest in nests):
        widths: dict[int, list[int]] = {}
        for inner, width in chain.from_iterable(nests):
            widths.setdefault(inner, []).append(width)
        union = [(inner, check_width(*widths[inner])) for inner in sorted(widths, reverse=True)]
        entries = [lift(x, union) for x in entries]
    else:
        union = nests[0]
    if union and union[0][0] >= level:
        raise ValueError(
            f"a Dual inside a Dual must be of a lower level, got {union[0][0]} inside {level}"
        )
    if not union and any(isinstance(x, np.complex128) for x in entries):
        entries = [np.complex128(x) for x in entries]
    return entries


def lift(x: Any, layers: list[tuple[int, int]]) -> Any:
    """`x` nested in the given (level, width), with zero partials where it had none."""
    if not layers:
        return x
    (level, width), inner = layers[0], layers[1:]
    value, partials = parts(x, level)
    if partials is None:
        partials = (np.float64(0.0),) * width
    return Dual(lift(value, inner), [lift(p, inner) for p in partials], level)
