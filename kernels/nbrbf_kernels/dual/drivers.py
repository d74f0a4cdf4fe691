"""Derivatives of a user's function: forward mode, by calling it with dual numbers.

    jvp         value and directional derivative
    derivative  of a function of one number
    gradient    of a number by an array
    jacobian    of an array by an array

Each call has a level of its own (levels.py), so calls may stand inside one another.

They may be called in Python and in compiled code (compiled_drivers.py), and of a compiled
function they run compiled from either.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nbrbf_kernels.dual.compiled_entry import call_compiled, is_compiled
from nbrbf_kernels.dual.levels import new_level
from nbrbf_kernels.dual.seeds import argument, seeded, tangent_of, unit_seeds, value_of
from nbrbf_kernels.dual.trees import leaves, map_leaves


def derivative(f: Callable[..., Any], x: Any, *args: Any) -> Any:
    """Derivative of `f` at the number `x`.

    Parameters
    ----------
    f : callable
        f(x, *args) of one number; it returns a number, an array, or a tuple of those.
    x : float
        Where. A Dual of a derivative call around this one gives a Dual.
    *args
        Further arguments of `f`, held constant.

    Returns
    -------
    float or ndarray or tuple
        What `f` returns, differentiated by `x`: zeros where it does not depend on it.

    Raises
    ------
    TypeError
        If `x` is complex or an array, or if `f` returns something else than numbers.

    Examples
    --------
    >>> float(derivative(lambda x: x * x, 3.0))
    6.0
    """
    x = argument(x, "x")
    if np.ndim(x) != 0:
        raise TypeError(f"x must be one number, got the shape {x.shape}; use gradient or jacobian")
    if is_compiled(f):
        return call_compiled(derivative, f, (x, *args))
    with new_level() as level:
        result = f(seeded(x, (np.float64(1.0),), level), *args)
        return map_leaves(lambda leaf: tangent_of(leaf, level, 0), result)


def gradient(f: Callable[..., Any], x: Any, *args: Any, chunk: int = 8) -> Any:
    """Gradient of the number f(x, *args) by the array `x`.

    Parameters
    ----------
    f : callable
        f(x, *args) of an array (or a number); it returns a number.
    x : array_like of any shape
        Where. It is not changed, even if `f` changes its argument.
    *args
        Further arguments of `f`, held constant.
    chunk : int
        So many partials at a time: `f` is called size / chunk times. A constant where this
        is called in compiled code.

    Returns
    -------
    ndarray, shape of `x`

    Raises
    ------
    TypeError
        If `x` is complex or a DualArray, or if `f` does not return one number.

    Examples
    --------
    >>> gradient(lambda x: (x * x).sum(), [1.0, 2.0])
    array([2., 4.])
    """

    if is_compiled(f):
        return _compiled(gradient, f, x, args, chunk)

    def checked(x: Any, *args: Any) -> Any:
        result = f(x, *args)
        if isinstance(result, (tuple, list)) or np.ndim(result) != 0:
            what = "a tuple" if isinstance(result, (tuple, list)) else f"the shape {result.shape}"
            raise TypeError(f"f must return one number, got {what}; use jacobian")
        return result

    return jacobian(checked, x, *args, chunk=chunk)


def jacobian(f: Callable[..., Any], x: Any, *args: Any, chunk: int = 8) -> Any:
    """Derivative of the array f(x, *args) by the array `x`.

    Parameters
    ----------
    f : callable
        f(x, *args) of an array (or a number); it returns a number, an array, or a tuple
        of those.
    x : array_like of any shape
        Where. It is not changed, even if `f` changes its argument.
    *args
        Further arguments of `f`, held constant.
    chunk : int
        So many partials at a time: `f` is called size / chunk times. A constant where this
        is called in compiled code.

    Returns
    -------
    ndarray, shape f(x).shape + x.shape, or a tuple of such
        Zeros where the result does not depend on `x`.

    Raises
    ------
    TypeError
        If `x` is complex or a DualArray, or if `f` returns something else than numbers.

    Examples
    --------
    >>> jacobian(lambda x: x * x, [1.0, 2.0])
    array([[2., 0.],
           [0., 4.]])
    """
    x = argument(x, "x")
    if chunk < 1:
        raise ValueError(f"chunk must be at least 1, got {chunk}")
    if np.ndim(x) == 0:
        return derivative(f, x, *args)
    if x.size == 0:
        return map_leaves(lambda leaf: np.zeros(np.shape(leaf) + x.shape), f(x, *args))
    if is_compiled(f):
        return _compiled(jacobian, f, x, args, chunk)
    columns: list[Any] = [None] * x.size
    width = min(chunk, x.size)
    with new_level() as level:
        for start in range(0, x.size, width):
            # The last chunk is moved back rather than cut, so that all have one width: for a
            # compiled f that is a type.
            start = min(start, x.size - width)
            result = f(unit_seeds(x, start, width, level), *args)
            ends = list(leaves(result))
            for k in range(width):
                columns[start + k] = [tangent_of(leaf, level, k) for leaf in ends]
    blocks = (_block(column, x.shape) for column in zip(*columns, strict=True))
    return map_leaves(lambda _: next(blocks), result)


def jvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    """Value of `f` and its derivative in one direction.

    Parameters
    ----------
    f : callable
        f(*primals); it returns a number, an array, or a tuple of those.
    primals : tuple of floats and arrays
        Where.
    tangents : tuple of floats, arrays and None
        In which direction: each of the shape of its primal, or None for an argument that is
        held constant (which may then be anything).

    Returns
    -------
    value, tangent
        Both as `f` returns them.

    Raises
    ------
    TypeError
        If `primals` or `tangents` is no tuple, if a primal with a tangent is complex or a
        DualArray, or if `f` returns something else than numbers.
    ValueError
        If the tuples differ in length or a tangent differs in shape from its primal.

    Examples
    --------
    >>> value, tangent = jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, None))
    >>> float(value), float(tangent)
    (6.0, 3.0)
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise TypeError(f"{name} must be a tuple, got {type(given).__name__}")
    if len(primals) != len(tangents):
        raise ValueError(
            f"tangents must be as many as primals, got {len(tangents)} for {len(primals)}"
        )
    pairs = [
        (x, None) if t is None else _direction(i, x, t)
        for i, (x, t) in enumerate(zip(primals, tangents, strict=True))
    ]
    if is_compiled(f):
        given, directions = zip(*pairs, strict=True) if pairs else ((), ())
        return call_compiled(jvp, f, (given, directions))
    with new_level() as level:
        arguments = [x if t is None else seeded(x, (t,), level) for x, t in pairs]
        result = f(*arguments)
        return (
            map_leaves(lambda leaf: value_of(leaf, level), result),
            map_leaves(lambda leaf: tangent_of(leaf, level, 0), result),
        )


def _compiled(driver: Any, f: Any, x: Any, args: tuple[Any, ...], chunk: int) -> Any:
    x = argument(x, "x")
    if chunk < 1:
        raise ValueError(f"chunk must be at least 1, got {chunk}")
    # A width is a type: no wider than the array, or it would count partials for nothing.
    return call_compiled(driver, f, (x, *args), chunk=min(chunk, max(1, np.size(x))))


def _direction(i: int, x: Any, tangent: Any) -> tuple[Any, Any]:
    x, tangent = argument(x, f"primals[{i}]"), argument(tangent, f"tangents[{i}]")
    if np.shape(x) != np.shape(tangent):
        raise ValueError(
            f"tangents[{i}] must have the shape of primals[{i}], {np.shape(x)}, "
            f"got {np.shape(tangent)}"
        )
    return x, tangent


def _block(columns: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """One result's derivative by every entry of an array of this shape."""
    stacked = np.stack(columns, axis=-1)
    return np.reshape(stacked, np.shape(columns[0]) + shape)
