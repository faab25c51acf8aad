"""Values of columns that say in what state something is."""

from __future__ import annotations

from enum import StrEnum


class Clock(StrEnum):
    """From when a period of retention is counted."""

    ISSUED = "issued"
    """From the day of issue."""
    ENDED = "ended"
    """From the last day of validity; a result without one is never due."""
    USED = "used"
    """From the day of its last reuse; from the day of issue where it was never used."""


class Ground(StrEnum):
    """Why results are proposed for disposal."""

    DUE = "due"
    """Their period of retention is over."""
    REQUEST = "request"
    """They were picked one by one, as when a citizen asks for it."""


class Stage(StrEnum):
    """How far a disposal has come."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    """A second administrator recorded the decision; it can be withdrawn until it is executed."""
    EXECUTING = "executing"
    """Some of it is erased: it can not be withdrawn any more."""
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ItemState(StrEnum):
    """What became of a result of a list."""

    LISTED = "listed"
    DISPOSED = "disposed"
    KEPT = "kept"
    """It was kept all the same, see `Kept`."""
    DROPPED = "dropped"
    """The list was withdrawn."""


class Kept(StrEnum):
    """Why a result of a list was kept."""

    HELD = "held"
    """A legal hold was placed on it."""
    CHANGED = "changed"
    """Somebody changed it after it was listed, so nobody decided about it as it is."""
    USED = "used"
    """It was used again after it was listed."""
    GONE = "gone"
    """It had been disposed of before."""
