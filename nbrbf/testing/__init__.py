"""Checks of derivatives, forward and reverse, of this library's functions and of yours.

Both take a function and its arguments, run it with every combination of active and constant
ones, and raise an AssertionError that names function, argument and both numbers.
"""

from nbrbf.testing.forward import check_forward
from nbrbf.testing.reverse import check_reverse

__all__ = ["check_forward", "check_reverse"]
