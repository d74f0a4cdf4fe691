"""DualArrays in compiled code: what goes in comes out, indexing and assignment are NumPy's."""

import numpy as np
import pytest
from numba import njit
from numba.core.errors import TypingError

from nbrbf_kernels.dual import Dual, DualArray


def dual(*shape, p=2, level=0):
    rng = np.random.default_rng(len(shape))
    return DualArray(rng.random(shape), rng.random((p, *shape)), level)


def same(a, b):
    return (
        type(a) is type(b)
        and a.level == b.level
        and np.array_equal(a.value, b.value)
        and np.array_equal(a.partials, b.partials)
    )


@pytest.mark.parametrize("p", [0, 1, 3])
@pytest.mark.parametrize("shape", [(4,), (0,), (2, 3), (2, 3, 2)])
def test_round_trip_keeps_memory_and_level(shape, p):
    array = dual(*shape, p=p, level=2)
    back = njit(lambda a: a)(array)
    assert same(back, array)
    assert array.size * p == 0 or np.shares_memory(back.partials, array.partials)
    assert array.size == 0 or np.shares_memory(back.value, array.value)


@pytest.mark.parametrize("layout", ["C", "F", "strided", "reversed"])
def test_elements_in_every_layout(layout):
    base = dual(6, 8)
    array = {"C": base, "F": base.T, "strided": base[::2, 1::3], "reversed": base[::-1, ::-1]}[
        layout
    ]
    get = njit(lambda a, i, j: a[i, j])
    for i, j in [(0, 0), (2, 1), (-1, -1), (1, -2)]:
        assert same(get(array, i, j), array[i, j])


def test_slices_are_views():
    array = dual(5, 4)

    @njit
    def views(a):
        return a[1:3], a[2], a[:, 1], a[..., ::2], a[-1, :], a[::-1]

    expected = array[1:3], array[2], array[:, 1], array[..., ::2], array[-1, :], array[::-1]
    for got, want in zip(views(array), expected, strict=True):
        assert same(got, want)
        assert np.shares_memory(got.value, array.value)
        assert np.shares_memory(got.partials, array.partials)


def test_assignment():
    @njit
    def assign(a, b):
        a[0, 1] = 3.0
        a[1, 1] = b[0, 0] * b[0, 1]
        a[2] = b[1]
        a[3, :] = 7.0
        a[:, 0] = b[0, 0]
        a[-1, 2:] = np.array([1.0, 2.0])

    def assign_in_python(a, b):
        assign.py_func(a, b)

    one, two, b = dual(5, 4), dual(5, 4), dual(4, 4)
    assign(one, b)
    assign_in_python(two, b)
    assert np.array_equal(one.value, two.value)
    assert np.allclose(one.partials, two.partials, rtol=1e-15)


def test_attributes_and_allocation():
    @njit
    def describe(a):
        zeros = np.zeros_like(a)
        empty = np.empty_like(a)
        empty[:] = a.copy()
        return a.shape, a.size, a.ndim, len(a), zeros, empty

    array = dual(3, 4)
    shape, size, ndim, length, zeros, empty = describe(array)
    assert (shape, size, ndim, length) == ((3, 4), 12, 2, 3)
    assert not zeros.value.any() and not zeros.partials.any()
    assert same(empty, array)
    assert not np.shares_memory(empty.value, array.value)


def test_one_source_for_real_and_dual():
    @njit
    def norm(a):
        s = 0.0
        for i in range(a.shape[0]):
            s += a[i] * a[i]
        return np.sqrt(s)

    array = dual(6, p=3)
    result = norm(array)
    value = np.linalg.norm(array.value)
    assert norm(array.value) == pytest.approx(value, rel=1e-15)
    assert result.value == pytest.approx(value, rel=1e-15)
    assert result.partials == pytest.approx(array.partials @ array.value / value, rel=1e-14)


def test_read_only_arrays_stay_as_they_are():
    array = dual(3)
    array.value.flags.writeable = False

    @njit
    def write(a):
        a[0] = 1.0

    with pytest.raises(TypeError, match="read-only"):
        write(array)
    assert njit(lambda a: a[1])(array).value == array.value[1]


def test_no_reference_is_lost():
    import sys

    array = dual(50, 50)
    function = njit(lambda a: (a[0], a.copy(), a[0, 0]))
    function(array)
    before = sys.getrefcount(array.value), sys.getrefcount(array.partials)
    for _ in range(20):
        function(array)
    assert (sys.getrefcount(array.value), sys.getrefcount(array.partials)) == before


def test_complex_values_are_refused():
    array = DualArray(np.ones(2, dtype=complex), np.ones((1, 2), dtype=complex))
    with pytest.raises((TypeError, TypingError), match="float64"):
        njit(lambda a: a)(array)


def test_a_dual_comes_out_of_a_tuple():
    pair = njit(lambda a, b: (a[0], b))(dual(3), Dual(1.0, (2.0,), 1))
    assert isinstance(pair[0], Dual)
    assert repr(pair[1]) == repr(Dual(1.0, (2.0,), 1))
