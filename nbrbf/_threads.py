"""Work in blocks, over threads: kernels release Python's lock."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """Kept, since to start two threads takes as long as 100 000 pairs of points."""
    return ThreadPoolExecutor(workers, thread_name_prefix="nbrbf")


if hasattr(os, "register_at_fork"):
    # The threads of a pool do not follow into a child.
    os.register_at_fork(after_in_child=_pool.cache_clear)


def over_blocks(
    kernel: Any, arguments: tuple[Any, ...], count: int, workers: int, block: int
) -> None:
    """Call the kernel with the arguments and a range, `block` of `count` at a time."""
    if workers == 1 or block >= count:
        kernel(*arguments, 0, count)
        return

    def of_block(start: int) -> None:
        kernel(*arguments, start, min(start + block, count))

    list(_pool(workers).map(of_block, range(0, count, block)))
