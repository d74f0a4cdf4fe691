"""What a differentiated function may return: a number, an array, or a tuple of such."""

from collections.abc import Callable, Iterator
from numbers import Number
from typing import Any

import numpy as np

from nbrbf_kernels.dual.protocol import DualNumber


def leaves(tree: Any) -> Iterator[Any]:
    """The numbers and arrays in nested tuples and lists."""
    if isinstance(tree, (tuple, list)):
        for branch in tree:
            yield from leaves(branch)
    else:
        yield _checked(tree)


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """The same tuples (named ones too) and lists, of what `function` makes of each leaf."""
    if not isinstance(tree, (tuple, list)):
        return function(_checked(tree))
    branches = [map_leaves(function, branch) for branch in tree]
    return type(tree)(*branches) if hasattr(tree, "_fields") else type(tree)(branches)


def _checked(leaf: Any) -> Any:
    numeric = isinstance(leaf, (DualNumber, Number, np.generic, np.ndarray))
    if not numeric or (
        isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind not in "biufc"
    ):
        what = f"an array of {leaf.dtype}" if isinstance(leaf, np.ndarray) else type(leaf).__name__
        raise TypeError(f"f must return a number, an array or a tuple of those, got {what}")
    return leaf
