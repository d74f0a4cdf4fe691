"""The four functions of an operation are each other's derivatives; no library is needed."""

import numpy as np
import pytest

from nbrbf.bridges._interpolation import Interpolation
from nbrbf.bridges._linear import FactoredSolve, Factors, TriangularSolve
from nbrbf.bridges._operation import Bilinear
from nbrbf.linalg import lu_factor
from nbrbf.testing import check_reverse
from tests.nbrbf.bridges.problem import COMPLEX, DIRECTION, SMALL

rng = np.random.default_rng(1)
A, T = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)) + 4 * np.eye(4)
b, B = rng.normal(size=4), rng.normal(size=(4, 2))
LU, PIV = lu_factor(A)

OPERATIONS = {
    "interpolation": (Interpolation("gaussian", None, None, 1), SMALL),
    "interpolation of complex values": (Interpolation("gaussian", 1, None, 1), COMPLEX),
    "factors": (Factors(LU, PIV), (A,)),
    "factored solve": (FactoredSolve(PIV, 0, True), (LU, b)),
    "transposed": (FactoredSolve(PIV, 1, True), (LU, B)),
    "triangular": (TriangularSolve("T", True, False, True), (T, b)),
    "unit triangular": (TriangularSolve(0, False, True, True), (T, B)),
}


@pytest.fixture(params=OPERATIONS.values(), ids=OPERATIONS)
def case(request):
    return request.param


def evaluated(operation):
    """f, which finds its factors itself where the operation keeps those of one matrix."""
    if isinstance(operation, Factors):
        return lambda a: lu_factor(a)[0]
    return lambda *u: operation.evaluate(u)


def pulled_back(operation):
    def pullback(f_bar, *u):
        if isinstance(operation, Factors):
            return tuple(Factors(*lu_factor(*u)).pullback(u, f_bar))
        return tuple(operation.pullback(u, f_bar))

    return pullback


def test_the_pullback_is_the_adjoint_of_f(case):
    operation, u = case

    def vjp(primals, results, result_bars, bars):
        return pulled_back(operation)(result_bars[0], *primals)

    check_reverse(evaluated(operation), vjp, u, forward=False)


def test_the_pushforward_is_the_adjoint_of_the_pullback_and_the_curvature_symmetric(case):
    operation, u = case
    f_bar = operation.evaluate(u) * 1.5

    def vjp(primals, results, result_bars, bars):
        f_bar, *u = primals
        return (
            operation.pushforward(u, result_bars),
            *operation.curvature(u, f_bar, result_bars),
        )

    everything = range(1 + len(u))
    for k in everything:
        check_reverse(pulled_back(operation), vjp, (f_bar, *u), active=[k], forward=False)


def test_tangents_left_out_are_zero():
    operation, u = OPERATIONS["interpolation"]
    f_bar, dd = operation.evaluate(u), DIRECTION[1]
    alone, zeros = [None] * 5, [np.zeros(np.shape(a)) for a in u]
    alone[1] = zeros[1] = dd
    np.testing.assert_allclose(
        operation.pushforward(u, alone), operation.pushforward(u, zeros), rtol=1e-12
    )
    moved = operation.curvature(u, f_bar, alone), operation.curvature(u, f_bar, zeros)
    for one, other, primal in zip(*moved, u, strict=True):
        assert np.shape(one) == np.shape(primal)
        np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-12)


def test_single_precision_in_and_out():
    operation, u = OPERATIONS["interpolation"]
    single = [np.float32(a) for a in u]
    f_bar = operation.evaluate(single)
    assert f_bar.dtype == operation.pushforward(single, single).dtype == np.float32
    assert {bar.dtype for bar in operation.pullback(single, f_bar)} == {np.dtype(np.float32)}
    moved = operation.curvature(single, f_bar, single)
    assert {bar.dtype for bar in moved} == {np.dtype(np.float32)}
    np.testing.assert_allclose(f_bar, operation.evaluate([np.float64(a) for a in single]), 1e-6)


def test_the_bilinear_product_conjugates():
    operation, u = OPERATIONS["interpolation of complex values"]
    f_bar, du = operation.evaluate(u) * (1 + 2j), DIRECTION
    bilinear = Bilinear(operation)
    tangent = bilinear.pushforward(u, du)
    bars = bilinear.pullback(u, f_bar)
    product = sum(np.sum(bar * t).real for bar, t in zip(bars, du, strict=True))
    assert product == pytest.approx(np.sum(f_bar * tangent).real, rel=1e-11)
