"""What Dual and DualArray share: operators, and the doors through which NumPy enters.

Every operator is the NumPy function of that name, and every NumPy function is looked up in
one of three tables, which the other modules fill. What is in none raises TypeError and names
itself: no derivative is dropped in silence.
"""

from collections.abc import Callable
from numbers import Number
from typing import Any, NoReturn

import numpy as np

# function -> what computes it for dual arguments, from (ufunc, inputs, keywords)
UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}
# (function, "reduce" and the like) -> the same, with the method's own arguments
METHODS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {}
# function -> what computes it for dual arguments, with the function's own arguments
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {}


def _operator(ufunc: np.ufunc) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, OPERANDS):
            return NotImplemented
        return self.__array_ufunc__(ufunc, "__call__", self, other)

    return method


def _reflected(ufunc: np.ufunc) -> Callable[..., Any]:
    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, OPERANDS):
            return NotImplemented
        return self.__array_ufunc__(ufunc, "__call__", other, self)

    return method


class DualNumber:
    """Base of `Dual` and `DualArray`."""

    __slots__ = ()

    value: Any
    partials: Any
    level: int

    @property
    def width(self) -> int:
        """The number of partials."""
        return len(self.partials)

    __add__, __radd__ = _operator(np.add), _reflected(np.add)
    __sub__, __rsub__ = _operator(np.subtract), _reflected(np.subtract)
    __mul__, __rmul__ = _operator(np.multiply), _reflected(np.multiply)
    __truediv__, __rtruediv__ = _operator(np.divide), _reflected(np.divide)
    __floordiv__, __rfloordiv__ = _operator(np.floor_divide), _reflected(np.floor_divide)
    __mod__, __rmod__ = _operator(np.remainder), _reflected(np.remainder)
    __divmod__, __rdivmod__ = _operator(np.divmod), _reflected(np.divmod)
    __pow__, __rpow__ = _operator(np.power), _reflected(np.power)
    __matmul__, __rmatmul__ = _operator(np.matmul), _reflected(np.matmul)

    __lt__, __le__ = _operator(np.less), _operator(np.less_equal)
    __gt__, __ge__ = _operator(np.greater), _operator(np.greater_equal)
    __eq__, __ne__ = _operator(np.equal), _operator(np.not_equal)
    # Equal values do not make equal dual numbers: as keys they would be mixed up.
    __hash__ = None  # type: ignore[assignment]

    def __neg__(self) -> Any:
        return np.negative(self)

    def __pos__(self) -> Any:
        return np.positive(self)

    def __abs__(self) -> Any:
        return np.absolute(self)

    def conj(self) -> Any:
        """The complex conjugate."""
        return np.conjugate(self)

    def _no_number(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} cannot become a float or a NumPy array: that would drop "
            "its derivative. Take .value if that is meant; in place of functions of math use "
            "those of numpy, and in place of np.array([...]) np.stack([...])"
        )

    __float__ = __int__ = __complex__ = __round__ = __array__ = _no_number

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "__call__" and ufunc in UFUNCS:
            return UFUNCS[ufunc](ufunc, inputs, kwargs)
        if (ufunc, method) in METHODS:
            return METHODS[ufunc, method](*inputs, **kwargs)
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        home = "numpy." if hasattr(np, ufunc.__name__) else "the ufunc "
        raise TypeError(f"{home}{name} does not take dual numbers")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in FUNCTIONS:
            raise TypeError(f"{function.__module__}.{function.__name__} does not take dual numbers")
        return FUNCTIONS[function](*args, **kwargs)


# With anything else the other operand's own method decides, and == is False. The commonest
# first: asking the abstract Number takes longest.
OPERANDS = (DualNumber, float, int, np.ndarray, np.generic, Number, list, tuple)
