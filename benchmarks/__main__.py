"""All benchmarks one after another, each in a process of its own.

    python -m benchmarks [--quick] [NAME ...]

A name is that of a file without `bench_` and `.py`; none means all of them. Each compares answers
before it takes times, prints its tables, and writes them to benchmarks/results as JSON. A full run
of all of them also writes benchmarks/RESULTS.md and its figures, which takes matplotlib. The exit
status is 1 if any of them failed.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import _report

FOLDER = Path(__file__).resolve().parent
FILES = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}


def main() -> int:
    """Run those that are asked for."""
    question = __doc__.splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=question)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FILES)}")
    parser.add_argument("--quick", action="store_true", help="few sizes, short runs")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in FILES]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(FILES)}")
    failed, begin = [], time.perf_counter()
    for name in options.names or FILES:
        print(f"\n{'=' * 20} {name}\n", flush=True)
        start = time.perf_counter()
        command = [sys.executable, str(FILES[name]), *(["--quick"] if options.quick else [])]
        if subprocess.run(command, check=False).returncode != 0:
            failed.append(name)
        print(f"\n{name}: {time.perf_counter() - start:.0f} s", flush=True)
    print(f"\nall together: {time.perf_counter() - begin:.0f} s; results in {FOLDER / 'results'}")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    elif not options.names and not options.quick:
        print(f"all of it in {_report.write(FOLDER)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
