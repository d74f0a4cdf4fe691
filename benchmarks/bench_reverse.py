"""What does the gradient of a loss through a fit cost: beside JAX and PyTorch, beside the fit?

    python benchmarks/bench_reverse.py [--quick] [--threads N] [--json FILE]

The loss is sum(f(x)^2), the gradient that in values, points and evaluation points at once. One
thread everywhere, then beside the peers two, in a process of its own; a peer is left out if it is
not installed. A peer's column is its time over ours: above 1 we are faster. Memory is the growth
of the peak of a new process.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import _timing
import numpy as np
import scipy.interpolate

from nbrbf import DualArray, RBFInterpolator

# Smoothing keeps the Gaussians from the worst conditions, so that answers can be compared.
SMOOTHING = {"gaussian": 1e-2, "thin_plate_spline": 0.0}
PEERS = ("jax", "torch")
# JAX's own threads cannot be told from Python.
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def problem(N: int, M: int) -> tuple[Any, Any, Any]:
    """Points, values and evaluation points in the unit square."""
    rng = np.random.default_rng(N)
    return rng.random((N, 2)), rng.normal(size=N), rng.random((M, 2))


def options(kernel: str, N: int) -> dict[str, Any]:
    """So that the Gaussians overlap alike for every N."""
    epsilon = 0.5 * N**0.5 if kernel == "gaussian" else 1.0
    return {"kernel": kernel, "epsilon": epsilon, "smoothing": SMOOTHING[kernel]}


def gradient(y: Any, d: Any, x: Any, **kwargs: Any) -> tuple[Any, tuple[Any, Any, Any]]:
    """The loss and its gradients; of dual arguments dual, which is a Hessian times a vector."""
    f = RBFInterpolator(y, d, **kwargs)
    values = f(x)
    bars = f.vjp(x, 2.0 * values)
    return (values**2).sum(), (bars.y, bars.d, bars.x)


def beside_peers(quick: bool, seconds: float, threads: int) -> Iterator[dict[str, Any]]:
    """Our gradient beside theirs."""
    if threads == 1:
        os.environ.setdefault("XLA_FLAGS", ONE_THREAD)  # before JAX is loaded
    blas = _timing.one_thread if threads == 1 else _timing.default_threads
    peers = {}
    for name in PEERS:
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed: left out")
        else:
            peers[name] = importlib.import_module(f"_reverse_{name}").gradient
    sizes = ((30, 30), (200, 200), (1000, 1000), (2000, 1000))
    for kernel in SMOOTHING:
        for N, M in sizes[:2] if quick else sizes:
            inputs, kwargs = problem(N, M), options(kernel, N)
            ours = kwargs | {"workers": threads}
            calls = {"ours": lambda inputs=inputs, ours=ours: gradient(*inputs, **ours)}
            value, bars = calls["ours"]()
            f = RBFInterpolator(*inputs[:2], **kwargs)
            difference = 0.0
            for name, make in peers.items():
                calls[name] = make(threads, *kwargs.values(), *inputs)
                their_value, their_bars = calls[name]()
                # Equally good factorisations differ by the condition number times rounding.
                tolerance, what = max(1e-8, 1e-13 / f.rcond), f"{kernel}, N = {N}, {name}"
                _timing.agree(value, their_value, tolerance, what)
                for bar, their_bar in zip(bars, their_bars, strict=True):
                    difference = max(difference, _timing.agree(bar, their_bar, tolerance, what))
            # Threads of the peers spin for a while once they are done.
            settle = 0.02 if threads > 1 else 0.0
            t = _timing.interleaved(calls, seconds, blas, settle=settle)
            row = {"kernel": kernel, "N": N, "M": M, "threads": threads}
            row["ours [ms]"] = t["ours"] * 1e3
            row["rcond"], row["difference"] = f.rcond, difference
            yield row | {name: t[name] / t["ours"] if name in t else "-" for name in PEERS}


def beside_the_fit(quick: bool, seconds: float) -> Iterator[dict[str, Any]]:
    """Gradient, and gradient with a Hessian-vector product, over a fit and its values."""
    sizes = ((30, 10), (200, 200), (1000, 1000), (2000, 2000))
    for kernel, (N, M), solver in product(
        SMOOTHING, sizes[::2] if quick else sizes, ("lu", "cholesky")
    ):
        t = _timing.interleaved(_beside_scipy(kernel, N, M, solver), seconds)
        yield {
            "kernel": kernel,
            "N": N,
            "M": M,
            "solver": solver,
            "fit, values [ms]": t["values"] * 1e3,
            "gradient / that": t["gradient"] / t["values"],
            "with H v / that": t["product"] / t["values"],
            "gradient / SciPy's fit, values": t["gradient"] / t["SciPy"],
        }


def _beside_scipy(kernel: str, N: int, M: int, solver: str) -> dict[str, _timing.Call]:
    """Fit and values by SciPy, and our calls of increasing order, once it is seen that they agree.

    The gradient is checked by its product with a direction, the Hessian by its symmetry.
    """
    inputs, kwargs = problem(N, M), options(kernel, N) | {"solver": solver}
    y, d, x = inputs
    rng = np.random.default_rng(1)
    directions = [[rng.normal(size=(1, *a.shape)) for a in inputs] for _ in range(2)]
    u, v = ([DualArray(*pair) for pair in zip(inputs, t, strict=True)] for t in directions)
    calls = {
        "SciPy": lambda: scipy.interpolate.RBFInterpolator(y, d, **options(kernel, N))(x),
        "values": lambda: RBFInterpolator(y, d, **kwargs)(x),
        "gradient": lambda: gradient(*inputs, **kwargs),
        "product": lambda: gradient(*v, **kwargs),
    }
    tolerance = max(1e-8, 1e-13 / RBFInterpolator(y, d, **kwargs).rcond)
    _timing.agree(calls["values"](), calls["SciPy"](), tolerance, f"{kernel}, N = {N}")
    bars, (dual_loss, along_v) = calls["gradient"]()[1], calls["product"]()
    _, along_u = gradient(*u, **kwargs)
    for ours, again in zip(bars, along_v, strict=True):
        _timing.agree(again.value, ours, tolerance, "gradient with a product")
    _timing.agree(dual_loss.partials[0], _product(bars, directions[1]), tolerance, "gradient")
    uHv = _product([bar.partials for bar in along_v], directions[0])
    vHu = _product([bar.partials for bar in along_u], directions[1])
    _timing.agree(uHv, vHu, tolerance, "symmetry of the Hessian")
    return calls


def _product(bars: Any, tangents: Any) -> float:
    return float(sum(np.vdot(bar, tangent) for bar, tangent in zip(bars, tangents, strict=True)))


# A small problem first, so that what is compiled and loaded does not count. Linux forgets the
# peak so far when told.
_PEAK = """
import re
from pathlib import Path
from bench_reverse import gradient, options, problem
def size(name):
    return int(re.search(name + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
gradient(*problem(50, 50), **options({kernel!r}, 50))
inputs = problem({N}, {N})
Path("/proc/self/clear_refs").write_text("5")
before = size("VmRSS")
gradient(*inputs, **options({kernel!r}, {N}))
print(size("VmHWM") - before)
"""


def memory() -> Iterator[dict[str, Any]]:
    """Growth of a process's peak, over the size of the matrix; where there is a /proc."""
    if not os.path.exists("/proc/self/clear_refs"):
        return
    for kernel in SMOOTHING:
        for N in (1000, 2000):
            command = [sys.executable, "-c", _PEAK.format(kernel=kernel, N=N)]
            done = subprocess.run(
                command, cwd=os.path.dirname(__file__), check=True, capture_output=True, text=True
            )
            kibibytes, matrix = int(done.stdout), 8 * N * N / 1024
            row = {"kernel": kernel, "N = M": N, "peak [MB]": kibibytes / 1024}
            yield row | {"peak / matrix": kibibytes / matrix}


def on_two_threads() -> list[dict[str, Any]]:
    """`beside_peers` on two threads: how many JAX takes is settled once for a process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "two.json"
        command = [sys.executable, __file__, "--threads", "2", "--json", str(path)]
        subprocess.run(command, check=True)
        rows: list[dict[str, Any]] = json.loads(path.read_text())["peers"]
        return rows


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0], threads=True)
    span = 0.3 if chosen.quick else 2.0
    parts: dict[str, Any] = {}
    if chosen.threads == 1:
        parts["memory"] = _timing.table(memory())
        parts["fit"] = _timing.table(beside_the_fit(chosen.quick, span))
    parts["peers"] = _timing.table(beside_peers(chosen.quick, span, chosen.threads))
    if chosen.threads == 1 and not chosen.quick:
        parts["peers, two threads"] = on_two_threads()
    _timing.save(chosen.json, **parts)
