"""What follows the points of a block."""

import numpy as np
import pytest
from numba import njit

from nbrbf_kernels.rbf.padding import pad_points, padded


@njit
def pad(points, length, buffers):
    pad_points(points, length, buffers)
    return padded(length)


@pytest.mark.parametrize("length, whole", [(1, 32), (31, 32), (32, 32), (33, 64), (1024, 1024)])
def test_the_last_point_up_to_a_multiple_of_32(length, whole):
    rows = tuple(np.random.default_rng(length).random((2, length)))
    buffers = tuple(np.full((2, 1056), np.nan))
    assert pad(rows, length, buffers) == whole
    for row, buffer in zip(rows, buffers, strict=True):
        np.testing.assert_array_equal(buffer[:length], row)
        assert (buffer[length:whole] == row[-1]).all()
        assert np.isnan(buffer[whole:]).all()
