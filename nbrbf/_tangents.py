"""Directions of an interpolant's inputs, checked, and the inputs that carry them."""

from typing import Any

import numpy as np

from nbrbf._arguments import as_values
from nbrbf_kernels.dual import Dual, DualArray


def moving(primal: Any, direction: Any, name: str) -> Any:
    """A real number or array that moves in `direction`, called `name`; itself for None.

    Raises
    ------
    ValueError
        If the direction is not of the input's shape.
    TypeError
        If it is not real.
    """
    if direction is None:
        return primal
    tangent = np.asarray(direction)
    if tangent.dtype.kind not in "fiub":
        raise TypeError(f"`{name}` must be real, got {tangent.dtype}.")
    if tangent.shape != np.shape(primal):
        raise ValueError(f"`{name}` must have shape {np.shape(primal)}, got {tangent.shape}.")
    if tangent.ndim == 0:
        return Dual(float(primal), (float(tangent),))
    return DualArray(primal, np.array(tangent, dtype=np.float64)[None])


def moving_smoothing(smoothing: np.ndarray[Any, Any], direction: Any) -> Any:
    """As `moving`, with one number for all points too."""
    if direction is not None and np.ndim(direction) == 0:
        direction = np.full(smoothing.shape, direction)
    return moving(smoothing, direction, "dsmoothing")


def moving_values(
    columns: np.ndarray[Any, Any], shape: tuple[int, ...], dtype: type, direction: Any
) -> Any:
    """The columns of data that move in `direction`, which has the shape and dtype of the data."""
    if direction is None:
        return columns
    expected = (len(columns), *shape)
    if np.shape(direction) != expected:
        raise ValueError(f"`dd` must have shape {expected}, got {np.shape(direction)}.")
    if np.iscomplexobj(direction) and dtype is not np.complex128:
        raise TypeError("`dd` must be real since `d` is, got complex numbers.")
    tangent, _, _ = as_values(np.asarray(direction, dtype=dtype), len(columns))
    return DualArray(columns, np.array(tangent)[None])


def moving_parameters(radial: Any, direction: Any) -> Any:
    """The radial function whose parameters move in `direction`, a number for each."""
    if direction is None:
        return radial
    tangents = tuple(direction)
    if len(tangents) != len(radial):
        raise ValueError(
            f"`dkernel` must have a number for each of the {len(radial)} parameters of the "
            f"kernel, got {len(tangents)}."
        )
    return type(radial)(*map(moving, radial, tangents, ["dkernel"] * len(radial)))
