"""NumPy's functions on dual arrays: each plane is the complex step of the function."""

import warnings

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray

rng = np.random.default_rng(9)
H = 1e-30


def random(*shape, width=3):
    return DualArray(rng.normal(size=shape), rng.normal(size=(width, *shape)))


def stepped(x, k):
    if isinstance(x, (list, tuple)):
        return [stepped(a, k) for a in x]
    return x.value + 1j * H * x.partials[k] if isinstance(x, (Dual, DualArray)) else x


def agrees_with_complex_step(f, *args):
    result = f(*args)
    for k in range(3):
        expected = f(*(stepped(x, k) for x in args))
        assert np.shape(result) == np.shape(expected)
        np.testing.assert_allclose(result.value, expected.real, rtol=1e-14, atol=1e-300)
        np.testing.assert_allclose(result.partials[k], expected.imag / H, rtol=1e-12, atol=1e-14)
    return result


REDUCED = [{}, {"axis": 0}, {"axis": -1}, {"axis": (0, 2)}, {"axis": 1, "keepdims": True}]


@pytest.mark.parametrize("keywords", REDUCED, ids=str)
@pytest.mark.parametrize("f", [np.sum, np.mean])
def test_sums(f, keywords):
    agrees_with_complex_step(lambda a: f(a, **keywords), random(2, 3, 4))


@pytest.mark.parametrize("keywords", REDUCED, ids=str)
@pytest.mark.parametrize("f", [np.min, np.max, np.amin, np.amax])
def test_extrema(f, keywords):
    # Complex numbers are ordered by their real part first.
    result = agrees_with_complex_step(lambda a: f(a, **keywords), random(2, 3, 4))
    assert isinstance(result, DualArray if keywords else Dual)


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.reshape(a, (4, 6)),
        lambda a: np.reshape(a, (-1, 3), order="F"),
        lambda a: np.reshape(np.transpose(a), 24, order="A"),
        np.ravel,
        np.transpose,
        lambda a: np.transpose(a, (1, 2, 0)),
        lambda a: np.transpose(a, (-1, 0, 1)),
        lambda a: np.swapaxes(a, 0, -1),
        lambda a: np.swapaxes(a, 1, -2),
        lambda a: np.moveaxis(a, 0, -1),
        lambda a: np.moveaxis(a, [0, 1], [2, 0]),
        lambda a: np.squeeze(a[:1]),
        lambda a: np.squeeze(a[:, :1], axis=1),
        lambda a: np.expand_dims(a, (0, -1)),
        np.copy,
        lambda a: np.broadcast_to(a, (5, 2, 3, 4)),
        np.zeros_like,
        np.ones_like,
        lambda a: np.full_like(a, 3.0),
    ],
)
def test_shapes(f):
    result = agrees_with_complex_step(f, random(2, 3, 4))
    assert result.value.strides == result.partials.strides[1:]
    assert result.value.flags.writeable


def test_reshapes_are_views_where_they_are_for_numpy():
    a = random(2, 3, 4)
    for b in (a.reshape(6, 4), a.T, a.T.reshape(4, 6, order="F"), np.squeeze(a[:1])):
        assert np.shares_memory(a.value, b.value) and np.shares_memory(a.partials, b.partials)
    c = a.T.reshape(24)
    assert not np.shares_memory(a.value, c.value)


@pytest.mark.parametrize("bounds", [(-0.5, 0.5), (None, 0.5), (-0.5, None)])
def test_clip(bounds):
    a = random(20)
    result = np.clip(a, *bounds)
    np.testing.assert_array_equal(result.value, np.clip(a.value, *bounds))
    inside = result.value == a.value
    assert 0 < inside.sum() < 20
    np.testing.assert_array_equal(result.partials, np.where(inside, a.partials, 0.0))


PRODUCTS = [
    (np.matmul, (3, 4), (4, 2)),
    (np.matmul, (4,), (4, 2)),
    (np.matmul, (3, 4), (4,)),
    (np.matmul, (4,), (4,)),
    (np.matmul, (4,), (5, 4, 2)),
    (np.matmul, (5, 1, 3, 4), (2, 4, 2)),
    (np.dot, (3, 4), (4, 2)),
    (np.dot, (2, 3, 4), (5, 4, 2)),
    (np.dot, (), (3,)),
    (np.outer, (3,), (4,)),
    (np.inner, (3, 4), (2, 4)),
    (np.kron, (2, 3), (3, 2)),
    (np.tensordot, (2, 3, 4), (3, 4, 5)),
]


@pytest.mark.parametrize(("f", "left", "right"), PRODUCTS)
def test_products(f, left, right):
    a = random(*left) if left else Dual(0.5, (1.0, 2.0, 3.0))
    b = random(*right)
    agrees_with_complex_step(f, a, b)
    agrees_with_complex_step(f, a, b.value)
    agrees_with_complex_step(f, np.asarray(a.value), b)
    result = f(a, b)
    np.testing.assert_array_equal(result.value, f(a.value, b.value))


