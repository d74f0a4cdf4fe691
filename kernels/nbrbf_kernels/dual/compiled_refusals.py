"""What would drop a derivative in compiled code is refused, and the message names the remedy.

TypeErrors and not TypingErrors: Numba would go on to its own version.
"""

import math
import operator

from numba.core import types

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.types import DualArrayType, DualType

_VALUE = "take .value if that is meant"
_REMEDIES = {
    float: f"a Dual cannot become a float: {_VALUE}",
    int: f"a Dual cannot become an int: {_VALUE}",
    complex: f"a Dual cannot become a complex number: {_VALUE}",
    math.floor: f"math.floor of a Dual would be an int: take np.floor, or {_VALUE}",
    math.ceil: f"math.ceil of a Dual would be an int: take np.ceil, or {_VALUE}",
    math.trunc: f"math.trunc of a Dual would be an int: take np.trunc, or {_VALUE}",
    round: f"round of a Dual has no derivative: take np.rint, or {_VALUE}",
    math.nextafter: f"math.nextafter of a Dual has no derivative: {_VALUE}",
    range: f"the bounds of a range cannot be Duals: {_VALUE}",
}


def _refuse(function, message):
    @specialise(function, first=True)
    def refusal(x, *others):
        if any(isinstance(t, DualType) for t in (x, *others)):
            raise TypeError(message)


for _function, _message in _REMEDIES.items():
    _refuse(_function, _message)


@specialise(operator.getitem)
def refuse_index(array, index):
    indices = index if isinstance(index, types.BaseTuple) else [index]
    if any(isinstance(t, DualType) for t in indices):
        raise TypeError(f"a Dual cannot be an index: {_VALUE}")


def refuse_to_drop(B, name, A, other):
    """Refuse to write into B, called `name`, what a dual A, called `other`, implies if B cannot
    hold it; of Numba types."""
    if not isinstance(A, (DualArrayType, DualType)):
        return
    if not isinstance(B, DualArrayType):
        raise TypeError(
            f"{name} is written in place and must be a DualArray since {other} is dual, got {B}"
        )
    if (A.width, A.level) != (B.width, B.level):
        raise TypeError(
            f"{name} and {other} must have the same number of partials and level, got "
            f"({B.width}, {B.level}) and ({A.width}, {A.level})"
        )
