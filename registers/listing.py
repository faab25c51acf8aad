"""What registers hold: units, lines, imports. Lines of confidential kinds are given to those alone who may see them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from catalog import dossiers, events
from catalog.configuration import told_plainly
from catalog.records import EventRow
from catalog.states import Standing
from catalog.values import holder_number
from core.errors import NotFoundError
from registers import importing
from registers.keys import holder_key, number_key
from registers.models import Candidate, Import, Line
from registers.records import ImportRow, LineRow, RegisterRow
from registers.states import Verdict, Way

PAGE = 50
_ANY_DAY = date(2000, 1, 1)
_CURSOR = re.compile(r"(\d{4}-\d{2}-\d{2})?:(\d{1,18})")


class Linked(StrEnum):
    """Which lines are asked for."""

    ALL = ""
    """All that stand."""
    LINKED = "linked"
    """Their results are digitized."""
    MISSING = "missing"
    """Nothing is known of them."""
    UNSURE = "unsure"
    """A person must say which result it is."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of a register are asked for."""

    linked: Linked = Linked.ALL
    year: int | None = None
    text: str = ""
    """Part of a holder's name, a number, a dossier's code or an identity number."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Of which units somebody may see registers, and of which confidential kinds there."""

    units: Collection[str] | None
    """None: all."""
    confidential: Mapping[str, Collection[str] | None] = field(default_factory=dict)

    def sees(self, unit: str, kind: str) -> bool:
        """Whether lines of a kind are seen in a unit."""
        if self.units is not None and unit not in self.units:
            return False
        return not kind or _within(unit, self.confidential.get(kind, ()))


@dataclass(frozen=True, slots=True)
class LinePage:
    """Some lines, newest first; those without a day come last."""

    rows: tuple[LineRow, ...]
    next: str
    """To go on from; empty: that was all."""


@told_plainly()
def registers(units: Collection[str] | None) -> tuple[RegisterRow, ...]:
    """The registers of these units (None: all) that hold a line or had an import, by code."""
    lines, imports = Line.objects.filter(withdrawn=None), Import.objects.all()
    if units is not None:
        lines, imports = lines.filter(unit__code__in=list(units)), imports.filter(unit__in=list(units))
    counted = lines.order_by().values_list("unit__code").annotate(Count("pk"), Count("result"))
    held = {code: (number, linked) for code, number, linked in counted}
    last: dict[str, datetime] = dict(imports.order_by().values_list("unit").annotate(Max("time")))
    return tuple(
        RegisterRow(code, *held.get(code, (0, 0)), last[code].astimezone(UTC) if code in last else None)
        for code in sorted(held.keys() | last.keys())
    )


@told_plainly()
def years(unit: str) -> tuple[int, ...]:
    """Years of which the unit's register has lines, newest first."""
    found = Line.objects.filter(unit__code=unit, issue_date__isnull=False).dates("issue_date", "year", order="DESC")
    return tuple(day.year for day in found)


@told_plainly()
def lines(unit: str, sight: Sight, wanted: Wanted, after: str = "", limit: int = PAGE) -> LinePage:
    """Lines of a unit's register, from behind `after` (`LinePage.next`)."""
    found = _visible(_wanted(Line.objects.filter(unit__code=unit), wanted), unit, sight)
    return _page(found, after, limit)


@told_plainly()
def missing(source: int, sight: Sight, after: str = "", limit: int = PAGE) -> LinePage:
    """Lines that stood in the register before a file came in, are not in it, and stand still."""
    row = _import(source)
    return _page(seen(importing.missing(row), sight, row.covers), after, limit)


@told_plainly()
def line(id: int, sight: Sight) -> LineRow:
    """One line; raises NotFoundError where there is none that is seen."""
    found = Line.objects.select_related("unit").filter(pk=id).first()
    if found is None or not sight.sees(found.unit.code, found.confidential):
        raise NotFoundError(f"there is no line {id}")
    return line_row(found)


@told_plainly()
def of_dossier(code: str, unit: str, sight: Sight) -> tuple[tuple[LineRow, ...], bool]:
    """The lines of a unit's register that a dossier ended in; and whether some are hidden from who asks."""
    found = Line.objects.select_related("unit").filter(dossier=code, unit__code=unit).order_by("pk")
    rows = tuple(line_row(row) for row in found)
    shown = tuple(row for row in rows if sight.sees(row.unit, row.confidential))
    return shown, len(shown) < len(rows)


@told_plainly()
def history(id: int) -> tuple[EventRow, ...]:
    """What was done about a line, oldest first: of itself, and its import."""
    found = Line.objects.filter(pk=id).values_list("unit_id", "imported_id").first()
    if found is None:
        return ()
    return events.about(found[0], [f"register-line:{id}", f"register-import:{found[1]}"])


@told_plainly()
def imports(units: Collection[str] | None, before: int | None = None, limit: int = PAGE) -> tuple[ImportRow, ...]:
    """Files that came into the registers of these units, newest first, from behind the one with the id `before`."""
    found = Import.objects.order_by("-pk")
    if units is not None:
        found = found.filter(unit__in=list(units))
    if before is not None:
        found = found.filter(pk__lt=before)
    return tuple(_import_row(row) for row in found[:limit])


@told_plainly()
def show_import(id: int) -> ImportRow:
    """One of them, with how many lines are missing in it; raises NotFoundError."""
    row = _import(id)
    return _import_row(row, importing.missing(row).count() if row.covers else 0)


