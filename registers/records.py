"""What registers take and give: frozen records, never ORM objects. Times are aware datetimes in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from catalog.states import Standing
from registers.states import ComponentState, Way


class Trouble(StrEnum):
    """Why a row of a register is not taken."""

    NO_DATE = "no_date"
    ONLY_YEAR = "only_year"
    """Or a month: no day."""
    FUTURE = "future"
    TOO_EARLY = "too_early"
    """Before anything that this state issued."""
    ENDS_BEFORE_ISSUE = "ends_before_issue"
    RESOLVED_BEFORE_RECEIVED = "resolved_before_received"
    IDENTITY = "identity"
    """Neither an identity number, a tax code nor a passport's number."""
    TOO_LONG = "too_long"
    DOSSIER = "dossier"
    """No code of a dossier."""
    STATUS = "status"
    """Words that could mean anything."""
    ENDED = "ended"
    """It says that the result is not valid any more, and neither since when nor how long it was."""
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_FOREIGN = "unit_foreign"
    """Whoever imports may not do so for this unit."""
    NOTHING = "nothing"
    """Nothing that the line could be known again by."""
    TWICE = "twice"
    """The same line stands in the file before."""
    TOO_MANY_CELLS = "too_many_cells"
    """The row has more cells than the header: a separator stands inside of a value."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a row that is not as it must be."""

    name: str
    """Meaning of the column; empty: the row as a whole."""
    column: str
    """Letter; empty: the row as a whole."""
    raw: str
    """As it stands there, at most 200 characters."""
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as a register or the one-stop software tells of it, checked and complete."""

    unit: str
    """Code."""
    key: str
    """What it is known again by (`registers.identity.key`)."""
    number: str = ""
    number_key: str = ""
    register_number: str = ""
    document_type: str = ""
    subject: str = ""
    sector: str = ""
    issuer: str = ""
    procedure: str = ""
    dossier: str = ""
    issue_date: date | None = None
    doubtful: bool = False
    holder: str = ""
    holder_key: str = ""
    co_holder: str = ""
    holder_id: str = ""
    co_holder_id: str = ""
    confidential: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    status: str = Standing.IN_FORCE.value
    values: Mapping[str, str] = field(default_factory=dict)
    row: int = 0
    """Number in the sheet, from 1; 0: it came by the interface."""


@dataclass(frozen=True, slots=True)
class NewComponent:
    """One of the papers of a dossier."""

    name: str
    state: ComponentState = ComponentState.NONE
    result: int | None = None
    """The result that was re-used for it, where it is one of ours."""


@dataclass(frozen=True, slots=True)
class NewDossier:
    """A dossier as a register or the one-stop software tells of it."""

    code: str
    unit: str
    """Code of the unit that received it."""
    received: date
    resolved: date | None = None
    procedure: str = ""
    returns_paper: bool | None = None
    """None: as its procedure says."""
    result_digitized: bool = False
    shared: bool = False
    applicant: str = ""
    applicant_id: str = ""
    components: tuple[NewComponent, ...] | None = None
    """None: nothing is known of them."""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """One row of a register, understood."""

    number: int
    line: NewLine | None
    """None: its dossier has not ended in a result."""
    dossier: NewDossier | None


@dataclass(frozen=True, slots=True)
class Bad:
    """One row of a register that is not taken."""

    number: int
    problems: tuple[Problem, ...]
    said: str
    """What the row says, in short."""
    confidential: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import does, or did."""

    rows: int
    """Rows of the file that say something."""
    new: int
    changed: int
    same: int
    refused: int
    """Rows that are not taken."""
    dossiers: int
    """Dossiers that are new or changed."""
    doubtful: int
    """Lines whose day was guessed: a century, or a month written first."""
    missing: int
    """Lines of the days that the file is about which were in the register before and are not in the file."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A register that came in."""

    id: int
    unit: str
    """Code."""
    way: Way
    name: str
    sha256: str
    meanings: Mapping[str, str]
    actor: str
    time: datetime
    new: int
    changed: int
    same: int
    refused: int
    missing: int
    """Lines in the register before and not in the file, that stand as yet."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a register."""

    id: int
    unit: str
    """Code."""
    number: str
    register_number: str
    document_type: str
    subject: str
    sector: str
    issuer: str
    procedure: str
    dossier: str
    issue_date: date | None
    doubtful: bool
    holder: str
    co_holder: str
    holder_id: str
    co_holder_id: str
    confidential: str
    valid_from: date | None
    valid_to: date | None
    status: Standing
    values: Mapping[str, str]
    imported: int
    """Id of the import that it was last changed by."""
    row: int
    first_seen: datetime
    changed: datetime
    withdrawn: datetime | None
    withdrawn_by: str
    withdrawn_reason: str
    result: int | None
    score: float
    reasons: tuple[tuple[str, str], ...]
    linked: datetime | None
    linked_by: str


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What a unit's register holds."""

    unit: str
    """Code."""
    lines: int
    """That stand."""
    linked: int
    last: datetime | None
    """When it was imported last."""

    @property
    def open(self) -> int:
        """Lines that no digitized result is known of."""
        return self.lines - self.linked


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """A component of a dossier."""

    ordinal: int
    name: str
    state: ComponentState
    result: int | None


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier."""

    code: str
    unit: str
    procedure: str
    received: date
    resolved: date | None
    returns_paper: bool
    result_digitized: bool
    shared: bool
    applicant: str
    applicant_id: str
    way: Way
    changed: datetime
    withdrawn: datetime | None
    components: tuple[ComponentRow, ...]
