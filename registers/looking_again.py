"""Which results have to be looked up in registers once more, because a register changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from catalog import units
from registers.models import Candidate, Looked
from registers.spool import chunked
from registers.states import Outcome

_AT_ONCE = 1_000


def of_units(codes: Iterable[str]) -> None:
    """Those of which no line, or no sure one, was found, where these units' registers may hold it now."""
    codes = tuple(codes)
    if not codes:
        return
    near = set(units.visible_from_all(codes))
    for code in codes:
        near |= units.responsible(code)
    unsettled = [Outcome.NONE.value, Outcome.UNSURE.value]
    Looked.objects.filter(outcome__in=unsettled, result__unit__code__in=near).delete()


def of_results(ids: Collection[int]) -> None:
    """These, unless a person said that they are in no register."""
    for some in chunked(ids, _AT_ONCE):
        Looked.objects.filter(result__in=some).exclude(outcome=Outcome.NOT_LISTED.value).delete()


def of_lines(ids: Collection[int]) -> None:
    """Those that could have been one of these lines."""
    for some in chunked(ids, _AT_ONCE):
        of_results(list(Candidate.objects.filter(line__in=some).values_list("result_id", flat=True).distinct()))
