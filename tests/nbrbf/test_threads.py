"""The threads that blocks go to."""

import os
import subprocess
import sys

import numpy as np
import pytest

from nbrbf._threads import over_blocks

FORKED = """
import os
import numpy as np
from nbrbf import RBFInterpolator
y = np.random.default_rng(0).random((700, 2))
f = RBFInterpolator(y, y[:, 0], workers=2)
x = np.random.default_rng(1).random((3000, 2))
values = f(x)
child = os.fork()
if child == 0:
    os._exit(0 if np.array_equal(f(x), values) else 3)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_block_is_done_once(workers):
    done = np.zeros(23, int)

    def kernel(counts, start, stop):
        assert stop - start <= 4 or workers == 1
        counts[start:stop] += 1

    for _ in range(3):
        over_blocks(kernel, (done,), 23, workers, 4)
    assert (done == 3).all()
    over_blocks(kernel, (done,), 0, workers, 4)


def test_an_error_in_a_block_is_raised():
    def kernel(start, stop):
        if start == 8:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        over_blocks(kernel, (), 23, 2, 4)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_has_threads_of_its_own():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    assert subprocess.run(command, check=False, timeout=120).returncode == 0
