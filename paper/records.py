"""What paper takes and gives: frozen records, never ORM objects. Times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class BoxRow:
    """A box."""

    id: int
    unit: str
    """Code of the unit whose papers lie in it."""
    name: str
    shelf: str
    papers: int = 0
    """Results whose paper belongs in it, those that are lent included."""
    out: int = 0
    """Of these, how many are lent."""


@dataclass(frozen=True, slots=True)
class BoxPage:
    """One page of a list of boxes."""

    rows: tuple[BoxRow, ...]
    total: int
    page: int
    """From 1."""
    pages: int
    """At least 1."""


@dataclass(frozen=True, slots=True)
class LoanRow:
    """That a paper is, or was, handed out."""

    id: int
    result: int
    unit: str
    who: str
    why: str
    until: date
    lent: datetime
    actor: str
    returned: datetime | None
    returned_to: str
    note: str

    def overdue(self, day: date) -> bool:
        """Whether it should have been back before `day`."""
        return self.returned is None and self.until < day


@dataclass(frozen=True, slots=True)
class PaperPlace:
    """Where the paper of a result belongs."""

    result: int
    box: BoxRow | None
    """None: nobody said."""
    position: int | None
    """In the box, from 1; in the stack of its batch where nobody put it anywhere else."""
    own: bool = False
    """Whether somebody put this very paper there; otherwise it lies where its batch came from."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An earlier or present place of a paper, and who put it there."""

    box: BoxRow
    position: int
    actor: str
    time: datetime
    present: bool


@dataclass(frozen=True, slots=True)
class PutRow:
    """Papers that were put into a box at one go."""

    id: int
    box: BoxRow
    papers: int
