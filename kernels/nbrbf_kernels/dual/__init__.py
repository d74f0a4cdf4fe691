"""Dual numbers: the number types, their rules, and the drivers built on them."""

# Imported for what they register: the compiled side with Numba, the others with NumPy's
# protocols (the tables of protocol.py).
from nbrbf_kernels.dual import (  # noqa: F401
    compiled_allocation,
    compiled_array,
    compiled_choices,
    compiled_constructor,
    compiled_drivers,
    compiled_elementwise,
    compiled_indexing,
    compiled_iteration,
    compiled_products,
    compiled_reductions,
    compiled_refusals,
    compiled_rules,
    compiled_scalar,
    compiled_special,
    filling,
    linear,
    matrices,
    norms,
    ordering,
    pairs,
    piecewise,
    products,
    reductions,
    shaping,
    ufuncs,
    values,
)
from nbrbf_kernels.dual.array import DualArray
from nbrbf_kernels.dual.drivers import derivative, gradient, jacobian, jvp
from nbrbf_kernels.dual.scalar import Dual

__all__ = ["Dual", "DualArray", "derivative", "gradient", "jacobian", "jvp"]
