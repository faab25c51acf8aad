"""``./run bench [NAME …]``: measures of a few minutes, printed as JSON.

Each lives in ``bench_<name>.py`` and has `measure(options) -> dict`; without a name all of them run.
"""

from __future__ import annotations

import argparse
import importlib
import json
from pathlib import Path

from benchmarks.report import report, write


def names() -> list[str]:
    """The benchmarks that there are."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names())} (default: all)")
    parser.add_argument("--runs", type=int, default=5, help="how often each is measured; medians count (default: 5)")
    parser.add_argument("--pages", type=int, default=0, help="pages a run, where that can be chosen, for a quick look")
    parser.add_argument("--corpus", type=Path, help="default: SOHOA_CORPUS, ../shared/corpus, samples/")
    parser.add_argument("--save", action="store_true", help="write a report into benchmarks/reports/ as well")
    for name in names():  # what one of them alone understands
        if add_options := getattr(importlib.import_module(f"benchmarks.bench_{name}"), "add_options", None):
            add_options(parser)
    options = parser.parse_args()
    for name in options.names:
        if name not in names():
            parser.error(f"no benchmark is called {name}")
    for name in options.names or names():
        made = report(name, importlib.import_module(f"benchmarks.bench_{name}").measure(options))
        print(json.dumps(made, ensure_ascii=False, indent=1), flush=True)
        if options.save:
            print(f"written: {write(made)}")


if __name__ == "__main__":
    main()
