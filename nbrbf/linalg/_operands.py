"""What may be passed to nbrbf.linalg, checked, and brought to the few types that are compiled.

Matrices are stored by rows, since every further layout would be compiled for again.
"""

import math
from typing import Any

import numpy as np

from nbrbf._arguments import value_of
from nbrbf_kernels.dual import DualArray
from nbrbf_kernels.dual.layout import numbers


def operand(x: Any, name: str, check_finite: bool) -> Any:
    """`x` as an array or DualArray of float64; only its value is asked to be finite."""
    if not isinstance(x, DualArray):
        x = numbers(x, name)
    if x.dtype.kind == "c":
        raise TypeError(f"{name} must be real, got {x.dtype}")
    if check_finite and not _is_finite(value_of(x)):
        raise not_finite(name)
    return x


def not_finite(name: str) -> ValueError:
    """What to raise if an array, called `name`, has something that is not finite."""
    return ValueError(f"array must not contain infs or NaNs, but {name} does")


def _is_finite(x: np.ndarray) -> bool:
    """Whether all entries are: if their squares have a finite sum, which BLAS finds sooner."""
    return math.isfinite(np.vdot(x, x)) or bool(np.isfinite(x).all())


def matrix(a: Any, name: str, check_finite: bool) -> Any:
    """`a` as an `operand` of two dimensions."""
    a = operand(a, name, check_finite)
    if a.ndim != 2:
        raise ValueError(f"{name} must have 2 dimensions, got shape {a.shape}")
    return a


def square(a: Any, name: str, check_finite: bool) -> Any:
    """`a` as a `matrix` with as many rows as columns."""
    a = operand(a, name, check_finite)
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise ValueError(f"expected square matrix, got {name} of shape {a.shape}")
    return a


def stack(a: Any, name: str, check_finite: bool) -> Any:
    """`a` as a `square` matrix or a stack of them, (..., N, N), which is not asked to be finite."""
    a = operand(a, name, False)
    if check_finite and a.ndim == 2:
        operand(a, name, True)
    if a.ndim < 2 or a.shape[-2] != a.shape[-1]:
        raise ValueError(f"expected square matrix, got {name} of shape {a.shape}")
    return a


def right_hand_sides(b: Any, a: Any, name: str, check_finite: bool, own: str = "b") -> Any:
    """`b`, (N,) or (..., N, R), as an `operand` that can be broadcast with the stack `a`."""
    b = operand(b, own, check_finite)
    try:
        np.broadcast_shapes(b.shape[:-2], a.shape[:-2])
    except ValueError:
        fits = False
    else:
        fits = b.ndim > 0 and b.shape[-2 if b.ndim > 1 else 0] == a.shape[-1]
    if not fits:
        raise ValueError(f"incompatible shapes: {name} has {a.shape} and {own} has {b.shape}")
    return b


def right_hand_side(b: Any, a: Any, name: str, check_finite: bool, own: str = "b") -> Any:
    """`b` as an `operand` of one dimension or two, with as many rows as `a`, called `name`."""
    b = operand(b, own, check_finite)
    if b.ndim not in (1, 2) or b.shape[0] != a.shape[0]:
        raise ValueError(f"incompatible shapes: {name} has {a.shape} and {own} has {b.shape}")
    return b


def by_rows(x: Any) -> Any:
    """`x` stored by rows, to be read: itself, or a copy."""
    value = value_of(x)
    planes = x.partials if isinstance(x, DualArray) else value
    ready = value.flags.c_contiguous and planes.flags.c_contiguous
    # What may not be written is another type to the compiler.
    return x if ready and value.flags.writeable and planes.flags.writeable else x.copy("C")


def op_is_transposed(trans: Any, names: tuple[str, ...] = ()) -> bool:
    """Whether `trans`, 0, 1, 2 or one of `names`, means a^T, which to real numbers is a^H."""
    allowed = (0, 1, 2, *names)
    if not isinstance(trans, (int, np.integer, str)) or trans not in allowed:
        raise ValueError(f"trans must be one of {allowed}, got {trans!r}")
    return trans not in (0, "N")
