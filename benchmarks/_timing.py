"""What every benchmark shares: times taken in turns, the machine, a table, a JSON file.

Import this module before NumPy: OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE can be set to something
slow and are read when the library is loaded.
"""

import os

for _name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(_name, None)

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numba
import numpy as np
import scipy

try:
    from threadpoolctl import threadpool_info, threadpool_limits
except ImportError as error:
    raise SystemExit('benchmarks need threadpoolctl: pip install "nbrbf[bench]"') from error

Call = Callable[..., Any]
Calls = dict[str, Call]


def one_thread() -> AbstractContextManager[Any]:
    """BLAS on one thread."""
    return threadpool_limits(1, user_api="blas")


def default_threads() -> AbstractContextManager[Any]:
    """BLAS as it comes."""
    return nullcontext()


def interleaved(
    calls: dict[Any, Call],
    seconds: float,
    threads: Callable[[], AbstractContextManager[Any]] | dict[Any, Any] = one_thread,
    reading: float = 5e-3,
    settle: float = 0.0,
    fresh: Calls | None = None,
) -> dict[Any, float]:
    """Median time of each call, taken in turns A B A B for about `seconds`, 5 times at least.

    `threads` is what BLAS runs on, for all or by name; it is set outside the readings. Very
    short calls are repeated within one reading, about `reading` seconds long, so that the clock
    does not count. With `settle` each reading begins with that many seconds of sleep and a call
    that does not count: threads that another call left spinning, and large pieces of memory that
    the system has taken back since, are not a call's own. What `fresh` has for a name makes what
    a call that works in place is given, new for each and outside the readings. That call takes a
    list of those and is a loop over it, in which all is written as by hand: arguments that are
    passed on cost a function in Python 40 ns more, and save one in C that has keywords 100.
    """
    makers = fresh or {}
    on = threads if isinstance(threads, dict) else dict.fromkeys(calls, threads)
    repeats = {}
    for name, call in calls.items():
        with on[name]():
            repeats[name] = _repeats(call, reading, makers.get(name))
    times: dict[Any, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[next(iter(times))]) < 5:
        for name, call in calls.items():
            with on[name]():
                if settle:
                    time.sleep(settle)
                    _time(call, makers.get(name), 1)
                times[name].append(_time(call, makers.get(name), repeats[name]) / repeats[name])
    return {name: statistics.median(values) for name, values in times.items()}


# Arguments made at a time, at most: more would not stay in the cache. And how often in a reading:
# the first hundreds of calls take longer, whoever is called.
MOST, TIMES = 500, 4


def _repeats(call: Call, reading: float, fresh: Call | None) -> int:
    _time(call, fresh, 1)
    count = max(1, int(reading / (_time(call, fresh, 1) + 1e-9)))
    return min(count, MOST * TIMES) if fresh else count


def _time(call: Call, fresh: Call | None, count: int) -> float:
    """Seconds that so many calls take."""
    if fresh is None:
        start = time.perf_counter()
        for _ in range(count):
            call()
        return time.perf_counter() - start
    seconds = 0.0
    for first in range(0, count, MOST):
        given = [fresh() for _ in range(min(MOST, count - first))]
        start = time.perf_counter()
        call(given)
        seconds += time.perf_counter() - start
    return seconds


def in_turns(
    groups: dict[str, Calls],
    seconds: float,
    threads: dict[str, Any],
    reading: float = 5e-3,
    settle: float = 0.0,
) -> dict[str, dict[str, float]]:
    """`interleaved` for the calls of all groups at once, `seconds` for each group.

    A second in which the machine is busy with something else is then a part of every call's
    readings, not all of one group's. `threads` is by the name of a call, one thread if not there.
    """
    calls = {(group, name): call for group, some in groups.items() for name, call in some.items()}
    on = {key: threads.get(key[1], one_thread) for key in calls}
    t = interleaved(calls, seconds * len(groups), on, reading, settle)
    return {group: {name: t[group, name] for name in some} for group, some in groups.items()}


def better_of_threads(peer: Call, ours: Call, seconds: float) -> tuple[float, float]:
    """(ours on one thread, the peer's better time with one BLAS thread and by default).

    All three take turns: a machine whose clock changes would favour whoever is measured twice.
    """
    t = interleaved(
        {"ours": ours, "one": peer, "default": peer},
        seconds,
        {"ours": one_thread, "one": one_thread, "default": default_threads},
    )
    return t["ours"], min(t["one"], t["default"])


def agree(ours: Any, theirs: Any, tolerance: float, what: str) -> float:
    """Largest difference relative to the largest value; exits if it is above `tolerance`."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    scale = np.max(np.abs(theirs), initial=np.finfo(float).tiny)
    difference = float(np.max(np.abs(ours - theirs), initial=0.0) / scale)
    if not difference <= tolerance:
        raise SystemExit(f"{what}: the answers differ by {difference:.1e}, nothing was timed")
    return difference


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    blas = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "numba": numba.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "blas": [
            f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')} "
            f"{pool['num_threads']} threads"
            for pool in blas
        ],
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def options(question: str, threads: bool = False) -> argparse.Namespace:
    """The command line of a benchmark: --quick and --json FILE, and if asked --threads N."""
    parser = argparse.ArgumentParser(description=question)
    if threads:
        parser.add_argument("--threads", type=int, default=1, help="beside the peers")
    parser.add_argument("--quick", action="store_true", help="few sizes, short runs")
    default = Path(__file__).parent / "results" / f"{Path(sys.argv[0]).stem}.json"
    parser.add_argument("--json", type=Path, default=default, help="default: %(default)s")
    chosen = parser.parse_args()
    print(question)
    for key, value in machine().items():
        print(f"  {key}: {value}")
    return chosen


def table(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Print rows as they come, a header first; returns them."""
    printed = []
    for row in rows:
        if not printed:
            print("\n" + "".join(f"{name:>22s}" for name in row))
        cells = (
            f"{value:.4g}" if isinstance(value, float) else f"{value}" for value in row.values()
        )
        print("".join(f"{cell:>22s}" for cell in cells), flush=True)
        printed.append(row)
    return printed


def save(path: Path, **results: Any) -> None:
    """Write the results and the machine as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine(), **results}, indent=1) + "\n")
