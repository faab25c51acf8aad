"""What is true of a dossier, as conditions for the database: the one place that says what counts as what.

Indicators (`quotas.dossier_counts`), the lists behind them (`quotas.dossier_lists`) and the portal's flags
(`quotas.portal`) ask with these. What they mean is written down in docs/reports.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Procedure, Result
from catalog.queue import counts_for_itself
from catalog.states import Origin
from catalog.values import HERE
from quotas.periods import Period
from registers.models import Component, Dossier, Line
from registers.states import ComponentState
from reuse import entries

LEVELS: tuple[tuple[ComponentState, int], ...] = (
    (ComponentState.DIGITIZED, 1),
    (ComponentState.REUSED, 2),
    (ComponentState.REUSED_PORTAL, 3),
)
"""How much became of a component: each of these includes those before it. What is not named is 0."""


class Figure(StrEnum):
    """A number of dossiers in a report."""

    RECEIVED = "received"
    """Received in the period."""
    COMPONENTS_NONE = "components_none"
    """Of these: no component digitized or reused."""
    COMPONENTS_DIGITIZED = "components_digitized"
    """Of these: at least one component digitized or reused."""
    REUSED = "reused"
    """Of these: at least one component reused, from whatever repository."""
    REUSED_PORTAL = "reused_portal"
    """Of these: at least one component reused from the national portal's repository."""
    SHARED = "shared"
    """Of these: a component reused from the national repository, or the result's link synchronised to it."""
    RESOLVED = "resolved"
    """Resolved in the period, whenever they were received."""
    RESULTS_NONE = "results_none"
    """Of these: no result file attached."""
    RESULTS_DIGITIZED = "results_digitized"
    """Of these: a result file attached."""
    PAPER = "paper"
    """Resolved in the period, by a procedure that returns a paper result."""
    PAPER_DIGITIZED = "paper_digitized"
    """Of these: a result file attached."""
    COMPLETE = "complete"
    """Resolved in the period, with at least one component digitized or reused, and a result file attached."""


class Indicator(StrEnum):
    """A rate in a report, see `PARTS`."""

    ELECTRONIC = "electronic"
    DIGITIZATION = "digitization"
    REUSE = "reuse"
    SHARING = "sharing"


PARTS: Mapping[Indicator, tuple[Figure, Figure]] = {
    Indicator.ELECTRONIC: (Figure.PAPER_DIGITIZED, Figure.PAPER),
    Indicator.DIGITIZATION: (Figure.COMPLETE, Figure.RESOLVED),
    Indicator.REUSE: (Figure.REUSED, Figure.RECEIVED),
    Indicator.SHARING: (Figure.SHARED, Figure.RECEIVED),
}
"""Indicator → numerator and denominator."""

BY_RECEIPT = frozenset(
    {
        Figure.RECEIVED,
        Figure.COMPONENTS_NONE,
        Figure.COMPONENTS_DIGITIZED,
        Figure.REUSED,
        Figure.REUSED_PORTAL,
        Figure.SHARED,
    }
)
"""Figures of dossiers that were received in the period; the others are of those resolved in it."""


def year_ends(period: Period) -> datetime:
    """The moment at which the year of `period` is over here."""
    return datetime(period.last.year + 1, 1, 1, tzinfo=HERE)


def attached_results(period: Period) -> QuerySet[Result]:
    """Results that count as the result file of the dossier that they name, if that was resolved in `period`.

    They count for themselves and nothing of them is to be reviewed. One out of the archive's backlog counts only if it
    was recorded in the year of the period: digitized later, it is an old result, which the coverage of the archive
    tells of. Whether it still holds is no matter: the file is attached.
    """
    own = Q(recorded__lt=year_ends(period)) | ~Q(origin=Origin.BACKLOG.value)
    return Result.objects.filter(own, settled())


def settled() -> Q:
    """Condition on results: they count for themselves, and nothing of them is to be reviewed."""
    return counts_for_itself() & Q(in_review=False)


def result_codes(period: Period) -> QuerySet[Any, str]:
    """Codes of dossiers that such a result names."""
    return attached_results(period).exclude(dossier="").order_by().values_list("dossier", flat=True)


def line_codes(period: Period) -> QuerySet[Any, str]:
    """Codes of dossiers whose line in a register is such a result."""
    found = Line.objects.filter(withdrawn=None, result__in=attached_results(period)).exclude(dossier="")
    return found.order_by().values_list("dossier", flat=True)


def within(figure: Figure, period: Period) -> QuerySet[Dossier]:
    """The dossiers that make up `figure` in `period`, in all units."""
    day = "received" if figure in BY_RECEIPT else "resolved"
    found = Dossier.objects.filter(withdrawn=None, **{f"{day}__range": (period.first, period.last)})
    condition = _CONDITIONS.get(figure)
    return found.filter(condition(period)) if condition else found


def _at_least(level: int) -> Q:
    states = [state.value for state, reached in LEVELS if reached >= level]
    return Q(Exists(Component.objects.filter(dossier=OuterRef("pk"), state__in=states)))


def _in_the_ledger() -> Q:
    return Q(Exists(entries.standing().filter(dossier=OuterRef("code"))))


def _touched() -> Q:
    return _at_least(1) | _in_the_ledger()


def _attached(period: Period) -> Q:
    named = attached_results(period).filter(dossier=OuterRef("code"))
    listed = Line.objects.filter(withdrawn=None, dossier=OuterRef("code"), result__in=attached_results(period))
    return Q(result_digitized=True) | Q(Exists(named)) | Q(Exists(listed))


def _paper() -> Q:
    ends_in_none = Procedure.objects.filter(code=OuterRef("procedure"), returns_paper=False)
    return Q(returns_paper=True) & ~Q(Exists(ends_in_none))


_CONDITIONS: Mapping[Figure, Callable[[Period], Q]] = {
    Figure.COMPONENTS_NONE: lambda _period: ~_touched(),
    Figure.COMPONENTS_DIGITIZED: lambda _period: _touched(),
    Figure.REUSED: lambda _period: _at_least(2) | _in_the_ledger(),
    Figure.REUSED_PORTAL: lambda _period: _at_least(3),
    Figure.SHARED: lambda _period: _at_least(3) | Q(shared=True),
    Figure.RESULTS_NONE: lambda period: ~_attached(period),
    Figure.RESULTS_DIGITIZED: _attached,
    Figure.PAPER: lambda _period: _paper(),
    Figure.PAPER_DIGITIZED: lambda period: _paper() & _attached(period),
    Figure.COMPLETE: lambda period: _touched() & _attached(period),
}
"""What a dossier must be to make up a figure, besides received or resolved in the period."""
