"""LU of up to four columns or of few rows, column by column with pivots: single numbers."""

from nbrbf_kernels._jit import kernel, part
from nbrbf_kernels.linalg.micro import SAFE_MINIMUM, swap
from nbrbf_kernels.linalg.views import at, row


@part
def eliminate(A, k, width, scale, u1, u2, u3):
    """Divide column k by its pivot and eliminate it from the `width` columns that follow.

    u1, u2, u3: what the pivot's row has there. Returns the row of the next column's largest
    entry, found on the way. Written out for each width: a loop of three would cost more than its
    body.
    """
    m = A.shape[0]
    best, p = -1.0, k + 1
    if width == 3:
        for i in range(k + 1, m):
            a = row(A, i, k, 4)
            l = a[0] * scale
            x = a[1] - l * u1
            a[0], a[1] = l, x
            a[2] -= l * u2
            a[3] -= l * u3
            if abs(x) > best:
                best, p = abs(x), i
    elif width == 2:
        for i in range(k + 1, m):
            a = row(A, i, k, 3)
            l = a[0] * scale
            x = a[1] - l * u1
            a[0], a[1] = l, x
            a[2] -= l * u2
            if abs(x) > best:
                best, p = abs(x), i
    elif width == 1:
        for i in range(k + 1, m):
            a = row(A, i, k, 2)
            l = a[0] * scale
            x = a[1] - l * u1
            a[0], a[1] = l, x
            if abs(x) > best:
                best, p = abs(x), i
    else:
        for i in range(k + 1, m):
            row(A, i, k, 1)[0] *= scale
    return p


@part
def largest(A, k):
    """Row of the largest entry on or below the diagonal of column k; the first on a tie."""
    best, p = -1.0, k
    for i in range(k, A.shape[0]):
        size = abs(at(A, i, k))
        if size > best:
            best, p = size, i
    return p


@part
def scale_by(A, k, pivot):
    """What column k below the diagonal is to be multiplied by; it is divided if that overflows."""
    scale = 1.0
    if abs(pivot) >= SAFE_MINIMUM:
        scale = 1.0 / pivot
    elif pivot != 0.0:
        for i in range(k + 1, A.shape[0]):
            row(A, i, k, 1)[0] /= pivot
    return scale


@kernel(inline=True)
def strip(A, j, w, ipiv, offset):
    """LU of the columns j to j + w with pivots, whole rows of A swapped."""
    info = 0
    p = largest(A, j)
    for k in range(j, j + w):
        ipiv[offset + k] = offset + p
        # What all others wait for, before the swap.
        pivot, width = at(A, p, k), j + w - k - 1
        u1 = at(A, p, k + 1) if width > 0 else 0.0
        u2 = at(A, p, k + 2) if width > 1 else 0.0
        u3 = at(A, p, k + 3) if width > 2 else 0.0
        if p != k:
            swap(A, k, p)
        if pivot == 0.0 and info == 0:
            info = offset + k + 1
        p = eliminate(A, k, width, scale_by(A, k, pivot), u1, u2, u3)
    return info


@kernel(inline=True)
def few_rows(A, ipiv):
    """LU of few rows, each entry through the same operations as by strips, which take longer.

    It neither asks whether rows are to be swapped nor branches where a larger entry is found: half
    of that would be guessed wrong.
    """
    m, n = A.shape
    info, p = 0, largest(A, 0)
    for k in range(n):
        ipiv[k] = p
        u, a = row(A, k, 0, n), row(A, p, 0, n)
        for t in range(n):
            u[t], a[t] = a[t], u[t]
        if u[k] == 0.0 and info == 0:
            info = k + 1
        scale = scale_by(A, k, u[k])
        best, p = -1.0, k + 1
        for i in range(k + 1, m):
            a = row(A, i, 0, n)
            l = a[k] * scale
            a[k] = l
            for t in range(k + 1, n):
                a[t] -= l * u[t]
            if k + 1 < n:
                size = abs(a[k + 1])
                larger = size > best
                best, p = size if larger else best, i if larger else p
    return info