@told_plainly()
def source(line: LineRow) -> ImportRow:
    """The import that a line was last changed by; how many are missing in it is not counted."""
    return _import_row(_import(line.imported))


def _import(id: int) -> Import:
    found = Import.objects.filter(pk=id).first()
    if found is None:
        raise NotFoundError(f"there is no import {id}")
    return found


def _wanted(found: QuerySet[Line], wanted: Wanted) -> QuerySet[Line]:
    found = found.filter(withdrawn__isnull=wanted.linked is not Linked.WITHDRAWN)
    waiting = Exists(Candidate.objects.filter(line=OuterRef("pk"), verdict=Verdict.OPEN.value))
    if wanted.linked is Linked.LINKED:
        found = found.exclude(result=None)
    elif wanted.linked is Linked.MISSING:
        found = found.filter(~waiting, result=None)
    elif wanted.linked is Linked.UNSURE:
        found = found.filter(waiting, result=None)
    if wanted.year is not None:
        found = found.filter(issue_date__range=(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    return found.filter(_said(wanted.text)) if wanted.text.strip() else found


def _said(text: str) -> Q:
    """Lines that a text can mean."""
    meant = Q(dossier=dossiers.tidied(text)[:100])
    number = holder_number(text)
    if number:
        meant |= Q(holder_id=number) | Q(co_holder_id=number)
    if counted := number_key(text, _ANY_DAY):
        running, year = counted.split("/")
        said = number_key(text, None)
        meant |= Q(number_key=f"{running}/{year}") if said else Q(number_key__startswith=f"{running}/")
        meant |= Q(register_number=text.strip())
    elif name := holder_key(text):
        meant |= Q(holder_key__contains=name)
    return meant


def _visible(found: QuerySet[Line], unit: str, sight: Sight) -> QuerySet[Line]:
    return found.filter(confidential__in=["", *(kind for kind in sight.confidential if sight.sees(unit, kind))])


def seen(found: QuerySet[Line], sight: Sight, units: Collection[str]) -> QuerySet[Line]:
    """Those of some lines of these units that somebody sees."""
    shown = Q(pk__in=[])
    for unit in units:
        if sight.sees(unit, ""):
            kinds = ["", *(kind for kind in sight.confidential if sight.sees(unit, kind))]
            shown |= Q(unit__code=unit, confidential__in=kinds)
    return found.filter(shown)


def _page(found: QuerySet[Line], after: str, limit: int) -> LinePage:
    """Those with a day come first, newest first; the index ``line_of_unit`` holds them in this order."""
    day, last = _cursor(after)
    found = found.select_related("unit")
    dated, undated = found.filter(issue_date__isnull=False), found.filter(issue_date=None).order_by("-pk")
    rows: list[Line] = []
    if last is None or day:
        if day:
            dated = dated.filter(Q(issue_date__lt=day) | Q(issue_date=day, pk__lt=last))
        rows = list(dated.order_by("-issue_date", "-pk")[: limit + 1])
    elif last is not None:
        undated = undated.filter(pk__lt=last)
    if len(rows) <= limit:
        rows += undated[: limit + 1 - len(rows)]
    more = len(rows) > limit
    end = rows[limit - 1] if more else None
    following = f"{end.issue_date.isoformat() if end.issue_date else ''}:{end.pk}" if end else ""
    return LinePage(tuple(map(line_row, rows[:limit])), following)


def _cursor(after: str) -> tuple[date | None, int | None]:
    """Day and id of the last line that was shown; what is no such place means the beginning."""
    cursor = _CURSOR.fullmatch(after)
    if cursor is None:
        return None, None
    try:
        return date.fromisoformat(cursor[1]) if cursor[1] else None, int(cursor[2])
    except ValueError:
        return None, None


def line_row(row: Line) -> LineRow:
    """A line as it is given out."""
    same: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            *("number", "register_number", "document_type", "subject", "sector", "issuer", "procedure", "dossier"),
            *("issue_date", "doubtful", "holder", "co_holder", "holder_id", "co_holder_id", "confidential"),
            *("valid_from", "valid_to", "row", "withdrawn_by", "withdrawn_reason", "score", "linked_by"),
        )
    }
    return LineRow(
        id=row.pk,
        unit=row.unit.code,
        **same,
        status=Standing(row.status),
        values=row.values,
        imported=row.imported_id,
        first_seen=row.first_seen.astimezone(UTC),
        changed=row.changed.astimezone(UTC),
        withdrawn=_utc(row.withdrawn),
        result=row.result_id,
        reasons=tuple((str(name), str(agreement)) for name, agreement in row.reasons),
        linked=_utc(row.linked),
    )


def _import_row(row: Import, gone: int = 0) -> ImportRow:
    return ImportRow(
        id=row.pk,
        unit=row.unit_id,
        way=Way(row.way),
        name=row.name,
        sha256=row.sha256,
        meanings=row.meanings,
        actor=row.actor,
        time=row.time.astimezone(UTC),
        new=row.new,
        changed=row.changed,
        same=row.same,
        refused=row.refused,
        missing=gone,
    )


def _utc(time: datetime | None) -> datetime | None:
    return time.astimezone(UTC) if time else None


def _within(unit: str, covered: Collection[str] | None) -> bool:
    return covered is None or unit in covered
