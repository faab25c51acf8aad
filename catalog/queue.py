"""The queue of results of which a person must look at fields: which comes first, and how many there are.

What a citizen waits for comes first; then unit by unit, in a unit the oldest batch, in a batch those with the fewest
doubts, and of these the one that was recorded first. The index ``result_queue`` holds them in this very order, so the
first is found without sorting, however many wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from catalog.configuration import told_plainly
from catalog.life import ChangeKind
from catalog.models import Batch, Carrier, Change, Result, Unit

_ORDER = ("-urgent", "unit_id", "batch_id", "doubts", "pk")


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose results somebody may look at."""

    units: Collection[str] | None
    """Codes of units; None: all there are."""
    confidential: Mapping[str, Collection[str] | None] = field(default_factory=dict)
    """Confidential kind → units in which results of that kind may be seen (None: all)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them somebody wants to work on. Empty: no matter."""

    unit: str = ""
    """Code of the unit."""
    batch: int | None = None
    kind: str = ""
    """Type of document."""


@dataclass(frozen=True, slots=True)
class UnitCount:
    """How many results of a unit are to be reviewed."""

    unit: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class BatchCount:
    """How many results of a batch are to be reviewed."""

    batch: int
    name: str
    unit: str
    count: int
    doubts: int
    """Fields to look at in them."""


@told_plainly()
def first(
    sight: Sight, wanted: Wanted, without: Sequence[Collection[int] | QuerySet[Any, Any]] = (), limit: int = 1
) -> tuple[int, ...]:
    """The first results of the queue, by id; `without` are collections of ids, or queries for them, to leave out."""
    found = _waiting(sight, wanted)
    for left_out in without:
        found = found.exclude(pk__in=left_out)
    return tuple(found.order_by(*_ORDER).values_list("pk", flat=True)[:limit])


@told_plainly()
def count(sight: Sight, wanted: Wanted, among: QuerySet[Any, Any] | None = None, most: int | None = None) -> int:
    """How many results wait; of those in `among` alone, where it is given; counted up to `most`."""
    found = _waiting(sight, wanted)
    found = found if among is None else found.filter(pk__in=among)
    return found.count() if most is None else found.order_by()[:most].count()


@told_plainly()
def by_unit(sight: Sight) -> tuple[UnitCount, ...]:
    """The units whose results wait, by code."""
    # By batch as well, which is the order of the index: by unit alone SQLite takes another one, and reads the table.
    counted: Counter[int] = Counter()
    grouped = _waiting(sight, Wanted()).order_by("unit_id", "batch_id").values_list("unit_id", "batch_id")
    for unit, _batch, results in grouped.annotate(Count("pk")):
        counted[unit] += results
    rows = Unit.objects.filter(pk__in=counted).order_by("code").values_list("pk", "code", "name")
    return tuple(UnitCount(code, name, counted[pk]) for pk, code, name in rows)


@told_plainly()
def by_batch(sight: Sight, wanted: Wanted, offset: int, limit: int) -> tuple[BatchCount, ...]:
    """The batches whose results wait, in the order of the queue."""
    grouped = _waiting(sight, wanted).order_by("unit_id", "batch_id").values_list("unit_id", "batch_id")
    rows = list(grouped.annotate(Count("pk"), Sum("doubts"))[offset : offset + limit])
    known = {
        pk: (name, unit)
        for pk, name, unit in Batch.objects.filter(pk__in=[row[1] for row in rows]).values_list(
            "pk", "name", "unit__code"
        )
    }
    return tuple(BatchCount(batch, *known[batch], count=count, doubts=doubts) for _, batch, count, doubts in rows)


@told_plainly()
def kinds(sight: Sight, wanted: Wanted, limit: int = 20) -> tuple[tuple[str, int], ...]:
    """The types of document that wait, most frequent first, with their numbers."""
    grouped = _waiting(sight, wanted).order_by().values_list("document_type")
    return tuple(grouped.annotate(count=Count("pk")).order_by("-count", "document_type")[:limit])


def settled(sight: Sight) -> Exists:
    """Condition on a row with a ``result_id``: that result is seen and counts for itself, and nothing of it is to be
    reviewed.

    Asked row by row, so that databases begin with the rows, which are few, and not with all results.
    """
    kept = Result.objects.filter(_seen(sight), counts_for_itself(), disposed=None)
    return Exists(kept.filter(pk=OuterRef("result_id"), in_review=False))


def seen(sight: Sight, result: str = "result_id", disposed: bool = False) -> Exists:
    """Condition on a row whose column `result` is the id of a result: that result is seen; one that was `disposed` of
    only where that is asked for.
    """
    found = Result.objects.filter(_seen(sight), pk=OuterRef(result))
    return Exists(found if disposed else found.filter(disposed=None))


def visible(sight: Sight) -> Q:
    """Condition on results: they are seen."""
    return _seen(sight)


def counts_for_itself(result: str = "pk") -> Q:
    """Condition on results (or on rows whose column `result` is the id of one): they are no mere sheet that others
    stand on, and not set aside for another scan of theirs.

    Such ones are few; nobody has to check them, or to judge them as samples.
    """
    return ~Q(**{f"{result}__in": Carrier.objects.values("result")}) & ~Q(**{f"{result}__in": _set_aside()})


def counts_for_others(result: str = "pk") -> Q:
    """The opposite of `counts_for_itself`, for rows that name a result."""
    return Q(**{f"{result}__in": Carrier.objects.values("result")}) | Q(**{f"{result}__in": _set_aside()})


def _set_aside() -> QuerySet[Any, Any]:
    return Change.objects.filter(kind=ChangeKind.SET_ASIDE.value, undone=None).values("result")


def _waiting(sight: Sight, wanted: Wanted) -> QuerySet[Result]:
    found = Result.objects.filter(_seen(sight), counts_for_itself(), in_review=True)
    if wanted.unit:
        found = found.filter(unit__in=_units((wanted.unit,)))
    if wanted.batch is not None:
        found = found.filter(batch=wanted.batch)
    if wanted.kind:
        found = found.filter(document_type=wanted.kind)
    return found


def _seen(sight: Sight) -> Q:
    kinds = Q(confidential="")
    for kind, covered in sight.confidential.items():
        kinds |= Q(confidential=kind) if covered is None else Q(confidential=kind, unit__in=_units(covered))
    return kinds if sight.units is None else kinds & Q(unit__in=_units(sight.units))


def _units(codes: Collection[str]) -> list[int]:
    """Row ids of units: asked for beforehand, because databases plan worse when they must find them on the way."""
    return list(Unit.objects.filter(code__in=list(codes)).values_list("pk", flat=True))
