"""Why what people say of results and lines is refused: a stable code for the pages, and a line for people."""

from __future__ import annotations

from enum import StrEnum

from core.errors import UsageError


class Reason(StrEnum):
    """Why something is not done."""

    TAKEN = "taken"
    """The line is another result's: that link is undone first, or one of the two is a second scan."""
    DECIDED = "decided"
    """Somebody else decided meanwhile."""
    WITHDRAWN = "withdrawn"
    """The line's unit says that there is no such result."""
    LINKED = "linked"
    """The result is linked: that is undone first."""
    NOT_LINKED = "not_linked"
    NOTHING_TO_UNDO = "nothing_to_undo"


class RefusedLinkError(UsageError):
    """Something about a result and a line that cannot be done now; nothing was changed."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
