"""Which objects the rows name: streams in the order of their keys, to be held against what lies in the object store.

The catalog's own rows are here; a package that keeps objects of its own says so with `also`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from catalog.configuration import told_plainly
from catalog.models import DoomedObject, Outbox, Result, Scan
from catalog.models.disposal import DoomedState
from catalog.models.scans import ScanState


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """An object that a row names."""

    key: str
    subject: str
    """The row, as events name it: ``scan:12``, ``result:7``."""
    what: str
    """``original``, ``archive file``, ``words``, ``signed copy``, ``list``."""
    sha256: str
    """What the row says that its hash is."""
    unit: str
    """Code of the unit whose row it is."""


Stream = Callable[[], Iterator[Named]]
_others: list[Stream] = []
_AT_ONCE = 2_000


def also(stream: Stream) -> None:
    """Let `stream` tell of further objects, in the order of their keys; once a process, when a package is set up."""
    if stream not in _others:
        _others.append(stream)


def named() -> Iterator[Named]:
    """Every object that a row names, in the order of keys; the same key as often as rows name it."""
    own = (_originals, *(_files(*columns) for columns in _FILES))
    return heapq.merge(*(stream() for stream in (*own, *_others)))


def doomed() -> frozenset[str]:
    """Keys of objects of disposed results that are still to go."""
    with told_plainly():
        waiting = DoomedObject.objects.filter(state=DoomedState.WAITING)
        return frozenset(waiting.values_list("key", flat=True))


@told_plainly()
def arriving(sha256: str) -> bool:
    """Whether a file of that hash is being received: its bytes may lie in the store before its row says so."""
    return Scan.objects.filter(sha256=sha256, state=ScanState.RECEIVING).exists()


def versions() -> Iterator[tuple[int, int]]:
    """Id and version of each result that search has to know, by id, a part at a time."""
    last = 0
    while part := _versions(last):
        yield from part
        last = part[-1][0]


@told_plainly()
def version(id: int) -> int | None:
    """The version of a result that search has to know; None: there is none, or it was disposed of."""
    return Result.objects.filter(pk=id, disposed=None).values_list("version", flat=True).first()


@told_plainly()
def waits_for_search(id: int) -> bool:
    """Whether search is still to be told of a result."""
    return Outbox.objects.filter(result_id=id, done__isnull=True).exists()


@told_plainly()
def _versions(last: int) -> list[tuple[int, int]]:
    found = Result.objects.filter(pk__gt=last, disposed=None).order_by("pk")
    return list(found.values_list("pk", "version")[:_AT_ONCE])


def _originals() -> Iterator[Named]:
    kept = Scan.objects.exclude(key="").exclude(state=ScanState.DISPOSED).order_by("key", "pk")
    for pk, key, sha256, unit in _rows(kept, "pk", "key", "sha256", "unit__code"):
        yield Named(key, f"scan:{pk}", "original", sha256, unit)


_FILES = (("archive", "archive file"), ("words", "words"), ("signed", "signed copy"))


def _files(name: str, what: str) -> Stream:
    key, sha256 = f"{name}_key", f"{name}_sha256"

    def stream() -> Iterator[Named]:
        kept = Result.objects.filter(disposed=None).exclude(**{key: ""}).order_by(F(key), "pk")
        for pk, its_key, its_hash, unit in _rows(kept, "pk", key, sha256, "unit__code"):
            yield Named(its_key, f"result:{pk}", what, its_hash, unit)

    return stream


def _rows(found: QuerySet[Scan] | QuerySet[Result], *columns: str) -> Iterator[tuple[Any, ...]]:
    """One query: the database sorts once, and hands the rows on a few at a time."""
    with told_plainly():
        yield from found.values_list(*columns).iterator(chunk_size=_AT_ONCE)
