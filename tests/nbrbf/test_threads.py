"""The threads that blocks go to."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from nbrbf import RBFInterpolator
from nbrbf._threads import _pool, over_blocks
from nbrbf_kernels._jit import kernel
from nbrbf_kernels._sharing import first_block, next_block

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


@kernel
def count_up(done, size, counts):
    """Add 1 to all of `done`, shared by threads."""
    start = first_block(size, counts)
    while start < len(done):
        for n in range(start, min(start + size, len(done))):
            done[n] += 1
        start = next_block(size, counts)


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("size", [1, 4, 100])
def test_every_block_is_done_once(workers, size):
    done = np.zeros(100_003, int)
    for _ in range(3):
        over_blocks(count_up, (done, size), -(-len(done) // size), workers)
    assert (done == 3).all()
    over_blocks(count_up, (done[:0], size), 0, workers)


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_any_thread_is_raised(threads):
    both = threading.Barrier(2)

    def fails(counts):
        both.wait(60.0)
        if threads == 2 or threading.current_thread() is not threading.main_thread():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        over_blocks(fails, (), 23, 2)


def test_no_more_threads_than_blocks():
    seen, two = set(), threading.Barrier(2)

    def note(counts):
        two.wait(60.0)
        seen.add(threading.get_ident())

    over_blocks(note, (), 2, 5)
    assert len(seen) == 2


def test_no_points_at_all():
    y = np.random.default_rng(0).random((20, 2))
    operator = RBFInterpolator(y, y[:, 0], workers=2).operator(np.empty((0, 2)))
    assert operator.matvec(y[:, 0]).shape == (0,)
    np.testing.assert_array_equal(operator.rmatvec(np.empty(0)), np.zeros(20))


def test_threads_that_never_come_are_not_waited_for():
    free, done = threading.Event(), np.zeros(12, int)
    blocker = _pool(1).submit(free.wait, 60.0)
    over_blocks(count_up, (done, 4), 3, 2)
    free.set()
    assert blocker.result()
    assert (done == 1).all()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="threads cannot be moved")
def test_threads_may_run_wherever_their_caller_may():
    before, found, three = os.sched_getaffinity(0), {}, threading.Barrier(3)

    def note(counts):
        found[threading.get_ident()] = os.sched_getaffinity(0)
        three.wait(60.0)

    try:
        for allowed in ({min(before)}, before):
            os.sched_setaffinity(0, allowed)
            found.clear()
            over_blocks(note, (), 20, 3)
            assert len(found) == 3
            assert all(cores == allowed for cores in found.values())
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_has_threads_of_its_own():
    command = [sys.executable, "-W", "ignore", "-c", FORKED]
    assert subprocess.run(command, check=False, timeout=120).returncode == 0
