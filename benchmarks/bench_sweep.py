"""What does a sweep of 10^4 small fits gain by staying in compiled code, against SciPy in a loop?

    python benchmarks/bench_sweep.py [--quick] [--json FILE]

Leave-some-out errors over epsilon: for each value fit n points in the plane, evaluate at n / 3
others, and sum the squares of what is wrong. Ours in one compiled loop, with its derivative by
epsilon and without; SciPy's RBFInterpolator in a Python loop, with one BLAS thread and with the
default, the better of the two (timed over fewer values of epsilon, in proportion).
"""

import time
from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np
import scipy.interpolate
from numba import njit

from nbrbf import DualArray
from nbrbf_kernels.rbf import evaluate, fit
from nbrbf_kernels.rbf.fit import polynomial_frame
from nbrbf_kernels.rbf.monomials import monomial_powers
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS

FITS = 10_000
TOLERANCE = 1e-8


@njit(error_model="numpy")
def sweep(k, y, d, x, expected, powers, epsilons, losses):
    """losses[e] = sum_i (f(x_i) - expected_i)^2 of the fit with epsilons[e]; y, x: two rows."""
    N, order = len(y[0]), len(y[0]) + len(powers)
    A, ipiv, weights = np.empty((order, order)), np.empty(order, np.int64), np.empty((1, order))
    out, smoothing = np.empty((1, len(x[0]))), np.zeros(N)
    shift, scale = np.empty(2), np.empty(2)
    for e, epsilon in enumerate(epsilons):
        y_rows, x_rows = (y[0] * epsilon, y[1] * epsilon), (x[0] * epsilon, x[1] * epsilon)
        losses[e] = np.nan
        if fit(k, y_rows, d, smoothing, powers, A, ipiv, weights) != 0:
            continue
        polynomial_frame(y_rows, shift, scale)
        evaluate(k, y_rows, weights, shift, scale, powers, x_rows, out)
        losses[e] = np.sum((out[0] - expected) ** 2)


@njit(error_model="numpy")
def scaled(rows, epsilon, y_rows):
    """y_rows = epsilon rows, with the derivative by epsilon: the rows themselves."""
    for row, y_row in zip(rows, y_rows):  # noqa: B905
        for i in range(len(row)):
            y_row.value[i] = epsilon * row[i]
            y_row.partials[0, i] = row[i]


@njit(error_model="numpy")
def sweep_slopes(k, y, d, x, expected, powers, epsilons, y_rows, x_rows, weights, out, slopes):
    """slopes[e]: the derivative of losses[e] by epsilon; y_rows, x_rows, weights, out are dual."""
    order = weights.shape[1]
    A, ipiv = np.empty((order, order)), np.empty(order, np.int64)
    smoothing, shift, scale = np.zeros(len(d)), np.empty(2), np.empty(2)
    for e, epsilon in enumerate(epsilons):
        scaled(y, epsilon, y_rows)
        scaled(x, epsilon, x_rows)
        slopes[e] = np.nan
        if fit(k, y_rows, d, smoothing, powers, A, ipiv, weights) != 0:
            continue
        polynomial_frame((y_rows[0].value, y_rows[1].value), shift, scale)
        evaluate(k, y_rows, weights, shift, scale, powers, x_rows, out)
        slopes[e] = 2.0 * np.sum((out.value[0] - expected) * out.partials[0, 0])


def rows_of(points: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(np.ascontiguousarray(points.T))


def zeros(*shape: int) -> DualArray:
    return DualArray(np.zeros(shape), np.zeros((1, *shape)))


def compare(kernel: str, n: int, seconds: float) -> dict[str, Any]:
    """One row: a radial function and a size."""
    rng = np.random.default_rng(n)
    points = rng.random((n + n // 3, 2))
    values = np.sin(3.0 * points[:, 0]) * np.cos(2.0 * points[:, 1])
    (y, x), (d, expected) = np.split(points, [n]), np.split(values, [n])
    k, powers = RADIAL_FUNCTIONS[kernel](), monomial_powers(2, 1)
    epsilons, losses, slopes = np.linspace(2.0, 6.0, FITS), np.empty(FITS), np.empty(FITS)
    few = epsilons[:: FITS // 100]

    def ours() -> None:
        sweep(k, rows_of(y), d[:, None], rows_of(x), expected, powers, epsilons, losses)

    def ours_with_slopes() -> None:
        duals = ((zeros(n), zeros(n)), (zeros(n // 3), zeros(n // 3)))
        sweep_slopes(
            k, rows_of(y), d[:, None], rows_of(x), expected, powers, epsilons, *duals,
            zeros(1, n + 3), zeros(1, n // 3), slopes,
        )  # fmt: skip

    def scipys() -> np.ndarray:
        fits = (
            scipy.interpolate.RBFInterpolator(y, d, kernel=kernel, epsilon=epsilon, degree=1)
            for epsilon in few
        )
        return np.array([np.sum((f(x) - expected) ** 2) for f in fits])

    start = time.perf_counter()
    ours()
    ours_with_slopes()
    first = time.perf_counter() - start
    _timing.agree(losses[:: FITS // 100], scipys(), TOLERANCE, f"{kernel}, n = {n}")
    differences = np.gradient(losses, epsilons, edge_order=2)[1:-1]
    _timing.agree(slopes[1:-1], differences, 1e-4, f"slopes, {kernel}, n = {n}")
    mine, peer = _timing.better_of_threads(scipys, ours, seconds)
    dual = _timing.interleaved({"dual": ours_with_slopes}, seconds)["dual"]
    peer *= FITS / len(few)
    return {
        "kernel": kernel,
        "n": n,
        "first calls [s]": first,
        "ours [s]": mine,
        "with slopes [s]": dual,
        "SciPy [s]": peer,
        "speed-up": peer / mine,
        "with slopes x": dual / mine,
    }


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """Two radial functions, 20 and 30 points."""
    for kernel in ("gaussian",) if quick else ("gaussian", "multiquadric"):
        for n in (20, 30):
            yield compare(kernel, n, 0.5 if quick else 3.0)


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(chosen.json, rows=_timing.table(rows(chosen.quick)))
