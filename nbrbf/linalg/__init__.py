"""Dense linear algebra on real and dual arrays, under SciPy's names and calling conventions.

Whatever is dual among the arguments makes the result dual: real ones are constants. The value
of a dual result is the real result to the bit. Inputs are never modified, `overwrite_a` and
`overwrite_b` are accepted and change nothing; results are float64, integers and float32 are
converted, complex numbers refused.

`solve`, `inv` and `slogdet` and their adjoints take stacks of matrices, (..., N, N), as those of
`numpy.linalg` do, each matrix by itself and `workers` threads for all of them.

Each function has its adjoint, with `_vjp` at the end of its name: from the result (or, where that
is all that is needed, the matrix) and its bar, the bars of what went in.
"""

from nbrbf.linalg.cholesky import cho_factor, cho_factor_vjp, cho_solve, cho_solve_vjp
from nbrbf.linalg.inverse import inv, inv_vjp, slogdet, slogdet_vjp
from nbrbf.linalg.lu import lu_factor, lu_factor_vjp, lu_solve, lu_solve_vjp
from nbrbf.linalg.systems import solve, solve_vjp
from nbrbf.linalg.triangular import solve_triangular, solve_triangular_vjp

__all__ = [
    "cho_factor",
    "cho_factor_vjp",
    "cho_solve",
    "cho_solve_vjp",
    "inv",
    "inv_vjp",
    "lu_factor",
    "lu_factor_vjp",
    "lu_solve",
    "lu_solve_vjp",
    "slogdet",
    "slogdet_vjp",
    "solve",
    "solve_triangular",
    "solve_triangular_vjp",
    "solve_vjp",
]
