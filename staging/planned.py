"""Pages in their places on the desk before reading, and what can be done to them: the records of `staging.arrangement`.

All pages of a batch lie in one row; some of them *begin* a document, which reaches to the next that does. Sheets
between documents, pages in the bin and pages that were scanned again keep their place in the row and belong to none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from core.errors import UsageError
from pipeline.records import PageKind

SHEETS = frozenset((PageKind.SEPARATOR, PageKind.COVER))
"""Pages that stand between documents and belong to none."""
MARKS = (PageKind.TEXT, PageKind.BLANK, PageKind.SEPARATOR)
"""What a person can say that a page is."""


class PageState(StrEnum):
    """What was decided about a page."""

    KEPT = "kept"
    BINNED = "binned"
    """In the bin: not read, and kept all the same."""
    REPLACED = "replaced"
    """Scanned again; the newer page is read in its place."""
    AWAITING_RESCAN = "awaiting_rescan"
    """To be scanned again. Until then it stays where it is."""


class Act(StrEnum):
    """What can be done to pages."""

    ROTATE = "rotate"
    MOVE = "move"
    SPLIT = "split"
    """A document begins here."""
    JOIN = "join"
    """The documents of the pages become one; those of one document go to the document before it."""
    MARK = "mark"
    """It is text, blank or a separator, whatever the first look said."""
    BIN = "bin"
    RESTORE = "restore"
    """Taken out of the bin again."""
    ASK_RESCAN = "ask_rescan"
    LET_BE = "let_be"
    """It need not be scanned again after all."""
    RESCAN = "rescan"
    """Another page was scanned in its place."""
    WEAVE = "weave"
    """The files of two pages are the fronts and the backs of one stack."""


class Misfit(StrEnum):
    """Why something cannot be done to the pages."""

    UNKNOWN_PAGE = "unknown_page"
    NOTHING = "nothing"
    """It would change nothing."""
    STATE = "state"
    """Not with a page that is in the bin, or was replaced."""
    SHEET = "sheet"
    """A sheet between documents cannot begin one."""
    FIRST = "first"
    """There is no document before it."""
    STACKS = "stacks"
    """Not two files, or two that cannot be the two sides of one stack."""
    ITSELF = "itself"
    """Not beside or in place of itself."""
    SIGNED = "signed"
    """It would break a signature: a signed file is read as it is, or not at all."""


class MisfitError(UsageError):
    """What was asked cannot be done to these pages; nothing was changed."""

    def __init__(self, misfit: Misfit, message: str) -> None:
        super().__init__(message)
        self.misfit = misfit


@dataclass(frozen=True, slots=True, order=True)
class PageRef:
    """A page of a scan."""

    scan: int
    page: int
    """From 1."""

    def __str__(self) -> str:
        return f"{self.scan}:{self.page}"

    @classmethod
    def of(cls, text: str) -> PageRef:
        """The page that ``SCAN:PAGE`` names; raises MisfitError."""
        scan, _, page = text.partition(":")
        if not (scan.isascii() and scan.isdigit() and page.isascii() and page.isdigit()) or len(text) > 40:
            raise MisfitError(Misfit.UNKNOWN_PAGE, f"{text[:40]!r} names no page")
        return cls(int(scan), int(page))


@dataclass(frozen=True, slots=True)
class LookedPage:
    """What the first look told of a page, as far as the order of pages depends on it."""

    number: int
    kind: PageKind
    code: str = ""
    """What a cover sheet says."""
    begins: bool = False
    """Whether a document begins here when the file is read as it is."""


@dataclass(frozen=True, slots=True)
class LookedScan:
    """A file of the batch."""

    scan: int
    pages: tuple[LookedPage, ...]


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page in its place."""

    ref: PageRef
    kind: PageKind
    rotation: int = 0
    """Degrees clockwise by which people turned it: 0, 90, 180 or 270."""
    state: PageState = PageState.KEPT
    replaced_by: PageRef | None = None
    code: str = ""
    """What a cover sheet says."""
    begins: bool = False
    """Whether a document begins here."""

    @property
    def read(self) -> bool:
        """Whether it belongs to a document."""
        return self.kind not in SHEETS and self.state in (PageState.KEPT, PageState.AWAITING_RESCAN)


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """Pages that are read as one document."""

    pages: tuple[PlannedPage, ...]
    """At least one."""
    code: str = ""
    """What the cover sheet before it says."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that a person did."""

    act: Act
    pages: tuple[PageRef, ...]
    degrees: int = 0
    """ROTATE: clockwise, a multiple of 90."""
    kind: PageKind = PageKind.TEXT
    """MARK: what they are."""
    to: PageRef | None = None
    """MOVE: beside which page; RESCAN: the newer page."""
    after: bool = True
    """MOVE: behind that page, or before it."""
    apart: bool = False
    """MOVE: as a document of their own, behind the document of that page."""


