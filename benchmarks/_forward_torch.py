"""The functions of bench_forward.py in PyTorch."""

from collections.abc import Callable
from typing import Any

import torch
from _forward_functions import SMOOTHING, Primals, epsilon

torch.set_num_threads(1)


def _gaussian(x: Any, y: Any, n: int) -> Any:
    difference = x[:, None, :] - y[None, :, :]
    return torch.exp(-(epsilon(n) ** 2) * torch.sum(difference**2, dim=-1))


def _fit(y: Any, d: Any, x: Any) -> Any:
    n = d.shape[0]
    matrix = _gaussian(y, y, n) + SMOOTHING * torch.eye(n, dtype=torch.float64)
    return _gaussian(x, y, n) @ torch.linalg.solve(matrix, d)


def _lu(A: Any) -> Any:
    return torch.linalg.lu_factor(A)[0]


FUNCTIONS = {"solve": torch.linalg.solve, "lu": _lu, "fit": _fit}


def tangent(what: str, primals: Primals, tangents: Primals) -> Callable[[], Any]:
    """A call that gives the tangents of the result, p in front: by jvp, or by jacfwd if p > 1."""
    f = FUNCTIONS[what]
    x, t = [torch.from_numpy(a) for a in primals], [torch.from_numpy(a) for a in tangents]
    p = tangents[0].shape[0]

    def one() -> Any:
        return torch.func.jvp(f, tuple(x), tuple(each[0] for each in t))[1][None]

    def along(s: Any) -> Any:
        return f(*(a + torch.tensordot(s, b, 1) for a, b in zip(x, t, strict=True)))

    def many() -> Any:
        derivative = torch.func.jacfwd(along)(torch.zeros(p, dtype=torch.float64))
        return torch.moveaxis(derivative, -1, 0)

    return one if p == 1 else many
