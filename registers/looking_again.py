"""Which results have to be looked up in registers once more, because a register changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from catalog import paper_facts, units
from registers import candidates
from registers.models import Candidate, Looked, Sought
from registers.records import NewLine
from registers.spool import chunked
from registers.states import Outcome

_AT_ONCE = 1_000
_UNSETTLED = (Outcome.NONE.value, Outcome.UNSURE.value)


def of_units(codes: Iterable[str]) -> None:
    """Those of which no line, or no sure one, was found, where these units' registers may hold it now."""
    codes = tuple(codes)
    if not codes:
        return
    near = set(units.visible_from_all(codes))
    for code in codes:
        near |= units.responsible(code)
    Looked.objects.filter(outcome__in=_UNSETTLED, result__unit__code__in=near).delete()


def of_kin(unit: str, lines: Sequence[NewLine]) -> None:
    """Those of which no line, or no sure one, was found, and which could be one of a few lines of a unit's register
    that were just written: the others are left as they are.
    """
    told, families = candidates.keys_of(lines), paper_facts.families()
    near = [families.rows[code] for code in families.of(unit)]
    waiting = Looked.objects.filter(outcome__in=_UNSETTLED)
    for keys, found in ((told.anywhere, waiting), (told.near, waiting.filter(result__unit__in=near))):
        for some in chunked(sorted(keys), _AT_ONCE):
            found.filter(result__in=Sought.objects.filter(key__in=some).values("result")).delete()


def of_results(ids: Collection[int]) -> None:
    """These, unless a person said that they are in no register."""
    for some in chunked(ids, _AT_ONCE):
        Looked.objects.filter(result__in=some).exclude(outcome=Outcome.NOT_LISTED.value).delete()


def of_lines(ids: Collection[int]) -> None:
    """Those that could have been one of these lines."""
    for some in chunked(ids, _AT_ONCE):
        of_results(list(Candidate.objects.filter(line__in=some).values_list("result_id", flat=True).distinct()))
