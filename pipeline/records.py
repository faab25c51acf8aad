"""The records that travel from step to step. All are frozen; none knows a database or a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ocr.records import Box, Reading

FIELD_NAMES = (
    "document_type",
    "number",
    "issuer",
    "issue_date",
    "subject",
    "signer",
    "holder",
    "holder_id",
    "holder_birth_date",
    "co_holder",
    "co_holder_id",
    "expiry_date",
    "validity",
    "register_number",
    "sector",
)
"""All field names, in the order in which people see them. Dates are ISO 8601 (YYYY-MM-DD)."""


class MediaType(StrEnum):
    """The kinds of file that are taken in, by content."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    JPEG = "image/jpeg"
    PNG = "image/png"


WORDS_MEDIA_TYPE = "application/xml"
"""What a file of words (ALTO) is handed out as."""


class PageKind(StrEnum):
    """What a page of a scan is for. Nothing but separators and covers is left out of the documents."""

    TEXT = "text"
    BLANK = "blank"
    SEPARATOR = "separator"
    """A sheet that ends one document and begins the next."""
    COVER = "cover"
    """Such a sheet that also says what the next document is."""


class SplitRule(StrEnum):
    """Where one document ends and the next begins."""

    SEPARATOR = "separator"
    """At separator sheets only (a file without one is one document)."""
    BLANK = "blank"
    """At separator sheets and at blank pages."""


class SheetKind(StrEnum):
    """What a printed sheet between documents does."""

    SEPARATOR = "separator"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class SheetCode:
    """What a sheet between documents says about the document behind it."""

    kind: SheetKind
    unit: str = ""
    """Code of the unit; empty, as the others: not told."""
    procedure: str = ""
    dossier: str = ""
    register_line: str = ""
    text: str = ""
    """As it stands in the sheet's code (docs/staging.md)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that passed the door: bytes checked, type known, content not altered since."""

    path: Path
    """A private copy that nobody else writes to."""
    name: str
    """File name as it came in, NFC, for people only: never used as a path."""
    sha256: str
    """Hash of the bytes, lower-case hex."""
    size: int
    """Bytes."""
    media_type: MediaType
    pages: int
    """Number of pages (frames of a TIFF), at least 1."""


@dataclass(frozen=True, slots=True)
class SurveyedPage:
    """What the first look at a page of a scan told."""

    number: int
    """Page number in the scan, from 1."""
    kind: PageKind
    text_layer: bool = False
    """Whether the page carries an embedded text layer that was checked and found sound."""
    code: SheetCode | None = None
    """What it says, where it is a cover sheet."""
    fingerprint: str = ""
    """Of a page of text: how its print lies (`pipeline.fingerprint`); empty where there is too little of it."""


@dataclass(frozen=True, slots=True)
class DocumentPages:
    """The pages of one document inside a scan."""

    ordinal: int
    """Running number of the document in its scan, from 1."""
    pages: tuple[SurveyedPage, ...]
    """Text and blank pages in order; at least one of them has text unless the scan has none."""
    code: SheetCode | None = None
    """What the cover sheet before it says."""

    @property
    def first(self) -> int:
        """Number of the first page in the scan."""
        return self.pages[0].number

    @property
    def last(self) -> int:
        """Number of the last page in the scan."""
        return self.pages[-1].number


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value comes from."""

    page: int
    """Page number in the document, from 1."""
    box: Box | None
    """Where it stands on that page (pixels of the upright page); None: nowhere in particular."""
    text: str
    """What was read there, before any cleaning."""
    source: str = "ocr"
    """Who or what says so: ``ocr``, ``text layer``, ``rule`` (concluded from other fields), ``second mention`` (an
    annex names the paper's number or date), ``signature`` (the time of a digital signature)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One piece of metadata with its evidence."""

    name: str
    """One of FIELD_NAMES."""
    value: str
    """Cleaned value, NFC; dates ISO 8601; never empty."""
    confidence: float
    """Chance that the value is right, 0–1; before `assess` the rules' certainty, which only orders values."""
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Assessment:
    """The fields of a document and which of them a person must look at."""

    fields: tuple[Field, ...]
    """At most one for each name, in the order of FIELD_NAMES."""
    review: tuple[str, ...]
    """Names to check; a name without a field means: look for this one, none was found."""


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """The searchable PDF/A-2b made of a document."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class WordsFile:
    """The words of a document with places and confidences, as ALTO."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ProcessedDocument:
    """All that the pipeline found out about one document."""

    pages: DocumentPages
    readings: Sequence[Reading]
    """One for each page of `pages`, in the same order; blank pages have no words. Of `pipeline.process` each is
    fetched from the job's folder when it is asked for: go through them, and do not gather them."""
    assessment: Assessment
    archive: ArchiveFile
    words: WordsFile
    pipeline_version: str

    @property
    def text(self) -> str:
        """The whole text, pages separated by a form feed."""
        return "\f".join(reading.text for reading in self.readings)


@dataclass(frozen=True, slots=True)
class FailedDocument:
    """A document that could not be finished; its scan is kept and it can be tried again."""

    pages: DocumentPages
    reason: str
    """A line for people: what, why, what to do."""
