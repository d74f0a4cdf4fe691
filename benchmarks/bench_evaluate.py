"""How fast is an interpolant evaluated, against SciPy's?

    python benchmarks/bench_evaluate.py [--quick] [--json FILE]

Points in the unit square, one column of data; ours on one thread, SciPy with one BLAS thread
and with the default, the better of the two. Times are nanoseconds for a pair of a data point
and an evaluation point.
"""

import time
from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np
import scipy.interpolate

from nbrbf import RBFInterpolator
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS

# The Matern kernels are in SciPy's main branch, but in no release.
IN_SCIPY = [name for name in RADIAL_FUNCTIONS if not name.startswith("matern")]
TOLERANCE = 1e-12


def interpolant(kernel: str, N: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Ours and SciPy's (None if it has no such kernel), with the same random weights.

    Any weights do. Those of a fit cancel, and two fits differ by their matrix's condition.
    """
    y, d = rng.random((N, 2)), rng.standard_normal(N)
    kwargs = {"kernel": kernel, "epsilon": 0.5 * N**0.5}
    ours = RBFInterpolator(y, d, **kwargs)
    ours._weights = rng.standard_normal(ours._weights.shape)
    if kernel not in IN_SCIPY:
        return ours, None
    theirs = scipy.interpolate.RBFInterpolator(y, d, **kwargs)
    theirs._coeffs = np.ascontiguousarray(ours._weights.T)
    return ours, theirs


def measure(kernel: str, N: int, Q: int, seconds: float) -> dict[str, Any]:
    """One row of the comparison with SciPy."""
    rng = np.random.default_rng(N)
    ours, theirs = interpolant(kernel, N, rng)
    x = rng.random((Q, 2))
    start = time.perf_counter()
    values = ours(x)
    first_call = time.perf_counter() - start
    difference = _timing.agree(values, theirs(x), TOLERANCE, f"{kernel}, N = {N}")
    mine, scipys = _timing.better_of_threads(lambda: theirs(x), lambda: ours(x), seconds)
    return {
        "kernel": kernel,
        "N": N,
        "difference": difference,
        "first call [s]": first_call,
        "ours [ns]": mine * 1e9 / (N * Q),
        "SciPy [ns]": scipys * 1e9 / (N * Q),
        "speed-up": scipys / mine,
    }


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All kernels at all sizes."""
    Q, seconds = (1000, 0.2) if quick else (5000, 1.0)
    for N in (30, 300, 2000) if quick else (30, 100, 300, 1000, 2000, 4000):
        for kernel in IN_SCIPY:
            yield measure(kernel, N, Q, seconds)


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(
        chosen.json,
        rows=_timing.table(rows(chosen.quick)),
    )
