"""``./run measure NAME``: one long measurement, with a report in ``benchmarks/reports/``.

Each lives in ``measure_<name>.py`` (with ``_`` for ``-``) and has `measure(arguments) -> dict`.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from benchmarks.report import report, write


def names() -> list[str]:
    """The measurements that there are."""
    found = Path(__file__).parent.glob("measure_*.py")
    return sorted(path.stem.removeprefix("measure_").replace("_", "-") for path in found)


def main() -> None:
    """Run the one that was asked for and keep its report."""
    name, arguments = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name not in names():
        sys.exit(f"./run measure NAME, with a name out of: {', '.join(names())}")
    made = report(name, importlib.import_module(f"benchmarks.measure_{name.replace('-', '_')}").measure(arguments))
    print(json.dumps(made, ensure_ascii=False, indent=1))
    print(f"written: {write(made)}", file=sys.stderr)


if __name__ == "__main__":
    main()
