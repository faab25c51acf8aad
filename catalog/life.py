"""What is taken and given about the life of a result: frozen rows, as in `catalog.records`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalog.confidential import Confidential
from catalog.records import FieldRow
from catalog.states import Manner, Standing, State


class ChangeKind(StrEnum):
    """What a person can do to a result."""

    CORRECT = "correct"
    CONFIRM = "confirm"
    REVIEW = "review"
    """Looked through at the review desk: fields confirmed and corrected at once."""
    REPLACE = "replace"
    REVOKE = "revoke"
    SET_ASIDE = "set_aside"
    """It is the same paper as another result, which stands for both from now on."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The paper that says why a result is corrected, replaced or revoked."""

    number: str
    date: date
    reason: str


@dataclass(frozen=True, slots=True)
class Undone:
    """That, and why, something was taken back."""

    time: datetime
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Something that a person did to a result."""

    id: int
    result: int
    kind: ChangeKind
    decision: Decision | None
    """None where a person confirmed or reviewed fields, which needs no decision."""
    fields: tuple[str, ...]
    """Names of what was corrected, confirmed or reviewed."""
    by: int | None
    """The result that takes the place of this one."""
    edition: int
    """The edition of the result that it made."""
    actor: str
    time: datetime
    undone: Undone | None
    undoable: bool
    """Whether `undo` would take it back now: made today, and the last one that stands."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """An earlier version of a result, in a list."""

    edition: int
    """From 1."""
    until: datetime
    """When the next one took its place."""


@dataclass(frozen=True, slots=True)
class Version:
    """An earlier version of a result: what the catalog said about it until somebody changed it."""

    edition: int
    until: datetime
    fields: tuple[FieldRow, ...]
    state: State
    status: Standing
    replaced_by: int | None
    confidential: Confidential
    dossier: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """That a result was handed over."""

    id: int
    manner: Manner
    tracking: str
    """Number of the post; empty for other manners."""
    date: date
    to: str
    """Who took it."""
    actor: str
    time: datetime
    undone: Undone | None
    undoable: bool
    """Whether it can be taken back now: noted today."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """That two identity numbers are one person's."""

    first: str
    second: str
    unit: str
    """Code of the unit whose people say so."""
    why: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """That somebody looked into a confidential result."""

    actor: str
    reason: str
    time: datetime
