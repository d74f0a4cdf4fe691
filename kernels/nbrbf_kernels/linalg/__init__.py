"""Dense linear algebra on real and dual arrays, under LAPACK's names.

Factors and solutions overwrite the arrays they are given; matrices are row-major, though every
layout is taken; pivots count from 0; a dual argument needs a dual array to write into.
"""

from nbrbf_kernels.linalg.condition import gecon
from nbrbf_kernels.linalg.lu import getrf
from nbrbf_kernels.linalg.solve import gesv, getrs
from nbrbf_kernels.linalg.swaps import laswp
from nbrbf_kernels.linalg.triangular import trsm, trsv

__all__ = ["gecon", "gesv", "getrf", "getrs", "laswp", "trsm", "trsv"]
