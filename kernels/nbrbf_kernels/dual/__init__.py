"""Dual numbers: the number types, their rules, and the drivers built on them."""

# Imported for what they register with Numba.
from nbrbf_kernels.dual import compiled_array as compiled_array
from nbrbf_kernels.dual import compiled_scalar as compiled_scalar
from nbrbf_kernels.dual.array import DualArray
from nbrbf_kernels.dual.scalar import Dual

__all__ = ["Dual", "DualArray"]
