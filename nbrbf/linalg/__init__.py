"""Dense linear algebra on real and dual arrays, under SciPy's names and calling conventions.

Whatever is dual among the arguments makes the result dual: real ones are constants. The value
of a dual result is the real result to the bit. Inputs are never modified, `overwrite_a` and
`overwrite_b` are accepted and change nothing; results are float64, integers and float32 are
converted, complex numbers refused.
"""

from nbrbf.linalg.cholesky import cho_factor, cho_solve
from nbrbf.linalg.inverse import inv, slogdet
from nbrbf.linalg.lu import lu_factor, lu_solve
from nbrbf.linalg.systems import solve
from nbrbf.linalg.triangular import solve_triangular

__all__ = [
    "cho_factor",
    "cho_solve",
    "inv",
    "lu_factor",
    "lu_solve",
    "slogdet",
    "solve",
    "solve_triangular",
]
