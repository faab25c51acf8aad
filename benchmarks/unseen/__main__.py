"""``python -m benchmarks.unseen FOLDER``: writes one part of the set."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.unseen.browser import printer
from benchmarks.unseen.corpus import write
from benchmarks.unseen.documents import PARTS
from benchmarks.unseen.plan import COUNTS, SEED


def main() -> None:
    """Write a folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.unseen", description=__doc__)
    parser.add_argument("folder", type=Path, help="new or empty")
    parser.add_argument("--part", choices=PARTS, default="open")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, help="documents (default: 69 open, 24 kept back)")
    options = parser.parse_args()
    count = options.count or COUNTS[options.part]
    with printer() as browser:
        print(write(browser, options.folder, options.part, count, options.seed))


if __name__ == "__main__":
    main()
