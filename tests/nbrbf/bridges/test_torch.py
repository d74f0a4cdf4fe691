"""The bridge to PyTorch, against the same computed by PyTorch itself, and by its own checkers."""

import doctest
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.autograd import gradcheck, gradgradcheck

from nbrbf.bridges import torch as bridge
from nbrbf.bridges.torch import rbf_interpolate
from tests.nbrbf.bridges.problem import COMPLEX, DIRECTION, EXAMPLE, SMALL, C, gradient_of_squares

# PyTorch's own forward mode uses what it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit.script")
FIVE = tuple(range(5))


def tensors(u, **options):
    return [torch.tensor(np.asarray(a), **options) for a in u]


def gaussian(*u):
    return rbf_interpolate(*u, kernel="gaussian")


def reference(y, d, x, smoothing, epsilon):
    """The same of PyTorch's own functions: a Gaussian with a constant."""

    def phi(a, b):
        return torch.exp(-(epsilon**2) * torch.sum((a[:, None] - b[None]) ** 2, dim=-1))

    ones = torch.ones(len(y), 1, dtype=y.dtype)
    top = torch.cat([phi(y, y) + smoothing * torch.eye(len(y), dtype=y.dtype), ones], 1)
    bottom = torch.cat([ones.T, torch.zeros(1, 1, dtype=y.dtype)], 1)
    matrix = torch.cat([top, bottom]).to(d.dtype)
    weights = torch.linalg.solve(matrix, torch.cat([d, torch.zeros(1, dtype=d.dtype)]))
    return phi(x, y).to(d.dtype) @ weights[:-1] + weights[-1]


def loss(f):
    """Of a function of complex values: neither holomorphic nor of the magnitude alone."""

    def number(*u):
        values, c = f(*u), torch.tensor(C)
        return torch.sum(torch.abs(values - c) ** 2) + torch.sum(torch.real(values**3 * c))

    return number


def close(got, expected, rtol=1e-9):
    if isinstance(expected, (tuple, list)):
        for one, other in zip(got, expected, strict=True):
            close(one, other, rtol)
    else:
        torch.testing.assert_close(got, expected, rtol=rtol, atol=rtol)


def both(transform, rtol=1e-9):
    close(transform(gaussian), transform(reference), rtol)


def test_the_gradient_of_the_example_by_every_input():
    u = tensors(EXAMPLE, requires_grad=True, dtype=torch.float64)
    (rbf_interpolate(*u) ** 2).sum().backward()
    for a, expected in zip(u, gradient_of_squares(*EXAMPLE), strict=True):
        np.testing.assert_allclose(a.grad.numpy(), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("u", [SMALL, COMPLEX], ids=["real", "complex"])
def test_its_own_checkers(u):
    u = tensors(u, requires_grad=True)
    assert gradcheck(gaussian, u, check_forward_ad=True)
    assert gradgradcheck(gaussian, u, check_fwd_over_rev=True)


@pytest.mark.parametrize("u", [SMALL, COMPLEX], ids=["real", "complex"])
def test_gradients_and_hessian_products_follow_its_convention(u):
    u = tensors(u, requires_grad=True)

    def gradient(f):
        return torch.autograd.grad(loss(f)(*u), u, create_graph=True)

    def along(f):
        terms = zip(gradient(f), DIRECTION, strict=True)
        return torch.autograd.grad(sum((g.real * torch.tensor(v)).sum() for g, v in terms), u)

    both(gradient)
    both(along, 1e-7)


def test_transforms_of_functions():
    func, u = torch.func, tensors(SMALL)

    def squares(f):
        return lambda *u: torch.sum(f(*u) ** 2)

    both(lambda f: func.jvp(f, tuple(u), tuple(tensors(DIRECTION))))
    both(lambda f: func.jacrev(f, FIVE)(*u))
    both(lambda f: func.jacfwd(f, FIVE)(*u))
    both(lambda f: func.hessian(squares(f), (0, 1, 4))(*u), 1e-7)
    both(lambda f: func.jacrev(func.jacrev(squares(f), 0), 1)(*u), 1e-7)
    both(lambda f: func.jacrev(func.jacfwd(squares(f), 4), 2)(*u), 1e-7)


def test_vmap_under_and_over_a_gradient():
    y, d, x, smoothing, epsilon = tensors(SMALL)
    several, func = torch.stack([d, 2 * d, d**2]), torch.func

    def squares(f):
        return lambda d: torch.sum(f(y, d, x, smoothing, epsilon) ** 2)

    both(lambda f: func.vmap(func.grad(squares(f)))(several))
    both(lambda f: func.grad(lambda d: torch.sum(func.vmap(squares(f))(d)))(several))


def test_single_precision_in_and_out():
    u = tensors(SMALL, dtype=torch.float32, requires_grad=True)
    values = gaussian(*u)
    gradient = torch.autograd.grad(values.sum(), u)
    assert {values.dtype, *(g.dtype for g in gradient)} == {torch.float32}
    double = tensors(SMALL, requires_grad=True)
    close(
        [g.double() for g in gradient], torch.autograd.grad(gaussian(*double).sum(), double), 1e-4
    )
    assert rbf_interpolate([[0], [1]], [0, 1], [[0.5]]).dtype == torch.float64


def test_a_tensor_written_into_is_another():
    y, d, x = tensors(SMALL[:3])
    before = rbf_interpolate(y, d, x)
    d *= 2.0
    close(rbf_interpolate(y, d, x), 2 * before)


def test_what_is_not_offered_says_so():
    u, func = tensors(SMALL), torch.func
    with pytest.raises(NotImplementedError, match=r"forward over forward .* torch\.func\.hessian"):
        func.jacfwd(func.jacfwd(gaussian, 1), 4)(*u)
    e = torch.tensor(0.8, dtype=torch.float64, requires_grad=True)
    first = torch.autograd.grad(gaussian(*u[:4], e).sum(), e, create_graph=True)[0]
    second = torch.autograd.grad(first, e, create_graph=True)[0]
    with pytest.raises(NotImplementedError, match="third derivatives are not offered"):
        torch.autograd.grad(second, e)


def test_shapes_and_kinds_are_refused():
    y, d, x = tensors(SMALL[:3])
    with pytest.raises(ValueError, match="Expected the second axis of `x` to have length 2"):
        rbf_interpolate(y, d, x[:, :1])
    with pytest.raises(ValueError, match="Expected `epsilon` to be a scalar or have shape"):
        rbf_interpolate(y, d, x, epsilon=d)
    with pytest.raises(TypeError, match="`y` must be real, got complex numbers"):
        rbf_interpolate(y + 0j, d, x)
    with pytest.raises(np.linalg.LinAlgError, match=r"Points 0 and 1 of `y` coincide"):
        rbf_interpolate(0 * y, d, x)


def test_the_examples():
    failed, attempted = doctest.testmod(bridge)
    assert attempted > 4 and failed == 0


def test_a_missing_library_names_the_extra():
    code = "import sys; sys.modules['torch'] = None; import nbrbf.bridges.torch"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert 'pip install "nbrbf[torch]"' in result.stderr
