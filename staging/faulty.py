"""What is not as it should be in a batch: what was expected, laid beside what came in. This knows no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import median

from catalog.records import ScanRow
from pipeline.records import PageKind
from staging import codes, stacks
from staging import signed as signed_files
from staging.planned import SHEETS, PageRef, PageState, Plan, PlannedDocument, PlannedPage
from staging.records import DeskBatch, Fault, FaultKind, Severity
from staging.states import Sides

LONG_PAGES = 8
"""Pages with writing from which on a document may be two …"""
LONG_TIMES = 4
"""… if it also is so many times as long as those of this batch mostly are. Not measured: set by reason, and only asked
where nobody counted the documents."""
_FEW = 4
"""Documents below which "mostly" says nothing."""


def faults(
    batch: DeskBatch,
    files: Sequence[ScanRow],
    looked: Collection[int],
    plan: Plan,
    procedures: Collection[str],
    poor: Collection[PageRef] = (),
    signed: Collection[int] = (),
) -> tuple[Fault, ...]:
    """All faults of a batch, those that bar closing first.

    `looked` are the ids of the files that were looked at; while some were not, nothing else is told, for it would be
    told wrongly. `procedures` are the codes that are known, `poor` the pages with a finding that blocks,
    `signed` the ids of signed files.
    """
    on_desk = [file for file in files if file.state == "staged"]
    waiting = [file for file in on_desk if file.id not in looked]
    if waiting:
        return tuple(Fault(FaultKind.LOOKING, Severity.BARS, file.id, file.name) for file in waiting)
    case = _Case(batch, {file.id: file.name for file in files}, plan)
    found = [
        *(
            replace(case.at(FaultKind.SIGNED, page), severity=Severity.BARS)
            for page in signed_files.broken(plan, signed)
        ),
        *(Fault(FaultKind.RECEIVING, scan=f.id, name=f.name) for f in files if f.state == "receiving"),
        *case.counts(),
        *case.sheets(),
        *case.documents(procedures),
        *case.stacks(),
        *case.slip(),
        *(
            case.at(FaultKind.POOR_SCAN, p)
            for p in plan.pages
            if p.ref in poor and p.read and p.state is PageState.KEPT
        ),
        *(case.at(FaultKind.RESCAN, page) for page in plan.pages if page.state is PageState.AWAITING_RESCAN),
    ]
    return tuple(found) if on_desk or found else (Fault(FaultKind.EMPTY),)


class _Case:
    """One batch with its plan."""

    def __init__(self, batch: DeskBatch, names: dict[int, str], plan: Plan) -> None:
        self._batch = batch
        self._names = names
        self._plan = plan
        self._documents = [(document, _texts(document)) for document in plan.documents]
        self._codes = [codes.parse(document.code) for document in plan.documents]

    def at(self, kind: FaultKind, page: PlannedPage, expected: str = "", found: str = "") -> Fault:
        """A fault on one page."""
        scan = page.ref.scan
        return Fault(kind, Severity.STOPS, scan, self._names.get(scan, ""), page.ref.page, expected, found)

    def counts(self) -> Iterator[Fault]:
        """The numbers, and where a sheet seems to be missing."""
        with_text = [document for document, texts in self._documents if texts]
        pages = sum(texts for _document, texts in self._documents)
        wanted = self._batch.expected_documents
        if wanted is not None and wanted != len(with_text):
            yield Fault(FaultKind.WRONG_DOCUMENTS, expected=str(wanted), found=str(len(with_text)))
        if self._batch.expected_pages not in (None, pages):
            yield Fault(FaultKind.WRONG_PAGES, expected=str(self._batch.expected_pages), found=str(pages))
        if wanted is None and self._batch.slip and not any(self._codes):
            wanted = len(self._batch.slip)  # `slip` tells that it is another number, this where a sheet may be missing
        if wanted is None or len(with_text) < wanted:
            yield from self._too_long(at_least_one=wanted is not None)

    def _too_long(self, *, at_least_one: bool) -> Iterator[Fault]:
        """Documents much longer than the others; where too few came for what was expected, at least the longest."""
        lengths = [texts for _document, texts in self._documents if texts]
        if not lengths:
            return
        usual = median(lengths)
        long = [d for d, texts in self._documents if texts >= max(LONG_PAGES, LONG_TIMES * usual)]
        if len(lengths) < _FEW:
            long = []
        if at_least_one and not long and max(lengths) > 1:
            long = [next(d for d, texts in self._documents if texts == max(lengths))]
        for document in long:
            usually = f"{usual:g}"
            yield self.at(FaultKind.MISSING_SEPARATOR, document.pages[0], usually, str(_texts(document)))

    def sheets(self) -> Iterator[Fault]:
        """Sheets one on the other, and covers that nothing follows."""
        before: PlannedPage | None = None  # the last sheet, while nothing came after it
        cover: PlannedPage | None = None  # the last cover, while no document came after it
        for page in self._plan.pages:
            if page.state in (PageState.BINNED, PageState.REPLACED):
                continue
            if page.kind in SHEETS:
                if page.kind is PageKind.COVER and cover is not None:
                    yield self.at(FaultKind.COVER_ALONE, cover, found=_line(cover))
                elif _doubled(before, page):
                    yield self.at(FaultKind.DOUBLED_SEPARATOR, page)
                before = page
                cover = page if page.kind is PageKind.COVER else cover
            elif page.kind is PageKind.TEXT:
                before = cover = None
        if cover is not None:
            yield self.at(FaultKind.COVER_ALONE, cover, found=_line(cover))

    def documents(self, procedures: Collection[str]) -> Iterator[Fault]:
        """Documents without text, without a cover, under a code that cannot be, or under one that another has."""
        covered = any(self._codes)
        times = Counter(codes.line(code) for code in self._codes if code)
        for (document, texts), code in zip(self._documents, self._codes, strict=True):
            first = document.pages[0]
            if not texts:
                yield self.at(FaultKind.NO_TEXT, first)
            elif code is None and covered:
                yield self.at(FaultKind.NO_COVER, first)
            if code is None:
                continue
            if bad := codes.unknown(code, self._batch.unit, procedures):
                yield self.at(FaultKind.UNKNOWN_CODE, first, found=bad)
            if (line := codes.line(code)) and times[line] > 1:
                yield self.at(FaultKind.TWICE, first, found=line)

    def stacks(self) -> Iterator[Fault]:
        """Files of a batch whose two sides were scanned apart, and lie apart still."""
        if self._batch.sides is not Sides.TWO_STACKS:
            return
        for file in stacks.files(self._plan):
            if file.pages > 1:
                yield Fault(FaultKind.STACKS, scan=file.scan, name=self._names.get(file.scan, ""))

    def slip(self) -> Iterator[Fault]:
        """Lines of the slip and documents that do not find each other."""
        if not self._batch.slip:
            return
        wanted = frozenset(self._batch.slip)
        came = {codes.line(code) for code in self._codes if code}
        for (document, texts), code in zip(self._documents, self._codes, strict=True):
            line = codes.line(code) if code else ""
            if texts and line and line not in wanted:
                yield self.at(FaultKind.NOT_ON_SLIP, document.pages[0], found=line)
        if came - {""}:
            missing: Iterable[str] = (line for line in self._batch.slip if line not in came)
            yield from (Fault(FaultKind.SLIP_MISSING, expected=line) for line in missing)
        elif (texts := sum(1 for _document, count in self._documents if count)) != len(self._batch.slip):
            # No covers were used: of the slip only the number of its lines can be compared.
            yield Fault(FaultKind.WRONG_DOCUMENTS, expected=str(len(self._batch.slip)), found=str(texts))


def _texts(document: PlannedDocument) -> int:
    return sum(page.kind is PageKind.TEXT for page in document.pages)


def _line(page: PlannedPage) -> str:
    code = codes.parse(page.code)
    return codes.line(code) if code else ""


def _doubled(before: PlannedPage | None, page: PlannedPage) -> bool:
    """A separator right behind another one in the same file; one beside a cover does no harm."""
    return (
        before is not None
        and before.kind is PageKind.SEPARATOR
        and page.kind is PageKind.SEPARATOR
        and before.ref.scan == page.ref.scan
    )
