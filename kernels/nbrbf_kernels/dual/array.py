"""DualArray: an array and the arrays of its partial derivatives."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nbrbf_kernels.dual.layout import laid_out, numbers
from nbrbf_kernels.dual.levels import check_level
from nbrbf_kernels.dual.methods import Methods
from nbrbf_kernels.dual.protocol import OPERANDS, DualNumber
from nbrbf_kernels.dual.scalar import Dual, check_width, unchecked

_new = object.__new__

# Indices that give a view.
_BASIC = (int, slice, np.int64, np.int32, np.intp)


def _in_place(ufunc: np.ufunc) -> Any:
    def method(self: "DualArray", other: Any) -> Any:
        return ufunc(self, other, out=(self,)) if isinstance(other, OPERANDS) else NotImplemented

    return method


class DualArray(Methods):
    """An array of shape S with p partial derivatives, an array of shape (p,) + S.

    It follows NumPy's protocols: operators, indexing, broadcasting, ufuncs and the functions
    that scripts use; what it does not support raises TypeError. Slices are views. What has no
    dimension left is a `Dual`, as it is a scalar in NumPy.

    Parameters
    ----------
    value : array_like, shape S
        Numbers; float64 or complex128 arrays are not copied.
    partials : array_like, shape (p,) + S
        Their derivatives in p directions. Copied only if a plane is not laid out in memory
        as `value` is.
    level : int
        Which derivative call the partials belong to; 0 for none.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    TypeError
        If something else than numbers is given.

    Examples
    --------
    >>> import numpy as np
    >>> x = DualArray([1.0, 2.0], [[1.0, 0.0], [0.0, 1.0]])
    >>> np.sum(x * x)
    Dual(5.0, (2.0, 4.0))

    Notes
    -----
    Where a function has no derivative it has that of one side. What is taken by its order
    (max, min, maximum, minimum, sort, median, norms by the largest entry) has the derivative of
    the entry taken, of equal ones the first. abs, norm and std have derivative 0 where they are
    0. clip lets the derivative of its argument through at a bound. Steps (sign, floor, round)
    have derivative 0; comparisons, argmax, argsort and the like return plain arrays.
    """

    __slots__ = ("level", "partials", "value")

    value: np.ndarray[Any, Any]
    partials: np.ndarray[Any, Any]
    level: int

    __iadd__, __isub__ = _in_place(np.add), _in_place(np.subtract)
    __imul__, __itruediv__ = _in_place(np.multiply), _in_place(np.divide)
    __ifloordiv__, __imod__ = _in_place(np.floor_divide), _in_place(np.remainder)
    __ipow__, __imatmul__ = _in_place(np.power), _in_place(np.matmul)

    def __init__(self, value: Any, partials: Any, level: int = 0) -> None:
        self.level = check_level(level)
        value, partials = numbers(value, "value"), numbers(partials, "partials")
        shape = value.shape
        if partials.shape[1:] != shape or partials.ndim == 0:
            raise ValueError(
                f"partials must have the shape (p,) + {shape} of p values, got {partials.shape}"
            )
        if value.dtype is not partials.dtype and value.dtype != partials.dtype:
            dtype = np.result_type(value, partials)
            value, partials = value.astype(dtype, copy=False), partials.astype(dtype, copy=False)
        if value.strides != partials.strides[1:]:
            value, partials = laid_out(value, partials)
        self.value, self.partials = value, partials

    def __reduce__(self) -> Any:
        return DualArray, (self.value, self.partials, self.level)

    def __copy__(self) -> "DualArray":
        return self.copy()

    def __repr__(self) -> str:
        level = f", level={self.level}" if self.level else ""
        return f"DualArray({self.value!r},\n{self.partials!r}{level})"

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value."""
        return self.value.shape

    @property
    def ndim(self) -> int:
        """Number of dimensions of the value."""
        return self.value.ndim

    @property
    def size(self) -> int:
        """Number of entries of the value."""
        return self.value.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or complex128."""
        return self.value.dtype

    @property
    def T(self) -> "DualArray":
        """The transpose, a view."""
        return wrap(self.value.T, self.partials.transpose(0, *range(self.ndim, 0, -1)), self.level)

    @property
    def mT(self) -> Any:
        """The last two axes exchanged, a view."""
        return np.swapaxes(self, -1, -2)

    @property
    def real(self) -> "DualArray":
        """The real part, a view."""
        return DualArray(self.value.real, self.partials.real, self.level)

    @property
    def imag(self) -> "DualArray":
        """The imaginary part."""
        return DualArray(self.value.imag, self.partials.imag, self.level)

    def __len__(self) -> int:
        return len(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        value = self.value[key]
        index = key if isinstance(key, tuple) else (key,)
        if all(k is None or k is Ellipsis or type(k) in _BASIC for k in index):
            return wrap(value, self.partials[(slice(None), *index)], self.level)
        # A plane at a time: with index arrays the axis of partials could change its place.
        planes = np.empty((self.width, *np.shape(value)), self.dtype)
        for k in range(self.width):
            planes[k] = self.partials[k, ...][key]
        return wrap(value, planes, self.level)

    def __setitem__(self, key: Any, other: Any) -> None:
        common(self, other)
        value, partials = split(other)
        if np.iscomplexobj(value) and not np.iscomplexobj(self.value):
            raise TypeError("complex numbers cannot be assigned into a real DualArray")
        self.value[key] = value
        for k in range(self.width):
            self.partials[k, ...][key] = 0.0 if partials is None else partials[k]

    def astype(self, dtype: Any, copy: bool = True) -> "DualArray":
        """As float64 or complex128; other types would drop the derivative."""
        if np.dtype(dtype) not in (np.float64, np.complex128):
            raise TypeError(f"dtype must be float64 or complex128, got {np.dtype(dtype)}")
        if np.dtype(dtype) == np.float64 and np.iscomplexobj(self.value):
            raise TypeError("dtype must be complex128 for complex values; take .real or .imag")
        value, partials = (a.astype(dtype, copy=copy) for a in (self.value, self.partials))
        return DualArray(value, partials, self.level)


def wrap(value: Any, partials: Any, level: int) -> Any:
    """A DualArray, or a Dual where no dimension is left.

    The way out of every computation, where shapes and kinds fit already: of what the
    constructor checks only the layout can be wrong.
    """
    if not (isinstance(value, np.ndarray) and value.ndim):
        return _without_dimension(value, partials, level)
    if value.strides != partials.strides[1:] or value.dtype != partials.dtype:
        return DualArray(value, partials, level)
    return pair(value, partials, level)


def pair(value: Any, partials: Any, level: int) -> DualArray:
    """`wrap` of arrays that are known to be laid out alike, in a third of the time."""
    dual = _new(DualArray)
    dual.value, dual.partials, dual.level = value, partials, level
    return dual


def _without_dimension(value: Any, partials: Any, level: int) -> Dual:
    value = np.asarray(value)[()]
    if type(value) is np.float64 and partials.dtype == np.float64:
        return unchecked(value, tuple(partials), level)
    return Dual(value, partials, level)


def split(x: Any) -> tuple[Any, Any]:
    """Value and partials as arrays; partials are None for a constant."""
    if isinstance(x, DualArray):
        return x.value, x.partials
    if isinstance(x, Dual):
        return np.asarray(x.value), np.asarray(x.partials, dtype=x.dtype)
    return numbers(x), None


def common(*operands: Any) -> tuple[int, int]:
    """Level and width of the dual operands, which must agree; (0, 0) without any."""
    first = None
    for x in operands:
        if not isinstance(x, DualNumber):
            continue
        if isinstance(x.value, Dual):
            raise _levels_meet(x.value.level, x.level)
        if first is None:
            first, level, width = x, x.level, len(x.partials)
        elif x.level != level:
            raise _levels_meet(x.level, level)
        elif len(x.partials) != width:
            check_width(width, len(x.partials))
    return (0, 0) if first is None else (level, width)


def _levels_meet(one: int, other: int) -> TypeError:
    return TypeError(
        f"levels {min(one, other)} and {max(one, other)} meet in an array: nesting is not "
        "supported for DualArrays, only for Duals"
    )
