"""Between a matrix stored by rows and one stored by columns: copies of 8 x 8 numbers in vectors."""

from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.vectors import transpose
from nbrbf_kernels.linalg.views import row


@kernel(inline=True)
def crossing(A, W):
    """(distance of rows or columns of A, of columns or rows of W), in numbers; zeros if alike."""
    (a, b), (c, d) = A.strides, W.strides
    if a == 8 and d == 8 and b % 8 == 0 and c % 8 == 0:
        return b // 8, c // 8
    if b == 8 and c == 8 and a % 8 == 0 and d % 8 == 0:
        return a // 8, d // 8
    return 0, 0


@kernel(inline=True)
def copy_crossing(A, W, i, j, apart):
    """W[i:i+8, j:j+8] = A[i:i+8, j:j+8], with what `crossing` says of them."""
    (a, b), (c, d) = A.strides, W.strides
    source, target = (i * a + j * b) // 8, (i * c + j * d) // 8
    transpose(row(A, 0, 0, 1), source, apart[0], row(W, 0, 0, 1), target, apart[1])
