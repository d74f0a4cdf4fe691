"""What a caller may pass to RBFInterpolator, checked and brought to one form.

The messages are SciPy's where SciPy has one.
"""

import math
import os
import warnings
from typing import Any

import numpy as np

from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.dual.array import pair
from nbrbf_kernels.dual.protocol import DualNumber
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS
from nbrbf_kernels.rbf.radial_type import is_registered

# Radial functions by name; they hold nothing, so one of each does.
_NAMED = {name: radial() for name, radial in RADIAL_FUNCTIONS.items()}
# There is one object for each native type; to compare it with a type takes longer.
_FLOAT = np.dtype(np.float64)


def is_dual(value: Any) -> bool:
    """Whether `value` carries partials."""
    return isinstance(value, DualNumber)


def value_of(array: Any) -> Any:
    """`array` without its partials."""
    return array.value if isinstance(array, DualNumber) else array


def common_width(**arguments: Any) -> tuple[int, int] | None:
    """(width, level) of the dual arguments, which must share both; None without any."""
    first = None
    for value in arguments.values():
        if isinstance(value, DualNumber):
            found = len(value.partials), value.level
            if first is not None and found != first:
                raise TypeError(_widths_and_levels(arguments))
            first = found
    return first


def _widths_and_levels(arguments: dict[str, Any]) -> str:
    described = ", ".join(
        f"`{name}` has {value.width} at level {value.level}"
        for name, value in arguments.items()
        if is_dual(value)
    )
    return f"dual arguments must have one width and one level: {described}."


def _check_real(dual: Any, name: str) -> None:
    """Refuse a dual argument that is complex, or that holds Duals."""
    if isinstance(dual.value, Dual):
        raise TypeError(
            f"`{name}` is a Dual of level {dual.level} that holds one of level "
            f"{dual.value.level}; an interpolant takes one level."
        )
    if dual.dtype.kind == "c":
        raise TypeError(f"`{name}` must be real, got {dual.dtype}.")


def as_points(points: Any, name: str) -> Any:
    """`points` as a float array (or DualArray) of two dimensions.

    What cannot be written to, as arrays of JAX, is a type of its own, for which every kernel
    would be compiled again: here and in all that follows it is copied.
    """
    if is_dual(points):
        _check_real(points, name)
    else:
        points = np.asarray(points, dtype=np.float64, order="C")
        if not points.flags.writeable:
            points = points.copy()
    if points.ndim != 2:
        raise ValueError(f"`{name}` must be a 2-dimensional array.")
    return points


def as_values(d: Any, ny: int) -> tuple[Any, tuple[int, ...], type]:
    """`d` as float columns (ny, S), with the trailing shape and the dtype of the data.

    A complex column is two real ones, so that the matrix stays real.
    """
    if not isinstance(d, DualNumber):
        d = np.asarray(d)
    shape = d.shape
    if not shape or shape[0] != ny:
        raise ValueError(f"Expected the first axis of `d` to have length {ny}.")
    shape = shape[1:]
    dtype = np.complex128 if value_of(d).dtype.kind == "c" else np.float64
    return as_columns(d, shape, dtype), shape, dtype


def as_columns(d: Any, shape: tuple[int, ...], dtype: type) -> Any:
    """Real columns (n, S) of `d`, (n,) + `shape`, real or dual, of that dtype."""
    value = value_of(d)
    columns = (len(value), math.prod(shape))
    real = _real_columns(value, columns, dtype)
    if value is d:
        return real
    partials = _real_columns(d.partials, (len(d.partials), *columns), dtype)
    return pair(real, partials, d.level)  # both in C order


