"""Shapes and joins: the layout of the planes."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(10)
a = spread(rng, 2, 3, 4)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.reshape(x, (-1, 3), order="F"),
        lambda x: np.reshape(np.transpose(x), 24, order="A"),
        lambda x: np.ravel(x, "F"),
        lambda x: np.transpose(x),
        lambda x: np.transpose(x, (-1, 0, 1)),
        lambda x: np.swapaxes(x, 0, -1),
        lambda x: np.moveaxis(x, [0, 1], [2, 0]),
        lambda x: np.matrix_transpose(x),
        lambda x: np.squeeze(x[:, :1], axis=1),
        lambda x: np.expand_dims(x, (0, -1)),
        lambda x: np.broadcast_to(x, (5, 2, 3, 4)),
        lambda x: np.concatenate([x, np.ones((2, 3, 4)), x], axis=-1),
        lambda x: np.stack([x, x], axis=-1),
    ],
)
def test_planes_are_laid_out_as_the_value(f):
    result = agrees_with_differences(f, a)
    assert result.value.strides == result.partials.strides[1:]
    assert result.value.flags.writeable


def test_reshapes_are_views_where_they_are_for_numpy():
    for b in (a.reshape(6, 4), a.T, a.T.reshape(4, 6, order="F"), a.ravel()):
        assert np.shares_memory(a.value, b.value) and np.shares_memory(a.partials, b.partials)
    c = a.T.reshape(24)
    assert not np.shares_memory(a.value, c.value)


def test_broadcast_arrays_may_be_written_into():
    x, y = np.broadcast_arrays(a, a[0, 0])
    y[0, 0, 0] = Dual(5.0, (1.0, 2.0))
    assert y.value[1, 0, 0] == a.value[0, 0, 0] and x.shape == y.shape


def test_duals_are_stacked_into_an_array():
    x = Dual(2.0, (1.0, 0.0), 1)
    result = np.stack([x * x, x, 3.0])
    assert isinstance(result, DualArray) and result.level == 1
    assert result.value.tolist() == [4.0, 2.0, 3.0]
    assert result.partials[0].tolist() == [4.0, 1.0, 0.0]


def test_joins_are_checked():
    with pytest.raises(TypeError, match="same number of partials, got 2 and 1"):
        np.stack([a[0, 0], DualArray(np.ones(4), np.ones((1, 4)))])
    with pytest.raises(TypeError, match=r"numpy\.concatenate of dual numbers takes no dtype"):
        np.concatenate([a, a], dtype=np.float32)
