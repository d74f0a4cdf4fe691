"""What has no derivative: places and truths, found by the values."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import spread

rng = np.random.default_rng(16)
a = spread(rng, 4, 4)

CALLS = [
    np.shape,
    np.ndim,
    np.size,
    np.argmin,
    np.argmax,
    np.nanargmin,
    np.nanargmax,
    np.nonzero,
    np.flatnonzero,
    np.argwhere,
    np.count_nonzero,
    np.all,
    np.any,
    np.isreal,
    np.iscomplex,
    np.isposinf,
    np.isneginf,
    np.iscomplexobj,
    np.isrealobj,
    np.result_type,
    np.diag_indices_from,
    np.tril_indices_from,
    np.triu_indices_from,
    lambda x: np.argsort(x, axis=0),
    lambda x: np.argpartition(x, 1),
    lambda x: np.array_equal(x, x),
    lambda x: np.array_equiv(x, x),
    lambda x: np.allclose(x, x + 1.0),
    lambda x: np.isclose(x, x[0]),
    lambda x: np.isin(x, [0.11]),
    lambda x: np.digitize(x, [-0.5, 0.5]),
    lambda x: np.searchsorted([-0.5, 0.5], x[0]),
    lambda x: np.searchsorted(np.sort(x, axis=None), 0.5),
    lambda x: x.argsort(0),
    lambda x: x.nonzero(),
    lambda x: x.any(axis=0, keepdims=True),
]


@pytest.mark.parametrize("f", CALLS)
def test_the_answer_is_that_of_the_values(f):
    result, expected = f(a), f(a.value)
    assert not isinstance(result, (Dual, DualArray))
    np.testing.assert_array_equal(result, expected)


def test_out_must_hold_no_derivative():
    out = np.empty(4, int)
    assert np.argmax(a, axis=0, out=out) is out
    with pytest.raises(TypeError, match=r"out must be no dual for numpy\.isneginf"):
        np.isneginf(a, a)
