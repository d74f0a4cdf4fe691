"""Levels keep the partials of one derivative call apart from those of another.

In d/dx (x d/dy (x + y)) the inner call must not take the partial of x for that of y. So
every derivative call marks its dual numbers with a positive number, its level, that no other
running call uses, in whatever thread. Level 0 is that of dual numbers made by hand. Numbers
are used again when a call ends: the level is part of a compiled type, and there should be
few of them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

_running: set[int] = set()
_lock = threading.Lock()


@contextmanager
def new_level() -> Iterator[int]:
    """The level of one derivative call: the smallest positive number no running call uses."""
    with _lock:
        level = next(n for n in count(1) if n not in _running)
        _running.add(level)
    try:
        yield level
    finally:
        with _lock:
            _running.remove(level)


def check_level(level: object) -> int:
    """`level` if it is one: 0, 1, 2, ..."""
    if type(level) is int and level >= 0:
        return level
    if isinstance(level, bool) or not hasattr(level, "__index__"):
        raise TypeError(f"level must be an integer, got {level!r}")
    number = int(level.__index__())
    if number < 0:
        raise ValueError(f"level must not be negative, got {number}")
    return number
