"""The threads that blocks go to."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from nbrbf._threads import _pool, over_blocks

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


def test_threads_that_never_come_are_not_waited_for():
    free, done = threading.Event(), np.zeros(12, int)

    def kernel(start, stop):
        done[start:stop] += 1

    blocker = _pool(1).submit(free.wait, 60.0)
    over_blocks(kernel, (), 12, 2, 4)
    free.set()
    assert blocker.result()
    assert (done == 1).all()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="threads cannot be moved")
def test_threads_may_run_wherever_their_caller_may():
    allowed, found = os.sched_getaffinity(0), {}

    def kernel(start, stop):
        found.setdefault(threading.get_ident(), os.sched_getaffinity(0))
        time.sleep(1e-3)

    for _ in range(5):
        over_blocks(kernel, (), 20, 3, 1)
    assert len(found) == 3
    assert all(cores == allowed for cores in found.values())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_has_threads_of_its_own():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    assert subprocess.run(command, check=False, timeout=120).returncode == 0
