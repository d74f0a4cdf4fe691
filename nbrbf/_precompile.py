"""Every kernel that the README's examples call, compiled into the cache on disk."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np

from nbrbf import linalg
from nbrbf._arguments import as_kernel
from nbrbf.interpolator import RBFInterpolator
from nbrbf_kernels.dual import Dual, DualArray
from nbrbf_kernels.linalg import getrf_vjp, laswp, trsv, trsv_vjp
from nbrbf_kernels.linalg.solve_system import solve_system
from nbrbf_kernels.rbf.fit import fit_points

Tasks = dict[str, Callable[[], Any]]


def precompile(kernels: Iterable[str]) -> list[Path]:
    """Compile for these radial functions, in the plane; returns the folders of the cache.

    A progress bar if tqdm is there, else a line for each group of kernels.
    """
    tasks: Tasks = {}
    for kernel in kernels:
        as_kernel(kernel)  # of an unknown one before anything is compiled
        tasks |= _interpolant(kernel)
    tasks |= _linear_algebra()
    try:
        from tqdm import tqdm
    except ImportError:
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            print(f"compiled    {name}: {time.perf_counter() - start:.1f} s", flush=True)
    else:
        with tqdm(tasks.items()) as bar:
            for name, task in bar:
                bar.set_description(name)
                task()
    return [Path(kernel.stats.cache_path) for kernel in (fit_points, solve_system)]


def _dual(a: np.ndarray, width: int = 1) -> DualArray:
    return DualArray(a, np.ones((width, *a.shape)))


def _interpolant(kernel: str) -> Tasks:
    """Fits, values and derivatives: what is dual decides what is compiled."""
    rng = np.random.default_rng(0)
    y, x, many = (rng.uniform(-1, 1, (n, 2)) for n in (10, 4, 320))
    d = np.sin(3 * y[:, 0]) * y[:, 1]

    def fit(y: Any = y, d: Any = d, epsilon: Any = 1.0, **options: Any) -> RBFInterpolator:
        return RBFInterpolator(y, d, kernel=kernel, epsilon=epsilon, **options)

    def of_everything_dual() -> None:
        fit(_dual(y), _dual(d), Dual(1.0, (1.0,)))(_dual(x))

    def gradients() -> None:
        f = fit()
        f.vjp(x, f(x))
        f.gradient(x)
        f.operator(x).rmatvec(f(x))

    def gradients_by_threads() -> None:
        f = fit(many, many[:, 0], workers=2)  # so many that two are worth while
        f.vjp(many, f(many))

    def products() -> None:
        f = fit(d=_dual(d))
        f.vjp(x, f(x))

    tasks = {
        "fit and values": lambda: fit()(x),
        "values of many": lambda: fit(many, many[:, 0], 40.0)(x),  # by cells, of what decays
        "fit by LU": lambda: fit(many, many[:, 0], solver="lu"),
        "values, dual targets": lambda: fit()(_dual(x)),
        "fit and values, dual values": lambda: fit(d=_dual(d))(x),
        "fit and values, dual points": lambda: fit(y=_dual(y))(x),
        "fit and values, all dual": of_everything_dual,
        "gradients": gradients,
        "gradients by threads": gradients_by_threads,
        "Hessians": lambda: fit().hessian(x),
        "Hessian-vector products": products,
    }
    return {f"{kernel}, {name}": task for name, task in tasks.items()}


def _linear_algebra() -> Tasks:
    """Solves and factorisations with their derivatives."""
    rng = np.random.default_rng(0)
    A, b = rng.normal(size=(6, 6)), rng.normal(size=6)

    def by_hand(A: Any, b: Any) -> None:
        LU, ipiv = linalg.lu_factor(A)
        y = b.copy()
        laswp(y, ipiv)
        trsv(LU, y, lower=True, unit=True)
        trsv(LU, y)

    def adjoints() -> None:
        LU, ipiv = linalg.lu_factor(A)
        bar, x_bar, y_bar = np.zeros((6, 6)), np.ones(6), np.zeros(6)
        trsv_vjp(LU, b, x_bar, bar, y_bar)
        trsv_vjp(LU, b, x_bar, bar, y_bar, lower=True, unit=True)
        laswp(y_bar, ipiv, inverse=True)
        getrf_vjp(LU, ipiv, bar)

    return {
        "solve": lambda: linalg.solve(A, b),
        "solve, dual": lambda: linalg.solve(_dual(A, 2), _dual(b, 2)),
        "LU and triangular solves": lambda: by_hand(A, b),
        "LU and triangular solves, dual": lambda: by_hand(_dual(A, 2), _dual(b, 2)),
        "adjoints of LU and triangular solves": adjoints,
    }
