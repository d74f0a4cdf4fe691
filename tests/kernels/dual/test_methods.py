"""DualArray's methods."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.test_array import dual, planes_equal


def test_methods():
    a = dual(2, 3)
    planes_equal(a.reshape(3, 2), a.value.reshape(3, 2), a.partials.reshape(2, 3, 2))
    planes_equal(a.reshape((6,)), a.value.ravel(), a.partials.reshape(2, 6))
    planes_equal(a.transpose(1, 0), a.value.T, a.partials.transpose(0, 2, 1))
    planes_equal(a.sum(axis=0), a.value.sum(axis=0), a.partials.sum(axis=1))
    planes_equal(a.mean(), a.value.mean(), a.partials.mean(axis=(1, 2)))
    assert a.max() == a.value.max() and a.min(axis=1).shape == (2,)
    assert np.shares_memory(a.ravel().value, a.value)
    assert not np.shares_memory(a.flatten().value, a.value)
    assert a.dot(np.ones(3)).shape == (2,)


def test_methods_are_numpys_functions():
    a = dual(2, 3)
    for name, args in [
        *(("prod", (1,)), ("var", ()), ("std", (0,)), ("cumsum", (1,)), ("cumprod", ())),
        *(("take", ([0, 2], 1)), ("repeat", (2, 0)), ("clip", (-0.5, 0.5)), ("round", (1,))),
        *(("trace", ()), ("diagonal", (1,)), ("squeeze", ()), ("swapaxes", (0, 1))),
        *(("min", (0,)), ("ravel", ("F",)), ("sum", (0,)), ("mean", ())),
    ]:
        result, expected = getattr(a, name)(*args), getattr(np, name)(a, *args)
        np.testing.assert_array_equal(result.value, getattr(a.value, name)(*args))
        np.testing.assert_array_equal(result.partials, expected.partials)
    assert a.argmax() == a.value.argmax() and a.mT.shape == (3, 2)
    assert (
        DualArray.cumsum.__name__ == "cumsum" and DualArray.cumsum.__doc__ == "As `numpy.cumsum`."
    )


def test_items():
    a = dual(2, 3)
    rows = a.tolist()
    assert rows[1][2].partials == tuple(a.partials[:, 1, 2]) and len(rows) == 2
    assert DualArray(1.0, [2.0]).tolist().partials == (2.0,)
    assert (
        a.item(1, 2).partials == a.item(5).partials == a.item((1, 2)).partials == a[1, 2].partials
    )
    assert a[:1, :1].item() == a.value[0, 0]
    with pytest.raises(ValueError, match="size 1"):
        a.item()
    with pytest.raises(IndexError):
        a.item(6)
    a.fill(Dual(3.0, (4.0, 5.0)))
    assert np.all(a == 3.0) and np.all(a.partials[1] == 5.0)
