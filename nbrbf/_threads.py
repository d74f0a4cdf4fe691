"""Blocks of work, shared by threads: kernels release Python's lock."""

import ctypes
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np

from nbrbf_kernels._sharing import await_blocks


def _find_core() -> Callable[[], int] | None:
    """What gives the number of the core that calls it, where threads can be moved."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    try:
        found: Callable[[], int] = ctypes.PyDLL(None).sched_getcpu
    except (AttributeError, OSError):  # a C library that has none, or that cannot be looked into
        return None
    return found


_core = _find_core()
# How often the caller looks whether the others are done before it sleeps: for 1 to 2 ms on x86.
# They finish within a block of each other, and to be woken takes as long as a block.
PATIENCE = 50_000


class _Pool:
    """Threads that are kept, since to start two takes as long as 100 000 pairs of points."""

    def __init__(self, threads: int):
        self._ids: list[int] = []  # of those that have been started
        self._executor = ThreadPoolExecutor(
            threads, "nbrbf", lambda: self._ids.append(threading.get_native_id())
        )
        self.submit = self._executor.submit

    def move_from_here(self) -> set[int] | None:
        """Let the threads start on any core but this; returns where they may run after that.

        Of two cores that have been busy Linux wakes a thread on the one that wakes it, and there
        it waits for some milliseconds while the other is idle: two threads took as long as one.
        """
        if _core is None:
            return None
        cores: set[int] = os.sched_getaffinity(0)
        elsewhere = cores - {_core()} or cores
        for thread in self._ids:
            _move(thread, elsewhere)
        return cores


def _move(thread: int, cores: set[int]) -> None:
    with suppress(OSError):  # where that is not allowed it stays where it is
        os.sched_setaffinity(thread, cores)


_pool = cache(_Pool)
if hasattr(os, "register_at_fork"):
    # The threads of a pool do not follow into a child.
    os.register_at_fork(after_in_child=_pool.cache_clear)


def over_blocks(kernel: Any, arguments: tuple[Any, ...], blocks: int, workers: int) -> None:
    """Call the kernel on `workers` threads, no more than there are blocks to share.

    Its last argument, after these, is where it counts them (nbrbf_kernels/_sharing.py). The
    caller's thread is one of the workers: it has a core already, and nobody waits for a thread
    that was given none before the work was done.
    """
    counts = np.zeros(2, np.int64)
    arguments = (*arguments, counts)
    helpers = min(workers, blocks) - 1
    if helpers < 1:
        kernel(*arguments)
        return
    pool = _pool(workers - 1)
    cores = pool.move_from_here()

    def work_there() -> None:
        if cores is not None:
            _move(0, cores)
        kernel(*arguments)

    others = [pool.submit(work_there) for _ in range(helpers)]
    finished = False
    try:
        kernel(*arguments)
        finished = await_blocks(counts, blocks, PATIENCE)
    finally:
        begun = [other for other in others if not other.cancel()]
        if not finished:
            wait(begun)
    if not finished:
        for other in begun:
            other.result()
