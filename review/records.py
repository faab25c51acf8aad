"""What the review desk gives: frozen rows, never ORM objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from review.states import Outcome, Second


@dataclass(frozen=True, slots=True)
class Held:
    """A document that somebody has before them."""

    result: int
    ticket: str
    """Proof of this taking; a later one has another."""
    until: datetime


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What somebody had typed."""

    values: Mapping[str, str]
    done: frozenset[str]
    """Fields that were confirmed already."""
    edition: int
    saved: datetime


@dataclass(frozen=True, slots=True)
class AsideRow:
    """A document that somebody left to a colleague."""

    result: int
    actor: str
    note: str
    time: datetime


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """What a unit wants of the second person."""

    unit: str
    """Code of the unit that says so."""
    second: Second
    share: int
    """Percent, for `Second.SAMPLED`."""
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which two people entered different values."""

    name: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Keys:
    """How far the people who enter a document have come."""

    entered: tuple[str, ...]
    """User names of those who entered it, first to last."""
    differences: tuple[Difference, ...]
    """Where the first two differ; empty while there is one alone, whose values the second one must not see, and for
    the two themselves."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a document."""

    outcome: Outcome
    change: int | None
    """Id of the change of the result; None: it is not changed yet."""
