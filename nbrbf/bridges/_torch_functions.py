"""The four functions of an operation (_operation.py) as functions of PyTorch.

Each is called with the operation, u, and then f_bar or tangents of u, or both; a tangent may be
None. `vmap` takes one slice after another: all but the first find their matrix factored.
"""

from collections.abc import Sequence
from typing import Any

from nbrbf.bridges._operation import Operation

try:
    import torch
except ImportError as error:
    raise ImportError('nbrbf.bridges.torch needs PyTorch: pip install "nbrbf[torch]"') from error


def _array(x: Any) -> Any:
    return None if x is None else x.detach().cpu().resolve_conj().resolve_neg().numpy()


def _tensor(x: Any, like: Any) -> Any:
    return torch.as_tensor(x, device=like.device)


class _Function(torch.autograd.Function):
    """What the four share."""

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        operation, *tensors = inputs
        ctx.operation = operation
        ctx.save_for_backward(*tensors)
        ctx.save_for_forward(*tensors)

    @classmethod
    def vmap(cls, info: Any, in_dims: Any, *args: Any) -> Any:
        """Slice by slice."""

        def slices(k: int) -> Any:
            return [
                a if dim is None else a.select(dim, k) for a, dim in zip(args, in_dims, strict=True)
            ]

        results = [cls.apply(*slices(k)) for k in range(info.batch_size)]
        if isinstance(results[0], tuple):
            return tuple(map(torch.stack, zip(*results, strict=True))), (0,) * len(results[0])
        return torch.stack(results), 0


class Evaluate(_Function):
    """f(u)."""

    @staticmethod
    def forward(operation: Operation, *u: Any) -> Any:
        return _tensor(operation.evaluate(list(map(_array, u))), u[0])

    @staticmethod
    def backward(ctx: Any, f_bar: Any) -> Any:
        u = ctx.saved_tensors
        return None, *_needed(ctx, 1, Pullback.apply(ctx.operation, *u, f_bar))

    @staticmethod
    def jvp(ctx: Any, _: None, *du: Any) -> Any:
        return Pushforward.apply(ctx.operation, *ctx.saved_tensors, *du)


class Pushforward(_Function):
    """f'(u) u'."""

    @staticmethod
    def forward(operation: Operation, *u_du: Any) -> Any:
        n = len(u_du) // 2
        arrays = list(map(_array, u_du))
        return _tensor(operation.pushforward(arrays[:n], arrays[n:]), u_du[0])

    @staticmethod
    def backward(ctx: Any, f_bar: Any) -> Any:
        n = len(ctx.saved_tensors) // 2
        u, du = ctx.saved_tensors[:n], ctx.saved_tensors[n:]
        by_u, by_du = [None] * n, [None] * n
        if any(ctx.needs_input_grad[1 : n + 1]):
            by_u = _needed(ctx, 1, Curvature.apply(ctx.operation, *u, f_bar, *du))
        if any(ctx.needs_input_grad[n + 1 :]):
            by_du = _needed(ctx, n + 1, Pullback.apply(ctx.operation, *u, f_bar))
        return None, *by_u, *by_du

    @staticmethod
    def jvp(ctx: Any, _: None, *tangents: Any) -> Any:
        n = len(tangents) // 2
        if any(t is not None for t in tangents[:n]):
            raise NotImplementedError(
                "forward over forward mode (jacfwd of jacfwd) is not offered: take "
                "torch.func.hessian, which is jacfwd of jacrev"
            )
        return Pushforward.apply(ctx.operation, *ctx.saved_tensors[:n], *tangents[n:])


class Pullback(_Function):
    """f'(u)^* f_bar, a cotangent of each u."""

    @staticmethod
    def forward(operation: Operation, *u_f_bar: Any) -> Any:
        *u, f_bar = map(_array, u_f_bar)
        return tuple(_tensor(bar, u_f_bar[0]) for bar in operation.pullback(u, f_bar))

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        _Function.setup_context(ctx, inputs, output)
        # Bars that nobody uses have no cotangent, and then cost nothing.
        ctx.set_materialize_grads(False)

    @staticmethod
    def backward(ctx: Any, *v: Any) -> Any:
        *u, f_bar = ctx.saved_tensors
        by_u, by_f_bar = [None] * len(u), None
        if all(bar is None for bar in v):
            return None, *by_u, by_f_bar
        if any(ctx.needs_input_grad[1:-1]):
            by_u = _needed(ctx, 1, Curvature.apply(ctx.operation, *u, f_bar, *v))
        if ctx.needs_input_grad[-1]:
            by_f_bar = Pushforward.apply(ctx.operation, *u, *v)
        return None, *by_u, by_f_bar

    @staticmethod
    def jvp(ctx: Any, _: None, *tangents: Any) -> Any:
        (*u, f_bar), (*du, df_bar) = ctx.saved_tensors, tangents
        terms = []
        if df_bar is not None:
            terms.append(Pullback.apply(ctx.operation, *u, df_bar))
        if any(t is not None for t in du):
            terms.append(Curvature.apply(ctx.operation, *u, f_bar, *du))
        return tuple(map(sum, zip(*terms, strict=True)))


class Curvature(_Function):
    """The tangents of f'(u)^* f_bar along u'."""

    @staticmethod
    def forward(operation: Operation, *u_f_bar_du: Any) -> Any:
        n = len(u_f_bar_du) // 2
        arrays = list(map(_array, u_f_bar_du))
        moved = operation.curvature(arrays[:n], arrays[n], arrays[n + 1 :])
        return tuple(_tensor(bar, u_f_bar_du[0]) for bar in moved)

    @staticmethod
    def backward(ctx: Any, *v: Any) -> Any:
        raise NotImplementedError("third derivatives are not offered")

    jvp = backward


def _needed(ctx: Any, start: int, bars: Sequence[Any]) -> list[Any]:
    """None for what nobody asks."""
    needed = ctx.needs_input_grad[start : start + len(bars)]
    return [bar if need else None for bar, need in zip(bars, needed, strict=True)]
