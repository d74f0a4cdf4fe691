"""Dense linear algebra on real and dual arrays, under LAPACK's names.

Factors and solutions overwrite the arrays they are given; matrices are row-major, though every
layout is taken; pivots count from 0; a dual argument needs a dual array to write into.

An adjoint has the name of its function and `_vjp`: it adds to the bars of what went in, and
leaves out one that is None, but for those of factorisations, which work in place as they do.

What has flags is a Python function over a compiled one that takes them as one integer, and is
itself replaced in compiled code: Numba compiles again for every set of flags left out, and its
look-up of a default of one type and another value takes 60 us instead of 0.1.
"""

from nbrbf_kernels.linalg.cholesky import potrf, potrf_vjp
from nbrbf_kernels.linalg.cholesky_solve import potrs, potrs_vjp
from nbrbf_kernels.linalg.condition import gecon, pocon
from nbrbf_kernels.linalg.determinant import slogdet, slogdet_vjp
from nbrbf_kernels.linalg.inverse import inv, inv_vjp
from nbrbf_kernels.linalg.lu import getrf, getrf_vjp
from nbrbf_kernels.linalg.solve import getrs, getrs_vjp
from nbrbf_kernels.linalg.swaps import laswp
from nbrbf_kernels.linalg.systems import gesv, gesv_vjp
from nbrbf_kernels.linalg.trsm import trsm, trsm_vjp, trsv, trsv_vjp

__all__ = [
    "gecon",
    "gesv",
    "gesv_vjp",
    "getrf",
    "getrf_vjp",
    "getrs",
    "getrs_vjp",
    "inv",
    "inv_vjp",
    "laswp",
    "pocon",
    "potrf",
    "potrf_vjp",
    "potrs",
    "potrs_vjp",
    "slogdet",
    "slogdet_vjp",
    "trsm",
    "trsm_vjp",
    "trsv",
    "trsv_vjp",
]
