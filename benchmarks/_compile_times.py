"""Processor time of first calls, one after another, as JSON: for an empty cache.

Each once real, dual, and dual with another number of partials, and the longest that one kernel
took of it: with all that is compiled into it, but not what it calls through a pointer, which is a
kernel of its own.
"""

import json
import time
from typing import Any

import numpy as np
from numba.core import event

import nbrbf
from nbrbf_kernels import _core
from nbrbf_kernels import linalg as L


class Kernels(event.Listener):  # type: ignore[misc]
    """Of what is compiled: name, processor time, and what was compiled meanwhile."""

    def __init__(self) -> None:
        self.running: list[Any] = []
        self.ended: list[Any] = []

    def on_start(self, event: Any) -> None:
        function = event.data["dispatcher"].py_func
        name = f"{function.__module__}:{function.__name__}"
        self.running.append((name, time.process_time(), []))

    def on_end(self, event: Any) -> None:
        name, start, inside = self.running.pop()
        siblings = self.running[-1][2] if self.running else self.ended
        siblings.append((name, time.process_time() - start, inside))

    def longest(self) -> tuple[float, str]:
        """The longest, and its name."""
        apart = {":".join(name.decode().split(":")[:2]) for name in _core._ADDRESSES}
        found: list[tuple[float, str]] = []

        def apart_within(node: Any) -> float:
            name, seconds, inside = node
            elsewhere = sum(map(apart_within, inside))
            found.append((seconds - elsewhere, name.partition(":")[2]))
            return seconds if name in apart else elsewhere

        for node in self.ended:
            apart_within(node)
        return max(found)


n = 6
rng = np.random.default_rng(0)
M = rng.normal(size=(n, n))
A, b, ipiv = M @ M.T + n * np.eye(n), rng.normal(size=(n, 3)), np.arange(n)
CALLS = {
    "getrf": lambda A, b: L.getrf(A, ipiv),
    "laswp": lambda A, b: L.laswp(b, ipiv),
    "getrs": lambda A, b: L.getrs(A, ipiv, b),
    "gesv": lambda A, b: L.gesv(A, ipiv, b),
    "trsv": lambda A, b: L.trsv(A, b[:, 0].copy()),
    "trsm": lambda A, b: L.trsm(A, b),
    "potrf": lambda A, b: L.potrf(A),
    "potrs": lambda A, b: L.potrs(A, b),
    "inv": lambda A, b: L.inv(A, ipiv, A.copy()),
    "slogdet": lambda A, b: L.slogdet(A, ipiv),
    "fit": lambda A, b: nbrbf.RBFInterpolator(b, A[:, 0].copy()),
    "fit, evaluate": lambda A, b: nbrbf.RBFInterpolator(b, A[:, 0].copy())(b),
    "fit, gradient": lambda A, b: nbrbf.RBFInterpolator(b, A[:, 0].copy()).vjp(b, A[:, 1].copy()),
}

if __name__ == "__main__":
    for call_name, call in CALLS.items():
        row: dict[str, Any] = {"first call of": call_name}
        kernels = Kernels()
        with event.install_listener("numba:compile", kernels):
            for p, column in enumerate(("real [s]", "1 partial [s]", "2 partials [s]")):
                args = [nbrbf.DualArray(x, np.stack(p * [x])) if p else x.copy() for x in (A, b)]
                start = time.process_time()
                call(*args)
                row[column] = time.process_time() - start
        row["longest [s]"], row["kernel"] = kernels.longest()
        print(json.dumps(row), flush=True)
