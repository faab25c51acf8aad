"""The outbox: versions of results that search must learn of. Written with each change, drained by `flows`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db.models import F, QuerySet

from catalog import identities
from catalog.configuration import told_plainly
from catalog.models import Outbox, Result
from catalog.records import OutboxEntry, SearchRow
from catalog.values import now

_CHUNK = 200
"""Results in memory at once while all are streamed."""


def tell(ids: Iterable[int]) -> None:
    """These results have changed: a new version of each waits for search. To be called inside a transaction."""
    time = now()
    locked = Result.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    versions = list(locked.values_list("pk", "version"))
    Result.objects.filter(pk__in=[pk for pk, _version in versions]).update(version=F("version") + 1)
    Outbox.objects.bulk_create(Outbox(result_id=pk, version=version + 1, created=time) for pk, version in versions)


@told_plainly()
def pending(limit: int = _CHUNK, after: int = 0) -> tuple[OutboxEntry, ...]:
    """The oldest entries, of those behind the entry `after`, that search has not learned of."""
    waiting = Outbox.objects.filter(done__isnull=True, pk__gt=after).order_by("pk")[:limit]
    return tuple(OutboxEntry(entry.pk, entry.result_id, entry.version) for entry in waiting)


@told_plainly()
def count() -> int:
    """How many results search does not know in their present version."""
    return Outbox.objects.filter(done__isnull=True).values("result_id").distinct().count()


@told_plainly()
def done(entries: Sequence[OutboxEntry]) -> None:
    """Search has learned of these versions."""
    time = now()
    for start in range(0, len(entries), _CHUNK):
        part = [entry.id for entry in entries[start : start + _CHUNK]]
        Outbox.objects.filter(pk__in=part, done__isnull=True).update(done=time)


@told_plainly()
def requeue(since: datetime) -> int:
    """Entries that were done at `since` or later wait again; returns how many.

    For a new index that was filled while others still wrote to the old one.
    """
    return Outbox.objects.filter(done__gte=since).update(done=None)


@told_plainly()
def done_before(time: datetime) -> int:
    """Entries written before `time` are done (a new index was filled later than that); returns how many."""
    return Outbox.objects.filter(done__isnull=True, created__lt=time).update(done=now())


@told_plainly()
def search_documents(ids: Iterable[int]) -> tuple[SearchRow, ...]:
    """What search needs to know of these results, in their present version; unknown ids are left out, and those that
    were disposed of (`disposed_among`).
    """
    return _rows(_results().filter(pk__in=list(ids)).order_by("pk"))


@told_plainly()
def disposed_among(ids: Iterable[int]) -> dict[int, int]:
    """Id → version of those of these results that were disposed of: search has to forget them."""
    return dict(Result.objects.filter(pk__in=list(ids), disposed__isnull=False).values_list("pk", "version"))


def all_search_documents() -> Iterator[SearchRow]:
    """Every result that is kept, by id, a few hundred in memory at a time and no transaction held in between."""
    last = 0
    while part := _after(last):
        yield from part
        last = part[-1].id


@told_plainly()
def _after(last: int) -> tuple[SearchRow, ...]:
    return _rows(_results().filter(pk__gt=last).order_by("pk")[:_CHUNK])


def _results() -> QuerySet[Result]:
    return Result.objects.filter(disposed=None).select_related("unit", "document__scan")


def _rows(found: QuerySet[Result]) -> tuple[SearchRow, ...]:
    rows = list(found)
    linked = identities.others_each([result.holder_ids for result in rows])
    return tuple(_row(result, others) for result, others in zip(rows, linked, strict=True))


def _row(result: Result, linked: frozenset[str]) -> SearchRow:
    document = result.document
    return SearchRow(
        id=result.pk,
        version=result.version,
        unit=result.unit.code,
        number=result.number,
        document_type=result.document_type,
        issuer=result.issuer,
        issue_date=result.issue_date,
        subject=result.subject,
        holder=result.holder,
        co_holder=result.co_holder,
        ids=tuple(result.holder_ids),
        register_number=result.register_number,
        signer=result.signer,
        sector=result.sector,
        source=document.scan.name,
        first_page=document.first_page,
        last_page=document.last_page,
        text=result.text,
        dossier=result.dossier,
        linked_ids=tuple(sorted(linked)),
        confidential=result.confidential,
        state=result.state,
        status=result.status,
        valid_from=result.valid_from,
        valid_to=result.valid_to,
        delivered=result.delivered,
        tracking=result.tracking,
    )
