"""What uploads take and give: frozen records, never ORM objects; and why something of them is not taken."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from catalog.values import clean, clip, now
from core.errors import UsageError
from pipeline.names import display_name
from staging.planned import MisfitError, PageRef
from staging.states import UploadState

PIECE = 4 * 1024**2
"""Bytes that a browser sends at once: some seconds on a slow line."""
MOST_IN_A_PIECE = 2 * PIECE
RESCAN_KNOWN = "rescan-known"
"""Reason of a file that was sent as a page scanned again, and had come in before: it takes no page's place."""
_FRESH = timedelta(seconds=30)
"""A file that gave a sign of life so short ago is being sent."""
_BIGGEST = 2**53
"""Numbers of a browser are exact up to here."""


class Fault(StrEnum):
    """Why a piece, or a file, was not taken."""

    CLOSED = "closed"
    """The batch is closed."""
    GAP = "gap"
    """The piece does not begin where what is here ends."""
    DAMAGED = "damaged"
    """The piece is not what was sent."""
    TOO_MUCH = "too-much"
    """The piece reaches beyond the end of the file, or is too big."""
    NOT_UNDERSTOOD = "not-understood"
    """What was told of the file makes no sense."""
    NO_PAGE = "no-page"
    """The page that is scanned again is not in the batch."""


class UploadError(UsageError):
    """Something was not taken; nothing that is here is lost."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A file that a browser wants to send."""

    batch: int
    name: str
    size: int
    modified: int
    """Milliseconds since 1970."""
    mark: str
    """CRC-32 (8 hex digits) of its first PIECE bytes."""
    replaces: str = ""
    """``SCAN:PAGE`` that its page is scanned again for."""

    def understood(self) -> NewUpload:
        """The same as it is kept; raises UploadError."""
        try:
            mark = f"{int(self.mark, 16):08x}" if len(self.mark) == 8 else ""
            replaces = str(PageRef.of(self.replaces)) if self.replaces else ""
        except (ValueError, MisfitError) as error:
            raise UploadError(Fault.NOT_UNDERSTOOD, f"not understood: {error}") from error
        if not mark or not 0 <= self.size < _BIGGEST or not -_BIGGEST < self.modified < _BIGGEST:
            raise UploadError(Fault.NOT_UNDERSTOOD, "size, time or mark of the file make no sense")
        name = clip(display_name(clean(self.name)), 200)
        return replace(self, name=name, mark=mark, replaces=replaces)


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file and how far it has come."""

    id: int
    batch: int
    unit: str
    name: str
    size: int
    received: int
    checksum: str
    """CRC-32 (hex) of what is here."""
    state: UploadState
    reason: str
    scan: int | None
    scan_name: str
    scan_batch: int | None
    """The batch that the scan is in: another one, where its bytes had come in there."""
    scan_batch_name: str
    again: bool
    """Whether its bytes had come in before."""
    replaces: str
    actor: str
    seen: datetime

    @property
    def moving(self) -> bool:
        """Whether a window is sending it now."""
        return self.state is UploadState.RECEIVING and now() - self.seen < _FRESH

    @property
    def percent(self) -> int:
        """How much of it is here, 0–100."""
        return 100 * self.received // self.size if self.size else 100
