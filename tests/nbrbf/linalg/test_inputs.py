"""What is solved with is never modified, whatever could be overwritten: one tangent, one column."""

import numpy as np
import pytest

from nbrbf import linalg
from nbrbf.testing import check_forward

rng = np.random.default_rng(0)
M = rng.normal(size=(4, 4))
A, b = M @ M.T + np.eye(4), rng.normal(size=4)

SOLVES = {
    "lu_solve": lambda b: linalg.lu_solve(linalg.lu_factor(A), b),
    "lu_solve, transposed": lambda b: linalg.lu_solve(linalg.lu_factor(A), b, 1),
    "cho_solve": lambda b: linalg.cho_solve(linalg.cho_factor(A), b),
    "solve_triangular": lambda b: linalg.solve_triangular(A, b),
    "solve": lambda b: linalg.solve(A, b),
    "solve, positive definite": lambda b: linalg.solve(A, b, assume_a="pos"),
}


@pytest.mark.parametrize("solve", SOLVES.values(), ids=SOLVES)
@pytest.mark.parametrize("shape", [(4,), (4, 1)], ids=str)
def test_right_hand_sides(solve, shape):
    check_forward(solve, (b.reshape(shape),), width=1)
