"""Blocks of points padded to whole vectors, so that no loop over them has a remainder.

LLVM vectorises a loop over pairs by 8 numbers, four times unrolled; what is left is done one
pair at a time, which takes ten times as long: of 30 points all. So a block is copied to the
stack and followed by its last point up to a multiple of 32. What comes of those is multiplied
by 0, or not read.
"""

from typing import Any

from nbrbf_kernels._jit import kernel, specialise
from nbrbf_kernels.rbf.blocks import LONGEST

_WHOLE = 32


# The masks change nothing: a block has 1 to 1024 points. But they tell LLVM so, which then
# knows that no index is one of Python's negative ones and that no loop needs a remainder.
@kernel(inline=True)
def padded(length):
    """`length` rounded up to whole vectors."""
    return ((length - 1) & (LONGEST - _WHOLE)) + _WHOLE


@kernel(inline=True)
def half_padded(length):
    """Half of `padded`: two halves of a block side by side are whole vectors too."""
    return padded(length) >> 1


@kernel(inline=True)
def whole_vectors(length):
    """`length` rounded down to whole vectors."""
    return length & (LONGEST - _WHOLE)


@kernel(inline=True)
def pad(row, length, filling, buffer):
    """Copy the first `length` numbers of `row`, followed by `filling`."""
    last = (length - 1) & (LONGEST - 1)
    vectors = whole_vectors(length - 1)
    for j in range(vectors):
        buffer[j] = row[j]
    # The last. A minimum as an index is one number at a time: ten times as long.
    for j in range(vectors, vectors + _WHOLE):
        number = row[min(j, last)]
        buffer[j] = number if j < length else filling


def pad_points(points: Any, length: int, buffers: Any) -> None:
    """Copy the first `length` points, then the last of them."""


@specialise(pad_points, inline=True)
def _pad_points(points, length, buffers):
    if len(points) == 0:
        return lambda points, length, buffers: None

    def this_axis_and_others(points, length, buffers):
        pad(points[0], length, points[0][length - 1], buffers[0])
        pad_points(points[1:], length, buffers[1:])

    return this_axis_and_others
