"""What the catalog takes and gives: frozen rows, never ORM objects.

Results, scans and batches are named by their integer ids, units by their codes. Times are aware
datetimes in UTC; dates are plain dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from catalog.confidential import Confidential
from catalog.states import Manner, Origin, Standing, State
from catalog.validity import Validity
from catalog.validity import on as validity_on
from ocr.records import Box
from pipeline.records import MediaType, SplitRule


@dataclass(frozen=True, slots=True)
class UnitRow:
    """An office that issues results."""

    code: str
    """Official code, e.g. ``H61.12.3``."""
    name: str
    parent: str | None
    """Code of the unit above it."""
    valid_from: date | None
    """First day of its life; None: not known."""
    valid_to: date | None
    """Last day of its life; None: it lives."""
    successors: tuple[str, ...]
    """Codes of the units that took over its work."""


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """An administrative procedure."""

    code: str
    """E.g. ``1.004873``."""
    name: str
    sector: str
    document_types: tuple[str, ...] = ()
    """Types of the documents that an application needs; empty: not known."""
    yields: tuple[str, ...] = ()
    """Types of the documents that it ends in; empty: not known."""
    validity: str = ""
    """How long its results are valid where they say nothing, in words (``12 tháng``); empty: not known."""
    returns_paper: bool = True
    """Whether it ends in a paper at all."""
    valid_to: date | None = None
    """Last day on which applications could be made; None: they can."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """What one operator scanned in one go."""

    id: int
    unit: str
    """Code of the unit."""
    name: str
    """Unique within the unit."""
    procedure: str | None
    """Code of the procedure that all its results belong to, if one was named."""
    created: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """Numbers of a batch, a unit or the whole catalog."""

    files: int
    """Scans that passed the door."""
    refused: int
    """Files refused at the door."""
    documents: int
    """Results recorded."""
    pages: int
    """Pages of the recorded results."""
    failed: int
    """Documents that could not be finished, and scans that failed as a whole."""
    in_review: int
    """Results of which a person must look at a field."""
    indexed: int
    """Results whose present version search can find."""
    pending: int
    """Results that search does not know yet in their present version."""
    unfinished: int
    """Scans that are neither done nor failed: the next run goes on with them."""
    staged: int = 0
    """Scans on the desk before reading: read after their batch is closed."""
    arranged: int = 0
    """Scans whose pages went on in other scans; kept, and never read themselves."""

    def as_dict(self) -> dict[str, int]:
        """The numbers under their names, as ``sohoa status --json`` prints them."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Received:
    """Answer to a file that passed the door."""

    id: int
    """The scan's id."""
    new: bool
    """Whether the unit had no such bytes before."""
    stored: bool
    """Whether its bytes are known to be in the object store."""
    finished: bool
    """Nothing is left to do for whoever brings it: all its documents are recorded, or it lies on the desk before
    reading, or went on from there in other scans."""
    batch: int
    """The batch that it belongs to."""


