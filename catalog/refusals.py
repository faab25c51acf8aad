"""Why a change of a result is refused: a stable code for the pages, a line for people, the field it is about."""

from __future__ import annotations

from enum import StrEnum

from core.errors import NotFoundError, UsageError


class Refusal(StrEnum):
    """Why a change is refused."""

    STALE = "stale"
    """Somebody else changed the result since the caller looked at it."""
    DECISION_NUMBER = "decision_number"
    """A decision needs a number."""
    DECISION_DATE = "decision_date"
    """A decision's date is in the future, or older than the state."""
    REASON = "reason"
    """A reason is missing."""
    TOO_LONG = "too_long"
    UNKNOWN_FIELD = "unknown_field"
    NOTHING_CHANGED = "nothing_changed"
    DATE = "date"
    """Not a date, or none that can stand there."""
    ENDS_BEFORE_ISSUE = "ends_before_issue"
    IDENTITY = "identity"
    """Not an identity number."""
    PERIOD = "period"
    """Not a period of validity."""
    CONFIDENTIAL = "confidential"
    """Not a kind of confidential results."""
    DOSSIER = "dossier"
    """Not a code of a dossier."""
    NO_RESULT = "no_result"
    """There is no result with the number that was given."""
    SAME = "same"
    """A result cannot replace itself."""
    REPLACEMENT_REVOKED = "replacement_revoked"
    CIRCLE = "circle"
    """The result would replace itself by way of others."""
    NOT_IN_FORCE = "not_in_force"
    """The result is revoked or replaced already."""
    NOT_TODAY = "not_today"
    """Undoing is for the same day."""
    NOT_LAST = "not_last"
    """A later change stands: undo that one first."""
    UNDONE = "undone"
    """It is undone already."""
    TRACKING = "tracking"
    """The post's tracking number is missing, or given where there is none, or is none."""
    DELIVERY_DATE = "delivery_date"
    SAME_NUMBER = "same_number"
    """A number cannot be linked to itself."""
    TOO_MANY_NUMBERS = "too_many_numbers"
    """Nobody has so many identity numbers."""
    NOT_LINKED = "not_linked"
    NOT_IN_REVIEW = "not_in_review"
    """Nothing is left to check, and the result was not drawn for a sample."""


class RefusedChangeError(UsageError):
    """A change that would make the catalog say something wrong; nothing was changed."""

    def __init__(self, refusal: Refusal, message: str, field: str = "") -> None:
        super().__init__(message)
        self.refusal = refusal
        self.field = field
        """Name of the field that is meant; empty: none in particular."""


class DisposedError(NotFoundError):
    """The result was disposed of: only that is left to be told, and to those alone who might have seen it."""

    def __init__(self, result: int, unit: str, confidential: str) -> None:
        super().__init__(f"result {result} was disposed of: `sohoa retention list {result}` says by which decision")
        self.result = result
        self.unit = unit
        """Code of the unit that kept it."""
        self.confidential = confidential
        """Its confidential kind; empty: it was open."""
