"""The records of search: what is indexed, what is asked, what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

MAX_WINDOW = 10_000
"""`offset` + `limit` of a query may not exceed this (Elasticsearch's own bound); a `cursor` goes beyond it."""

FACETS = ("unit", "document_type", "sector", "year", "state", "validity")
"""What can be counted."""

FACET_VALUES = 30
"""Values of a facet at most."""

STATES = ("to_review", "accepted", "verified")
"""What `SearchDocument.state` can be."""

VALIDITIES = ("valid", "not_yet", "expired", "revoked", "replaced", "unknown")
"""What a result can be on a day; `unknown` where the first day of its validity is not known."""


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
    dossier: str = ""
    """Code of the dossier that it ended, ``H61.12.3-230420-0001``; looked up as a whole."""
    linked_ids: tuple[str, ...] = field(default=(), repr=False)
    """Other identity numbers of the same persons: an old CMND beside the new CCCD."""
    confidential: str = ""
    """Its confidential kind; empty: open to all who may see the unit."""
    state: str = "accepted"
    """``to_review``, ``accepted`` (nobody had to look) or ``verified`` (a person did)."""
    status: str = "in_force"
    """``in_force``, ``revoked`` or ``replaced``."""
    valid_from: date | None = None
    """First day of its validity; None: not known."""
    valid_to: date | None = None
    """Last day of its validity; None: no end."""
    delivered: str = ""
    """How it reached the citizen: ``counter``, ``post`` or ``electronic``."""
    tracking: str = field(default="", repr=False)
    """Tracking number of the post; looked up as a whole."""


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
class Visible:
    """What the person who asks may see; both backends leave out everything else, in hits, totals and facets."""

    units: frozenset[str] | None
    """Open results of these units; None: of all."""
    confidential: tuple[tuple[str, frozenset[str] | None], ...] = ()
    """Confidential kinds that may be seen as well, each with the units it may be seen of (None: all)."""


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
    visible: Visible | None = None
    """What may be seen; None: everything, confidential kinds too (for those who asked `Access` themselves)."""
    states: frozenset[str] | None = None
    """States (`SearchDocument.state`)."""
    validity: frozenset[str] | None = None
    """Validity on `day`: of `VALIDITIES`."""
    day: date | None = None
    """The day that `validity` and its facet speak of; None: today."""
    delivered: frozenset[str] | None = None
    """How it was handed over (`SearchDocument.delivered`)."""
    facets: tuple[str, ...] = ()
    """Facets to count, of `FACETS`; they cost time, so ask only for what is shown."""
    near: bool = True
    """Whether names and numbers one wrong character away are looked for where nothing has all words."""
    cursor: str | None = None
    """`Hits.cursor` of an earlier answer to the same query: what follows it, instead of `offset`."""


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
    """Up to two snippets of the text, best first; none where the words stand in other fields only."""
    near: bool = False
    """Whether one of the words was only found one wrong character away."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer to a query."""

    total: int
    """Number of results that match, beyond `limit` too; at least so many where `total_exact` is false."""
    hits: tuple[Hit, ...]
    """Best first; of equals the one recorded last (highest id) first."""
    all_words: bool = True
    """False: no result has all the words, these have most of them."""
    near: bool = False
    """Whether these are only near finds: no result has what was typed, these are an OCR slip away."""
    total_exact: bool = True
    """False: there are more than `total`; Elasticsearch stops counting at `MAX_WINDOW`."""
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    """For each facet asked for: values as they are shown to people, with the number of results, most first;
    units, states and validities are codes. At most `FACET_VALUES` each."""
    facets_exact: bool = True
    """False: of more than `MAX_WINDOW` results a tenth was counted, and the numbers are estimates (rare values may
    be missing)."""
    cursor: str | None = None
    """To go on after the last of `hits`; None where nothing follows."""
