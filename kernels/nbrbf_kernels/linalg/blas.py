"""BLAS for row-major blocks, through the pointers that SciPy exports to Cython.

BLAS is column-major, and a row-major A is there A^T: C = A B is computed as C^T = B^T A^T, a
lower triangle is an upper one, and the left side is the right. A pointer entered as a symbol,
unlike its bare address, survives the cache on disk.
"""

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import get_cython_function_address, intrinsic
from numba.np.arrayobj import make_array

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.views import transposed


def _routine(name):
    """A BLAS subroutine, called with a tuple: chars as uint8, arrays for their first entry."""
    symbol = f"nbrbf_{name}"
    llvm.add_symbol(symbol, get_cython_function_address("scipy.linalg.cython_blas", name))
    # Fortran passes by reference, and SciPy's integers have 32 bits.
    width = {types.uint8: ir.IntType(8), types.float64: ir.DoubleType()}

    @intrinsic
    def call(typingctx, args):
        def codegen(context, builder, signature, values):
            pointers = []
            for k, t in enumerate(args):
                value = builder.extract_value(values[0], k)
                if isinstance(t, types.Array):
                    data = make_array(t)(context, builder, value).data
                else:
                    low = width.get(types.unliteral(t), ir.IntType(32))
                    if isinstance(low, ir.IntType) and value.type.width > low.width:
                        value = builder.trunc(value, low)
                    data = cgutils.alloca_once(builder, low)
                    builder.store(value, data)
                pointers.append(builder.bitcast(data, cgutils.voidptr_t))
            routine = cgutils.get_or_insert_function(
                builder.module,
                ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t] * len(pointers)),
                symbol,
            )
            builder.call(routine, pointers)
            return context.get_dummy_value()

        return types.void(args), codegen

    return call


_dgemm = _routine("dgemm")
_dgemv = _routine("dgemv")
_dsyrk = _routine("dsyrk")
_dsyr2k = _routine("dsyr2k")


@kernel
def _flag(yes, if_yes, if_no):
    return types.uint8(if_yes if yes else if_no)


@kernel
def leading(A):
    """Leading dimension of a row-major block; the stride of a single row means nothing."""
    return max(A.strides[0] // 8, A.shape[1], 1)


@kernel
def gemm(alpha, A, trans_a, B, trans_b, beta, C):
    """C = alpha op(A) op(B) + beta C."""
    m, n = C.shape
    k = A.shape[0] if trans_a else A.shape[1]
    ta, tb = _flag(trans_a, ord("T"), ord("N")), _flag(trans_b, ord("T"), ord("N"))
    _dgemm((tb, ta, n, m, k, alpha, B, leading(B), A, leading(A), beta, C, leading(C)))


@kernel
def gemm_by_columns(alpha, A, trans_a, B, beta, C):
    """`gemm` for B and C stored by columns."""
    m, n = C.shape
    ta, tb = _flag(trans_a, ord("N"), ord("T")), _flag(False, ord("T"), ord("N"))
    ldb, ldc = leading(transposed(B)), leading(transposed(C))
    _dgemm((ta, tb, m, n, B.shape[0], alpha, A, leading(A), B, ldb, beta, C, ldc))


@kernel
def gemv(alpha, A, trans, x, beta, y):
    """y = alpha op(A) x + beta y, the vectors being blocks of one column."""
    m, n = A.shape
    op = _flag(trans, ord("N"), ord("T"))
    _dgemv((op, n, m, alpha, A, leading(A), x, leading(x), beta, y, leading(y)))


@kernel
def syrk(alpha, A, lower, beta, C):
    """C = alpha A A^T + beta C in the lower triangle, or if not `lower` A^T A in the upper one."""
    n = C.shape[0]
    k = A.shape[1] if lower else A.shape[0]
    uplo, op = _flag(lower, ord("U"), ord("L")), _flag(lower, ord("T"), ord("N"))
    _dsyrk((uplo, op, n, k, alpha, A, leading(A), beta, C, leading(C)))


@kernel
def syr2k(alpha, A, B, lower, beta, C):
    """C = alpha (A B^T + B A^T) + beta C, or with A^T B + B^T A, in the triangle as in `syrk`."""
    n = C.shape[0]
    k = A.shape[1] if lower else A.shape[0]
    uplo, op = _flag(lower, ord("U"), ord("L")), _flag(lower, ord("T"), ord("N"))
    _dsyr2k((uplo, op, n, k, alpha, A, leading(A), B, leading(B), beta, C, leading(C)))
