"""What retention takes and gives: frozen records, never ORM objects. Times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime

from catalog.records import ResultRow
from preservation.retention.states import Clock, Ground, ItemState, Kept, Stage


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """How long results of a type are kept in a unit."""

    id: int
    unit: str
    document_type: str
    """Empty: all types for which nothing else is said."""
    years: int | None
    """None: permanently."""
    clock: Clock
    basis: str
    actor: str
    time: datetime
    ended: datetime | None = None
    """Since when it does not hold any more."""
    ended_by: str = ""
    ended_reason: str = ""


@dataclass(frozen=True, slots=True)
class DueRow:
    """A result whose period of retention is over."""

    row: ResultRow
    schedule: ScheduleRow
    """By which it is."""
    held: bool
    """Whether a legal hold keeps it all the same."""


@dataclass(frozen=True, slots=True)
class HoldRow:
    """That results must not be disposed of."""

    id: int
    unit: str
    reason: str
    actor: str
    time: datetime
    results: int
    lifted: datetime | None
    lifted_by: str
    lifted_reason: str


@dataclass(frozen=True, slots=True)
class DisposalRow:
    """A list of results that is proposed for disposal, and what was decided about it."""

    id: int
    unit: str
    ground: Ground
    reason: str
    results: int
    digest: str
    stage: Stage
    proposed_by: str
    proposed: datetime
    number: str
    date: Day | None
    signer: str
    decided_by: str
    decided: datetime | None
    ready: Day | None
    """First day on which it may be executed."""
    ended: datetime | None
    ended_by: str
    ended_reason: str

    @property
    def reference(self) -> str:
        """How events and tombstones name it."""
        return f"disposal:{self.id}"


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A result of a list."""

    id: int
    row: ResultRow
    edition: int
    state: ItemState
    kept: Kept | None
    held: bool
    """Whether a legal hold is on it now."""