def test_products_that_conjugate():
    a = DualArray([1 + 2j, 3j], [[1.0, 2j]])
    for f in (np.vdot, np.vecdot):
        expected = f(a.value, a.partials[0]) + f(a.partials[0], a.value)
        assert f(a, a).partials[0] == pytest.approx(expected)


def test_product_in_place():
    a, b = random(3, 3), random(3, 3)
    expected, held = a @ b, a.value
    a @= b
    assert a.value is held
    np.testing.assert_array_equal(a.partials, expected.partials)
    with pytest.raises(ValueError, match=r"out must have the shape \(3,\), got \(3, 3\)"):
        np.matmul(a, np.ones(3), out=b)


JOINS = [
    lambda x: np.concatenate(x),
    lambda x: np.concatenate(x, axis=-1),
    lambda x: np.concatenate(x, axis=None),
    lambda x: np.stack(x),
    lambda x: np.stack(x, axis=-1),
    lambda x: np.vstack(x),
    lambda x: np.hstack(x),
    lambda x: np.column_stack(x),
]


@pytest.mark.parametrize("join", JOINS)
def test_joins_promote_constants(join):
    agrees_with_complex_step(join, [random(2, 3), rng.normal(size=(2, 3)), random(2, 3)])


@pytest.mark.parametrize("join", [np.vstack, np.hstack, np.column_stack])
def test_joins_of_vectors(join):
    agrees_with_complex_step(join, [random(3), np.arange(3.0)])


def test_duals_are_stacked_into_an_array():
    x = Dual(2.0, (1.0, 0.0), 1)
    result = np.stack([x * x, x, 3.0])
    assert isinstance(result, DualArray) and result.level == 1
    assert result.value.tolist() == [4.0, 2.0, 3.0]
    assert result.partials[0].tolist() == [4.0, 1.0, 0.0]


def test_joins_are_checked():
    with pytest.raises(TypeError, match="same number of partials, got 3 and 1"):
        np.stack([random(2), random(2, width=1)])


def test_where_selects():
    a, b = random(3, 4), random(4)
    condition = a.value > 0
    result = np.where(condition, a, b)
    np.testing.assert_array_equal(
        result.partials, np.where(condition, a.partials, b.partials[:, None])
    )
    zero = np.where(a > 0, a, 0.0)
    assert not zero.partials[:, ~condition].any()
    assert np.where(a > 0, 1.0, 2.0).dtype == np.float64
    nan = DualArray([1.0, 2.0], [[np.nan, 1.0]])
    assert np.where([False, True], nan, 5.0).partials.tolist() == [[0.0, 1.0]]
    nested = Dual(Dual(1.0, (1.0,), 1), (1.0,), 2)
    assert np.where(True, nested, 0.0) is nested


def test_new_arrays_can_be_written_into():
    a = random(4, 3).T
    for new in (np.zeros_like(a), np.empty_like(a), np.ones_like(a)):
        assert new.value.strides == a.value.strides and new.width == 3
        new[0] = a[1]
        np.testing.assert_array_equal(new.partials[:, 0], a.partials[:, 1])
    assert np.zeros_like(a, dtype=int).dtype == int


def test_places_and_truths_look_at_values():
    a = random(5)
    assert np.argmax(a) == np.argmax(a.value)
    np.testing.assert_array_equal(np.argsort(a), np.argsort(a.value))
    assert np.allclose(a, a.value) and np.array_equal(a, a) and np.any(a)
    a = DualArray([3.0, 1.0, 3.0], [[1.0, 2.0, 4.0]])
    assert np.max(a) == Dual(3.0, (1.0,)) and np.max(a).partials == (1.0,)


def dispatched():
    kind = type(np.sum)
    for module in (np, np.linalg, np.fft):
        for name, f in sorted(vars(module).items()):
            if isinstance(f, kind):
                yield pytest.param(f, id=f"{module.__name__}.{name}")


@pytest.mark.parametrize("f", list(dispatched()))
def test_no_function_drops_the_derivative(f):
    """Dual numbers, or no floats at all, or an error."""
    a = DualArray(np.eye(3) + 0.5, np.ones((1, 3, 3)))
    for arguments in [(a,), (a, a), ([a, a],), (a, 1)]:
        try:
            with warnings.catch_warnings(action="ignore"):
                results = f(*arguments)
        except Exception:
            continue
        for result in results if isinstance(results, tuple) else (results,):
            real = isinstance(result, (np.ndarray, np.generic, float))
            assert not real or np.asarray(result).dtype.kind in "biu"


def test_the_refusal_names_the_function():
    with pytest.raises(TypeError, match=r"numpy\.linalg\.inv does not take dual numbers"):
        np.linalg.inv(random(2, 2))
