"""What reuse takes and gives: frozen rows, never ORM objects. Times are aware datetimes in UTC, dates plain dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Found(StrEnum):
    """What a check finds."""

    NO_RESULT = "no_result"
    DOSSIER = "dossier"
    """The dossier's code is none."""
    PROCEDURE = "procedure"
    """The procedure's code is none."""
    USED_ALREADY = "used_already"
    """This dossier has this result already."""
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_YET = "not_yet"
    """Its validity has not begun."""
    EXPIRED = "expired"
    VALIDITY_UNKNOWN = "validity_unknown"
    IN_REVIEW = "in_review"
    """A person must still look at a field of it."""
    NO_HOLDER = "no_holder"
    """The catalog knows no holder of it."""
    OTHER_NAME = "other_name"
    """The person in the dossier has another name than its holders."""
    OTHER_ID = "other_id"
    """The person in the dossier has other identity numbers than its holders."""
    NO_PERSON = "no_person"
    """The dossier's person was not named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that speaks against using a result."""

    found: Found
    detail: str = ""
    """More of it as data: why the code is none (`catalog.dossiers.Fault`), a last day."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a dossier is of."""

    name: str
    ids: tuple[str, ...] = ()
    """Identity numbers, as written there."""


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a result may be used in a dossier."""

    problems: tuple[Finding, ...]
    """What forbids it."""
    warnings: tuple[Finding, ...]
    """What needs a written reason."""

    @property
    def allowed(self) -> bool:
        """Whether it may be used, with a reason where there are warnings."""
        return not self.problems

    @property
    def overridable(self) -> bool:
        """Whether all that forbids it is that it has expired: those who may can decide otherwise, with a reason."""
        return bool(self.problems) and all(p.found is Found.EXPIRED for p in self.problems)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a stored result said, and its bytes, when it was used: the contents of the package."""

    result: int
    edition: int
    unit: str
    """Code of the unit that keeps it."""
    unit_name: str
    document_type: str
    number: str
    issuer: str
    issue_date: date | None
    subject: str
    holder: str
    register_number: str
    sector: str
    confidential: str
    state: str
    """One of `catalog.states.State`."""
    valid_from: date | None
    valid_to: date | None
    replaces: tuple[int, ...]
    """Ids of the results that it replaced."""
    pages: int
    archive_key: str
    archive_sha256: str
    archive_size: int
    """Bytes."""
    original_sha256: str
    recorded: datetime
    signatures: str = ""
    """What was known of the electronic signatures in the original, in a line; empty: none, or nobody had looked."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """An entry of the ledger."""

    id: int
    result: int
    unit: str
    """Code of the unit that handles the dossier."""
    dossier: str
    dossier_day: date
    ordinal: int
    """Running number of the entry in its dossier, from 1."""
    procedure: str
    person: str
    warnings: tuple[str, ...]
    reason: str
    actor: str
    time: datetime
    vouched: Vouched
    undone: datetime | None
    undone_by: str
    undo_reason: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was reused."""

    dossiers: int
    """Dossiers with at least one reused component."""
    components: int
    """Entries that stand."""


class Change(StrEnum):
    """What became of a result after somebody used it."""

    REVOKED = "revoked"
    REPLACED = "replaced"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    """It was looked at, or a decision about it was taken back: what was handed over still holds."""
    CLOSED = "closed"
    """Whoever asks might have seen it when it was used, and may not any more: no more than that is told."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An entry of the ledger whose result has changed since."""

    reuse: Reuse
    change: Change


@dataclass(frozen=True, slots=True)
class Copy:
    """A certified copy that was issued."""

    id: int
    result: int
    serial: str
    """As printed on it: ten letters and digits, told by its address but not telling it."""
    number: str
    issuer: str
    issue_date: date
    sha256: str
    actor: str
    time: datetime
    withdrawn: datetime | None
    withdrawn_by: str
    withdraw_reason: str


@dataclass(frozen=True, slots=True)
class Genuine:
    """All that whoever holds a copy is told."""

    number: str
    issuer: str
    issue_date: date
    """As printed on the copy."""
    valid: bool | None
    """Whether the result is valid on the day of asking; None: not known."""
    withdrawn: bool
    """Whether this copy no longer counts; then nothing else is to be told."""
    corrected: bool
    """Whether number, issuer or date were corrected after the copy was made."""
