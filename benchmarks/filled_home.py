"""A home with as many made-up results as wanted: rows in the catalog, documents in the index, one file for all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.made_up import UNITS, results

if TYPE_CHECKING:
    from indexing import SearchDocument

_AT_ONCE = 1000
_PAPER = Path(__file__).parent.parent / "samples" / "docs" / "dev-009.pdf"


def fill(count: int, *, searchable: bool = True) -> None:
    """Fill the catalog, and the index where it is to be `searchable`; both are set up and empty before."""
    from catalog import units
    from web.services import index, store

    units.add("H61", "Ủy ban nhân dân tỉnh Đồng Tháp")
    for number, code in enumerate(UNITS, 1):
        units.add(code, f"Ủy ban nhân dân xã số {number}", parent="H61")
    sha256 = hashlib.sha256(_PAPER.read_bytes()).hexdigest()
    key = store().put(_PAPER, sha256, "application/pdf")
    waiting = results(count)
    while some := tuple(islice(waiting, _AT_ONCE)):
        _record(some, key)
    if searchable:
        index().rebuild(results(count))


def _record(some: tuple[SearchDocument, ...], key: str) -> None:
    """The rows that lists need, a scan for all of `some`."""
    from django.db import transaction

    from catalog.models import Batch, Document, Result, Scan, Unit

    codes = {unit.code: unit.pk for unit in Unit.objects.all()}
    now = datetime.now(UTC)
    first = some[0].id
    with transaction.atomic():
        batch = Batch.objects.create(unit_id=codes[UNITS[0]], name=f"đợt {first}", created=now)
        scan = Scan.objects.create(
            batch=batch,
            unit_id=codes[UNITS[0]],
            name=some[0].source,
            sha256=f"{first:064x}",
            size=1,
            media_type="application/pdf",
            pages=len(some),
            state="done",
            received=now,
        )
        Document.objects.bulk_create(
            Document(
                pk=one.id,
                scan=scan,
                ordinal=place,
                first_page=place,
                last_page=place,
                page_kinds=[[place, "text", False]],
                pages=1,
                state="recorded",
                changed=now,
            )
            for place, one in enumerate(some, 1)
        )
        Result.objects.bulk_create(list(_rows(some, codes, batch.pk, now, key)))


def _rows(
    some: tuple[SearchDocument, ...], codes: dict[str, int], batch: int, now: datetime, key: str
) -> Iterator[object]:
    from catalog.models import Result

    for one in some:
        yield Result(
            pk=one.id,
            document_id=one.id,
            unit_id=codes[one.unit],
            batch_id=batch,
            document_type=one.document_type,
            number=one.number,
            issuer=one.issuer,
            issue_date=one.issue_date,
            subject=one.subject,
            holder=one.holder,
            co_holder=one.co_holder,
            holder_ids=list(one.ids),
            sector=one.sector,
            in_review=one.state == "to_review",
            doubts=int(one.state == "to_review"),
            state=one.state,
            status=one.status,
            confidential=one.confidential,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            dossier=one.dossier,
            archive_key=key,
            archive_sha256=f"{one.id:064x}",
            archive_size=_PAPER.stat().st_size,
            text=one.text,
            recorded=now,
        )
