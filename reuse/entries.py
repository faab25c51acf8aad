"""Reading the ledger of reuse: entries, lists of them, and how much was reused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from catalog import dossiers, results
from catalog.configuration import told_plainly
from catalog.records import ResultRow
from core.errors import NotFoundError
from reuse import facts, models
from reuse.records import Counts, Reuse, Vouched


@told_plainly()
def entry(id: int) -> Reuse:
    """One entry; raises NotFoundError."""
    found = models.Reuse.objects.filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no entry {id} in the ledger of reuse")
    return row(found)


@told_plainly()
def of_result(id: int, limit: int = 100) -> tuple[Reuse, ...]:
    """Who used a result, newest first, entries taken back included."""
    return rows(list(models.Reuse.objects.filter(result_id=id).order_by("-pk")[:limit]))


@told_plainly()
def of_dossier(code: str) -> tuple[Reuse, ...]:
    """What a dossier took, in the order of its components, entries taken back included; raises DossierCodeError."""
    return rows(list(models.Reuse.objects.filter(dossier=dossiers.parse(code).code).order_by("ordinal")))


def standing() -> QuerySet[models.Reuse]:
    """The entries that were not taken back, to ask about dossiers with: a condition on their codes (column
    ``dossier``), whatever results they took.
    """
    return models.Reuse.objects.filter(undone__isnull=True).order_by()


def used_since(time: datetime, result: str = "pk") -> Exists:
    """Condition on rows whose column `result` is the id of a result: somebody used it at `time` or later."""
    return Exists(models.Reuse.objects.filter(result_id=OuterRef(result), undone__isnull=True, time__gte=time))


@dataclass(frozen=True, slots=True)
class Sight:
    """Which results somebody may see, as they stand now: entries about others do not exist for them."""

    units: Collection[str] | None
    """Codes of the units that keep them; None: all."""
    confidential: Mapping[str, Collection[str] | None]
    """Confidential kind → units in which results of that kind may be seen; None: all."""

    def sees(self, row: ResultRow | Vouched) -> bool:
        """Whether they may see this result; as it was when it was used: whether they might have then."""
        return self.covers(row.unit, row.confidential)

    def covers(self, unit: str, confidential: str) -> bool:
        """Whether they may see results of this unit and confidential kind (empty: open ones)."""
        kind = self.confidential.get(confidential, ()) if confidential else self.units
        return all(units is None or unit in units for units in (self.units, kind))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries of the ledger are wanted."""

    units: Collection[str] | None = None
    """Codes of the units that handle the dossiers; None: all."""
    text: str = ""
    """A dossier's code, or the beginning of one."""
    first: date | None = None
    """First day on which the entry was written (in Vietnam)."""
    last: date | None = None
    standing: bool = False
    """Whether entries that were taken back are left out."""
    sight: Sight | None = None
    """None: whoever asks may see every result."""


@told_plainly()
def listing(wanted: Filter, limit: int = 50, before: int | None = None) -> tuple[Reuse, ...]:
    """At most `limit` entries, newest first; `before` is the id of the last one of the page before."""
    found = _found(wanted)
    if before is not None:
        found = found.filter(pk__lt=before)
    return rows(page(found, wanted.sight, limit))


@told_plainly()
def counts(units: Collection[str] | None, first: date, last: date) -> Counts:
    """How many dossiers *received* in these days took a result, and how many results they took.

    This is the numerator of the indicator "reuse" of Quyết định 766/QĐ-TTg, from the ledger alone: the day of receipt
    stands in each dossier's code. `units` handle the dossiers; None: all.
    """
    standing = models.Reuse.objects.filter(undone__isnull=True, dossier_day__gte=first, dossier_day__lte=last)
    if units is not None:
        standing = standing.filter(unit_id__in=list(units))
    number = standing.aggregate(dossiers=Count("dossier", distinct=True), components=Count("pk"))
    return Counts(number["dossiers"], number["components"])


def row(entry: models.Reuse) -> Reuse:
    """The entry as it is given out."""
    return rows([entry])[0]


def rows(entries: Collection[models.Reuse]) -> tuple[Reuse, ...]:
    """Entries as they are given out."""
    return tuple(map(_row, entries, facts.unpacked(entry.vouched for entry in entries)))


def _row(entry: models.Reuse, vouched: Vouched) -> Reuse:
    return Reuse(
        id=entry.pk,
        result=entry.result_id,
        unit=entry.unit_id,
        dossier=entry.dossier,
        dossier_day=entry.dossier_day,
        ordinal=entry.ordinal,
        procedure=entry.procedure,
        person=entry.person,
        warnings=tuple(entry.warnings),
        reason=entry.reason,
        actor=entry.actor,
        time=entry.time.astimezone(UTC),
        vouched=vouched,
        undone=entry.undone.astimezone(UTC) if entry.undone else None,
        undone_by=entry.undone_by,
        undo_reason=entry.undo_reason,
    )


def page(found: QuerySet[models.Reuse], sight: Sight | None, limit: int, *, once: bool = False) -> list[models.Reuse]:
    """The newest `limit` entries of `found` that are seen with `sight`; `once`: or might have been when it was used.

    Their ids are looked up first, which an index answers alone; what may not be seen is left out afterwards, since that
    is rare among the dossiers of one's own units.
    """
    chosen: list[models.Reuse] = []
    last = None
    while len(chosen) < limit:
        rest = found if last is None else found.filter(pk__lt=last)
        ids = list(rest.order_by("-pk").values_list("pk", flat=True)[:limit])
        entries = models.Reuse.objects.in_bulk(ids)
        chosen += _seen([entries[id] for id in ids if id in entries], sight, once)
        if len(ids) < limit:
            break
        last = ids[-1]
    return chosen[:limit]


def _seen(entries: list[models.Reuse], sight: Sight | None, once: bool) -> list[models.Reuse]:
    if sight is None:
        return entries
    now = results.rows({entry.result_id for entry in entries})
    seen = {entry.pk for entry in entries if sight.sees(now[entry.result_id])}
    if once:
        closed = [entry for entry in entries if entry.pk not in seen]
        seen |= {used.id for used in rows(closed) if sight.sees(used.vouched)}
    return [entry for entry in entries if entry.pk in seen]


def _of_code(text: str) -> Q:
    """The entries of a dossier, which an index knows; of all whose codes begin so, where it is no whole code."""
    try:
        return Q(dossier=dossiers.parse(text).code)
    except dossiers.DossierCodeError:
        return Q(dossier__startswith=text)


def _found(wanted: Filter) -> QuerySet[models.Reuse]:
    found = models.Reuse.objects.all()
    if wanted.units is not None:
        found = found.filter(unit_id__in=list(wanted.units))
    if wanted.text:
        found = found.filter(_of_code(dossiers.tidied(wanted.text)))
    if wanted.first:
        found = found.filter(time__gte=dossiers.begin_of(wanted.first))
    if wanted.last:
        found = found.filter(time__lt=dossiers.end_of(wanted.last))
    return found.filter(undone__isnull=True) if wanted.standing else found
