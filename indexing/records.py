"""The records of search: what is indexed, what is asked, what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

MAX_WINDOW = 10_000
"""`offset` + `limit` of a query may not exceed this (Elasticsearch's own bound)."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One result as search sees it. Empty strings: not known."""

    id: int
    """Primary key of the result; people are shown ``str(id)``."""
    version: int
    """Grows with each change of the result (0 or more); an older or equal one never replaces a newer."""
    unit: str
    """Code of the unit that owns the result, for the filter on units."""
    number: str
    document_type: str
    issuer: str
    issue_date: date | None
    subject: str
    holder: str = field(repr=False)
    co_holder: str = field(repr=False)
    ids: tuple[str, ...] = field(repr=False)
    """Personal and tax numbers, register numbers, dossier codes: whatever is looked up as a whole."""
    signer: str
    sector: str
    source: str
    """Name of the file it came in."""
    first_page: int
    """First page in that file, from 1."""
    last_page: int
    text: str = field(repr=False)
    """The whole text, pages separated by a form feed."""


@dataclass(frozen=True, slots=True)
class Upsert:
    """Make `document` what search knows of its id, unless a same or newer version is known."""

    document: SearchDocument


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a result out of search, unless a same or newer version is known; older upserts stay without effect."""

    id: int
    version: int


Change = Upsert | Delete


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. All filters must hold; None means any."""

    text: str = field(default="", repr=False)
    """As a person typed it; empty: everything that passes the filters, latest recorded first."""
    units: frozenset[str] | None = None
    """Codes of the units whose results may be found; an empty set finds nothing."""
    document_type: str | None = None
    """Type, compared without case and accents."""
    sector: str | None = None
    """Sector, compared without case and accents."""
    date_from: date | None = None
    """First date of issue; undated results are left out as soon as one of the two dates is given."""
    date_to: date | None = None
    """Last date of issue."""
    limit: int = 20
    """At most so many hits; 0 only counts."""
    offset: int = 0
    """So many hits are left out at the start."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a highlight."""

    text: str
    """Plain text without control characters; not HTML, escape it like any other text."""
    match: bool
    """Whether it is one of the words searched for."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A snippet of the document's text around matching words."""

    pieces: tuple[Piece, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The snippet without marks."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Hit:
    """One result found."""

    id: int
    score: float
    """Higher is better; comparable within one search only. 0 where nothing was typed."""
    highlights: tuple[Highlight, ...] = ()
    """Up to three snippets of the text, best first; none where the words stand in other fields only."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer to a query."""

    total: int
    """Number of results that match, beyond `limit` too."""
    hits: tuple[Hit, ...]
    """Best first; of equals the one recorded last (highest id) first."""
    all_words: bool = True
    """False: no result has all the words, these have most of them."""
