"""The adjoint of `diagonal_block`. With Z = A_bar + A_bar^T it is

    <A_bar, A'> = 1/2 <Z, U'^T U + U^T U'> = <U Z, U'>,  so  U_bar = triu(U Z)

solved for the symmetric Z from its last row to its first (Murray 2016, arXiv:1602.07527):

    Z12 = U11^-1 (U12_bar - U12 Z22);  triu(U11 Z11) = U11_bar - triu(U12 Z12^T)
    z_kj = (u_bar_kj - sum_i u_ki z_ij) / u_kk         i > k, and j = k after all j > k
"""

from numba.core.types import void

from nbrbf_kernels._core import core
from nbrbf_kernels._jit import kernel
from nbrbf_kernels.linalg.micro import rank4, solve4
from nbrbf_kernels.linalg.triangle import dot4
from nbrbf_kernels.linalg.views import BLOCK, at, block, row


@kernel
def corner_vjp(F, Z, w):
    """Z of the w rows or fewer of F, from U_bar in its upper triangle."""
    for h in range(w):
        k = w - 1 - h
        u, z = row(F, k, 0, w), row(Z, k, 0, w)
        for i in range(k + 1, w):
            y = row(Z, i, 0, w)
            for j in range(k + 1, w):
                z[j] -= u[i] * y[j]
        for j in range(k + 1, w):
            z[j] /= u[k]
            z[k] -= u[j] * z[j]
            row(Z, j, k, 1)[0] = z[j]
        z[k] /= u[k]


@kernel
def strip_vjp(U11, U12, Z11, Z12, Z22):
    """Z12 for a strip of four rows, and in Z11 what is left of U11_bar."""
    n = Z22.shape[0]
    whole = n - n % 4
    for i in range(0, whole, 4):
        rank4(Z12, block(U12, 0, i, 4, 4), block(Z22, i, 0, 4, n))
    for k in range(4):
        z = row(Z12, k, 0, n)
        for i in range(whole, n):
            u, y = at(U12, k, i), row(Z22, i, 0, n)
            for j in range(n):
                z[j] -= u * y[j]
    solve4(U11, Z12, False, False)
    for j in range(4):
        p, q, r, s = dot4(U12, 0, 0, row(Z12, j, 0, n), n)
        a, b, c, d = row(Z11, 0, j, 1), row(Z11, 1, j, 1), row(Z11, 2, j, 1), row(Z11, 3, j, 1)
        a[0], b[0], c[0], d[0] = a[0] - p, b[0] - q, c[0] - r, d[0] - s


@core(void(BLOCK, BLOCK))
def diagonal_block_vjp(F, Z):
    """Z, which holds U_bar in its upper triangle, becomes A_bar + A_bar^T, for the factor F."""
    n = F.shape[0]
    for h in range((n + 3) // 4):
        i = 4 * ((n - 1) // 4 - h)
        w = min(4, n - i)
        end, right = i + w, n - i - w
        U11, Z11 = block(F, i, i, w, w), block(Z, i, i, w, w)
        if right > 0:
            U12, Z12 = block(F, i, end, 4, right), block(Z, i, end, 4, right)
            strip_vjp(U11, U12, Z11, Z12, block(Z, end, end, right, right))
            for j in range(right):
                z = row(Z, end + j, i, 4)
                z[0], z[1], z[2], z[3] = at(Z12, 0, j), at(Z12, 1, j), at(Z12, 2, j), at(Z12, 3, j)
        corner_vjp(U11, Z11, w)