def _real_columns(d: np.ndarray, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    if d.dtype is _FLOAT and d.flags.carray:
        return d.reshape(shape)  # what follows does the same in twice the time
    columns: np.ndarray = np.require(d, dtype, ["C", "W"]).reshape(shape)
    return columns if dtype is np.float64 else columns.view(np.float64)


def as_smoothing(smoothing: Any, ny: int) -> Any:
    """`smoothing` as an array (or DualArray) of shape (ny,)."""
    if type(smoothing) is float:
        return _full(ny, smoothing)
    if is_dual(smoothing):
        _check_real(smoothing, "smoothing")
    elif smoothing is None:
        raise ValueError("`smoothing` must be a number or an array of numbers, got None.")
    if isinstance(smoothing, Dual):
        planes = np.multiply.outer(np.asarray(smoothing.partials, dtype=float), np.ones(ny))
        return DualArray(np.full(ny, smoothing.value), planes, smoothing.level)
    if not is_dual(smoothing):
        smoothing = np.require(smoothing, np.float64, ["C", "W"])
        if smoothing.shape == ():
            return _full(ny, smoothing)
    if smoothing.shape != (ny,):
        raise ValueError(f"Expected `smoothing` to be a scalar or have shape ({ny},).")
    return smoothing


def _full(ny: int, number: Any) -> np.ndarray:
    array = np.empty(ny)
    array.fill(number)  # a third of the time of np.full
    return array


def as_kernel(kernel: Any) -> tuple[Any, Any]:
    """(radial function, what `kernel` is called): a name in lower case, or the instance."""
    if not isinstance(kernel, str):
        return _as_radial(kernel), kernel
    name = kernel.lower()
    if name not in _NAMED:
        raise ValueError(f"`kernel` must be one of {set(_NAMED)}, got {kernel!r}.")
    return _NAMED[name], name


def _as_radial(kernel: Any) -> Any:
    """An instance of a built-in or registered type, its parameters as floats or Duals."""
    cls = type(kernel)
    if cls in RADIAL_FUNCTIONS.values():
        return kernel
    if not is_registered(cls):
        raise ValueError(
            f"`kernel` must be one of {set(RADIAL_FUNCTIONS)}, or an instance of a type "
            f"registered with nbrbf.radial_function, got {kernel!r}."
        )
    for name, value in kernel._asdict().items():
        if isinstance(value, Dual):
            _check_real(value, f"kernel.{name}")
        elif isinstance(value, DualArray) or np.ndim(value) > 0 or np.iscomplexobj(value):
            raise TypeError(f"`kernel.{name}` must be a real number or a Dual, got {value!r}.")
    return cls(*(value if is_dual(value) else float(value) for value in kernel))


def as_epsilon(epsilon: Any, radial: Any, ndim: int) -> Any:
    """`epsilon` as a float or Dual, or as an array or DualArray of shape (ndim,)."""
    if type(epsilon) is float and math.isfinite(epsilon) and epsilon != 0.0:
        return epsilon
    if epsilon is None:
        # One with parameters of its own brings its length scale among them.
        if radial.scale_invariant or len(radial) > 0:
            return 1.0
        names = {name for name, t in RADIAL_FUNCTIONS.items() if t.scale_invariant}
        raise ValueError(f"`epsilon` must be specified if `kernel` is not one of {names}.")
    if is_dual(epsilon):
        _check_real(epsilon, "epsilon")
    elif not isinstance(epsilon, float):
        epsilon = np.asarray(epsilon, dtype=np.float64)
        epsilon = float(epsilon) if epsilon.ndim == 0 else epsilon
    if not isinstance(epsilon, (float, Dual)) and epsilon.shape != (ndim,):
        raise ValueError(f"Expected `epsilon` to be a scalar or have shape ({ndim},).")
    value = value_of(epsilon)
    for number in (value,) if isinstance(value, float) else value:
        if not math.isfinite(number):
            raise ValueError(f"`epsilon` must be finite, got {value}.")
        if number == 0.0:
            raise np.linalg.LinAlgError(f"Singular matrix. `epsilon` must not be 0, got {value}.")
    return epsilon


def as_degree(degree: Any, radial: Any, name: Any) -> int:
    """`degree` as an int, by default the smallest for which the system is solvable."""
    least = radial.min_degree
    if degree is None:
        return max(least, 0)
    degree = int(degree)
    if degree < -1:
        raise ValueError("`degree` must be at least -1.")
    if -1 < degree < least:
        warnings.warn(
            f"`degree` should not be below {least} except -1 when `kernel` is '{name}'. "
            "The interpolant may not be uniquely solvable, and the smoothing parameter may have "
            "an unintuitive effect.",
            UserWarning,
            stacklevel=3,
        )
    return degree


def as_workers(workers: int) -> int:
    """The number of threads; -1 stands for one on each core, as in SciPy's KD-tree."""
    if type(workers) is int and workers > 0:
        return workers
    if workers == -1:
        return os.cpu_count() or 1
    if not isinstance(workers, (int, np.integer)) or workers < 1:
        raise ValueError(f"`workers` must be a positive integer or -1, got {workers!r}.")
    return int(workers)
