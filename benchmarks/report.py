"""What a figure needs to be worth keeping: which commit, which machine, when."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
REPORTS = Path(__file__).parent / "reports"


def commit() -> str:
    """The commit that is checked out, with ``+changes`` where files differ from it; empty outside a checkout."""
    head = _git("rev-parse", "--short=12", "HEAD")
    return f"{head}+changes" if head and _git("status", "--porcelain", "--untracked-files=no") else head


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def machine() -> dict[str, Any]:
    """Processor, cores that we may use, memory in bytes, system, Python, Tesseract, and the load before us."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    tesseract = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=False)
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "tesseract": (tesseract.stdout or tesseract.stderr).split("\n")[0].removeprefix("tesseract "),
        "load": round(os.getloadavg()[0], 2),
    }


def report(name: str, results: dict[str, Any]) -> dict[str, Any]:
    """`results` with all that says where they come from."""
    date = datetime.now(UTC).isoformat(timespec="seconds")
    return {"name": name, "commit": commit(), "date": date, "machine": machine(), "results": results}


def write(made: dict[str, Any]) -> Path:
    """Write a report into ``benchmarks/reports/``, a file each; returns its path."""
    REPORTS.mkdir(exist_ok=True)
    stamp = made["date"].replace(":", "").replace("-", "")[:15]
    path = REPORTS / f"{made['name']}-{stamp}-{made['commit'] or 'no-commit'}.json"
    path.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path
