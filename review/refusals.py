"""Why the review desk refuses something: a stable code for the pages, and a line for people."""

from __future__ import annotations

from enum import StrEnum

from core.errors import UsageError


class Reason(StrEnum):
    """Why something is refused at the review desk."""

    HELD = "held"
    """Somebody else has the document before them."""
    OWN_KEY = "own_key"
    """The second person must be another one."""
    SECOND = "second"
    """Two people have to enter the document, so one alone does not settle it beside the desk."""
    OWN_WORK = "own_work"
    """Whoever answers for a document's values does not judge it as a sample."""
    KEYED_AFTER = "keyed_after"
    """Two people entered it and differ: neither takes theirs back any more."""
    NOTHING_TO_UNDO = "nothing_to_undo"
    SHARE = "share"
    """A share is 1 to 100 percent."""
    NOTE = "note"
    """A note is missing, or too long."""
    TOO_MUCH = "too_much"
    """More text than a document's fields can hold."""
    NO_PAIR = "no_pair"
    """Nobody found these two results to be alike."""
    DECIDED = "decided"
    """Somebody else said already what they are to each other."""
    KEPT = "kept"
    """The one that stands for both must be one of the two."""
    DECISION = "decision"
    """A new version takes the place of an older one by a decision."""
    PERIOD = "period"
    """The last day is before the first."""


class RefusedReviewError(UsageError):
    """Something that cannot be done at the review desk now; nothing was changed."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
