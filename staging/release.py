"""A closed batch goes on to be read: files that nobody touched as they are, the others as documents put together anew.

Safe to kill anywhere and to run twice, also by two at once: what is put together has the same bytes each time, its row,
its provenance and its state are written in one transaction, and an original is settled after all that is made of it.
All of it is put together before anything goes on, so that a page which cannot be read leaves the batch whole.
What is derived never replaces its originals: these stay, and are never read.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from django.db import transaction

from catalog import events, provenance, scans
from catalog.configuration import told_plainly
from catalog.provenance import PageSource
from catalog.records import ScanRow, WaitingScan
from catalog.values import clip
from core.settings import settings
from pipeline import assemble
from pipeline.assemble import Part
from pipeline.records import MediaType, Scan, SplitRule
from staging import batches, codes, operations
from staging import signed as signed_files
from staging.models import StagedBatch
from staging.planned import SHEETS, Misfit, MisfitError, PageRef, PageState, Plan, PlannedDocument, PlannedPage
from staging.refusals import BatchError, BatchRefusal
from storage import ObjectStore

_STAGED, _ARRANGED = "staged", "arranged"
_SHOWN_PAGES = 8
"""Page numbers told in a derived file's name."""


@dataclass(frozen=True, slots=True)
class Released:
    """What became of a batch."""

    as_they_were: tuple[int, ...]
    """Scans that went on untouched."""
    derived: tuple[int, ...]
    """Scans that were put together."""
    arranged: tuple[int, ...]
    """Originals that are kept and not read."""


def release(batch: int, store: ObjectStore) -> Released:
    """Hand a closed batch on. Raises BatchError (not closed), MisfitError (a signed file would change), RefusedError (a
    page cannot be read), StorageError, ServiceError; then open the batch, or run it again.
    """
    closed = batches.show(batch).closed
    if closed is None:
        raise BatchError(BatchRefusal.OPEN, "the batch is not closed")
    plan = operations.plan(batch)  # of this closing: nothing goes on by it once somebody opened the batch again
    rows = {row.id: row for row in scans.of_batch(batch)}
    staged = [row.id for row in rows.values() if row.state == _STAGED]
    signed = operations.signed(batch)
    signed_files.refuse(plan, signed)
    beside = signed_files.codes_beside(plan, signed)
    touched = plan.touched - beside.keys()
    put = _put_together(plan, touched.intersection(staged), rows, store)
    whole = tuple(id for id in staged if id not in touched and _hand_on(batch, closed, id, beside.get(id, "")))
    made: dict[int, list[int]] = {}
    for one in put:
        id = _keep(batch, closed, one)
        for scan in _files(one.document):
            made.setdefault(scan, []).append(id)
    arranged = tuple(id for id in staged if id in touched and _arrange(batch, closed, id, made.get(id, ())))
    batches.handed_on(batch)
    return Released(whole, tuple(sorted({id for ids in made.values() for id in ids})), arranged)


@told_plainly()
def waiting() -> tuple[WaitingScan, ...]:
    """Scans that went on from the desk, or are parts of pages of any batch, and are still to be read, oldest first."""
    desks = StagedBatch.objects.filter(pk__in=scans.batches_unfinished()).values_list("pk", flat=True)
    found = {scan.id: scan for batch in desks for scan in scans.unfinished(batch)}
    found |= {scan.id: scan for scan in scans.unfinished(ids=provenance.cut_out_unfinished())}
    return tuple(sorted(found.values(), key=attrgetter("id")))


def taken_out(batch: int) -> dict[PageRef, int]:
    """The pages in the bin of a batch that were taken out of it after it went on → the scan as which they are read."""
    binned = [page.ref for page in operations.plan(batch).loose if page.state is PageState.BINNED]
    went = provenance.went_into(ref.scan for ref in binned)
    read = {row.id for row in scans.rows(operations.signed(batch)).values() if row.state != _ARRANGED}
    found = {ref: went.get((ref.scan, ref.page), ref.scan if ref.scan in read else None) for ref in binned}
    return {ref: scan for ref, scan in found.items() if scan is not None}


@told_plainly()
def whole(batch: int, pages: Collection[PageRef]) -> tuple[PageRef, ...]:
    """`pages` with all others of the signed files among them, of which a desk shows no more than a part at a time."""
    wanted = set(pages)
    files = operations.signed(batch) & {ref.scan for ref in wanted}
    more = [page.ref for page in operations.plan(batch).pages if page.ref.scan in files and page.ref not in wanted]
    return (*pages, *more)


def to_take_out(batch: int, pages: Collection[PageRef]) -> tuple[PlannedPage, ...]:
    """The pages that `take_out` of these would have read; sheets are left out. Raises as `take_out`."""
    _require_handed_on(batch)
    plan, wanted = operations.plan(batch), set(pages)
    if not wanted or any(plan.page(ref).state is not PageState.BINNED for ref in wanted):
        raise MisfitError(Misfit.STATE, "only pages in the bin can be taken out of it")
    for scan in operations.signed(batch) & {ref.scan for ref in wanted}:
        if wanted != {page.ref for page in plan.pages if page.ref.scan == scan}:
            raise MisfitError(Misfit.SIGNED, "a signed file is taken out of the bin whole, and by itself")
    chosen = tuple(page for page in plan.pages if page.ref in wanted and page.kind not in SHEETS)
    if not chosen:
        raise MisfitError(Misfit.SHEET, "sheets between documents are not read")
    return chosen


