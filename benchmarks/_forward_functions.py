"""The functions that bench_forward.py differentiates, and our side of the comparison."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit

import nbrbf
from nbrbf import DualArray
from nbrbf_kernels.rbf import evaluate as nbrbf_evaluate
from nbrbf_kernels.rbf import fit as nbrbf_fit
from nbrbf_kernels.rbf.radial import Gaussian

Primals = tuple[np.ndarray[Any, Any], ...]
PROBLEMS = ("solve", "lu", "fit", "fit, compiled")
EVALUATED = 10
SMOOTHING = 1e-2


@njit(forceinline=True)
def rosenbrock(x):
    """Of any number of variables."""
    s = 0.0
    for i in range(x.size - 1):
        s += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return s


@njit(forceinline=True)
def waves(x):
    """An exponential, a logarithm and a sine of each variable."""
    s = 0.0
    for i in range(x.size):
        s += np.exp(-x[i]) * np.sin(x[i]) + np.log(1.0 + x[i] ** 2)
    return s


def rosenbrock_gradient(x: Any) -> Any:
    """Of each row of x, by hand."""
    g = np.zeros_like(x)
    inner = x[:, 1:] - x[:, :-1] ** 2
    g[:, :-1] = -400.0 * x[:, :-1] * inner - 2.0 * (1.0 - x[:, :-1])
    g[:, 1:] += 200.0 * inner
    return g


def waves_gradient(x: Any) -> Any:
    """Of each row of x, by hand."""
    return np.exp(-x) * (np.cos(x) - np.sin(x)) + 2.0 * x / (1.0 + x**2)


@njit
def rosenbrock_values(x, out):
    for i in range(x.shape[0]):
        out[i] = rosenbrock(x[i])


@njit
def rosenbrock_slopes(x, out):
    for i in range(x.shape[0]):
        out[i] = nbrbf.gradient(rosenbrock, x[i], chunk=4)


@njit
def rosenbrock_seeded(x, seeds, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            seeds.value[j] = x[i, j]
        slopes = rosenbrock(seeds).partials
        for j in range(x.shape[1]):
            out[i, j] = slopes[j]


@njit
def waves_values(x, out):
    for i in range(x.shape[0]):
        out[i] = waves(x[i])


@njit
def waves_slopes(x, out):
    for i in range(x.shape[0]):
        out[i] = nbrbf.gradient(waves, x[i], chunk=4)


@njit
def waves_seeded(x, seeds, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            seeds.value[j] = x[i, j]
        slopes = waves(seeds).partials
        for j in range(x.shape[1]):
            out[i, j] = slopes[j]


LOOPS = {
    "Rosenbrock": (rosenbrock_values, rosenbrock_slopes, rosenbrock_seeded, rosenbrock_gradient),
    "exp, log, sin": (waves_values, waves_slopes, waves_seeded, waves_gradient),
}


def epsilon(n: int) -> float:
    """So that the Gaussians of n points in the unit square overlap alike for every n."""
    return 0.5 * n**0.5


def problem(what: str, n: int, p: int) -> tuple[Primals, Primals]:
    """Random primals, and p tangents of each in front of its shape."""
    rng = np.random.default_rng(n)
    primals: Primals
    if what.startswith("fit"):
        primals = (rng.random((n, 2)), rng.normal(size=n), rng.random((EVALUATED, 2)))
    else:
        A = rng.normal(size=(n, n)) + 2.0 * n**0.5 * np.eye(n)
        primals = (A, rng.normal(size=n)) if what == "solve" else (A,)
    return primals, tuple(rng.normal(size=(p, *x.shape)) for x in primals)


def fit(y: Any, d: Any, x: Any) -> Any:
    """Values at x of the interpolant of d at y."""
    n = len(d)
    return nbrbf.RBFInterpolator(
        y, d, kernel="gaussian", epsilon=epsilon(n), degree=-1, smoothing=SMOOTHING
    )(x)


def lu(A: Any) -> Any:
    """L and U in one array."""
    return nbrbf.linalg.lu_factor(A)[0]


@njit
def fit_and_evaluate(y, d, x, scale, smoothing, powers, A, ipiv, weights, frame, out):
    k = Gaussian()
    y_rows, x_rows = (y[:, 0] * scale, y[:, 1] * scale), (x[:, 0] * scale, x[:, 1] * scale)
    info = nbrbf_fit(k, y_rows, d, smoothing, powers, A, ipiv, weights)
    nbrbf_evaluate(k, y_rows, weights, frame, frame, powers, x_rows, out)
    return info


def compiled_fit(primals: Primals, tangents: Primals) -> Callable[[], Any]:
    """`fit` without the class: what JAX compiles is compiled here."""
    n, (p, Q) = len(primals[1]), tangents[2].shape[:2]
    frame, powers = np.ones(2), np.empty((0, 2), np.int64)
    A, ipiv, smoothing = np.empty((n, n)), np.empty(n, np.int64), np.full(n, SMOOTHING)
    weights, out = (DualArray(np.empty((1, m)), np.empty((p, 1, m))) for m in (n, Q))
    points, d, x = (DualArray(*pair) for pair in zip(primals, tangents, strict=True))
    data = d[:, None]

    def call() -> Any:
        fit_and_evaluate(
            points, data, x, epsilon(n), smoothing, powers, A, ipiv, weights, frame, out
        )
        return out.partials[:, 0].copy()

    return call


OURS = {"solve": nbrbf.linalg.solve, "lu": lu, "fit": fit}


def tangent(what: str, primals: Primals, tangents: Primals) -> Callable[[], Any]:
    """A call that gives the tangents of the result, p in front."""
    if what == "fit, compiled":
        return compiled_fit(primals, tangents)
    f = OURS[what]
    # Each library is given its own arrays.
    given = [DualArray(x, t) for x, t in zip(primals, tangents, strict=True)]
    return lambda: f(*given).partials


def compile_times() -> Iterator[dict[str, Any]]:
    """Processor time of first calls, and the longest of one kernel, from an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        command = [sys.executable, str(Path(__file__).with_name("_compile_times.py"))]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as job:
            assert job.stdout is not None
            for line in job.stdout:
                yield json.loads(line)
    if job.returncode:
        raise SystemExit("a first call failed")
