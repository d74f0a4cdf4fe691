"""Scattered-data interpolation and linear solves, with derivatives."""

from nbrbf import datasets, linalg
from nbrbf.interpolator import RBFInterpolator
from nbrbf_kernels.dual import Dual, DualArray, derivative, gradient, jacobian, jvp
from nbrbf_kernels.rbf import radial_function

__all__ = [
    "Dual",
    "DualArray",
    "RBFInterpolator",
    "datasets",
    "derivative",
    "gradient",
    "jacobian",
    "jvp",
    "linalg",
    "radial_function",
]
__version__ = "0.1.0"
