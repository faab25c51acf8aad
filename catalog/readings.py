"""Readings in the catalog: packed small, and given back as they were, so that no page is read twice.

A page's words become columns (texts, boxes, confidences, …) of JSON under zlib, about 5 kB a
page. Boxes are kept to a tenth of a pixel and confidences to three places: finer than any engine tells.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import fields
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from catalog.configuration import told_plainly
from catalog.models import PageReading, Result
from catalog.values import chance, clean, clip
from core.errors import NotFoundError
from ocr.records import Box, Engine, Reading, Word

_ROWS = 100
"""Pages written at once."""


def pack(words: Iterable[Word]) -> bytes:
    """The words of a page as bytes: a column for each field of Word."""
    words = tuple(words)
    columns: dict[str, list[Any]] = {field.name: [getattr(w, field.name) for w in words] for field in fields(Word)}
    columns["text"] = [clean(text) for text in columns["text"]]
    columns["box"] = [[round(side, 1) for side in (b.left, b.top, b.right, b.bottom)] for b in columns["box"]]
    for name in ("confidence", "pen"):
        columns[name] = [round(chance(value), 3) for value in columns[name]]
    return zlib.compress(json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode(), level=6)


def unpack(packed: bytes) -> tuple[Word, ...]:
    """What `pack` packed; columns that an older sohoa did not know take Word's defaults."""
    columns = json.loads(zlib.decompress(packed))
    columns["box"] = [Box(*box) for box in columns["box"]]
    rows = zip(*columns.values(), strict=True)
    return tuple(Word(**dict(zip(columns, row, strict=True))) for row in rows)


def keep(scan_id: int, readings: Iterable[Reading]) -> None:
    """Keep the readings of pages of a scan, in place of earlier ones; to be called inside a transaction.

    They are gone through once, one after the other, and only their packed rows are held, `_ROWS` at a time.
    """
    rows = (_row(scan_id, reading) for reading in readings)
    while part := list(islice(rows, _ROWS)):
        PageReading.objects.filter(scan_id=scan_id, page__in=[row.page for row in part]).delete()
        PageReading.objects.bulk_create(part)


@told_plainly()
def of_scan(scan_id: int) -> dict[int, Reading]:
    """Page number in the scan → what was read on it."""
    return {row.page: _reading(row) for row in PageReading.objects.filter(scan_id=scan_id).order_by("page")}


@told_plainly()
def of_result(id: int) -> tuple[Reading, ...]:
    """What was read on the pages of a result, in order; raises NotFoundError."""
    return tuple(_reading(row) for row in _rows(id))


@told_plainly()
def page_sizes(id: int) -> tuple[tuple[int, int], ...]:
    """Width and height of each upright page of a result in pixels, in order; raises NotFoundError."""
    return tuple((row.width, row.height) for row in _rows(id).only("width", "height"))


def _rows(id: int) -> QuerySet[PageReading]:
    result = Result.objects.select_related("document").filter(pk=id).first()
    if result is None:
        raise NotFoundError(f"there is no result {id}")
    document = result.document
    numbers = [page[0] for page in document.page_kinds]
    return PageReading.objects.filter(scan_id=document.scan_id, page__in=numbers).order_by("page")


def _row(scan_id: int, reading: Reading) -> PageReading:
    return PageReading(
        scan_id=scan_id,
        page=reading.page,
        engine=clip(reading.engine.name, 64),
        engine_version=clip(reading.engine.version, 64),
        engine_data=clip(reading.engine.data, 64),
        width=reading.width,
        height=reading.height,
        dpi=reading.dpi,
        rotation=reading.rotation,
        skew=reading.skew,
        words=pack(reading.words),
    )


def _reading(row: PageReading) -> Reading:
    return Reading(
        page=row.page,
        width=row.width,
        height=row.height,
        dpi=row.dpi,
        rotation=row.rotation,
        skew=row.skew,
        words=unpack(bytes(row.words)),
        engine=Engine(row.engine, row.engine_version, row.engine_data),
    )
