"""A corpus: a folder with ``docs/`` (a file a document) and ``truth.jsonl`` (what a careful clerk would key in)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import UsageError

TRUTH = "truth.jsonl"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is true of one document."""

    id: str
    """The file's name without its suffix."""
    file: Path
    pages: int
    """0 where the truth does not say."""
    profile: str
    """Kind of scan, e.g. ``clean``, ``copy``, ``phone``; empty where the truth does not say."""
    handwritten: frozenset[str]
    """Names of the fields that a pen wrote."""
    fields: Mapping[str, str]
    """What the paper states, by field name."""
    text: str
    """The printed words in no promised order; empty where nobody typed them."""
    complete: bool
    """Whether `fields` lists all that the paper states: only then is a value for another field invented."""


class _Line(BaseModel):
    """A line of the truth; what else stands in it is for people."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    file: str
    pages: int = 0
    profile: str = ""
    handwritten: list[str] = []
    fields: dict[str, str]
    text: str = ""
    complete: bool = True


def load(folder: Path) -> tuple[Entry, ...]:
    """The documents of the corpus in `folder`, in the order of its truth.

    Raises UsageError for a folder without a truth, and for a truth that is not understood or names a
    document or a file twice.
    """
    path = folder / TRUTH
    try:
        lines = path.read_text("utf-8").split("\n")  # and at nothing else that counts as the end of a line
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{folder} is no corpus: {TRUTH} in it cannot be read ({error})") from error
    entries = [_entry(folder, path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not entries:
        raise UsageError(f"{path} names no document: there is nothing to evaluate")
    for names in ([entry.id for entry in entries], [str(entry.file) for entry in entries]):
        name, times = Counter(names).most_common(1)[0]
        if times > 1:
            raise UsageError(f"{path} names {name} more than once: mend it")
    return tuple(entries)


def _entry(folder: Path, path: Path, number: int, line: str) -> Entry:
    try:
        told = _Line.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}"
        raise UsageError(f"{path}, line {number}: {why}") from error
    except ValueError as error:
        raise UsageError(f"{path}, line {number}: no JSON ({error})") from error
    return Entry(
        id=told.id,
        file=folder / told.file,
        pages=told.pages,
        profile=told.profile,
        handwritten=frozenset(told.handwritten),
        fields=told.fields,
        text=told.text,
        complete=told.complete,
    )
