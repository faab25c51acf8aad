"""What the results of a unit usually say: the values of its latest settled results, to suggest them to whoever types.

Of open results alone, so that nothing of a confidential one shows; and only of fields that say the same again and
again, so no names and numbers of citizens.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.configuration import told_plainly
from catalog.models import Result
from catalog.states import State
from catalog.values import identity, iso_date

LATEST = 400
"""Results that are looked at: a few batches. More would bring older habits and take longer (docs/measurements.md)."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What one settled result says."""

    document_type: str
    number: str
    issuer: str
    subject: str
    signer: str
    sector: str


@told_plainly()
def latest(unit: str) -> tuple[Habit, ...]:
    """What the latest accepted or verified open results of a unit say, newest first."""
    settled = Result.objects.filter(unit__code=unit, in_review=False, confidential="", disposed=None).exclude(
        state=State.TO_REVIEW.value
    )
    columns = ("document_type", "number", "issuer", "subject", "signer", "sector")
    return tuple(Habit(*row) for row in settled.order_by("-pk").values_list(*columns)[:LATEST])


@told_plainly()
def same(unit: str, issuer: str, kind: str, number: str, issued: str, but: int) -> tuple[int, ...]:
    """Open results of a unit, other than `but`, with the same issuer, kind, number and year, by id; at most five.

    `issued` is ISO 8601. Without any where one of issuer, number and year is missing.
    """
    wanted = identity(issuer, kind, number, iso_date(issued))
    if not wanted:
        return ()
    found = Result.objects.filter(unit__code=unit, identity=wanted, confidential="").exclude(pk=but)
    return tuple(found.order_by("pk").values_list("pk", flat=True)[:5])
