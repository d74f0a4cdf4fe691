"""Work in blocks, over threads: kernels release Python's lock."""

import ctypes
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from typing import Any


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


class _Pool:
    """Threads that are kept, since to start two takes as long as 100 000 pairs of points."""

    def __init__(self, threads: int):
        self.ids: list[int] = []  # of those that have been started
        self._executor = ThreadPoolExecutor(
            threads, "nbrbf", lambda: self.ids.append(threading.get_native_id())
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
        elsewhere = cores - {_core()}
        if not elsewhere:
            return None
        for thread in self.ids:
            _move(thread, elsewhere)
        return cores


def _move(thread: int, cores: set[int]) -> None:
    with suppress(OSError):  # where that is not allowed it stays where it is
        os.sched_setaffinity(thread, cores)


_pool = cache(_Pool)
if hasattr(os, "register_at_fork"):
    # The threads of a pool do not follow into a child.
    os.register_at_fork(after_in_child=_pool.cache_clear)


def over_blocks(
    kernel: Any, arguments: tuple[Any, ...], count: int, workers: int, block: int
) -> None:
    """Call the kernel with the arguments and a range, `block` of `count` at a time.

    The caller's thread is one of the workers: it has a core already, and nobody waits for a
    thread that was given none before the work was done.
    """
    if workers == 1 or block >= count:
        kernel(*arguments, 0, count)
        return
    starts = deque(range(0, count, block))

    def work() -> None:
        while True:
            try:
                start = starts.popleft()
            except IndexError:
                return
            kernel(*arguments, start, min(start + block, count))

    pool = _pool(workers - 1)
    cores = pool.move_from_here()

    def work_there() -> None:
        if cores is not None:
            _move(0, cores)
        work()

    others = [pool.submit(work_there) for _ in range(workers - 1)]
    try:
        work()
    finally:
        begun = [other for other in others if not other.cancel()]
        wait(begun)
    for other in begun:
        other.result()
