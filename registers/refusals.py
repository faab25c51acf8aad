"""What registers refuse, and why."""

from __future__ import annotations

from enum import StrEnum

from core.errors import UsageError


class Refusal(StrEnum):
    """Why something is not done."""

    AT_WORK = "at_work"
    """Another import of the unit is."""
    BAD_ROWS = "bad_rows"
    """All or nothing was asked for, and rows are bad."""
    NOTHING = "nothing"
    """No row could be taken."""
    OTHER_UNIT = "other_unit"
    UNIT = "unit"
    DAYS = "days"
    RESULT = "result"
    TOO_MANY = "too_many"
    LINKED = "linked"
    """The line's result is there: it cannot have been issued never."""
    WITHDRAWN = "withdrawn"
    NOT_WITHDRAWN = "not_withdrawn"
    LINE = "line"
    """Nothing that a line could be known again by."""
    VALUE = "value"


class RefusedRegisterError(UsageError):
    """Something that registers refuse."""

    def __init__(self, refusal: Refusal, message: str, field: str = "") -> None:
        super().__init__(message)
        self.refusal, self.field = refusal, field
