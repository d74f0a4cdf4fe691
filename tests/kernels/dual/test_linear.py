"""Functions that are the same on every plane: views, copies, and what they refuse."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(9)
a = spread(rng, 3, 4)

VIEWS = [
    lambda x: np.flip(x),
    lambda x: np.rot90(x),
    lambda x: np.diagonal(x, 1),
    lambda x: np.split(x, 2, axis=1)[1],
    lambda x: np.split(x, [0, 2])[1],
    lambda x: np.atleast_3d(x),
    lambda x: np.swapaxes(x, 0, -1),
    lambda x: np.moveaxis(x, 0, 1),
    lambda x: np.expand_dims(x, 1),
    lambda x: np.squeeze(x[:1]),
    lambda x: np.rollaxis(x, 1),
]


@pytest.mark.parametrize("view", VIEWS)
def test_views_are_views_in_value_and_partials(view):
    for base in (a.copy(), a.T.copy().T, a[::2, ::2]):
        part = view(base)
        assert np.shares_memory(part.value, base.value) == np.shares_memory(
            view(base.value), base.value
        )
        assert np.shares_memory(part.partials, base.partials)
        assert part.value.strides == part.partials.strides[1:]
        for k in range(2):
            np.testing.assert_array_equal(part.partials[k], view(base.partials[k]))


def test_writing_into_a_view_writes_value_and_partials():
    base = a.copy()
    np.flip(base)[0, 0] = Dual(7.0, (8.0, 9.0))
    np.hsplit(base, 2)[0][...] *= 2.0
    assert base.value[2, 3] == 7.0 and base.partials[:, 2, 3].tolist() == [8.0, 9.0]
    np.testing.assert_array_equal(base.partials[:, :, 0], 2.0 * a.partials[:, :, 0])


def test_what_joins_several_arguments_is_a_copy():
    b, constant = a.copy(), np.ones(3)
    first, second, third = np.atleast_1d(b, b, constant)
    for result in (first, second, third, np.diff(b, 0, prepend=b[:, :0])):
        result[...] = 5.0
    np.testing.assert_array_equal(b.value, a.value)
    np.testing.assert_array_equal(b.partials, a.partials)
    assert constant.tolist() == [1.0, 1.0, 1.0]


def test_results_without_partials():
    none = DualArray(np.ones((3, 2)), np.ones((0, 3, 2)))
    assert np.flip(none).partials.shape == (0, 3, 2) and np.trace(none) == Dual(2.0, ())
    assert [part.partials.shape for part in np.split(none, 3)] == [(0, 1, 2)] * 3


def test_complex_planes():
    z = a * (1 + 2j)
    assert np.tril(z).dtype == np.complex128
    assert np.append(a, 1j).partials.dtype == np.complex128


def test_what_depends_on_no_dual_argument_otherwise():
    with pytest.raises(TypeError, match=r"numpy\.compress takes dual numbers only as a$"):
        np.compress(a[0], np.ones(4))
    with pytest.raises(TypeError, match=r"numpy\.gradient takes dual numbers only as f$"):
        np.gradient(np.ones(3), Dual(1.0, (1.0, 0.0)))
    with pytest.raises(TypeError, match=r"numpy\.linspace of dual numbers takes no dtype"):
        np.linspace(0.0, Dual(1.0, (1.0,)), dtype=np.float32)
    with pytest.raises(TypeError, match=r"numpy\.take of dual numbers takes no out"):
        np.take(a, [0], 0, np.empty(1))
    with pytest.raises(TypeError, match=r"numpy\.pad of dual numbers takes no mode='maximum'"):
        np.pad(a, 1, "maximum")
    with pytest.raises(TypeError, match="same number of partials, got 2 and 1"):
        np.append(a, Dual(1.0, (1.0,)))


def test_arguments_by_name():
    agrees_with_differences(lambda x: np.roll(a=x, shift=1, axis=1), a)
    agrees_with_differences(lambda x, c: np.pad(x, 1, constant_values=(0.0, c)), a, a[0, 0])
    agrees_with_differences(lambda w: np.bincount([0, 2, 2], weights=w, minlength=5), a[:, 0])
    agrees_with_differences(lambda x: np.meshgrid(x, x[:2], indexing="ij", sparse=True), a[0])


def test_linspace_returns_its_step_too():
    ends = spread(rng, 2)
    agrees_with_differences(lambda x: np.linspace(x[0], x[1], 5, retstep=True), ends)
