"""What the measurements share: the corpus, homes of their own, and the command as a person would call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.report import ROOT

UNIT = "H61"


def corpus_folder(given: Path | None = None) -> Path:
    """`given`, else SOHOA_CORPUS, else ``../shared/corpus``, else the samples."""
    beside = ROOT.parent / "shared" / "corpus"
    named = given or (Path(os.environ["SOHOA_CORPUS"]) if os.environ.get("SOHOA_CORPUS") else None)
    folder = named or (beside if beside.is_dir() else ROOT / "samples")
    if not (folder / "batches.json").is_file():
        sys.exit(f"{folder} is no corpus: it holds no batches.json")
    return folder.absolute()


def batch_files(corpus: Path) -> list[Path]:
    """The batch scans of a corpus."""
    return [corpus / batch["file"] for batch in json.loads((corpus / "batches.json").read_text(encoding="utf-8"))]


def environment(home: Path) -> dict[str, str]:
    """Our environment without any setting of ours but the home."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("SOHOA_", "PREFECT_"))}
    return own | {"SOHOA_HOME": str(home), "OMP_THREAD_LIMIT": "1"}


def command(*arguments: str | Path) -> list[str]:
    """``sohoa …`` from the environment that runs us."""
    return [str(Path(sys.executable).parent / "sohoa"), *map(str, arguments)]


def sohoa(home: Path, *arguments: str | Path, jobs: int = 0) -> Any:
    """Run ``sohoa … --json`` in `home`, `jobs` pages at a time (0: as many as there are processors), and give what
    it printed; ends the measurement where it fails.
    """
    own = environment(home) | {"SOHOA_JOBS": str(jobs)}
    done = subprocess.run(command(*arguments, "--json"), env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"sohoa {' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout)


@contextmanager
def fresh_home() -> Iterator[Path]:
    """A new home with one unit in it, gone afterwards."""
    with TemporaryDirectory(prefix="sohoa-bench-") as folder:
        home = Path(folder)
        for arguments in (["init"], ["units", "add", UNIT, "Đơn vị đo"]):
            done = subprocess.run(
                command(*arguments), env=environment(home), capture_output=True, text=True, check=False
            )
            if done.returncode:
                sys.exit(f"sohoa {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
        yield home
