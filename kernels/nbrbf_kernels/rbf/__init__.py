"""Kernels of radial basis function interpolation.

Conventions of every kernel here: `k` is a radial function (radial.py); `points` and `x` are
tuples of ndim one-dimensional rows, one for each axis, already multiplied by epsilon, as
are `shift` and `scale`, which map the points into the cube [-1, 1]^ndim for the monomials
whose exponents are the rows of `powers`. N points, Q evaluation points, S columns of data,
R monomials.
"""

from nbrbf_kernels.rbf.evaluate import evaluate
from nbrbf_kernels.rbf.evaluate_vjp import evaluate_vjp
from nbrbf_kernels.rbf.fit import fit
from nbrbf_kernels.rbf.quick import rsqrt
from nbrbf_kernels.rbf.registration import radial_function

__all__ = ["evaluate", "evaluate_vjp", "fit", "radial_function", "rsqrt"]
