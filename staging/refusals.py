"""Why something cannot be done to a batch: a stable code for the pages, a line for people."""

from __future__ import annotations

from enum import StrEnum

from core.errors import UsageError
from staging.records import Fault


class BatchRefusal(StrEnum):
    """Why something cannot be done."""

    NAME = "name"
    """No name, or one that is too long."""
    TAKEN = "taken"
    """The unit has a batch of this name."""
    NUMBER = "number"
    """An expected number that cannot be."""
    SLIP = "slip"
    """A line of the slip is too long, or there are too many."""
    TOO_LONG = "too_long"
    CLOSED = "closed"
    OPEN = "open"
    HANDED_ON = "handed_on"
    """Its scans are being read."""
    FAULTS = "faults"
    """What came in is not what was expected."""


class BatchError(UsageError):
    """What was asked cannot be done to the batch; nothing was changed."""

    def __init__(self, refusal: BatchRefusal, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


class ClosingError(BatchError):
    """A batch cannot be closed, or not without a reason."""

    def __init__(self, faults: tuple[Fault, ...], bars: bool) -> None:
        first = faults[0]
        where = " ".join(part for part in (first.name, f"page {first.page}" if first.page else "") if part)
        remedy = "mend that first" if bars else "mend that, or say why it is closed all the same"
        what = f"{first.kind.value}{f' ({where})' if where else ''}"
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        super().__init__(BatchRefusal.FAULTS, f"what came in is not what was expected: {what}{more}: {remedy}")
        self.faults = faults
        self.bars = bars
        """Whether no reason can help."""
