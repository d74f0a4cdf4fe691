"""Out of dual numbers in compiled code: values, tangents and Jacobian blocks of a result.

A function returns a number, an array, or nested tuples of those; each such leaf is treated by
a function that is chosen by its type, and the tuples are put together again around them.
"""

import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic

from nbrbf_kernels.dual.compiled_seeds import VECTOR, dual_array, is_scalar
from nbrbf_kernels.dual.types import DualArrayType, DualType


def check_result(t):
    """Raises TypeError unless a function of this return type can be differentiated."""
    if isinstance(t, types.BaseTuple):
        for part in t.types:
            check_result(part)
        return
    numeric = isinstance(t, types.Array) and isinstance(t.dtype, (types.Number, types.Boolean))
    if not (_is_number(t) or numeric or isinstance(t, DualArrayType)):
        raise TypeError(f"f must return a number, an array or a tuple of those, got {t}")


def at_level(t, level):
    """Whether a type holds partials of this level."""
    return isinstance(t, (DualType, DualArrayType)) and t.level == level


def _is_number(t):
    return is_scalar(t) or isinstance(t, types.Complex)


def _map_type(t, leaf_type):
    if not isinstance(t, types.BaseTuple):
        return leaf_type(t)
    parts = [_map_type(part, leaf_type) for part in t.types]
    if isinstance(t, types.BaseNamedTuple):
        return types.NamedTuple(parts, t.instance_class)
    return types.Tuple(parts)


def _map_value(context, builder, trees, result, values, leaf):
    """LLVM value of type `result` of what `leaf` makes of the leaves of trees of one structure."""
    if not isinstance(trees[0], types.BaseTuple):
        return leaf(trees, result, values)
    branches = zip(*(cgutils.unpack_tuple(builder, value) for value in values), strict=True)
    branch_types = zip(*(tree.types for tree in trees), strict=True)
    parts = [
        _map_value(context, builder, *branch, leaf)
        for branch in zip(branch_types, result.types, branches, strict=True)
    ]
    return context.make_tuple(builder, result, parts)


def _of_leaves(leaf_type, implementation):
    """Intrinsic (trees, arguments, level): the tree of what becomes of each leaf.

    `leaf_type` says of the first tree's leaf what type it becomes, and `implementation` gives
    the function, of a leaf of each tree and of the arguments, that makes it so.
    """

    @intrinsic(prefer_literal=True)
    def of_leaves(typingctx, trees, arguments, level):
        number = level.literal_value
        mapped = _map_type(trees.types[0], lambda t: leaf_type(t, number))

        def codegen(context, builder, signature, args):
            values, extra = (tuple(cgutils.unpack_tuple(builder, arg)) for arg in args[:2])

            def leaf(ts, out, values):
                function = implementation(ts[0], number)
                leaf_signature = out(*ts, *arguments.types)
                return context.compile_internal(builder, function, leaf_signature, values + extra)

            return _map_value(context, builder, trees.types, mapped, values, leaf)

        return mapped(trees, arguments, level), codegen

    return of_leaves


def _value_type(t, level):
    if not at_level(t, level):
        return t
    return t.inner if isinstance(t, DualType) else t.values


def _value(t, level):
    return (lambda x: x.value) if at_level(t, level) else (lambda x: x)


def _tangent_type(t, level):
    if at_level(t, level):
        return _value_type(t, level)
    return types.float64 if _is_number(t) else types.Array(types.float64, t.ndim, "C")


def _tangent(t, level):
    if at_level(t, level):
        return lambda x: x.partials[0]
    return (lambda x: 0.0) if _is_number(t) else (lambda x: np.zeros(x.shape))


value_of = _of_leaves(_value_type, _value)
tangent_of = _of_leaves(_tangent_type, _tangent)


def array_of(element, ndim):
    """The type of an array in C order of numbers of this type, real or dual."""
    values = VECTOR.copy(ndim=ndim)
    if not isinstance(element, DualType):
        return values
    if element.inner != types.float64:
        raise TypeError(
            f"an array cannot hold derivatives of {element}: nesting is not supported for "
            "DualArrays, only for Duals"
        )
    return DualArrayType(values, element.width, element.level)


def _inner(t, level):
    """The dual type of each partial of a leaf, None if those are real."""
    return t.inner if at_level(t, level) and isinstance(_value_type(t, level), DualType) else None


def _block_type(t, level):
    return array_of(_inner(t, level), 2)


def _block(t, level):
    inner = _inner(t, level)
    if inner:
        width, inner_level = inner.width, inner.level
        return lambda x, n: dual_array(
            np.zeros((1, n)), np.zeros((width, 1, n)), width, inner_level
        )
    return (
        (lambda x, n: np.zeros((1, n))) if _is_number(t) else (lambda x, n: np.zeros((x.size, n)))
    )


def _put(t, level):
    if not at_level(t, level):
        return lambda x, block, start, count: None
    if isinstance(t, DualType):

        def put(x, block, start, count):
            partials = x.partials
            for k in range(count):
                block[0, start + k] = partials[k]

    else:

        def put(x, block, start, count):
            for k in range(count):
                plane = x.partials[k].ravel()
                for i in range(plane.size):
                    block[i, start + k] = plane[i]

    return put


# Of each leaf: an array (its size, n), into which go `count` columns from its partials.
empty_blocks = _of_leaves(_block_type, _block)
put_columns = _of_leaves(lambda t, level: types.none, _put)


def shaped_blocks(ndim):
    """Intrinsic: blocks (size, n) in the shapes of results by an array of so many dimensions."""

    def shaped_type(t, level):
        return array_of(_inner(t, level), ndim + (0 if _is_number(t) else t.ndim))

    def shaped(t, level):
        inner = _inner(t, level)
        if inner:
            width, inner_level = inner.width, inner.level
            return lambda x, block, shape: dual_array(
                block.value.reshape(shape),
                block.partials.reshape((width, *shape)),
                width,
                inner_level,
            )
        if _is_number(t):
            return lambda x, block, shape: block.reshape(shape)
        return lambda x, block, shape: block.reshape(x.shape + shape)

    return _of_leaves(shaped_type, shaped)
