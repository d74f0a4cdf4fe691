"""DualArray in compiled code: new arrays like one, copies, arrays of Duals."""

import numpy as np
from numba.core import types
from numba.extending import overload_method

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.compiled_array import like
from nbrbf_kernels.dual.types import DualArrayType


@overload_method(DualArrayType, "copy")
def dual_array_copy(array):
    return lambda array: like(array, array.value.copy(), array.partials.copy())


def _allocate_like(function):
    """`function` is np.empty_like or np.zeros_like."""

    @specialise(function, first=True)
    def implementation(array, dtype=None):
        if not isinstance(array, DualArrayType):
            return None
        if not (_is_absent(dtype) or _is_float64(dtype)):
            # Not a TypingError: Numba would go on to its own version, which drops the partials.
            raise TypeError(f"a compiled DualArray holds float64, got dtype {dtype}")
        return lambda array, dtype=None: like(
            array, function(array.value), function(array.partials)
        )


def _is_absent(t):
    return t is None or isinstance(t, (types.Omitted, types.NoneType))


def _is_float64(t):
    return isinstance(t, types.NumberClass) and t.dtype == types.float64


for _function in (np.empty_like, np.zeros_like):
    _allocate_like(_function)
