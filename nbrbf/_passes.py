"""What the passes of an adjoint read and write, in each direction.

They take one direction at a time, with tangents for every array, be they zero: so they are
compiled once for real numbers, and once for any width, level and choice of dual arguments.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from nbrbf._evaluation import Centres
from nbrbf._rows import scaled
from nbrbf._split import split, split_radial
from nbrbf_kernels.dual import Dual

Arrays = tuple[Any, ...]


class Inputs(NamedTuple):
    """What a caller of an interpolant gives, real or dual; whether `smoothing` was one number."""

    y: Any
    x: Any
    smoothing: Any
    epsilon: Any
    one_smoothing: bool


class Read(NamedTuple):
    """What the passes read, as `interpolant_vjp` has it, or tangents of that."""

    points: Arrays
    x: Arrays
    weights: np.ndarray
    f_bar: np.ndarray


class Written(NamedTuple):
    """What they write, or tangents of that; the last two are None without parameters."""

    points: np.ndarray
    x: np.ndarray
    rhs: np.ndarray
    sums: np.ndarray
    x_terms: Any = None
    terms: Any = None


class Blocks(NamedTuple):
    """Columns at a time; how x and the points are divided, which does not depend on threads."""

    lanes: tuple[float, ...]
    x_size: int
    size: int


class Passes(NamedTuple):
    """All that is dual in one direction, or all that is real."""

    radial: Any
    read: Read
    written: Written
    dread: Any = None
    dwritten: Any = None

    def arguments(self, frame: Any, factors: Arrays, blocks: Blocks) -> Arrays:
        """Those of the kernel, but for the step and the counts."""
        tangents = None if self.dread is None else (*self.dread, *self.dwritten)
        return (self.radial, *frame, *factors, *self.read, *self.written, tangents, *blocks)


@lru_cache(maxsize=256)
def blocks_of(N: int, Q: int, S: int, ndim: int) -> Blocks:
    """How N points, Q evaluation points and S columns are divided."""
    # No pass is compiled for another number of columns.
    lanes = (0.0,) if S == 1 else (0.0,) * 4
    # Few enough blocks that what is written takes at most a quarter of the matrix.
    most = max(1, min(64, N // (4 * (S + ndim))))
    x_blocks, blocks = max(1, min(Q // 128, most)), max(1, min(N // 128, most))
    return Blocks(lanes, -(-max(Q, 1) // x_blocks), -(-N // blocks))


def started(
    centres: Centres, weights: Any, inputs: Inputs, f_bar: Any, dual: tuple[int, int] | None
) -> tuple[list[Passes], Blocks]:
    """All directions, one of real numbers, with zeros to write into."""
    (N, ndim), Q, S = inputs.y.shape, len(inputs.x), len(weights)
    blocks = blocks_of(N, Q, S, ndim)
    lanes, x_size, size = blocks
    x_blocks, own_blocks = -(-max(Q, 1) // x_size), -(-N // size)
    k, dk = split_radial(centres.radial)
    x, dx = scaled(inputs.x, inputs.epsilon)
    points, dpoints = centres.rows, centres.drows
    (w, dw), (F, dF) = split(weights), split(f_bar)
    w, F = map(np.ascontiguousarray if len(w) % len(lanes) == 0 else _whole, (w, F))
    fields = len(k)
    shapes = (
        (ndim, (1 + max(x_blocks, own_blocks)) * N),
        (ndim, Q),
        w.shape,
        (len(w), x_blocks * N),
        (fields, Q),
        (fields, N),
    )[: 6 if fields else 4]
    read = Read(points, tuple(x), w, F)
    if dual is None:
        return [Passes(k, read, Written(*map(np.zeros, shapes)))], blocks
    width = dual[0]
    drows = [np.zeros((width, N)) if t is None else t for t in dpoints]
    dtargets = np.zeros((ndim, width, Q)) if dx is None else dx
    dw, dF = (_tangents(value, t, width) for value, t in ((w, dw), (F, dF)))
    passes = []
    for q in range(width):
        only = slice(q, q + 1)
        radial = k
        if dk is not None:
            radial = type(k)(*(Dual(v, (t,)) for v, t in zip(k, dk[q].tolist(), strict=True)))
        dread = Read(
            tuple([t[only] for t in drows]),
            tuple([t[only] for t in dtargets]),
            dw[only],
            dF[only],
        )
        written = Written(*map(np.zeros, shapes))
        dwritten = Written(*(np.zeros((1, *shape)) for shape in shapes))
        passes.append(Passes(radial, read, written, dread, dwritten))
    return passes, blocks


def _whole(rows: np.ndarray) -> np.ndarray:
    """Rows (..., S, n), followed by zeros up to a multiple of four."""
    *lead, S, n = rows.shape
    return np.concatenate([rows, np.zeros((*lead, -S % 4, n))], axis=-2)


def _tangents(rows: np.ndarray, tangents: Any, width: int) -> np.ndarray:
    """Tangents (p, S, n) of rows (S, n) that may be `_whole`, zeros if there are none."""
    if tangents is None:
        return np.zeros((width, *rows.shape))
    return np.ascontiguousarray(tangents) if tangents.shape[1:] == rows.shape else _whole(tangents)
