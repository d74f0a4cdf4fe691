"""Functions of scipy.special, of floats in compiled code, as far as the rules' users need them.

digamma is SciPy's own, through the pointer that it exports to Cython, entered as a symbol (see
linalg/blas.py); the others are those of math.
"""

import math

import llvmlite.binding as llvm
import scipy.special
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import get_cython_function_address, intrinsic

from nbrbf_kernels._jit import specialise
from nbrbf_kernels.dual.types import is_real

_SYMBOL = "nbrbf_digamma"
# "fuse_1" is the version of real numbers.
llvm.add_symbol(
    _SYMBOL, get_cython_function_address("scipy.special.cython_special", "__pyx_fuse_1psi")
)


@intrinsic
def _digamma(typingctx, x):
    def codegen(context, builder, signature, args):
        double, flag = ir.DoubleType(), ir.IntType(32)
        psi = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(double, [double, flag]), _SYMBOL
        )
        # The flag is Cython's: whether to look for an override, which there is none of.
        return builder.call(psi, [context.cast(builder, args[0], x, types.float64), flag(0)])

    return types.float64(x), codegen


def _of_floats(function, implementation):
    @specialise(function)
    def of_floats(x):
        return (lambda x: implementation(x)) if is_real(x) else None


_of_floats(scipy.special.psi, _digamma)
_of_floats(scipy.special.erf, math.erf)
_of_floats(scipy.special.erfc, math.erfc)
_of_floats(scipy.special.gamma, math.gamma)
_of_floats(scipy.special.gammaln, math.lgamma)
