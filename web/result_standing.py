"""What a result is worth today, in a sentence with its reason; who answers for it; where its paper lies."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from catalog import units
from catalog.life import ChangeKind, ChangeRow
from catalog.records import Shown, UnitRow
from catalog.validity import Validity
from catalog.values import today
from web import wording

_DECIDED = {
    Validity.REVOKED: (ChangeKind.REVOKE,),
    Validity.REPLACED: (ChangeKind.REPLACE, ChangeKind.SET_ASIDE),
}
_DAYS = frozenset({"issue_date", "expiry_date", "validity"})


@dataclass(frozen=True, slots=True)
class Standing:
    """What a result is worth on a day."""

    validity: Validity
    name: str
    why: str
    doubt: bool
    """Whether the days that it follows from are still to be checked."""


@dataclass(frozen=True, slots=True)
class Office:
    """The unit that keeps a result, and who answers for it now."""

    name: str
    ended: date | None
    """Its last day, if that is over."""
    now: tuple[str, ...]
    """Names of the units that took over."""


def standing(
    shown: Shown, changes: tuple[ChangeRow, ...], others: Collection[int], day: date | None = None
) -> Standing:
    """What the result is worth on `day` (None: today), and why. `others`: results that may be named to the reader."""
    validity = shown.row.validity(day or today())
    why = _decided(validity, changes, others) if validity in _DECIDED else _days(validity, shown)
    return Standing(validity, str(wording.VALIDITIES[validity]), why, doubt=bool(_DAYS & set(shown.review)))


def _decided(validity: Validity, changes: tuple[ChangeRow, ...], others: Collection[int]) -> str:
    made = next((c for c in reversed(changes) if c.kind in _DECIDED[validity] and not c.undone), None)
    if made and made.kind is ChangeKind.SET_ASIDE and made.by not in others:
        return _("it is the same paper as another result, scanned twice")
    if made and made.kind is ChangeKind.SET_ASIDE:
        return _("it is the same paper as result %(number)s, scanned twice") % {"number": made.by}
    if made is None or made.decision is None:
        return ""
    return _("by decision %(number)s of %(date)s: %(reason)s") % {
        "number": made.decision.number,
        "date": _written(made.decision.date),
        "reason": made.decision.reason,
    }


def _days(validity: Validity, shown: Shown) -> str:
    row = shown.row
    start, end = row.valid_from or row.issue_date, row.valid_to
    days = {"start": _written(start), "end": _written(end), "period": shown.values.get("validity", "")}
    if validity is Validity.UNKNOWN:
        return _("the day of issue is not known")
    if validity is Validity.NOT_YET:
        return _("it is dated %(start)s, which is still to come") % days
    if end is None:
        return _("issued on %(start)s, and nothing says that it ends") % days
    if days["period"] and not shown.values.get("expiry_date"):
        return _("issued on %(start)s for %(period)s, that is until %(end)s") % days
    return _("it says that it holds until %(end)s") % days


def office(unit: str) -> Office:
    """The unit with this code for readers; raises UsageError for an unknown one."""
    row = units.require(unit)
    ended = row.valid_to if row.valid_to and row.valid_to < today() else None
    return Office(row.name, ended, _responsible(row) if ended else ())


def _responsible(row: UnitRow) -> tuple[str, ...]:
    known = units.named(units.responsible(row.code))
    return tuple(sorted(unit.name for unit in known.values()))


def _written(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
