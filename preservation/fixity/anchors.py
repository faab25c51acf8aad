"""Seals: where the chains of events ended, written outside of the database.

Threat model: somebody with write access to the database computes a whole new chain with its head. Each night the ends
of all chains are written as a line each to a file in SOHOA_HOME, every line with the hash of the one before it, and the
file goes to the second copy under the name of the day. A chain that does not hold the event that was sealed is not the
one that was there before. Accepted risk: one who can write to the database, to SOHOA_HOME and to the second copy.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalog import events
from catalog.locks import file_lock
from catalog.values import canonical, now
from core.errors import NotFoundError, StorageError
from core.settings import settings
from preservation.fixity.findings import Code, Finding
from storage import Place, open_place

FORMAT = "sohoa seals 1"
_FOLDER = "seals"


@dataclass(frozen=True, slots=True)
class _Seal:
    """A line: where the chain of a unit ended."""

    time: str
    unit: str
    event: int
    hash: str
    previous: str
    """Hash of the line before it."""


def path() -> Path:
    """Where this installation writes them."""
    return settings().root / _FOLDER / "seals.jsonl"


def seal() -> int:
    """Write down where all chains end, where that is not written yet; gives how many lines were added.

    Raises StorageError where they cannot be written, ServiceError where the second copy or the database is away.
    """
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file_lock(file.with_name("lock")):
            added = _append(file)
    except OSError as error:
        raise StorageError(
            f"the seals {file} cannot be written ({error.strerror}): make room or mend its rights"
        ) from error
    for place in _second():
        content = file.read_bytes() if file.is_file() else b""
        place.put(f"{_FOLDER}/{now():%Y-%m-%d}.jsonl", io.BytesIO(content), len(content))
    return added


def broken() -> Iterator[Finding]:
    """Chains that are not the ones that were sealed, by the file here and by those in the second copy; and files of
    seals that were changed.
    """
    with suppress(FileNotFoundError):
        yield from _held_against(str(path()), path().read_text("utf-8").splitlines())
    for place in _second():
        names = list(place.names(f"{_FOLDER}/"))
        for name in names[-1:]:
            with suppress(NotFoundError), place.open(name) as file:
                yield from _held_against(f"{place.where} {name}", file.read().decode("utf-8", "replace").splitlines())


def _append(file: Path) -> int:
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    known = {told.unit: told.event for told in map(_parsed, lines) if told}
    last = hashlib.sha256(lines[-1].encode()).hexdigest() if lines else ""
    added, time = 0, now().astimezone(UTC)
    with file.open("a", encoding="utf-8") as out:
        for unit, (sequence, digest) in events.ends().items():
            if not sequence or known.get(unit) == sequence:
                continue
            told = {"format": FORMAT, "time": _text(time), "unit": unit, "event": sequence, "hash": digest}
            line = canonical(told | {"previous": last})
            out.write(line + "\n")
            last, added = hashlib.sha256(line.encode()).hexdigest(), added + 1
    return added


def _held_against(where: str, lines: Iterable[str]) -> Iterator[Finding]:
    previous, newest = "", dict[str, _Seal]()
    for number, line in enumerate(lines, 1):
        told = _parsed(line)
        if told is None or told.previous != previous:
            text = f"line {number} of the seals in {where} was changed: compare with the other copy of them"
            yield Finding(Code.ANCHOR, "seals", text)
            return
        previous = hashlib.sha256(line.encode()).hexdigest()
        newest[told.unit] = told
    for unit, told in newest.items():
        if events.hash_of(unit, told.event) != told.hash:
            text = (
                f"the events of {unit} are not those that were sealed on {told.time} (event {told.event}, "
                f"{where}): somebody wrote them anew; compare with a backup, and ask who could"
            )
            yield Finding(Code.ANCHOR, f"unit:{unit}", text, unit=unit)


def _parsed(line: str) -> _Seal | None:
    try:
        told = json.loads(line)
        if told["format"] != FORMAT:
            return None
        return _Seal(str(told["time"]), str(told["unit"]), int(told["event"]), str(told["hash"]), str(told["previous"]))
    except (ValueError, KeyError, TypeError):
        return None


def _second() -> tuple[Place, ...]:
    url = settings().second_copy_url
    return (open_place(url),) if url else ()


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
