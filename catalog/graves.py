"""What stays of results that were disposed of, and the objects that go with them, one by one (`catalog.disposal`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from catalog import disposal
from catalog.configuration import told_plainly
from catalog.models import DoomedObject, Result, Scan, Tombstone
from catalog.models.disposal import DoomedState
from catalog.models.scans import ScanState
from catalog.values import clean, now
from core.errors import NotFoundError

_AT_ONCE = 200
_SETTLED = (ScanState.DONE, ScanState.ARRANGED, ScanState.STAGED, ScanState.DISPOSED)
"""Nobody is making archive files of scans in these states."""


@dataclass(frozen=True, slots=True)
class Grave:
    """What is known of a result that was disposed of."""

    result: int
    unit: str
    """Code of the unit that kept it."""
    confidential: str
    document_type: str
    number: str
    """Of the decision."""
    date: date
    signer: str
    reference: str
    """What the decision stands in, e.g. ``disposal:7``."""
    fields: str
    """Digest of what it said, as its events tell it."""
    archive_sha256: str
    words_sha256: str
    signed_sha256: str
    scan_sha256: str
    """Of the file that it came in."""
    ordinal: int
    """Its number in that file."""
    original_kept: bool
    """Whether that file, or one that its pages came from, is still there, because other results stand in it."""
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Doomed:
    """An object that is to go, went, or stayed."""

    id: int
    key: str
    reference: str
    state: str
    """One of `catalog.models.disposal.DoomedState`."""
    since: datetime
    tried: datetime | None
    reason: str
    """Why it was tried in vain."""
    until: datetime | None
    """Until when the store is bound to keep it, where it says so."""
    erased: datetime | None


class Fate(StrEnum):
    """What came of trying to erase an object."""

    ERASED = "erased"
    NAMED = "named"
    """Something else names it: it stays."""
    AT_WORK = "at_work"
    """Somebody is at work on a file with the same bytes: later."""


@told_plainly()
def find(result: int) -> Grave:
    """What is known of a result that was disposed of. Raises NotFoundError for any other."""
    row = _graves().filter(pk=result).first()
    if row is None:
        raise NotFoundError(f"result {result} was not disposed of")
    return _grave(row)


@told_plainly()
def listing(reference: str = "", kept: bool = False, after: int = 0, limit: int = 200) -> tuple[Grave, ...]:
    """Results that were disposed of, by id from behind `after`: by one decision, or all; with `kept` only those of
    which a file is still there.
    """
    found = _graves().filter(pk__gt=after).order_by("pk")
    if reference:
        found = found.filter(reference=reference)
    if kept:
        found = found.filter(original_kept=True)
    return tuple(map(_grave, found[:limit]))


def every() -> Iterator[Grave]:
    """All of them, a few hundred in memory at a time."""
    last = 0
    while part := listing(after=last):
        yield from part
        last = part[-1].result


@told_plainly()
def match(unit: str, scan_sha256: str, ordinal: int) -> int | None:
    """The result of a unit that came as number `ordinal` in the file of that hash, and is there again (or still)."""
    found = Result.objects.filter(unit__code=unit, document__scan__sha256=scan_sha256, document__ordinal=ordinal)
    return found.filter(disposed=None).values_list("pk", flat=True).first()


@told_plainly()
def waiting(after: int = 0, limit: int = _AT_ONCE) -> tuple[Doomed, ...]:
    """Objects that are to go, the oldest first."""
    found = DoomedObject.objects.filter(state=DoomedState.WAITING, pk__gt=after).order_by("pk")
    return tuple(map(_doomed, found[:limit]))


@told_plainly()
def gone(after: int = 0, limit: int = _AT_ONCE) -> tuple[Doomed, ...]:
    """Objects that were erased, the oldest first."""
    found = DoomedObject.objects.filter(state=DoomedState.ERASED, pk__gt=after).order_by("pk")
    return tuple(map(_doomed, found[:limit]))


@told_plainly()
def counts() -> dict[str, int]:
    """State → number of objects that were ever to go."""
    return {state.value: DoomedObject.objects.filter(state=state).count() for state in DoomedState}


@told_plainly()
def named(keys: Iterable[str]) -> frozenset[str]:
    """Those of these keys that something in the catalog names. Looks through all results once, however many keys."""
    wanted = frozenset(keys)
    if not wanted:
        return wanted
    hashes = {key.rpartition("/")[2]: key for key in wanted}
    received = Scan.objects.exclude(state=ScanState.DISPOSED).filter(sha256__in=list(hashes))
    found = {hashes[sha256] for sha256 in received.values_list("sha256", flat=True)}
    columns = ("archive_key", "words_key", "signed_key")
    any_of = Q()
    for column in columns:
        any_of |= Q(**{f"{column}__in": wanted})
    for row in Result.objects.filter(any_of).values_list(*columns):
        found.update(wanted & set(row))
    return frozenset(found).union(*(names(wanted) for names in disposal.namers()))


@told_plainly()
def erase_object(id: int, remove: Callable[[str], None]) -> Fate:
    """Let `remove` take away an object that is to go, unless something names it; and note what came of it.

    Nobody takes the same bytes in meanwhile. What `remove` raises is raised, and nothing is noted. The caller has
    looked with `named` a moment ago; here only those are looked at that can have come since: files of the same bytes,
    and what was made of them.
    """
    with transaction.atomic():
        row = DoomedObject.objects.select_for_update().get(pk=id)
        if row.state != DoomedState.WAITING:
            return Fate(row.state)
        sha256 = row.key.rpartition("/")[2]
        same = Scan.objects.filter(Q(sha256=row.source) | Q(sha256=sha256)).exclude(state=ScanState.DISPOSED)
        made = Result.objects.filter(document__scan__in=same.values("pk"), disposed=None)
        if same.filter(sha256=sha256).exists() or any(
            made.filter(**{column: row.key}).exists() for column in ("archive_key", "words_key", "signed_key")
        ):
            return _note(row, Fate.NAMED)
        if same.exclude(state__in=_SETTLED).exists():
            return Fate.AT_WORK
        remove(row.key)
        row.erased = now()
        return _note(row, Fate.ERASED)


@told_plainly()
def stays(id: int) -> None:
    """An object that was to go stays, because something names it."""
    DoomedObject.objects.filter(pk=id, state=DoomedState.WAITING).update(state=DoomedState.NAMED, reason="", until=None)


@told_plainly()
def failed(id: int, reason: str, until: datetime | None = None) -> None:
    """An object could not be erased for `reason` (the store keeps it `until`, where it says so): it is tried again."""
    found = DoomedObject.objects.filter(pk=id, state=DoomedState.WAITING)
    found.update(tried=now(), reason=clean(reason), until=until)


@told_plainly()
def doom_again(id: int) -> None:
    """An object that was erased is there again, as after a restore: it is to go once more."""
    found = DoomedObject.objects.filter(pk=id, state=DoomedState.ERASED)
    found.update(state=DoomedState.WAITING, since=now(), erased=None, reason="", until=None)


def _note(row: DoomedObject, fate: Fate) -> Fate:
    row.state, row.reason, row.until = DoomedState(fate.value), "", None
    row.save(update_fields=["state", "reason", "until", "erased"])
    return fate


def _graves() -> QuerySet[Tombstone]:
    return Tombstone.objects.select_related("result__unit").defer("result__text")


def _grave(row: Tombstone) -> Grave:
    return Grave(
        result=row.pk,
        unit=row.result.unit.code,
        confidential=row.result.confidential,
        document_type=row.result.document_type,
        number=row.number,
        date=row.date,
        signer=row.signer,
        reference=row.reference,
        fields=row.fields,
        archive_sha256=row.archive_sha256,
        words_sha256=row.words_sha256,
        signed_sha256=row.signed_sha256,
        scan_sha256=row.scan_sha256,
        ordinal=row.ordinal,
        original_kept=row.original_kept,
        actor=row.actor,
        time=row.time.astimezone(UTC),
    )


def _doomed(row: DoomedObject) -> Doomed:
    return Doomed(row.pk, row.key, row.reference, row.state, row.since, row.tried, row.reason, row.until, row.erased)
