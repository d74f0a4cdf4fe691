"""Ufuncs: broadcasting, out and where; warnings. All of them: test_nothing_dropped.py."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray

rng = np.random.default_rng(8)


def test_the_refusal_names_the_function():
    with pytest.raises(TypeError, match=r"numpy\.spacing does not take dual numbers"):
        np.spacing(Dual(1.0, (1.0,)))
    with pytest.raises(TypeError, match=r"numpy\.multiply\.reduceat does not take dual numbers"):
        np.multiply.reduceat(DualArray([1.0, 2.0], [[1.0, 1.0]]), [0, 1])


def random(*shape):
    return DualArray(rng.uniform(0.5, 2.0, shape), rng.normal(size=(2, *shape)))


CASES = [((3, 4), (4,)), ((4,), (3, 4)), ((3, 1), (1, 4)), ((2, 3, 4), (3, 1)), ((3, 4), ())]


@pytest.mark.parametrize("shapes", CASES, ids=str)
@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.divide, np.power, np.maximum])
def test_broadcasting_agrees_with_complex_step(ufunc, shapes):
    a, b = (random(*s) if s else Dual(0.7, (1.0, 2.0)) for s in shapes)
    step = ufunc if ufunc is not np.maximum else lambda x, y: np.where(x.real >= y.real, x, y)
    for x, y in [(a, b), (a, np.asarray(b.value)), (np.asarray(a.value), b)]:
        result = ufunc(x, y)
        for k in range(2):
            xc, yc = (
                c if isinstance(c, np.ndarray) else c.value + 1e-30j * c.partials[k] for c in (x, y)
            )
            expected = np.broadcast_to(step(xc, yc), result.shape)
            np.testing.assert_allclose(result.value, expected.real, rtol=1e-14)
            np.testing.assert_allclose(result.partials[k], expected.imag / 1e-30, rtol=1e-12)


def test_a_dual_with_an_array_is_an_array():
    result = Dual(2.0, (1.0,), 3) * np.array([1.0, 5.0])
    assert isinstance(result, DualArray) and result.level == 3
    assert result.partials.tolist() == [[1.0, 5.0]]
    assert isinstance(np.ones(2) - Dual(2.0, (1.0,)), DualArray)
    assert isinstance(np.array([1.0, 2.0]).tolist() + Dual(2.0, (1.0,)), DualArray)


def test_in_place_operators_write_through_views():
    base = random(4)
    expected = base[1:3] * base[1:3] + base[:2]
    view = base[1:3]
    first = base[:2].copy()
    view *= view
    view += first
    np.testing.assert_array_equal(base.value[1:3], expected.value)
    np.testing.assert_array_equal(base.partials[:, 1:3], expected.partials)


def test_out_and_where():
    a, out = random(3), random(3)
    untouched = out.copy()
    where = np.array([True, False, True])
    assert np.sqrt(a, out=out, where=where) is out
    expected = np.sqrt(a)
    np.testing.assert_array_equal(out.value[where], expected.value[where])
    np.testing.assert_array_equal(out.partials[:, where], expected.partials[:, where])
    assert out.value[1] == untouched.value[1]
    np.testing.assert_array_equal(out.partials[:, 1], untouched.partials[:, 1])
    np.sin(np.ones(3), out=out)
    assert not out.partials.any()


def test_where_false_is_not_computed():
    zero, out = DualArray([0.0, 2.0], [[1.0, 1.0]]), DualArray([9.0, 9.0], [[7.0, 7.0]])
    np.divide(1.0, zero, out=out, where=zero.value != 0.0)
    assert out.value.tolist() == [9.0, 0.5] and out.partials.tolist() == [[7.0, -0.25]]


def test_out_is_checked():
    a = random(3)
    with pytest.raises(TypeError, match=r"out must be a DualArray .* got ndarray"):
        np.sin(a, out=np.empty(3))
    with pytest.raises(TypeError, match="takes where only with out"):
        np.sin(a, where=np.ones(3, bool))
    with pytest.raises(TypeError, match="takes no dtype"):
        np.sin(a, dtype=float)
    with pytest.raises(TypeError, match="got 1 and 2"):
        np.sin(a, out=DualArray(np.ones(3), np.ones((1, 3))))
    with pytest.raises(TypeError, match="out must be an array of booleans"):
        np.isnan(a, out=random(3))


def test_comparisons_give_booleans():
    a = random(3)
    for result in (a > 1.0, a > 1.0, a == a, a != a, np.isfinite(a), np.logical_not(a)):
        assert type(result) is np.ndarray and result.dtype == bool


def test_values_warn_as_numpy_does_and_derivatives_never():
    a = DualArray([0.0, 1.0], [[1.0, 1.0]])
    assert np.sqrt(a).partials.tolist() == [[np.inf, 0.5]]
    with pytest.warns(RuntimeWarning, match="divide by zero") as record:
        result = np.log(a)
    assert len(record) == 1 and result.value[0] == -np.inf and result.partials[0, 1] == 1.0


def test_maximum_lets_no_nan_of_the_other_through():
    a = DualArray([1.0, np.nan], [[np.nan, 3.0]])
    b = DualArray([2.0, 0.0], [[5.0, 6.0]])
    assert np.maximum(a, b).partials.tolist() == [[5.0, 3.0]]
    assert np.maximum(b, a).partials.tolist() == [[5.0, 3.0]]
    tie = np.maximum(DualArray([1.0], [[2.0]]), DualArray([1.0], [[3.0]]))
    assert tie.partials.tolist() == [[2.0]]


def test_complex_values():
    z = DualArray([1 + 2j, 3 - 1j], [[1j, 2.0]])
    w = np.conjugate(z) * z
    np.testing.assert_allclose(w.partials[0], 2 * (z.value.conj() * z.partials[0]).real)
    np.testing.assert_allclose(np.exp(z).partials[0], np.exp(z.value) * z.partials[0])
    assert (np.array([1.0, 2.0]) * z).dtype == np.complex128
    for refused in (np.absolute, np.sign):
        with pytest.raises(TypeError, match="has no complex derivative"):
            refused(z)
