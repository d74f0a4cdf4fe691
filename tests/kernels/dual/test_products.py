"""Products: each plane is the sum over the arguments; BLAS gives the value to the bit."""

import numpy as np
import pytest

from nbrbf_kernels.dual import Dual, DualArray
from tests.kernels.dual.differences import agrees_with_differences, spread

rng = np.random.default_rng(15)

PRODUCTS = [
    (np.matmul, (3, 4), (4, 2)),
    (np.matmul, (4,), (4, 2)),
    (np.matmul, (3, 4), (4,)),
    (np.matmul, (4,), (4,)),
    (np.matmul, (4,), (5, 4, 2)),
    (np.matmul, (5, 1, 3, 4), (2, 4, 2)),
    (np.matmul, (2, 4, 3), (5, 1, 3, 2)),
    (np.matmul, (5, 3, 4), (4,)),
    (np.matmul, (2, 5, 3, 4), (4,)),
    (np.matmul, (5, 3, 4), (4, 2)),
    (np.matmul, (3, 4), (5, 4, 2)),
    (np.matmul, (4,), (2, 5, 4, 2)),
    (np.dot, (3, 4), (4, 2)),
    (np.dot, (2, 3, 4), (5, 4, 2)),
    (np.dot, (), (3,)),
    (np.outer, (3,), (4,)),
    (np.inner, (3, 4), (2, 4)),
    (np.kron, (2, 3), (3, 2)),
    (np.tensordot, (2, 3, 4), (3, 4, 5)),
    (np.cross, (4, 3), (3,)),
    (np.convolve, (5,), (3,)),
    (np.subtract.outer, (3,), (2, 2)),
    (np.multiply.outer, (3,), ()),
    (lambda a, b: np.cross(a, b, axisa=0, axisb=0), (3, 4), (3, 4)),
    (lambda a, b: np.einsum("ij,kj->ik", a, b, optimize=True), (3, 4), (2, 4)),
    (lambda a, b: np.linalg.vecdot(a, b, axis=0), (3, 4), (3, 4)),
]


@pytest.mark.parametrize(("f", "left", "right"), PRODUCTS)
def test_products(f, left, right):
    a = spread(rng, *left) if left else Dual(0.5, (1.0, 2.0))
    b = spread(rng, *right) if right else Dual(0.5, (1.0, 2.0))
    agrees_with_differences(f, a, b)
    agrees_with_differences(f, a, b.value)
    agrees_with_differences(f, np.asarray(a.value), b)


def test_products_that_conjugate():
    a = DualArray([1 + 2j, 3j], [[1.0, 2j], [1j, 1.0]])
    for f in (np.vdot, np.vecdot):
        agrees_with_differences(f, a, a)


def test_many_factors():
    a, b, c = spread(rng, 2, 3), spread(rng, 3, 4), spread(rng, 4)
    agrees_with_differences(lambda *x: np.linalg.multi_dot(x), a, b, c)
    agrees_with_differences(lambda *x: np.einsum("ij,jk,k,j->i", *x), a, b.value, c, a[0])


def test_product_in_place():
    a, b = spread(rng, 3, 3), spread(rng, 3, 3)
    expected, held = a @ b, a.value
    a @= b
    assert a.value is held
    np.testing.assert_array_equal(a.partials, expected.partials)
    with pytest.raises(ValueError, match=r"out must have the shape \(3,\), got \(3, 3\)"):
        np.matmul(a, np.ones(3), out=b)


def test_what_is_refused():
    a = spread(rng, 3)
    with pytest.raises(TypeError, match=r"numpy\.einsum of dual numbers takes its subscripts"):
        np.einsum(a, [0], [0])
    with pytest.raises(TypeError, match=r"numpy\.einsum of dual numbers takes no dtype"):
        np.einsum("i->", a, dtype=float)
    with pytest.raises(TypeError, match=r"numpy\.dot of dual numbers takes"):
        np.dot(a, a, np.empty(()))
    with pytest.raises(TypeError, match=r"numpy\.matmul of dual numbers takes no axes"):
        np.matmul(a, a, axes=[(0,), (0,), ()])
