"""What people found when they looked at fields: which values of which source stood, and which did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog import queue
from catalog.configuration import told_plainly
from catalog.life import ChangeKind
from catalog.models import Change, Field, ResultVersion
from catalog.queue import Sight

_KINDS = (ChangeKind.REVIEW.value, ChangeKind.CORRECT.value, ChangeKind.CONFIRM.value)


@dataclass(frozen=True, slots=True)
class Looked:
    """A field that somebody looked up on the paper."""

    unit: str
    document_type: str
    name: str
    source: str
    """Who or what said what stood there; empty: nothing was found."""
    confidence: float
    """How sure that was, 0–1."""
    changed: bool
    """Whether the paper says something else."""


@told_plainly()
def looked(sight: Sight, since: datetime, limit: int) -> tuple[Looked, ...]:
    """Of the newest `limit` changes since then of results that are seen, each field that somebody looked up."""
    made = Change.objects.filter(queue.seen(sight), kind__in=_KINDS, undone=None, time__gte=since).order_by("-pk")
    columns = ("result_id", "edition", "fields", "result__unit__code", "result__document_type", "result__edition")
    changes = list(made.values_list(*columns)[:limit])
    versions = _versions({row[0] for row in changes})
    present = _present({row[0] for row in changes})
    return tuple(one for row in changes for one in _of(row, versions, present))


def _of(row: Any, versions: dict[tuple[int, int], Any], present: dict[int, Any]) -> Iterator[Looked]:
    result, edition, names, unit, kind, newest = row
    before = versions.get((result, edition - 1), {})
    after = present.get(result, {}) if edition == newest else versions.get((result, edition), {})
    for name in names:
        if name not in before and name not in after:  # facts that are no fields
            continue
        value, confidence, source = before.get(name, ("", 0.0, ""))
        yield Looked(unit, kind, name, source, confidence, after.get(name, ("",))[0] != value)


def _versions(results: set[int]) -> dict[tuple[int, int], dict[str, tuple[str, float, str]]]:
    found = ResultVersion.objects.filter(result__in=results).values_list("result_id", "edition", "content")
    return {
        (result, edition): {
            field["name"]: (field["value"], field["confidence"], field["source"]) for field in content["fields"]
        }
        for result, edition, content in found
    }


def _present(results: set[int]) -> dict[int, dict[str, tuple[str, float, str]]]:
    found: dict[int, dict[str, tuple[str, float, str]]] = {}
    rows = Field.objects.filter(result__in=results).values_list("result_id", "name", "value", "confidence", "source")
    for result, name, value, confidence, source in rows:
        found.setdefault(result, {})[name] = (value, confidence, source)
    return found
