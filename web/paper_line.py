"""Where the paper of a result lies, for the page of the result."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.values import today
from paper import loans, places
from paper.records import LoanRow, PaperPlace
from web import paper_follow


@dataclass(frozen=True, slots=True)
class PaperLine:
    """Where a paper lies now."""

    place: PaperPlace
    loan: LoanRow | None
    """None: it is not lent."""
    late: bool


def line(result: int) -> PaperLine:
    """Of the result `result`, which exists."""
    place = places.where([result])[result]
    if place.box is None and paper_follow.follow():
        place = places.where([result])[result]
    loan = loans.out([result]).get(result)
    return PaperLine(place, loan, loan is not None and loan.overdue(today()))
