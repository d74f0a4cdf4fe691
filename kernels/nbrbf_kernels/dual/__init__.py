"""Dual numbers: the number types, their rules, and the drivers built on them."""

# Each of these fills the tables of protocol.py with NumPy functions.
from nbrbf_kernels.dual import functions, joining, products, ufuncs  # noqa: F401
from nbrbf_kernels.dual.array import DualArray
from nbrbf_kernels.dual.drivers import derivative, gradient, jacobian, jvp
from nbrbf_kernels.dual.scalar import Dual

__all__ = ["Dual", "DualArray", "derivative", "gradient", "jacobian", "jvp"]
