"""check_forward and check_reverse accept right rules and say what is wrong with others."""

import functools
import warnings

import numpy as np
import pytest

from nbrbf import Dual, DualArray, linalg
from nbrbf.testing import check_forward, check_reverse
from nbrbf_kernels.linalg import getrf, trsv
from tests.kernels.linalg.naive import LAYOUTS, laid_out, poison

rng = np.random.default_rng(0)
A, B = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
T, b = rng.normal(size=(4, 4)) + 4 * np.eye(4), rng.normal(size=4)


def product(A, B):
    return A @ B


def product_vjp(primals, results, result_bars, bars):
    (A, B), (C_bar,), (A_bar, B_bar) = primals, result_bars, bars
    if A_bar is not None:
        A_bar += C_bar @ B.T
    if B_bar is not None:
        B_bar += A.T @ C_bar


def with_derivative(x, factor):
    """x * x, whose dual branch multiplies the tangents by `factor`."""
    if isinstance(x, DualArray):
        return DualArray(x.value**2, factor * x.value * x.partials)
    return x**2


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_reach_the_function(layout):
    given, seen = laid_out(A, layout), []

    def scaled(X, s):
        seen.append((getattr(X, "value", X).strides, getattr(X, "partials", None)))
        return X * s

    def scaled_vjp(primals, results, result_bars, bars):
        assert bars[0] is None or bars[0].strides == given.strides
        if bars[0] is not None:
            bars[0] += result_bars[0] * primals[1]
        if bars[1] is not None:
            bars[1] += np.sum(result_bars[0] * primals[0])

    check_reverse(scaled, scaled_vjp, (given, 2.0))
    assert {strides for strides, _ in seen} == {given.strides}
    assert all(p.strides[1:] == given.strides for _, p in seen if p is not None)


def test_numbers_tuples_and_constants():
    def f(points, name, scale, n):
        assert name == "euclidean" and n == 2
        x, y = points
        return scale * x * y, (scale**n, 3), None

    def f_vjp(primals, results, result_bars, bars):
        (x, y), _, scale, n = primals
        (z_bar, power_bar), (points_bar, _, scale_bar, _) = result_bars, bars
        assert len(results) == 2
        if points_bar is not None:
            points_bar[0][...] += scale * y * z_bar
            points_bar[1][...] += scale * x * z_bar
        if scale_bar is not None:
            scale_bar += np.sum(x * y * z_bar) + n * scale ** (n - 1) * power_bar

    primals = ((b, b[::-1]), "euclidean", 1.5, 2)
    check_forward(f, primals)
    check_reverse(f, f_vjp, primals)


def test_complex_values():
    z, w = A + 1j * A[::-1], B - 2j * B

    def complex_vjp(primals, results, result_bars, bars):
        return result_bars[0] @ primals[1].conj().T, primals[0].conj().T @ result_bars[0]

    check_forward(product, (z, w))
    check_reverse(product, complex_vjp, (z, w))
    check_reverse(lambda z: (z * z.conj()).real, lambda p, r, rb, _: (2 * rb[0] * p[0],), (z,))
    with pytest.raises(AssertionError, match=r"product_vjp of .* <bar, tangent> of argument 0 \(A"):
        check_reverse(product, product_vjp, (z, w))  # no conjugate


def test_in_place_with_an_unreferenced_triangle_and_pivots():
    def trsv_vjp(primals, results, result_bars, bars):
        w = np.linalg.solve(np.triu(primals[0]).T, result_bars[0])
        if bars[0] is not None:
            bars[0] -= np.triu(np.outer(w, results[0]))
        if bars[1] is not None:
            bars[1] += w

    def lu_vjp(primals, results, result_bars, bars):
        LU, ipiv = results
        assert result_bars[1] is None and ipiv.dtype == np.int64
        L, U = np.tril(LU, -1) + np.eye(4), np.triu(LU)
        inner = np.tril(L.T @ np.tril(result_bars[0], -1), -1) + np.triu(
            np.triu(result_bars[0]) @ U.T
        )
        bar = np.linalg.solve(L.T, np.linalg.solve(U, inner.T).T)
        for k in range(3, -1, -1):
            bar[[k, ipiv[k]]] = bar[[ipiv[k], k]]
        return bar, None

    check_reverse(trsv, lambda p, *rest: trsv_vjp((np.triu(p[0]), p[1]), *rest), (T, b))
    swapped = (T[::-1].copy(), np.zeros(4, np.int64))
    check_forward(getrf, swapped, written=(0, 1))
    check_reverse(getrf, lu_vjp, swapped, written=(0, 1))
    check_forward(trsv, (poison(T, False, False), b))


def test_near_the_end_of_the_domain_and_at_a_kink():
    check_forward(np.log, (np.array([1e-5, 3.0]),), step=1e-6)
    check_forward(lambda x: np.abs(x), (np.array([1.0, -1e-4]),))
    check_reverse(lambda x: np.abs(x), lambda p, r, rb, _: (rb[0] * np.sign(p[0]),), (b,))