def take_out(batch: int, pages: Collection[PageRef], store: ObjectStore, actor: str) -> int:
    """Take pages out of the bin of a batch that went on: they become a document of their own, a signed file is read as
    it is; gives the scan. The same pages once more are that scan again.

    Raises MisfitError (not in the bin, taken out before with other pages, part of a signed file), BatchError (not all
    of the batch went on: open it and restore them there), StorageError.
    """
    chosen = to_take_out(batch, pages)
    with events.acting(actor):
        if chosen[0].ref.scan in operations.signed(batch):
            scans.take_up(chosen[0].ref.scan)
            return chosen[0].ref.scan
        with _Copies({row.id: row for row in scans.of_batch(batch)}, store) as copies:
            return _keep(batch, None, _put(PlannedDocument(chosen), copies))


@dataclass(frozen=True, slots=True)
class _Put:
    """A document that was put together, its bytes in the store, and nothing of it in the catalog yet."""

    document: PlannedDocument
    scan: Scan
    """As which it is received; the file itself is gone."""
    key: str


def _put_together(plan: Plan, touched: frozenset[int], rows: dict[int, ScanRow], store: ObjectStore) -> list[_Put]:
    """The documents with pages of these scans."""
    documents = [d for d in plan.documents if not touched.isdisjoint(_files(d))]
    left = Counter(scan for document in documents for scan in _files(document))
    put = []
    with _Copies(rows, store) as copies:
        for document in documents:
            put.append(_put(document, copies))
            for scan in _files(document):
                left[scan] -= 1
                if not left[scan]:
                    copies.drop(scan)
    return put


class _Copies:
    """Private copies of originals, fetched when they are first needed."""

    def __init__(self, rows: dict[int, ScanRow], store: ObjectStore) -> None:
        self._rows = rows
        self._store = store
        above = settings().work / "released"
        above.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = tempfile.TemporaryDirectory(dir=above, prefix="release-")
        self._scans: dict[int, Scan] = {}

    def __enter__(self) -> _Copies:
        return self

    def __exit__(self, *_error: object) -> None:
        self._folder.cleanup()

    @property
    def folder(self) -> Path:
        return Path(self._folder.name)

    @property
    def store(self) -> ObjectStore:
        return self._store

    def row(self, id: int) -> ScanRow:
        return self._rows[id]

    def get(self, id: int) -> Scan:
        if id not in self._scans:
            row = self._rows[id]
            path = self.folder / f"{id}.original"
            self._store.fetch(row.key, path)
            self._scans[id] = Scan(path, row.name, row.sha256, row.size, row.media_type, row.pages)
        return self._scans[id]

    def drop(self, id: int) -> None:
        if id in self._scans:
            self._scans.pop(id).path.unlink(missing_ok=True)


def _put(document: PlannedDocument, copies: _Copies) -> _Put:
    """Put a document together and its bytes into the store."""
    parts = [Part(copies.get(page.ref.scan), page.ref.page, page.rotation) for page in document.pages]
    made = assemble.write(parts, copies.folder / "derived.pdf", _name(document, copies))
    key = copies.store.put(made.path, made.sha256, MediaType.PDF.value)
    made.path.unlink()
    return _Put(document, made, key)


@told_plainly()
def _keep(batch: int, closed: datetime | None, put: _Put) -> int:
    """Row, provenance and state at once. `closed`: when the batch was closed; None: all of it went on before."""
    with transaction.atomic():
        if closed is not None:
            batches.require_closed(batch, closed)  # nobody opens it again from here on
        else:
            batches.require_handed_on(batch)  # of two who take the same page out, one comes second
            _refuse_taken(put)
        cover = codes.parse(put.document.code)
        received = scans.receive(put.scan, batch, SplitRule.SEPARATOR, cover=cover)
        provenance.note(received.id, _sources(put.document))
        scans.stored(received.id, put.key)
        return received.id


def _refuse_taken(put: _Put) -> None:
    """Raise MisfitError where pages went into another document before."""
    refs = {(page.ref.scan, page.ref.page) for page in put.document.pages}
    went = {into for page, into in provenance.went_into(_files(put.document)).items() if page in refs}
    if any(row.sha256 != put.scan.sha256 for row in scans.rows(went).values()):
        raise MisfitError(Misfit.STATE, "some of these pages were taken out of the bin before")


def _sources(document: PlannedDocument) -> list[PageSource]:
    return [
        PageSource(number, page.ref.scan, page.ref.page, page.rotation, kind=page.kind)
        for number, page in enumerate(document.pages, start=1)
    ]


def _name(document: PlannedDocument, copies: _Copies) -> str:
    """The name of the first file, and which of its pages: ``hộp 1.pdf [3, 4, 7]``."""
    first = document.pages[0].ref.scan
    numbers = [str(page.ref.page) for page in document.pages if page.ref.scan == first]
    told = ", ".join(numbers[:_SHOWN_PAGES]) + (", …" if len(numbers) > _SHOWN_PAGES else "")
    return clip(f"{copies.row(first).name} [{told}]", 1000)


def _files(document: PlannedDocument) -> frozenset[int]:
    return frozenset(page.ref.scan for page in document.pages)


@told_plainly()
def _hand_on(batch: int, closed: datetime, id: int, code: str) -> bool:
    with transaction.atomic():
        batches.require_closed(batch, closed)
        return scans.hand_on(id, codes.parse(code))


@told_plainly()
def _arrange(batch: int, closed: datetime, id: int, derived: Sequence[int]) -> bool:
    with transaction.atomic():
        batches.require_closed(batch, closed)
        return scans.arrange(id, derived)


@told_plainly()
def _require_handed_on(batch: int) -> None:
    with transaction.atomic():
        batches.require_handed_on(batch)
