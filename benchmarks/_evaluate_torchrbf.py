"""The interpolant of bench_evaluate.py's grid in torchrbf, on one thread."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torchrbf import RBFInterpolator

torch.set_num_threads(1)


def evaluator(y: np.ndarray, d: np.ndarray, x: np.ndarray) -> Callable[[], Any]:
    """A call that gives the values at x of the thin plate spline of d at y."""
    points, values, targets = (torch.from_numpy(a) for a in (y, d, x))
    f = RBFInterpolator(points, values, kernel="thin_plate_spline")

    def call() -> Any:
        with torch.no_grad():
            return f(targets).numpy().reshape(len(x))

    return call