def test_without_a_forward_mode():
    def plain(A):
        return np.asarray(A, dtype=np.float64) ** 2

    def plain_vjp(primals, results, result_bars, bars):
        bars[0] += 2 * primals[0] * result_bars[0]

    with pytest.raises(TypeError, match="forward=False"):
        check_reverse(plain, plain_vjp, (A,))
    check_reverse(plain, plain_vjp, (A,), forward=False)
    with pytest.raises(AssertionError, match="<bar, tangent>"):
        check_reverse(plain, lambda p, r, rb, _: (p[0] * rb[0],), (A,), forward=False)


def test_a_library_function_that_returns_its_pivots():
    check_forward(linalg.lu_factor, (T,))


@pytest.mark.parametrize("factor", [-2.0, 2.0 + 1e-5, 0.0], ids=["sign", "slightly", "dropped"])
def test_a_wrong_derivative_is_named_with_both_numbers(factor):
    message = r"with_derivative with argument 0 \(x\) active: the tangent of result 0 is .* "
    with pytest.raises(AssertionError, match=message + "but by differences is .*: off by"):
        check_forward(functools.partial(with_derivative, factor=factor), (b,))


def test_a_dropped_tangent_is_named():
    def half(x, y):
        return x * (y.value if isinstance(y, DualArray) else y)

    message = r"half with argument 1 \(y\) active, argument 0 \(x\) constant: the tangent"
    with pytest.raises(AssertionError, match=message):
        check_forward(half, (b, b))


def test_tangents_that_leak_into_each_other():
    def leaking(x):
        result = x * 1.0
        if isinstance(x, DualArray) and x.width > 1:
            result.partials[1] += 1e-9 * result.partials[0]  # below what differences see
        return result

    with pytest.raises(AssertionError, match="result 0 of a combination of tangents"):
        check_forward(leaking, (b,))


def test_a_batch_that_is_not_what_each_is_alone():
    def wide(x):
        if isinstance(x, DualArray) and x.width > 1:
            return DualArray(x.value, x.partials * (1 + 1e-9))
        return x * 1.0

    with pytest.raises(
        AssertionError, match=r"result 0 of tangent 0 alone is .*, but among others"
    ):
        check_forward(wide, (b,))


def test_a_tangent_that_is_not_carried_linearly():
    def constant(x):
        if isinstance(x, DualArray):
            return DualArray(x.value, x.partials + 1e-10)
        return x.copy()

    with pytest.raises(AssertionError, match="a combination of tangents"):
        check_forward(constant, (b,))


def test_another_value_than_the_real_one():
    def other(x):
        return x + 1e-11 if isinstance(x, DualArray) else x * 1.0

    with pytest.raises(AssertionError, match=r"other with .*: the value of result 0 is"):
        check_forward(other, (b,))
    check_forward(other, (b,), rtol_value=1e-9)


def test_only_the_dual_call_writes_into_its_argument():
    def careless(x, y):
        if isinstance(x, DualArray):
            x.value[0] = 0.0
        return x * y

    with pytest.raises(AssertionError, match=r"changed argument 0 \(x\), which the real call"):
        check_forward(careless, (b, b))


def test_an_argument_written_that_is_not_declared():
    def writes(x, y):
        x *= y

    check_forward(writes, (b, 2.0))
    with pytest.raises(AssertionError, match=r"writes changed argument 0 \(x\), which is not"):
        check_forward(writes, (b, 2.0), written=())


def test_arguments_that_are_refused():
    with pytest.raises(TypeError, match="primals must be a tuple, got ndarray"):
        check_forward(product, A)
    with pytest.raises(ValueError, match="primals must hold a real or complex argument of product"):
        check_forward(product, (np.arange(3), np.arange(3)))
    with pytest.raises(ValueError, match=r"active must be positions .* \[0\], got 1"):
        check_forward(lambda x, n: x * n, (b, 3), active=(1,))
    with pytest.raises(TypeError, match=r"argument 0 \(A\) must be float64 .*, got float32"):
        check_forward(product, (A.astype(np.float32), B))


def test_many_arguments_give_a_warning():
    def total(*numbers):
        return sum(numbers[1:], start=numbers[0])

    with pytest.warns(UserWarning, match="7 differentiable arguments: of 127 combinations only"):
        check_forward(total, (b,) * 7)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_forward(total, (b,) * 7, active=(0, 3))


def test_a_dual_number_reaches_a_function_of_a_number():
    kinds = set()

    def square(x):
        kinds.add(type(x))
        return x * x

    check_reverse(square, lambda p, r, rb, _: (2 * p[0] * rb[0],), (1.5,))
    assert Dual in kinds
