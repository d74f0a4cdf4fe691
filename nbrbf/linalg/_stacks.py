"""Stacks of matrices (..., n, n), each by itself, with what is broadcast spread out.

As in NumPy nothing is said of how well conditioned each of them is.
"""

from typing import Any

import numpy as np

from nbrbf._arguments import is_dual, value_of
from nbrbf._threads import over_blocks
from nbrbf.linalg._bars import Duality
from nbrbf.linalg._columns import of_shape
from nbrbf.linalg._operands import not_finite
from nbrbf_kernels.linalg.stacks import slogdet_stack, solve_stack

# Multiplications that are worth a thread's while.
TASK = 5_000_000


def solve(
    a: Any, b: Any, transposed: bool, definite: bool, check_finite: bool, workers: int,
    dual: Duality,
) -> tuple[Any, np.ndarray]:  # fmt: skip
    """(x of op(a) x = b, LAPACK's info of each), for a (..., n, n) and b (..., n, r).

    The info is -1 where `check_finite` and a value of `a` is not.
    """
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    p, level = dual or (0, 0)
    (n, r), k = b.shape[-2:], int(np.prod(lead))
    A, X = _spread(value_of(a), lead, k), _spread(value_of(b), lead, k).copy()
    dA = np.empty((p if is_dual(a) else 0, k, n, n))
    for q in range(len(dA)):
        dA[q] = _spread(a.partials[q], lead, k)
    dX = np.zeros((k, n, p, r))
    if is_dual(b):
        for q, plane in enumerate(b.partials):
            dX[:, :, q] = _spread(plane, lead, k)
    info = np.empty(k, np.int64)
    arguments = (A, dA, X, dX.reshape(k, n, p * r), transposed, definite, check_finite, info)
    _share(solve_stack, arguments, n, k, workers)
    shape = (*lead, n, r)
    x = X.reshape(shape) if dual is None else of_shape(shape, X, np.moveaxis(dX, 2, 0), level)
    return x, info.reshape(lead)


def slogdet(a: np.ndarray, workers: int) -> tuple[np.ndarray, np.ndarray]:
    """Signs and logarithms of the absolute values of the determinants, of real matrices."""
    lead, k = a.shape[:-2], int(np.prod(a.shape[:-2]))
    sign, logdet = np.empty(k), np.empty(k)
    arguments = (_spread(a, lead, k), sign, logdet)
    _share(slogdet_stack, arguments, a.shape[-1], k, workers)
    return sign.reshape(lead), logdet.reshape(lead)


def refuse_singular(info: np.ndarray, why: str = "singular") -> None:
    """Raise if any of a stack is, or is not finite, and say which."""
    if np.any(info < 0):
        raise not_finite("a")
    places = np.argwhere(info != 0)
    if len(places):
        first = ", ".join(str(tuple(place.tolist())) for place in places[:5])
        more = f" and {len(places) - 5} more" if len(places) > 5 else ""
        raise np.linalg.LinAlgError(f"Matrix is {why}: of the stack, number {first}{more}.")


def gathered(bar: Any, lead: tuple[int, ...]) -> Any:
    """The bar of what has the leading axes `lead`, from that of what it was broadcast to."""
    extra = bar.ndim - 2 - len(lead)
    bar = bar.sum(axis=tuple(range(extra))) if extra else bar
    once = tuple(n for n, size in enumerate(lead) if size == 1 and bar.shape[n] != 1)
    return bar.sum(axis=once, keepdims=True) if once else bar


def _spread(x: np.ndarray, lead: tuple[int, ...], k: int) -> np.ndarray:
    """(k, m, n) in C order, of (..., m, n)."""
    shape = (*lead, *x.shape[-2:])
    if x.shape != shape:
        x = np.broadcast_to(x, shape)
    # What may not be written is another type to the compiler.
    return np.require(x, requirements=["C", "W"]).reshape(k, *shape[-2:])


def _share(stack: Any, arguments: tuple[Any, ...], n: int, k: int, workers: int) -> None:
    """Call one of the cores for k matrices of order n, so many to a thread at a time."""
    size = TASK // max(n, 1) ** 3 + 1
    over_blocks(stack.kernel, (*arguments, size), -(-k // size), workers)
