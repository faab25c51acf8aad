"""What staging takes and gives about batches: frozen records, never ORM objects. Times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2s

from pipeline.records import SplitRule
from staging.states import BatchState, Sides


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What is told of a batch when it is opened."""

    unit: str
    """Code."""
    name: str
    procedure: str | None = None
    """Code of the procedure that all its results belong to; None: mixed."""
    box: str = ""
    shelf: str = ""
    operator: str = ""
    """User name of the person at the scanner; empty: who opens it."""
    expected_documents: int | None = None
    expected_pages: int | None = None
    """Pages with writing on them: neither sheets nor blank ones."""
    slip: tuple[str, ...] = ()
    """The papers that should be in it: codes of dossiers or lines of a register, as their covers carry them."""
    split: SplitRule = SplitRule.SEPARATOR
    sides: Sides = Sides.FRONT


@dataclass(frozen=True, slots=True)
class DeskBatch:
    """A batch that archive staff opened."""

    id: int
    unit: str
    """Code."""
    name: str
    procedure: str | None
    """Code; None: mixed."""
    state: BatchState
    box: str
    shelf: str
    operator: str
    expected_documents: int | None
    expected_pages: int | None
    slip: tuple[str, ...]
    """Empty in lists."""
    split: SplitRule
    sides: Sides
    opened: datetime
    opened_by: str
    closed: datetime | None
    closed_by: str
    reason: str
    """Why it was closed although what came in was not what was expected."""
    files: int
    """Files that came in."""
    pages: int
    """Their pages, of all kinds."""
    stuck: str = ""
    """Closed: why it could not be handed on when that was tried last, in English; empty: nothing is in its way."""


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One page of the list of batches."""

    rows: tuple[DeskBatch, ...]
    """Newest first."""
    total: int
    """Batches on all pages."""
    page: int
    """From 1."""
    pages: int
    """At least 1."""


class FaultKind(StrEnum):
    """What is not as it should be in a batch."""

    LOOKING = "looking"
    """A file has not been looked at yet."""
    RECEIVING = "receiving"
    """A file did not come in whole."""
    EMPTY = "empty"
    """Nothing came in."""
    WRONG_DOCUMENTS = "wrong_documents"
    """Another number of documents than expected."""
    WRONG_PAGES = "wrong_pages"
    """Another number of pages with writing than expected."""
    MISSING_SEPARATOR = "missing_separator"
    """A document is so long that a sheet seems to be missing in it."""
    DOUBLED_SEPARATOR = "doubled_separator"
    """Two sheets with nothing between them."""
    COVER_ALONE = "cover_alone"
    """A cover with no document behind it."""
    NO_COVER = "no_cover"
    """A document without a cover among others that have one."""
    NO_TEXT = "no_text"
    """Pages that make no document: all of them are blank."""
    UNKNOWN_CODE = "unknown_code"
    """A cover of another unit, or of a procedure that nobody knows."""
    TWICE = "twice"
    """Two documents under the same code."""
    NOT_ON_SLIP = "not_on_slip"
    """A document that is not on the slip."""
    SLIP_MISSING = "slip_missing"
    """A line of the slip without a document."""
    STACKS = "stacks"
    """A file that was scanned as one side of a stack, and was not woven with the other side."""
    RESCAN = "rescan"
    """A page is to be scanned again."""
    POOR_SCAN = "poor_scan"
    """The scan of a page is too poor: it has a finding that blocks."""
    SIGNED = "signed"
    """A page of a signed file that would no longer be read as it is, which breaks the signature."""


class Severity(StrEnum):
    """What a fault means for closing."""

    BARS = "bars"
    """The batch cannot be closed before this has gone."""
    STOPS = "stops"
    """It can be closed with a reason."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be, and where."""

    kind: FaultKind
    severity: Severity = Severity.STOPS
    scan: int | None = None
    """Id of the file; None: of the batch as a whole."""
    name: str = ""
    """Of that file."""
    page: int | None = None
    """In the file, from 1; None: the file as a whole."""
    expected: str = ""
    """What should be: a number, or a code."""
    found: str = ""
    """What is."""

    @property
    def mark(self) -> str:
        """A few letters that tell this fault from others, so that one which was seen is known again."""
        told = repr((self.kind.value, self.scan, self.name, self.page, self.expected, self.found))
        return blake2s(told.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
