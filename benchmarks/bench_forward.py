"""What do forward derivatives cost: in times of the function, and beside JAX and PyTorch?

    python benchmarks/bench_forward.py [--quick] [--json FILE]

One BLAS thread, the peers too; they are left out if they are not installed. `jvp` is one
tangent, `jacfwd` eight. A peer's column is its time over ours: above 1 we are faster.
"""

import os

# JAX's own threads cannot be told from Python.
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import _forward_functions as functions
import _timing
import numpy as np
from bench_evaluate import interpolant

import nbrbf
from nbrbf import DualArray
from nbrbf_kernels.linalg import potrf

POINTS = 2000
WIDTHS = (1, 2, 4, 8)
KERNELS = ("cubic", "multiquadric", "gaussian", "thin_plate_spline", "matern5_2")


def gradients(seconds: float) -> Iterator[dict[str, Any]]:
    """Gradient of a function of four variables over the function, in a compiled loop.

    By `gradient`, which allocates its result, and by the function of one DualArray that is
    seeded once and given other values.
    """
    x = np.random.default_rng(0).normal(size=(POINTS, 4))
    seeds = DualArray(np.zeros(4), np.eye(4))
    for name, (values, slopes, seeded, exact) in functions.LOOPS.items():
        out, bars = np.empty(POINTS), np.empty((POINTS, 4))
        calls = {
            "f": partial(values, x, out),
            "gradient": partial(slopes, x, bars),
            "seeds kept": partial(seeded, x, seeds, bars),
        }
        for way in ("gradient", "seeds kept"):
            bars[:] = 0.0
            calls[way]()
            _timing.agree(bars, exact(x), 1e-12, f"{name}, {way}")
        t = _timing.interleaved(calls, seconds)
        yield {
            "function": name,
            "f [ns]": t["f"] / POINTS * 1e9,
            "gradient / f": t["gradient"] / t["f"],
            "seeds kept / f": t["seeds kept"] / t["f"],
        }


def evaluations(seconds: float) -> Iterator[dict[str, Any]]:
    """Evaluation at points with 1, 2, 4 and 8 partials over the real one."""
    rng = np.random.default_rng(1)
    N, Q = 2000, 5000
    x = rng.random((Q, 2))
    for kernel in KERNELS:
        f, _ = interpolant(kernel, N, rng)
        calls: dict[str, _timing.Call] = {"real": partial(f, x)}
        for p in WIDTHS:
            dual = DualArray(x, rng.standard_normal((p, Q, 2)))
            _timing.agree(f(dual).value, f(x), 1e-12, f"{kernel}, {p} partials")
            calls[f"{p} / real"] = partial(f, dual)
        t = _timing.interleaved(calls, seconds)
        ratios = {name: t[name] / t["real"] for name in calls if name != "real"}
        yield {"kernel": kernel, "real [ns]": t["real"] * 1e9 / (N * Q), **ratios}


def factorisations(quick: bool, seconds: float) -> Iterator[dict[str, Any]]:
    """Dual solve and dual Cholesky over the real ones."""
    for n in (100, 300) if quick else (100, 200, 500, 1000, 2000):
        rng = np.random.default_rng(n)
        M, b = rng.normal(size=(n, n)), rng.normal(size=n)
        A = M @ M.T + n * np.eye(n)
        for p in (1, 4):
            dA, db = rng.normal(size=(p, n, n)), rng.normal(size=(p, n))
            dA += np.swapaxes(dA, 1, 2)
            D, e = DualArray(A, dA), DualArray(b, db)
            x = nbrbf.linalg.solve(D, e)
            _timing.agree(x.partials.T, np.linalg.solve(A, (db - dA @ x.value).T), 1e-9, "solve")
            t = _timing.interleaved(
                {
                    "solve": lambda A=A, b=b: nbrbf.linalg.solve(A, b),
                    "dual solve": lambda D=D, e=e: nbrbf.linalg.solve(D, e),
                    "potrf": lambda A=A: potrf(A.copy()),
                    "dual potrf": lambda D=D: potrf(D.copy()),
                },
                seconds,
            )
            yield {
                "n": n,
                "partials": p,
                "solve [us]": t["solve"] * 1e6,
                "dual solve / real": t["dual solve"] / t["solve"],
                "potrf [us]": t["potrf"] * 1e6,
                "dual potrf / (1+2p)": t["dual potrf"] / t["potrf"] / (1 + 2 * p),
            }


def beside_peers(quick: bool, seconds: float) -> Iterator[dict[str, Any]]:
    """One tangent and eight, of a solve, an LU and a fit with an evaluation."""
    peers: dict[str, Callable[..., Any]] = {}
    for name in ("jax", "torch"):
        if importlib.util.find_spec(name) is None:
            print(f"{name} is not installed: left out")
        else:
            peers[name] = importlib.import_module(f"_forward_{name}").tangent
    for what in functions.PROBLEMS:
        for n in (30, 200) if quick else (30, 200, 1000):
            for p in (1, 8):
                primals, tangents = functions.problem(what, n, p)
                ours = functions.tangent(what, primals, tangents)
                expected = ours()
                calls = {"ours": ours}
                for name, make in peers.items():
                    call = make(what.split(",")[0], primals, tangents)
                    if call is not None:
                        tolerance = 1e-6 if what.startswith("fit") else 1e-8
                        _timing.agree(call(), expected, tolerance, f"{what}, n = {n}, {name}")
                        calls[name] = call
                t = _timing.interleaved(calls, seconds)
                row = {"what": what, "n": n, "call": "jvp" if p == 1 else "jacfwd"}
                row["ours [us]"] = t["ours"] * 1e6
                yield row | {name: t[name] / t["ours"] if name in t else "-" for name in peers}


if __name__ == "__main__":
    chosen = _timing.options(__doc__.splitlines()[0])
    span = 0.2 if chosen.quick else 1.5
    _timing.save(
        chosen.json,
        compiling=[] if chosen.quick else _timing.table(functions.compile_times()),
        gradients=_timing.table(gradients(span)),
        evaluations=_timing.table(evaluations(span)),
        factorisations=_timing.table(factorisations(chosen.quick, span)),
        peers=_timing.table(beside_peers(chosen.quick, span)),
    )
