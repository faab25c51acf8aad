"""Rows of registers and of the catalog, written straight into the tables: as they are counted, whoever made them."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import count
from typing import Any

from catalog.models import Batch, Carrier, Change, Document, Result, Scan, Unit
from catalog.values import HERE, now
from registers.models import Import, Line

_numbers = count(1)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), HERE)


def line(unit: str, issued: date | None, **values: Any) -> int:
    """Id of a new line in the register of `unit`."""
    number = next(_numbers)
    values.setdefault("number_key", f"{number}/{issued.year}" if issued else "")
    made = Line.objects.create(
        unit=Unit.objects.get(code=unit),
        key=f"{number}",
        number=f"{number}/GPXD",
        issue_date=issued,
        imported=_import(unit),
        first_seen=now(),
        changed=now(),
        **values,
    )
    return made.pk


def result(unit: str, recorded: date, *, pages: int = 2, in_review: bool = False, **values: Any) -> int:
    """Id of a new result of `unit`."""
    number, row = next(_numbers), Unit.objects.get(code=unit)
    batch, _new = Batch.objects.get_or_create(unit=row, name="đợt", defaults={"created": now()})
    scan = Scan.objects.create(
        batch=batch,
        unit=row,
        name="a.pdf",
        sha256=f"{number:064x}",
        size=1,
        media_type="application/pdf",
        pages=pages,
        received=noon(recorded),
        state="done",
    )
    document = Document.objects.create(
        scan=scan,
        ordinal=1,
        first_page=1,
        last_page=pages,
        page_kinds=[],
        pages=pages,
        state="recorded",
        changed=noon(recorded),
    )
    made = Result.objects.create(
        document=document,
        unit=row,
        batch=batch,
        in_review=in_review,
        doubts=int(in_review),
        state="to_review" if in_review else "accepted",
        archive_key="key",
        archive_sha256=f"{number:064x}",
        archive_size=1,
        text="",
        recorded=noon(recorded),
        **values,
    )
    return made.pk


def carrier(result: int) -> None:
    """The result is a mere sheet that others stand on."""
    Carrier.objects.create(result_id=result, actor="an", time=now())


def set_aside(result: int) -> None:
    """The result is another scan of one that counts."""
    edition = Change.objects.filter(result=result).count() + 1
    Change.objects.create(result_id=result, kind="set_aside", edition=edition, actor="an", time=now())


def _import(unit: str) -> Import:
    made, _new = Import.objects.get_or_create(unit_id=unit, name="sổ.xlsx", defaults={"actor": "an", "time": now()})
    return made
