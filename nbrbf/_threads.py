"""Work in blocks, over threads: kernels release Python's lock."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any


def over_blocks(
    kernel: Any, arguments: tuple[Any, ...], count: int, workers: int, block: int
) -> None:
    """Call the kernel with the arguments and a range, `block` of `count` at a time."""
    if workers == 1 or block >= count:
        kernel(*arguments, 0, count)
        return

    def of_block(start: int) -> None:
        kernel(*arguments, start, min(start + block, count))

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(of_block, range(0, count, block)))
