"""The very lines behind each number: chosen by the same conditions as the numbers, page by page.

Lines of confidential kinds (their own, or that of the result that they are) are shown to those who were given the
kind in the unit, and without holder and subject: who wants to know more opens the result, with a reason. How many of a
page's lines are not shown is not told, as the number itself tells how many there are. Without these are also lines of a
baseline for whose unit others answer by now: they belong to the number, and no longer to its readers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from catalog.confidential import Confidential
from catalog.configuration import told_plainly
from catalog.values import today
from quotas import conditions, selection
from quotas.periods import Period
from quotas.selection import World
from quotas.states import Kind, Which, Why
from registers.models import Line

Kinds = Mapping[str, Collection[str] | None]
"""Confidential kind → codes of the units in which it may be seen (None: all)."""

_COLUMNS = (
    "pk unit__code number register_number document_type subject issue_date holder dossier status withdrawn result_id "
    "result__in_review result__status last_day digitized confidential result__confidential"
).split()


_PORTION = 10_000
"""Ids that are looked at together, at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines are meant."""

    root: str
    """Code of the unit that they are counted for."""
    kind: Kind
    period: Period
    which: Which
    own_only: bool = False
    """Without those of units below."""
    why: Why | None = None
    """Of those that fell out: for this reason alone."""
    day: date | None = None
    """By whose validity, and by whose organisation; None: today."""
    baseline: int | None = None
    """Those of this baseline, whichever counts by now and whoever answers for them; None: those that count."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line, as it is listed."""

    id: int
    unit: str
    """Code of the unit whose register it stands in."""
    number: str
    register_number: str
    document_type: str
    subject: str
    issue_date: date | None
    holder: str
    dossier: str
    last_day: date | None
    """Of validity; None: no end, or not known."""
    status: str
    """One of `catalog.states.Standing`: the result's where it is not in force, else the register's."""
    withdrawn: bool
    result: int | None
    """The digitized result that it is."""
    in_review: bool
    """Something of that is to be reviewed."""
    digitized: bool
    """That counts as digitized."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and where the next ones begin."""

    rows: tuple[LineRow, ...]
    after: int | None
    """To be given back for the next ones; None: there are no more."""


