"""A catalog with the units, lines and results of a made-up register (`benchmarks.made_register`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice

from benchmarks.made_register import MadeLine, MadeRegister, MadeResult, new_unit, old_unit, old_units

_AT_ONCE = 2_000


def fill(made: MadeRegister) -> tuple[dict[int, int], dict[int, int]]:
    """Fill an empty catalog; gives place → id of lines and of results."""
    from django.db import transaction

    with transaction.atomic():
        units = _units()
        lines = _lines(made.lines, units)
        results = _results(made.results, units)
    return lines, results


def _units() -> dict[str, int]:
    from catalog import units
    from catalog.models import Unit

    units.add("H61", "Ủy ban nhân dân tỉnh Vĩnh Long")
    for place in old_units():
        new = new_unit(place)
        units.add(new, f"Ủy ban nhân dân xã mới {new}", parent="H61")
        units.add(old_unit(place), f"Ủy ban nhân dân xã cũ {place}", parent="H61", successors=(new,))
    return dict(Unit.objects.values_list("code", "pk"))


def _lines(lines: Sequence[MadeLine], units: dict[str, int]) -> dict[int, int]:
    from registers.models import Import, Line

    now = datetime.now(UTC)
    source = Import.objects.create(unit_id="H61", name="made up", actor="benchmark", time=now)
    waiting, found = iter(enumerate(lines)), dict[int, int]()
    while some := list(islice(waiting, _AT_ONCE)):
        rows = [_line(place, line, units, source, now) for place, line in some]
        for (place, _), row in zip(some, Line.objects.bulk_create(rows), strict=True):
            found[place] = row.pk
    return found


def _line(place: int, line: MadeLine, units: dict[str, int], source: object, now: datetime) -> object:
    from registers.keys import holder_key, number_key
    from registers.models import Line

    (holder, id), (co_holder, co_id) = (*line.holders, ("", ""))[:2]
    return Line(
        unit_id=units[line.unit],
        key=hashlib.sha256(str(place).encode()).hexdigest(),
        number=line.number,
        number_key=number_key(line.number, line.day),
        register_number=line.book,
        document_type=line.kind,
        issue_date=line.day,
        holder=holder,
        holder_key=holder_key(holder),
        co_holder=co_holder,
        holder_id=id,
        co_holder_id=co_id,
        imported=source,
        row=place + 2,
        first_seen=now,
        changed=now,
    )


def _results(results: Sequence[MadeResult], units: dict[str, int]) -> dict[int, int]:
    from catalog import fields
    from catalog.models import Batch, Document, Field, Result, Scan

    now = datetime.now(UTC)
    batch = Batch.objects.create(unit_id=units["H61"], name="made up", created=now)
    scan = Scan.objects.create(
        batch=batch, unit=batch.unit, name="a.pdf", sha256="0" * 64, size=1, media_type="application/pdf",
        pages=len(results), state="done", received=now,
    )  # fmt: skip
    found = {}
    for place, one in enumerate(results):
        document = Document.objects.create(
            scan=scan, ordinal=place + 1, first_page=place + 1, last_page=place + 1, page_kinds=[], pages=1,
            state="recorded", changed=now,
        )  # fmt: skip
        result = Result.objects.create(
            document=document, unit_id=units[one.unit], batch=batch, in_review=bool(one.doubted),
            doubts=len(one.doubted), state="to_review" if one.doubted else "accepted", archive_key="key",
            archive_sha256="0" * 64, archive_size=1, text="", recorded=now, **fields.columns(one.values),
        )  # fmt: skip
        Field.objects.bulk_create(
            Field(
                result=result, name=name, value=value, confidence=0.5 if name in one.doubted else 0.997,
                review=name in one.doubted, source="ocr", ocr_value=value,
            )
            for name, value in one.values.items()
            if value or name in one.doubted
        )  # fmt: skip
        found[place] = result.pk
    return found