@dataclass(frozen=True, slots=True)
class WaitingScan:
    """A stored scan with work left."""

    id: int
    batch: int
    name: str
    sha256: str
    size: int
    """Bytes."""
    media_type: MediaType
    pages: int
    split: SplitRule
    key: str
    """Object key of its bytes."""
    attempts: int
    """Times that a worker took it up since it last got a document recorded."""
    holder: str
    """Worker whose lease has not run out; empty: nobody."""


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A file that passed the door."""

    id: int
    batch: int
    name: str
    sha256: str
    size: int
    """Bytes."""
    media_type: MediaType
    pages: int
    split: SplitRule
    state: str
    """One of `catalog.models.scans.ScanState`: receiving, staged, stored, arranged, done or failed."""
    key: str
    """Object key of its bytes; empty while they are not stored."""
    reason: str
    """Why it failed."""
    received: datetime


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a result as it stands in the catalog."""

    name: str
    value: str
    """Empty where a person must look for it and none was found."""
    confidence: float
    """Chance that the value is right, 0–1."""
    review: bool
    """Whether a person must look at it."""
    page: int | None
    """Page of the evidence in the document, from 1; None: no evidence (no value)."""
    box: Box | None
    """Where the evidence stands (pixels of the upright page)."""
    text: str
    """What was read there, before cleaning."""
    source: str
    """As `pipeline.records.Evidence.source`; ``person`` where somebody typed the value."""
    ocr_value: str
    """What the pipeline found, kept when a person corrects `value`."""
    actor: str = ""
    """Who corrected or confirmed it; empty: nobody yet."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One link of a unit's chain of events."""

    sequence: int
    """Running number in the unit's chain, from 1."""
    time: datetime
    actor: str
    kind: str
    """E.g. ``scan.received``, ``scan.refused``, ``result.recorded``."""
    subject: str
    """What it happened to, e.g. ``scan:12``, ``result:7``, or the name of a refused file."""
    data: Mapping[str, object]
    hash: str
    """SHA-256 (hex) over the event and the hash before it."""


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """Whether a unit's events are as they were written."""

    unit: str
    events: int
    """Number of events looked at."""
    sound: bool
    broken_at: int | None
    """Sequence number of the first event that is not as it was written, or is missing."""
    reason: str
    """A line for people; empty when sound."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A result in a list."""

    id: int
    unit: str
    """Code of the unit that keeps it."""
    number: str
    document_type: str
    issuer: str
    issue_date: date | None
    subject: str
    holder: str
    sector: str
    source: str
    """Name of the file that it came in."""
    first_page: int
    """Number of its first page in that file, from 1."""
    last_page: int
    in_review: bool
    confidential: Confidential = Confidential.OPEN
    state: State = State.ACCEPTED
    status: Standing = Standing.IN_FORCE
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day of validity; None: no end, or not known."""
    dossier: str = ""
    """Code of the dossier that ended in it; empty: not known."""
    origin: Origin = Origin.BACKLOG
    delivered: Manner | None = None
    """How it reached the citizen at last; None: not told."""
    tracking: str = ""
    """Tracking numbers of its ways by post, by spaces."""

    def validity(self, day: date) -> Validity:
        """Whether it is valid on `day`."""
        return validity_on(
            day,
            issue_date=self.issue_date,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            status=self.status,
        )


@dataclass(frozen=True, slots=True)
class StoredObject:
    """Where bytes are kept, and what they are."""

    key: str
    """Object key in the store."""
    sha256: str
    size: int
    """Bytes."""
    media_type: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the catalog knows about one result."""

    row: ResultRow
    batch: str
    """Name of the batch."""
    fields: tuple[FieldRow, ...]
    """In the order of `pipeline.records.FIELD_NAMES`, wanted but missing ones with an empty value."""
    text: str
    """The whole text, pages separated by a form feed."""
    original: StoredObject
    """The scan as it arrived."""
    archive: StoredObject
    """The searchable PDF/A."""
    words: StoredObject | None
    """Its words with places and confidences, as ALTO; None in results recorded before such files were kept."""
    events: tuple[EventRow, ...]
    """What happened to the result and its scan, oldest first; of very many the newest."""
    duplicates: tuple[int, ...]
    """Other results of the unit with the same issuer, kind, number and year."""
    pipeline_version: str
    recorded: datetime
    edition: int = 1
    """Which version of its fields and facts this is; a decision names the one that its maker saw."""
    replaced_by: int | None = None
    """The result that took its place."""
    replaces: tuple[int, ...] = ()
    """The results whose place it took."""
    procedure: str = ""
    """Code of the procedure of its batch; empty: a batch of mixed ones."""
    cover: str = ""
    """The code of the cover sheet before it, as it stood there; empty: none."""
    signed: StoredObject | None = None
    """The signed copy of the archive file, where there is one."""
    signed_as: str = ""
    """Who signed that, when and how, in a line."""
    signatures: str = ""
    """What is known of the electronic signatures in the original, in a line; empty: none, or nobody looked yet."""

    @property
    def handed_out(self) -> StoredObject:
        """The PDF that people get: the signed copy where there is one, otherwise the archive file."""
        return self.signed or self.archive

    @property
    def values(self) -> dict[str, str]:
        """Field name → value, only those that have one."""
        return {f.name: f.value for f in self.fields if f.value}

    @property
    def review(self) -> tuple[str, ...]:
        """Names of the fields that a person must look at."""
        return tuple(f.name for f in self.fields if f.review)


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A version of a result that search does not know yet."""

    id: int
    result: int
    version: int


@dataclass(frozen=True, slots=True)
class SearchRow:
    """What search needs to know of one result; `flows.drain` turns it into a search document."""

    id: int
    """The result's id."""
    version: int
    """Grows with each change of the result, from 1."""
    unit: str
    number: str
    document_type: str
    issuer: str
    issue_date: date | None
    subject: str
    holder: str
    co_holder: str
    ids: tuple[str, ...]
    """Identity numbers of the holders."""
    register_number: str
    signer: str
    sector: str
    source: str
    first_page: int
    last_page: int
    text: str
    dossier: str = ""
    """Code of the dossier that it ended."""
    linked_ids: tuple[str, ...] = ()
    """Other identity numbers of the same persons."""
    confidential: str = ""
    """Its confidential kind; empty: open."""
    state: str = "accepted"
    """``to_review``, ``accepted`` (nobody had to look) or ``verified`` (a person did)."""
    status: str = "in_force"
    """``in_force``, ``revoked`` or ``replaced``."""
    valid_from: date | None = None
    valid_to: date | None = None
    delivered: str = ""
    """How it reached the citizen: ``counter``, ``post`` or ``electronic``; empty: not known."""
    tracking: str = ""
    """Tracking number of the post."""
