"""Results by their age: those whose time under some rule is over, oldest first, read off one index in portions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable

from catalog import results
from catalog.configuration import told_plainly
from catalog.models import Result, Unit
from catalog.queue import Sight, visible
from catalog.records import ResultRow

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """Results of some units and types that are over since a day."""

    units: frozenset[str]
    """Codes."""
    before: date
    """The day of issue (or the last day of validity) is this one or an earlier one."""
    of_validity: bool = False
    """Whether the last day of validity is meant."""
    type: str = ""
    """Empty: all types but those in `others`."""
    others: frozenset[str] = frozenset()
    also: Combinable | Q | None = None
    """A condition on results that has to hold besides."""


@dataclass(frozen=True, slots=True)
class Old:
    """A result whose time is over."""

    row: ResultRow
    edition: int


Place = tuple[date, int]
"""Where a page ends: day of issue and id of its last result."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which results are meant."""

    rules: tuple[Rule, ...]
    sight: Sight
    without: tuple[Combinable, ...] = field(default=())
    """Conditions on results, of which none may hold."""


@told_plainly()
def listing(wanted: Wanted, after: Place | None = None, limit: int = 100) -> tuple[Old, ...]:
    """The oldest results that are meant, behind `after`."""
    found = list(_found(wanted, after).values_list("pk", "edition")[:limit])
    rows = results.rows(pk for pk, _edition in found)
    return tuple(Old(rows[pk], edition) for pk, edition in found if pk in rows)


@told_plainly()
def count(wanted: Wanted, most: int) -> int:
    """How many are meant, counted up to `most`."""
    return _found(wanted, None)[:most].count()


def every(wanted: Wanted) -> Iterator[tuple[int, int]]:
    """Id and edition of all that are meant, oldest first, a thousand in memory at a time."""
    after: Place | None = None
    while part := _portion(wanted, after):
        yield from ((pk, edition) for pk, edition, _day in part)
        after = (part[-1][2], part[-1][0])


@told_plainly()
def editions(ids: Sequence[int]) -> dict[int, tuple[int, str, str]]:
    """Id → edition, unit and confidential kind, of those of these results that are kept."""
    found: dict[int, tuple[int, str, str]] = {}
    for start in range(0, len(ids), 500):
        rows = Result.objects.filter(pk__in=list(ids[start : start + 500]), disposed=None)
        for pk, edition, unit, kind in rows.values_list("pk", "edition", "unit__code", "confidential"):
            found[pk] = (edition, unit, kind)
    return found


@told_plainly()
def issued(units: frozenset[str], first: date, last: date, limit: int) -> tuple[int, ...]:
    """Results that these units keep, issued from `first` to `last`, by day of issue; at most `limit`."""
    found = Result.objects.filter(unit__in=_ids(units), issue_date__gte=first, issue_date__lte=last, disposed=None)
    return tuple(found.order_by("issue_date", "pk").values_list("pk", flat=True)[:limit])


@told_plainly()
def _portion(wanted: Wanted, after: Place | None) -> list[tuple[int, int, date]]:
    rows = _found(wanted, after).values_list("pk", "edition", "issue_date")[:_AT_ONCE]
    return [(pk, edition, day) for pk, edition, day in rows if day is not None]


def _found(wanted: Wanted, after: Place | None) -> QuerySet[Result]:
    if not wanted.rules:
        return Result.objects.none()
    latest = max((rule.before for rule in wanted.rules if not rule.of_validity), default=None)
    found = Result.objects.filter(visible(wanted.sight), disposed__isnull=True, issue_date__isnull=False)
    if latest is not None and not any(rule.of_validity for rule in wanted.rules):
        found = found.filter(issue_date__lte=latest)  # where the walk through the index ends
    named = frozenset[str]().union(*(rule.units for rule in wanted.rules))
    ids = dict(Unit.objects.filter(code__in=list(named)).values_list("code", "pk"))
    found = found.filter(reduce(or_, (_condition(rule, ids) for rule in wanted.rules)))
    for condition in wanted.without:
        found = found.exclude(condition)
    if after is not None:
        found = found.filter(Q(issue_date__gt=after[0]) | Q(issue_date=after[0], pk__gt=after[1]))
        found = found.filter(issue_date__gte=after[0])  # what databases begin the walk at
    return found.order_by("issue_date", "pk")


def _condition(rule: Rule, ids: Mapping[str, int]) -> Q:
    day = Q(valid_to__lte=rule.before) if rule.of_validity else Q(issue_date__lte=rule.before)
    found = Q(unit__in=[ids[unit] for unit in rule.units if unit in ids]) & day
    if rule.type:
        found &= Q(document_type=rule.type)
    elif rule.others:
        found &= ~Q(document_type__in=sorted(rule.others))
    return found & Q(rule.also) if rule.also is not None else found


def _ids(codes: frozenset[str]) -> list[int]:
    return list(Unit.objects.filter(code__in=list(codes)).values_list("pk", flat=True))
