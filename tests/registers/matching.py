"""A result and lines of registers that could be it, to be matched."""

from __future__ import annotations

import itertools
from datetime import date

from catalog.values import digest, now
from registers.keys import holder_key, number_key
from registers.models import Import, Line, Looked
from tests.registers.support import UNIT

VALUES = {
    "document_type": "Giấy phép xây dựng",
    "number": "577/GPXD",
    "issuer": "Ủy ban nhân dân huyện Lai Vung",
    "issue_date": "2019-03-05",
    "holder": "Nguyễn Thị Hòa",
    "holder_id": "087185001234",
}
DAY = date(2019, 3, 5)
_count = itertools.count(1)


def result(review: tuple[str, ...] = (), unit: str = UNIT, text: str = "", **changed: str) -> int:
    """Record one more result, in a scan of its own."""
    from catalog import batches, results
    from tests.catalog.support import processed, stored_scan

    scan = stored_scan(batches.open_batch(unit, None, "thùng 1"), content=f"%PDF-{next(_count)}".encode())
    values = {name: value for name, value in (VALUES | changed).items() if value}
    return results.record(scan, processed(values=values, review=review, text=text), "key", "words")


def line(unit: str = UNIT, day: date | None = DAY, **changed: object) -> int:
    """Put one more line into the register of a unit."""
    from catalog.models import Unit

    said = {"number": "577/GPXD", "holder": "Nguyễn Thị Hòa", "holder_id": "087185001234"} | changed
    source, _new = Import.objects.get_or_create(unit_id=unit, name="sổ", defaults={"actor": "van.thu", "time": now()})
    made = Line.objects.create(
        unit=Unit.objects.get(code=unit),
        key=digest(next(_count)),
        number_key=number_key(str(said["number"]), day),
        holder_key=holder_key(str(said["holder"])),
        issue_date=day,
        document_type=said.pop("document_type", "Giấy phép xây dựng"),
        imported=source,
        row=next(_count),
        first_seen=now(),
        changed=now(),
        **said,
    )
    return made.pk


def linked(result: int) -> int | None:
    """The line that a result is linked to."""
    return Line.objects.filter(result=result).values_list("pk", flat=True).first()


def outcome(result: int) -> str:
    """What came of looking for its line."""
    return Looked.objects.filter(result=result).values_list("outcome", flat=True).first() or ""
