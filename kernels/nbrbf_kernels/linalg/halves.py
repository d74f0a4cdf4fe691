"""The recursion on halves (Toledo 1997, SIAM J. Matrix Anal. 18, 1065) as a loop over its leaves.

Most of its work is in products of large blocks, but Numba resolves a recursive call by a symbol
that is lost once some function that calls ours is collected.
"""

from nbrbf_kernels._jit import kernel


@kernel(inline=True)
def halves(j, base, left):
    """(span, due): after leaf j, of `base` columns, the last `span` are a finished half.

    Due next is the other half, as wide, or the `left` columns that there are.
    """
    # The largest power of 2 that divides j + 1.
    span = ((j + 1) & -(j + 1)) * base
    return span, min(span, left)