@told_plainly()
def lines(asked: Asked, seen: Kinds, after: int = 0, limit: int = 50) -> Page:
    """The lines behind a number, in the order in which they came in, of those that may be seen.

    `after`: the id of the last line of the page before. Raises UsageError for an unknown unit.
    """
    there, found = _behind(asked)
    found = found.filter(_open(there, seen), pk__gt=after).order_by("pk")
    if asked.which is Which.FALLEN:
        found = _fallen(asked, there, found, after, limit + 1)
    else:
        found = found.filter(conditions.which(asked.kind, asked.which, there.day, asked.why))[: limit + 1]
    named = there.responsible.lines_of(asked.root) if asked.baseline is not None else None
    rows = list(_rows(found, named))
    return Page(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


@told_plainly()
def count(asked: Asked) -> int:
    """How many lines there are, confidential ones too. Takes seconds for a whole province."""
    there, found = _behind(asked)
    return found.filter(conditions.which(asked.kind, asked.which, there.day, asked.why)).count()


@told_plainly()
def every(asked: Asked, seen: Kinds, at_once: int = 2000) -> Iterator[LineRow]:
    """All lines behind a number that may be seen, in their order, read in portions."""
    after: int | None = 0
    while after is not None:
        page = lines(asked, seen, after, at_once)
        yield from page.rows
        after = page.after


def _behind(asked: Asked) -> tuple[World, QuerySet[Line]]:
    """The lines that were frozen (or issued), of which `asked.which` picks."""
    there = selection.world(today() if asked.day is None else asked.day)
    there.require(asked.root)
    if asked.baseline is not None:
        return there, selection.in_baseline(asked.baseline)
    units = there.responsible.lines_of(asked.root, asked.own_only)
    held = selection.baselines(there, asked.period) if asked.kind is Kind.OLD else {}
    if asked.kind is Kind.OLD and asked.which is Which.FALLEN:
        units &= held.keys()  # of what is not frozen nothing falls out: it is what counts on the day
    return there, selection.frozen(there, asked.kind, asked.period, units, held)


def _fallen(asked: Asked, there: World, frozen: QuerySet[Line], after: int, most: int) -> QuerySet[Line]:
    """The first of the lines that fell out: looked for cause by cause, as few lines have one and most are frozen."""
    ids: set[int] = set()
    named = _in_baselines(asked, there)
    for of_line, of_result in conditions.fallen_parts(asked.kind, there.day, asked.why):
        if named is None:
            ids.update(frozen.filter(of_line).values_list("pk", flat=True)[:most])
        else:
            ids.update(_picked(named.filter(of_line, pk__gt=after).order_by("pk"), frozen, most))
        # The order hides behind a sum, or PostgreSQL walks through all lines in their order, expecting many.
        ids.update(frozen.filter(of_result).order_by(F("pk") + 0).values_list("pk", flat=True)[:most])
    return Line.objects.filter(pk__in=sorted(ids)[:most]).order_by("pk")


def _in_baselines(asked: Asked, there: World) -> QuerySet[Line] | None:
    """The lines of all baselines that the list is about, whosever they are; None: it is about none."""
    if asked.baseline is not None:
        return selection.in_baseline(asked.baseline)
    return selection.in_baselines(selection.baselines(there, asked.period).values()) if asked.kind is Kind.OLD else None


def _picked(candidates: QuerySet[Line], frozen: QuerySet[Line], most: int) -> Iterator[int]:
    """The first of `candidates`, in the order of their ids, that are `frozen`.

    Candidates are found in indexes alone, of the table and of the baseline, in portions: nearly all lines that have
    expired did so before anything was frozen, and fetching these rows only to leave them out took seconds.
    """
    last, portion = 0, 4 * most
    while most > 0:
        part = list(candidates.filter(pk__gt=last).values_list("pk", flat=True)[:portion])
        for id in frozen.filter(pk__in=part).order_by("pk").values_list("pk", flat=True)[:most]:
            most -= 1
            yield id
        if len(part) < portion:
            return
        last, portion = part[-1], min(2 * portion, _PORTION)


def _open(there: World, seen: Kinds) -> Q:
    """What may be seen of confidential lines, and of lines of confidential results."""
    ids = there.organisation.ids
    found_line, found_result = Q(confidential=""), Q(result__isnull=True) | Q(result__confidential="")
    for kind in Confidential:
        if not kind.value or kind.value not in seen:
            continue
        units = seen[kind.value]
        within = None if units is None else [ids[unit] for unit in units if unit in ids]
        found_line |= Q(confidential=kind.value, **({} if within is None else {"unit__in": within}))
        found_result |= Q(result__confidential=kind.value, **({} if within is None else {"result__unit__in": within}))
    return found_line & found_result


def _rows(found: QuerySet[Line], named: frozenset[str] | None) -> Iterator[LineRow]:
    """`named`: the units whose lines are given with holder and subject; None: all."""
    last_day = Coalesce(F("valid_to"), F("result__valid_to"))
    digitized = Case(When(conditions.digitized(), then=Value(True)), default=Value(False), output_field=BooleanField())
    for row in found.annotate(last_day=last_day, digitized=digitized).values(*_COLUMNS):
        hidden = row["confidential"] or row["result__confidential"]
        hidden = hidden or (named is not None and row["unit__code"] not in named)
        standing = row["result__status"] or row["status"]
        yield LineRow(
            id=row["pk"],
            unit=row["unit__code"],
            number=row["number"],
            register_number=row["register_number"],
            document_type=row["document_type"],
            subject="" if hidden else row["subject"],
            issue_date=row["issue_date"],
            holder="" if hidden else row["holder"],
            dossier=row["dossier"],
            last_day=row["last_day"],
            status=row["status"] if standing == "in_force" else standing,
            withdrawn=row["withdrawn"] is not None,
            result=row["result_id"],
            in_review=bool(row["result__in_review"]),
            digitized=row["digitized"],
        )
