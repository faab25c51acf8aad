"""The ledger of disposals: what was disposed of, as lines of JSON without personal data, to be kept beside backups.

A backup that is older than a disposal brings its results back when it is restored, and knows nothing of the decision.
`reapply` disposes of them again by this file. Results are named by unit, hash of the file that they came in and number
in it, which are the same in every copy.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog import disposal, graves
from catalog.disposal import Order
from core.errors import UsageError
from core.settings import settings

FORMAT = "sohoa disposals 1"
_NEVER = threading.Event()


@dataclass(frozen=True, slots=True)
class Reapplied:
    """What came of it."""

    lines: int
    again: int
    """Results that were there again and are disposed of once more."""


def path() -> Path:
    """Where this installation writes it after each execution."""
    return settings().root / "retention" / "disposed.jsonl"


def write(to: Path | None = None) -> int:
    """Write the whole ledger (to `path` where nothing else is said), replaced at once when complete; gives its lines.

    Lines that stand in the file and not in the catalog are kept: after a restore the file knows more.
    """
    target = to or path()
    known: dict[tuple[str, str, int], str] = {}
    if target.exists():
        known = {_name(line): json.dumps(line, ensure_ascii=False, sort_keys=True) for line in _lines(target)}
    for grave in graves.every():
        line: dict[str, object] = {
            "unit": grave.unit,
            "file": grave.scan_sha256,
            "ordinal": grave.ordinal,
            "decision": grave.number,
            "date": grave.date.isoformat(),
            "signer": grave.signer,
            "reference": grave.reference,
            "time": grave.time.isoformat(),
        }
        known[grave.unit, grave.scan_sha256, grave.ordinal] = json.dumps(line, ensure_ascii=False, sort_keys=True)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as out:
        out.write(json.dumps({"format": FORMAT}) + "\n")
        out.writelines(f"{line}\n" for line in known.values())
        out.flush()
        os.fsync(out.fileno())
    aside.replace(target)
    return len(known)


def reapply(source: Path, actor: str, stop: threading.Event = _NEVER) -> Reapplied:
    """Dispose again of all that the ledger names and that is there; holds and waiting times were looked at then.

    Raises UsageError for a file that is none.
    """
    count = again = 0
    for line in _lines(source):
        count += 1
        if stop.is_set():
            break
        result = graves.match(*_name(line))
        if result is None:
            continue
        day, number, signer = (str(line.get(name, "")) for name in ("date", "decision", "signer"))
        order = Order(number, date.fromisoformat(day), signer, str(line.get("reference", "")))
        again += disposal.erase(result, order, actor) is not None
    return Reapplied(count, again)


def _lines(source: Path) -> Iterator[dict[str, object]]:
    """The lines of a ledger; raises UsageError for a file that is none."""
    try:
        with source.open(encoding="utf-8") as file:
            if json.loads(file.readline() or "null") != {"format": FORMAT}:
                raise UsageError(f"{source} is no ledger of disposals ({FORMAT})")
            for number, text in enumerate(file, start=2):
                line = json.loads(text)
                if not isinstance(line, dict) or not _good(line):
                    raise UsageError(f"line {number} of {source} is damaged")
                yield line
    except (OSError, ValueError) as error:
        raise UsageError(f"{source} cannot be read as a ledger of disposals: {error}") from error


def _good(line: dict[str, object]) -> bool:
    try:
        date.fromisoformat(str(line["date"]))
        return isinstance(line["ordinal"], int) and bool(line["unit"]) and len(str(line["file"])) == 64
    except (KeyError, ValueError):
        return False


def _name(line: dict[str, object]) -> tuple[str, str, int]:
    return str(line["unit"]), str(line["file"]), int(str(line["ordinal"]))
