"""DualArray: layout and aliasing, indexing, assignment, and what it must refuse."""

import copy
import pickle

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray

rng = np.random.default_rng(7)


def dual(*shape, width=2, level=0):
    return DualArray(rng.normal(size=shape), rng.normal(size=(width, *shape)), level)


def planes_equal(result, expected_value, expected_planes):
    np.testing.assert_array_equal(result.value, expected_value)
    np.testing.assert_array_equal(result.partials, np.stack(expected_planes))


def test_attributes():
    a = dual(3, 4, width=5, level=2)
    assert (a.shape, a.ndim, a.size, a.width, a.level, len(a)) == ((3, 4), 2, 12, 5, 2, 3)
    assert a.dtype == np.float64 and a.T.shape == (4, 3)
    assert np.shape(a) == (3, 4) and np.ndim(a) == 2 and np.size(a) == 12
    z = DualArray([1 + 2j], [[3 + 4j]])
    assert z.dtype == np.complex128
    assert (z.real.partials.item(), z.imag.partials.item()) == (3.0, 4.0)


def test_what_is_right_already_is_not_copied():
    value, partials = rng.normal(size=(3, 4)), rng.normal(size=(2, 3, 4))
    for v, p in [
        (value, partials),
        (value.T, partials.transpose(0, 2, 1)),
        (value[:, 1:3], partials[:, :, 1:3]),
        (value[::2], partials[:, ::2]),
    ]:
        a = DualArray(v, p)
        assert a.value is v and a.partials is p


def test_planes_get_the_layout_of_the_value():
    value = np.asfortranarray(rng.normal(size=(3, 4)))
    partials = rng.normal(size=(2, 3, 4))
    a = DualArray(value, partials)
    assert a.value is value and a.partials.strides[1:] == value.strides
    np.testing.assert_array_equal(a.partials, partials)
    b = DualArray(value[::2], partials[:, ::2])
    assert b.value.strides == b.partials.strides[1:]
    np.testing.assert_array_equal(b.value, value[::2])
    np.testing.assert_array_equal(b.partials, partials[:, ::2])


def test_results_keep_fortran_order():
    a = dual(4, 3).T
    assert a.value.flags.f_contiguous
    for result in (a + 1.0, np.sin(a), a * a, a.copy("K")):
        assert result.value.strides == result.partials.strides[1:]
        assert result.value.flags.f_contiguous


def test_results_of_other_orders_are_contiguous():
    a = dual(2, 3, 4).transpose(1, 2, 0)
    assert not (a.value.flags.c_contiguous or a.value.flags.f_contiguous)
    for result in (a + 1.0, a.copy("K"), np.zeros_like(a), a[[0, 1]]):
        assert result.value.flags.c_contiguous
        assert result.value.strides == result.partials.strides[1:]
    planes_equal(a + 1.0, a.value + 1.0, a.partials)


def test_an_array_without_dimension_computes_as_a_dual():
    a = DualArray(3.0, [1.0])
    assert isinstance(a, DualArray) and a.shape == ()
    assert isinstance(a * a, Dual) and (a * a).partials == (6.0,)
    a[()] = Dual(2.0, (5.0,))
    assert a.partials.tolist() == [5.0]


def test_integers_and_single_precision_become_double():
    a = DualArray([1, 2], np.ones((1, 2), np.float32))
    assert a.value.dtype == a.partials.dtype == np.float64
    assert DualArray(np.ones(1, np.complex64), [[0]]).dtype == np.complex128


def test_construction_is_checked():
    message = r"partials must have the shape \(p,\) \+ \(3,\) of p values, got \(3,\)"
    with pytest.raises(ValueError, match=message):
        DualArray(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"got \(2, 4\)"):
        DualArray(np.ones(3), np.ones((2, 4)))
    with pytest.raises(TypeError, match="value must hold float64 or complex128 numbers, got <U1"):
        DualArray(["a"], [[1.0]])
    with pytest.raises(TypeError, match=r"partials must hold .* got object"):
        DualArray([1.0], np.array([[None]]))
    with pytest.raises(TypeError, match="value must be an array of numbers, got a DualArray"):
        DualArray(dual(2), np.ones((1, 2)))


BASIC = [0, -1, np.int64(1), slice(1, 3), (slice(None), 1), (Ellipsis, 2), (None, 1), (1, 2), ()]
ADVANCED = [[0, 2], np.array([True, False, True]), (0, slice(None)), ([0, 1], [1, 2])]


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=str)
def test_indexing_is_that_of_each_plane(key):
    a = dual(3, 4)
    result = a[key]
    planes_equal(result, a.value[key], [p[key] for p in a.partials])
    scalar = np.ndim(a.value[key]) == 0
    assert isinstance(result, Dual if scalar else DualArray)


def test_indexing_with_separated_index_arrays():
    a = dual(3, 4, 5)
    key = ([0, 1], slice(None), [2, 3])
    assert a.value[key].shape == (2, 4)
    planes_equal(a[key], a.value[key], [p[key] for p in a.partials])
    key = (1, slice(None), [2, 3])
    planes_equal(a[key], a.value[key], [p[key] for p in a.partials])


def test_slices_are_views():
    a = dual(4)
    part = a[1:3]
    assert np.shares_memory(part.value, a.value) and np.shares_memory(part.partials, a.partials)
    part *= 2.0
    part[0] = Dual(5.0, (6.0, 7.0))
    assert a.value[1] == 5.0 and a.partials[:, 1].tolist() == [6.0, 7.0]


