"""Several results on one page (bound civil-status books, two extracts on a sheet): parts that a person drew on a page
of a recorded result become documents of their own, which go the way of every document.

Each part is a derived scan in the batch of the page, with the part as its provenance. The same part a second time has
the same bytes and makes nothing new; a call that was killed is simply made again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from catalog import carriers, events, provenance, scans
from catalog.carriers import PagePlace
from catalog.configuration import told_plainly
from catalog.provenance import PageSource
from catalog.values import clip
from core.errors import UsageError
from core.settings import settings
from ocr.records import Box
from pipeline import regions
from pipeline.records import MediaType, Scan, SplitRule
from storage import ObjectStore

MOST = 30
"""Parts of one page."""


def take(result: int, page: int, boxes: Sequence[Box], actor: str, store: ObjectStore) -> tuple[int, ...]:
    """Make the parts `boxes` (pixels of the upright page) of page `page` of a result documents of their own; gives
    their scans, which wait to be read.

    Raises NotFoundError, UsageError (no part, or too many), RefusedError (a part too small, a page that cannot be
    read), StorageError and ServiceError.
    """
    if not 0 < len(boxes) <= MOST:
        raise UsageError(f"draw at least one part of the page, and at most {MOST}")
    place = carriers.place(result, page)
    [row] = scans.rows([place.scan]).values()
    above = settings().work / "regions"
    above.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=above) as folder, events.acting(actor):
        whole = Path(folder) / "whole"
        store.fetch(row.key, whole)
        scan = Scan(whole, row.name, row.sha256, row.size, MediaType(row.media_type), row.pages)
        return tuple(_one(place, scan, box, Path(folder), store) for box in boxes)


def _one(place: PagePlace, scan: Scan, box: Box, folder: Path, store: ObjectStore) -> int:
    size = (place.width, place.height)
    edges = ", ".join(str(round(edge)) for edge in (box.left, box.top, box.right, box.bottom))
    name = clip(f"{scan.name} [{place.page}: {edges}]", 1000)
    made = regions.crop(scan, place.page, place.rotation, size, box, folder / "part.png", name)
    key = store.put(made.path, made.sha256, MediaType.PNG.value)
    made.path.unlink()
    return _keep(place, made, box, key)


@told_plainly()
def _keep(place: PagePlace, made: Scan, box: Box, key: str) -> int:
    with transaction.atomic():
        received = scans.receive(made, place.batch, SplitRule.SEPARATOR)
        source = PageSource(1, place.scan, place.page, place.rotation, box)
        provenance.note(received.id, [source])
        scans.stored(received.id, key)
        return received.id
