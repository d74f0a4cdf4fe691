"""check_reverse says what is wrong with an adjoint: each way to get one wrong is caught."""

import functools

import numpy as np
import pytest

from nbrbf.testing import check_reverse
from tests.nbrbf.test_testing import A, B, b, product, product_vjp, rng, with_derivative


def sign(p, r, rb, bars):
    return -rb[0] @ p[1].T, p[0].T @ rb[0]


def missing(p, r, rb, bars):
    if bars[0] is not None:
        bars[0] += rb[0] @ p[1].T


def overwriting(p, r, rb, bars):
    if bars[0] is not None:
        bars[0][...] = rb[0] @ p[1].T
    if bars[1] is not None:
        bars[1] += p[0].T @ rb[0]


def changing_a_primal(p, r, rb, bars):
    product_vjp(p, r, rb, bars)
    p[1][0, 0] += 1.0


def changing_a_result(p, r, rb, bars):
    product_vjp(p, r, rb, bars)
    r[0][0, 0] += 1.0


def changing_a_bar(p, r, rb, bars):
    product_vjp(p, r, rb, bars)
    rb[0][...] = 0.0


def never_none(p, r, rb, bars):
    bars[0] += rb[0] @ p[1].T
    bars[1] += p[0].T @ rb[0]


def bar_of_a_constant(p, r, rb, bars):
    product_vjp(p, r, rb, bars)
    bars[1] = p[0].T @ rb[0] if bars[1] is None else bars[1]


def too_few(p, r, rb, bars):
    return (rb[0] @ p[1].T,)


def of_another_shape(p, r, rb, bars):
    return p[1] @ rb[0].T, p[0].T @ rb[0]


def nan(p, r, rb, bars):
    product_vjp(p, r, rb, bars)
    if bars[0] is not None:
        bars[0][1, 1] = np.nan


@pytest.mark.parametrize(
    "vjp, message",
    [
        (sign, r"<bar, tangent> of argument 0 \(A\) is .*, but <result_bars, f'\(tangent\)> is"),
        (missing, r"argument 1 \(B\) active, argument 0 \(A\) constant: <bar, tangent> of arg"),
        (overwriting, r"the bar of argument 0 \(A\), which must be added to what is there, is"),
        (changing_a_primal, r"changed the primal of argument 1 \(B\)"),
        (changing_a_result, "changed result 0"),
        (changing_a_bar, "changed the bar of result 0"),
        (never_none, r"argument 1 \(B\) constant raised TypeError"),
        (bar_of_a_constant, r"made a bar of argument 1 \(B\), which is constant"),
        (too_few, "returned 1 bars for 2 arguments"),
        (of_another_shape, r"the bar of argument 0 \(A\) has the shape \(4, 3\), not \(3, 4\)"),
        (nan, r"<bar, tangent> of argument 0 \(A\) is nan"),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_a_wrong_adjoint(vjp, message):
    with pytest.raises(AssertionError, match=f"{vjp.__name__} of product with .*{message}"):
        check_reverse(product, vjp, (A, B))


def test_a_forward_mode_that_agrees_with_a_wrong_adjoint():
    wrong = functools.partial(with_derivative, factor=3.0)
    with pytest.raises(AssertionError, match=r"of the forward mode is .* by differences is"):
        check_reverse(wrong, lambda p, r, rb, _: (3 * p[0] * rb[0],), (b,))


def test_a_transposed_bar():
    def transposed(p, r, rb, bars):
        bars[0] += rb[0] @ p[1]

    square = (rng.normal(size=(4, 4)), rng.normal(size=(4, 4)))
    with pytest.raises(AssertionError, match=r"<bar, tangent> of argument 0 \(A\)"):
        check_reverse(product, transposed, square, active=(0,))


def test_no_bar_and_one_off_by_a_billionth():
    with pytest.raises(AssertionError, match=r"has no bar of argument 0 \(A\), which is active"):
        check_reverse(product, lambda *_: (None, None), (A, B), active=(0,))
    with pytest.raises(AssertionError, match="off by"):
        check_reverse(
            product, lambda p, r, rb, _: ((1 + 1e-9) * rb[0] @ p[1].T, None), (A, B), active=(0,)
        )
