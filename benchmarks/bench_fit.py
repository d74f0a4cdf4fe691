"""How fast is a fit, and a fit with one evaluation, against SciPy's, for every kernel?

    python benchmarks/bench_fit.py [--quick] [--json FILE]

Points in the unit square, one column of data. `fit` and `fit+eval` are the better of SciPy's times
with one BLAS thread and with the default over ours on one thread, `fit, one` SciPy's over ours with
one each, `fit, two` with the default each and two workers of ours.
"""

from collections.abc import Iterator
from typing import Any

import _timing
import numpy as np
import scipy.interpolate

from nbrbf import RBFInterpolator
from nbrbf_kernels.rbf.radial import RADIAL_FUNCTIONS

# The Matern kernels are in SciPy's main branch, but in no release.
IN_SCIPY = [name for name in RADIAL_FUNCTIONS if not name.startswith("matern")]
# Smoothing keeps the systems from the worst conditions, so that answers can be compared.
SMOOTHING = 1e-2
# Up to how many points a fit with one evaluation is measured too.
LARGE = 1000


def prepare(kernel: str, N: int) -> tuple[dict[str, Any], _timing.Calls, _timing.Calls]:
    """What is known of a kernel and a size before it is timed; fits, and fits with values."""
    rng = np.random.default_rng(N)
    Q = 10 if N <= 100 else N
    y, d, x = rng.random((N, 2)), rng.standard_normal(N), rng.random((Q, 2))
    kwargs = {"kernel": kernel, "epsilon": 0.5 * N**0.5, "smoothing": SMOOTHING}

    def ours(workers: int = 1) -> Any:
        return RBFInterpolator(y, d, **kwargs, workers=workers)

    def theirs() -> Any:
        return scipy.interpolate.RBFInterpolator(y, d, **kwargs)

    f = ours()
    # Two equally good factorisations differ by the condition number times the rounding error.
    tolerance = max(1e-10, 1e-13 / f.rcond)
    difference = _timing.agree(f(x), theirs()(x), tolerance, f"{kernel}, N = {N}")
    _timing.agree(ours(2)(x), f(x), tolerance, f"{kernel}, N = {N}, two workers")
    known = {"kernel": kernel, "N": N, "Q": Q, "solver": f.solver_used, "difference": difference}
    fits = {"ours": ours, "two": lambda: ours(2), "one": theirs, "default": theirs}
    both = {"ours, x": lambda: ours()(x)}
    return known, fits, both | dict.fromkeys(("one, x", "default, x"), lambda: theirs()(x))


def compared(known: dict[str, Any], t: dict[str, float]) -> dict[str, Any]:
    """One row: a kernel and a size."""
    scipys = min(t["one"], t["default"])
    row = known | {
        "ours [us]": t["ours"] * 1e6,
        "SciPy [us]": scipys * 1e6,
        "fit": scipys / t["ours"],
        "fit, one": t["one"] / t["ours"],
        "fit, two": t["default"] / t["two"],
    }
    with_values = min(t["one, x"], t["default, x"]) / t["ours, x"] if "ours, x" in t else "-"
    return row | {"fit+eval": with_values}


def rows(quick: bool) -> Iterator[dict[str, Any]]:
    """All kernels at all sizes; in short some of both."""
    threads = dict.fromkeys(("two", "default", "default, x"), _timing.default_threads)
    for N in (30, 200, 1000) if quick else (30, 100, 200, 500, 1000, 2000, 4000):
        made = {k: prepare(k, N) for k in (IN_SCIPY[1::2] if quick else IN_SCIPY)}
        fits = {kernel: calls for kernel, (_, calls, _) in made.items()}
        both = {kernel: calls for kernel, (*_, calls) in made.items()}
        seconds, settle = 0.1 if quick else 1.0, 1e-3 if N > LARGE else 0.0
        t = _timing.in_turns(fits, seconds, threads, settle=settle)
        # Apart: SciPy's values are NumPy's products, whose threads hold a core for 0.1 s after,
        # and fits have others. Of a large one the fit is nearly all.
        if N <= LARGE:
            more = _timing.in_turns(both, seconds, threads)
            t = {kernel: t[kernel] | more[kernel] for kernel in t}
        for kernel, (known, *_) in made.items():
            yield compared(known, t[kernel])


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    _timing.save(chosen.json, rows=_timing.table(rows(chosen.quick)))
