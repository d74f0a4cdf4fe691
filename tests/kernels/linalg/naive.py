"""What the kernels are compared with: NumPy on whole matrices, real or complex, and layouts."""

import numpy as np

from nbrbf_kernels.dual import DualArray

STEP = 1e-30


def lu(A, ipiv):
    """L\\U of A with the given swaps, one column at a time; complex A keeps its imaginary part."""
    A = A.copy()
    for k, p in enumerate(ipiv):
        A[[k, p]] = A[[p, k]]
        A[k + 1 :, k] /= A[k, k]
        A[k + 1 :, k + 1 :] -= np.outer(A[k + 1 :, k], A[k, k + 1 :])
    return A


def lu_adjoint(LU, LU_bar, ipiv):
    """The bar of A, the columns of `lu` undone one at a time; real or complex."""
    A_bar = LU_bar.astype(np.result_type(LU, LU_bar))
    for k in reversed(range(min(LU.shape))):
        l, u, T = LU[k + 1 :, k], LU[k, k + 1 :], A_bar[k + 1 :, k + 1 :]
        A_bar[k, k + 1 :] -= l @ T
        A_bar[k + 1 :, k] = (A_bar[k + 1 :, k] - T @ u) / LU[k, k]
        A_bar[k, k] -= l @ A_bar[k + 1 :, k]
    for k, p in reversed(list(enumerate(ipiv))):
        A_bar[[k, p]] = A_bar[[p, k]]
    return A_bar


def lu_solve_adjoint(LU, X, X_bar, ipiv, trans):
    """The bars of LU and B, by dense solves; real or complex."""
    n = len(LU)
    P = np.eye(n)
    for k, p in enumerate(ipiv):
        P[[k, p]] = P[[p, k]]
    L, U = triangle(LU, True, True), np.triu(LU)
    if trans:
        z, y_bar = P @ X, np.linalg.solve(L, P @ X_bar)
        v = np.linalg.solve(U, y_bar)
        return -np.tril(z @ y_bar.T, -1) - np.triu(L.T @ z @ v.T), v
    y_bar = np.linalg.solve(U.T, X_bar)
    w = np.linalg.solve(L.T, y_bar)
    return -np.triu(y_bar @ X.T) - np.tril(w @ (U @ X).T, -1), P.T @ w


def cholesky(A):
    """L of A = L L^T, one column at a time; complex A is symmetric, not Hermitian."""
    L = np.zeros_like(A)
    for k in range(len(A)):
        L[k:, k] = A[k:, k] - L[k:, :k] @ L[k, :k]
        L[k:, k] /= np.sqrt(L[k, k])
    return L


def triangle(T, lower, unit):
    """The referenced part of T."""
    T = np.tril(T) if lower else np.triu(T)
    if unit:
        T = T - np.diag(np.diag(T)) + np.eye(len(T))
    return T


def poison(T, lower, unit):
    """T with NaN wherever it is not referenced."""
    T = T.copy()
    mask = np.triu(np.ones(T.shape[-2:], bool), 1)
    mask = mask if lower else mask.T
    if unit:
        mask = mask | np.eye(T.shape[-1], dtype=bool)
    T[..., mask] = np.nan
    return T


def tangents(f, arguments, partials):
    """Directional derivatives of f by the complex step; `partials` holds None for a constant."""
    (p,) = {len(d) for d in partials if d is not None}
    return np.array(
        [
            f(
                *(
                    a if d is None else a + 1j * STEP * d[k]
                    for a, d in zip(arguments, partials, strict=True)
                )
            ).imag
            / STEP
            for k in range(p)
        ]
    )


LAYOUTS = ("C", "F", "rows", "strided", "reversed")


def laid_out(A, layout, axes=None):
    """A copy of A whose last `axes` axes (all, if None) lie in memory as `layout` says."""
    axes = A.ndim if axes is None else axes
    lead, shape = A.shape[: A.ndim - axes], A.shape[A.ndim - axes :]
    if layout == "C":
        out = np.empty(A.shape)
    elif layout == "F":
        out = np.empty(lead + shape[::-1])
        out = out if axes == 1 else out.swapaxes(-1, -2)
    elif layout == "rows":
        out = np.empty(lead + shape[:-1] + (shape[-1] + 3,))[..., 1:-2]
    elif layout == "strided":
        out = np.empty(lead + tuple(2 * n for n in shape))
        out = out[..., ::2] if axes == 1 else out[..., ::2, ::2]
    else:
        out = np.empty(A.shape)
        out = out[..., ::-1] if axes == 1 else out[..., ::-1, ::-1]
    out[...] = A
    return out


def dual(A, dA, layout="C"):
    """A fresh DualArray."""
    return DualArray(laid_out(A, layout), laid_out(dA, layout, A.ndim))


def close(got, expected, tolerance=1e-12):
    """Whether two arrays agree, relative to the largest entry expected."""
    assert got.shape == expected.shape
    scale = np.abs(expected).max(initial=1e-300)
    return np.abs(got - expected).max(initial=0.0) <= tolerance * scale