_Shape = tuple[tuple[PageRef, int, PageKind], ...]
_Shapes = Mapping[int, frozenset[tuple[_Shape, str]]]
"""Scan → the documents that pages of it are in."""


@dataclass(frozen=True)
class Plan:
    """All pages of a batch in their places."""

    pages: tuple[PlannedPage, ...]
    origin: _Shapes = field(default_factory=dict, repr=False, compare=False)
    """The documents as they come out when every file is read as it is."""

    @cached_property
    def groups(self) -> tuple[tuple[PlannedPage, ...], ...]:
        """The row cut before each page that begins a document; sheets and binned pages are in them."""
        starts = [i for i, page in enumerate(self.pages) if page.begins or i == 0]
        return tuple(self.pages[a:b] for a, b in pairwise([*starts, len(self.pages)]))

    @cached_property
    def documents(self) -> tuple[PlannedDocument, ...]:
        """The documents in order; a group without a page to read is none."""
        found, code = [], ""
        for group in self.groups:
            pages = tuple(page for page in group if page.read)
            code = _code_before(group) or code
            if pages:
                found.append(PlannedDocument(pages, code))
                code = ""
            code = _code_behind(group) or code
        return tuple(found)

    @cached_property
    def loose(self) -> tuple[PlannedPage, ...]:
        """Pages that are in no document, in order."""
        return tuple(page for page in self.pages if not page.read)

    @cached_property
    def shapes(self) -> _Shapes:
        """Scan → the documents that pages of it are in."""
        return shapes_of(self.documents)

    @cached_property
    def touched(self) -> frozenset[int]:
        """Scans whose documents are others than when the file is read as it is."""
        shapes = self.shapes
        return frozenset(
            scan for scan in shapes.keys() | self.origin.keys() if shapes.get(scan) != self.origin.get(scan)
        )

    @cached_property
    def where(self) -> Mapping[PageRef, int]:
        """Page → its place in the row."""
        return {page.ref: i for i, page in enumerate(self.pages)}

    def page(self, ref: PageRef) -> PlannedPage:
        """One page; raises MisfitError where it is not in the batch."""
        if ref not in self.where:
            raise MisfitError(Misfit.UNKNOWN_PAGE, f"there is no page {ref} in this batch")
        return self.pages[self.where[ref]]

    @property
    def awaiting(self) -> tuple[PlannedPage, ...]:
        """Pages that are to be scanned again."""
        return tuple(page for page in self.pages if page.state is PageState.AWAITING_RESCAN)


def initial(scans: Iterable[LookedScan]) -> Plan:
    """The plan before anybody did anything: the files in order, cut as they are when they are read as they are."""
    files = [
        tuple(PlannedPage(PageRef(scan.scan, p.number), p.kind, code=p.code, begins=p.begins) for p in scan.pages)
        for scan in scans
    ]
    origin: dict[int, frozenset[tuple[_Shape, str]]] = {}
    for pages in files:  # each by itself: who reads the next file sees nothing of a cover that is a file of its own
        origin |= shapes_of(Plan(pages).documents)
    return Plan(tuple(page for pages in files for page in pages), origin)


def _code_before(group: Iterable[PlannedPage]) -> str:
    """What the last cover sheet before the text of a group says: only blank pages, backs of sheets, may lie there."""
    code = ""
    for page in group:
        if page.kind is PageKind.TEXT and page.read:
            return code
        if page.kind is PageKind.COVER and page.state is PageState.KEPT:
            code = page.code
    return ""


def _code_behind(group: Iterable[PlannedPage]) -> str:
    """What the last cover sheet behind the text of a group says: it is about the document that follows."""
    code = ""
    for page in group:
        if page.kind is PageKind.TEXT and page.read:
            code = ""
        elif page.kind is PageKind.COVER and page.state is PageState.KEPT:
            code = page.code
    return code


def shapes_of(documents: Iterable[PlannedDocument]) -> _Shapes:
    """Scan → the documents with pages of it: their pages, how these are turned and what they are, and the cover."""
    found: dict[int, set[tuple[_Shape, str]]] = {}
    for document in documents:
        shape = tuple((page.ref, page.rotation, page.kind) for page in document.pages)
        for scan in {page.ref.scan for page in document.pages}:
            found.setdefault(scan, set()).add((shape, document.code))
    return {scan: frozenset(shapes) for scan, shapes in found.items()}