def test_iteration_gives_rows_and_duals():
    a = dual(2, 3)
    assert [row.shape for row in a] == [(3,), (3,)]
    assert all(isinstance(entry, Dual) for entry in a[0])


@pytest.mark.parametrize("key", BASIC + ADVANCED, ids=str)
def test_assignment_of_dual_and_real(key):
    a = dual(3, 4)
    expected, planes = a.value.copy(), a.partials.copy()
    source = dual(*np.shape(a.value[key]))
    source = source[()] if source.ndim == 0 else source
    a[key] = source
    expected[key] = source.value
    for k in range(2):
        planes[k][key] = source.partials[k]
    planes_equal(a, expected, planes)
    a[key] = 1.5
    expected[key] = 1.5
    for plane in planes:
        plane[key] = 0.0
    planes_equal(a, expected, planes)


def test_assignment_broadcasts():
    a, row = dual(3, 4), dual(4)
    a[...] = row
    planes_equal(a, np.tile(row.value, (3, 1)), [np.tile(p, (3, 1)) for p in row.partials])
    a[a.value > 0] = Dual(2.0, (3.0, 4.0))
    assert np.all(a.partials[1][a.value == 2.0] == 4.0)


def test_assignment_is_checked():
    a = dual(3)
    with pytest.raises(TypeError, match="same number of partials, got 2 and 1"):
        a[0] = Dual(1.0, (1.0,))
    with pytest.raises(TypeError, match="levels 0 and 3 meet in an array: nesting is not"):
        a[0] = Dual(1.0, (1.0, 2.0), 3)
    with pytest.raises(TypeError, match="complex numbers cannot be assigned"):
        a[0] = 1j
    before = a.copy()
    with pytest.raises(ValueError, match="broadcast"):
        a[...] = dual(2)
    planes_equal(a, before.value, before.partials)


@pytest.mark.parametrize(
    "drop",
    [
        np.asarray,
        np.array,
        lambda a: np.zeros(3).__setitem__(slice(None), a),
        lambda a: np.zeros(3).__iadd__(a),
        lambda a: np.add(a, a, out=np.zeros(3)),
        lambda a: np.add.reduceat(a, [0, 1]),
        lambda a: a.astype(np.float32),
        lambda a: a.astype(int),
        lambda a: float(a[:1]),
        lambda a: np.array([a, a]),
        lambda a: np.linalg.svd(a),
        lambda a: np.save("nowhere", a),
        lambda a: np.ones(3).dot(a),
        lambda a: np.ones(3).clip(a, 2.0),
        lambda a: np.copyto(np.ones(3), a),
        lambda a: np.put(np.ones(3), [0, 1, 2], a),
        lambda a: np.full(3, a),
        lambda a: np.array(a.value.tolist() + list(a)),
    ],
)
def test_nothing_drops_the_derivative(drop):
    with pytest.raises(TypeError):
        drop(dual(3))


def test_levels_do_not_meet_in_arrays():
    message = "levels 1 and 2 meet in an array: nesting is not supported for DualArrays"
    with pytest.raises(TypeError, match=message):
        dual(2, level=1) + dual(2, level=2)
    with pytest.raises(TypeError, match=message):
        dual(2, level=2) * Dual(1.0, (1.0, 2.0), 1)
    nested = Dual(1.0, (1.0,), 1) * Dual(1.0, (1.0,), 2)
    with pytest.raises(TypeError, match=message):
        nested * np.ones(3)


def test_different_widths_never_broadcast():
    with pytest.raises(TypeError, match="same number of partials, got 1 and 3"):
        dual(2, width=1) + dual(2, width=3)


def test_astype():
    a = dual(3)
    assert a.astype(float).value is not a.value
    assert a.astype(float, copy=False).value is a.value
    assert a.astype(complex).dtype == np.complex128
    with pytest.raises(TypeError, match="must be complex128 for complex values"):
        a.astype(complex).astype(float)


def test_truth():
    assert bool(DualArray([2.0], [[1.0]]))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(dual(3))


def test_copies_and_pickles():
    a = dual(2, 3, level=1)
    for again in (a.copy(), copy.copy(a), copy.deepcopy(a), pickle.loads(pickle.dumps(a))):
        planes_equal(again, a.value, a.partials)
        assert again.level == 1
    for again in (a.copy(), copy.copy(a)):
        assert not np.shares_memory(again.value, a.value)
        assert not np.shares_memory(again.partials, a.partials)


def test_empty_arrays_and_no_partials():
    a = dual(0, 3)
    assert (a + 1.0).shape == (0, 3) and np.sum(a).partials == (0.0, 0.0)
    none = DualArray(np.ones(2), np.ones((0, 2)))
    assert (none * 2.0).partials.shape == (0, 2) and none[0] == Dual(1.0, ())


def test_planes_of_another_kind_or_layout_are_converted():
    result = DualArray([1.0, 2.0], [[1.0, 1.0]]) * np.array([1j, 1.0])
    assert result.value.dtype == result.partials.dtype == np.complex128
    z = DualArray([[1 + 2j, 3.0]], [[[1j, 1.0]]])
    assert z.real.value.strides == z.real.partials.strides[1:] and z.real.dtype == np.float64
