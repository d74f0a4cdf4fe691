"""Are stacks of small systems solved faster than by numpy.linalg.solve?

    python benchmarks/bench_stacks.py [--quick] [--json FILE]

One right-hand side each, a million numbers or more in all matrices together. BLAS is on one
thread, since NumPy gives it one small system after another; ours is measured with `workers` 1
and 2. With a tangent: matrices and right-hand sides are dual, of one partial.
"""

from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np

from nbrbf import DualArray, linalg

# (order, systems)
STACKS = [(4, 100_000), (8, 50_000), (16, 40_000), (33, 20_000), (64, 4000), (100, 1000)]


def measure(n: int, k: int, seconds: float) -> dict[str, Any]:
    """One row: microseconds a system, and NumPy's time over ours."""
    rng = np.random.default_rng(n)
    a, b = rng.normal(size=(k, n, n)) + 2.0 * n**0.5 * np.eye(n), rng.normal(size=(k, n, 1))
    expected = np.linalg.solve(a, b)
    calls = {
        "numpy": lambda: np.linalg.solve(a, b),
        "one": lambda: linalg.solve(a, b),
        "two": lambda: linalg.solve(a, b, workers=2),
    }
    for name in ("one", "two"):
        difference = _timing.agree(calls[name](), expected, 1e-10, f"n = {n}, {name}")
    few = slice(k // 10)
    duals = [DualArray(x[few], rng.normal(size=(1, *x[few].shape))) for x in (a, b)]
    calls["dual"] = lambda: linalg.solve(*duals)
    x, dx = expected[few], calls["dual"]().partials[0]
    residual = duals[1].partials[0] - duals[0].partials[0] @ x
    _timing.agree(dx, np.linalg.solve(a[few], residual), 1e-9, f"n = {n}, tangent")
    t = _timing.interleaved(calls, seconds)
    return {
        "n": n,
        "systems": k,
        "difference": difference,
        "ours [us]": t["one"] / k * 1e6,
        "NumPy [us]": t["numpy"] / k * 1e6,
        "x NumPy": t["numpy"] / t["one"],
        "x NumPy, two": t["numpy"] / t["two"],
        "tangent x": t["dual"] / t["one"] * k / (k // 10),
    }


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All orders."""
    for n, k in STACKS:
        yield measure(n, k // 10 if quick else k, 0.3 if quick else 2.0)


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(chosen.json, rows=_timing.table(rows(chosen.quick)))
