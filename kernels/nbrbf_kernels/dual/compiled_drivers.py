"""derivative, gradient, jacobian and jvp inside compiled code, of compiled functions.

Chunks of partials have one width, since the width is a type: the last one is moved back, and
where the array is shorter than a chunk the partials left over stay zero.
"""

from typing import Any

from numba.core import types

from nbrbf_kernels.dual import drivers
from nbrbf_kernels.dual.compiled_calls import compiled
from nbrbf_kernels.dual.compiled_gradient import real_gradient
from nbrbf_kernels.dual.compiled_results import (
    at_level,
    check_result,
    empty_blocks,
    put_columns,
    shaped_blocks,
    tangent_of,
    value_of,
)
from nbrbf_kernels.dual.compiled_seeds import (
    VECTOR,
    directed,
    directed_type,
    highest_level,
    is_scalar,
    new_seeds,
    put_seeds,
    seeded,
)
from nbrbf_kernels.dual.types import DualArrayType, DualType, is_real


def _result_type(typingctx: Any, f: Any, args: Any) -> Any:
    """What f returns for arguments of these types, if that can be differentiated."""
    result = typingctx.resolve_function_type(f, tuple(args), {}).return_type
    check_result(result)
    return result


@compiled(drivers.derivative)
def derivative(typingctx: Any, f: Any, x: Any, *args: Any) -> Any:
    if not is_scalar(x):
        raise TypeError(f"x must be one real number, got {x}; use gradient or jacobian")
    level = 1 + highest_level(types.Tuple((x, *args)))
    inner = x if isinstance(x, DualType) else types.float64
    _result_type(typingctx, f, (DualType(1, level, inner), *args))

    def implementation(f, rest):
        return tangent_of((f(seeded(rest[0], 1.0, level), *rest[1:]),), (), level)

    return implementation


def _array(x: Any, others: Any, width: int) -> tuple[int, Any]:
    """Level and type of the seeds for the array type x."""
    if isinstance(x, DualArrayType):
        raise TypeError(
            f"x must not be a DualArray, got one of level {x.level}: nesting is not "
            "supported for DualArrays, only for Duals"
        )
    if not (isinstance(x, types.Array) and is_real(x.dtype)):
        raise TypeError(f"x must be an array of real numbers, got {x}")
    if width < 1:
        raise ValueError(f"chunk must be at least 1, got {width}")
    level = 1 + highest_level(types.Tuple(others))
    return level, DualArrayType(VECTOR.copy(ndim=x.ndim), width, level)


@compiled(drivers.gradient)
def gradient(typingctx: Any, f: Any, x: Any, *args: Any, chunk: int = 8) -> Any:
    if is_scalar(x):
        return derivative(typingctx, f, x, *args)
    level, seeds = _array(x, args, chunk)
    result = _result_type(typingctx, f, (seeds, *args))
    if not is_scalar(result):
        raise TypeError(f"f must return one number, got {result}; use jacobian")
    if not (at_level(result, level) and result.inner == types.float64):
        return jacobian(typingctx, f, x, *args, chunk=chunk)
    return real_gradient(typingctx, f, types.Tuple((x, *args)), chunk, level)


@compiled(drivers.jacobian)
def jacobian(typingctx: Any, f: Any, x: Any, *args: Any, chunk: int = 8) -> Any:
    if is_scalar(x):
        return derivative(typingctx, f, x, *args)
    level, seeds = _array(x, args, chunk)
    _result_type(typingctx, f, (seeds, *args))
    return _jacobian(level, chunk, shaped_blocks(x.ndim))


def _jacobian(level: int, width: int, shaped: Any) -> Any:
    def implementation(f, rest):
        x = rest[0]
        n = x.size
        seeds = new_seeds(x, width, level)
        put_seeds(seeds, x, 0)
        result = f(seeds, *rest[1:])
        blocks = empty_blocks((result,), (n,), level)
        put_columns((result, blocks), (0, width if width < n else n), level)
        for first in range(width, n, width):
            start = first if first + width <= n else n - width
            put_seeds(seeds, x, start)
            put_columns((f(seeds, *rest[1:]), blocks), (start, width), level)
        return shaped((result, blocks), (x.shape,), level)

    return implementation


@compiled(drivers.jvp)
def jvp(typingctx: Any, f: Any, primals: Any, tangents: Any) -> Any:
    for name, t in (("primals", primals), ("tangents", tangents)):
        if not isinstance(t, types.BaseTuple):
            raise TypeError(f"{name} must be a tuple, got {t}")
    if len(primals) != len(tangents):
        raise TypeError(
            f"tangents must be as many as primals, got {len(tangents)} for {len(primals)}"
        )
    level = 1 + highest_level(types.Tuple((primals, tangents)))
    pairs = enumerate(zip(primals, tangents, strict=True))
    _result_type(typingctx, f, [directed_type(i, x, t, level) for i, (x, t) in pairs])

    def implementation(f, rest):
        result = f(*directed(rest[0], rest[1], level))
        return value_of((result,), (), level), tangent_of((result,), (), level)

    return implementation
