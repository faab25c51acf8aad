"""Units: the offices that issue results."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from catalog.models import ChainHead, Unit
from catalog.records import UnitRow
from catalog.values import clean
from core.errors import UsageError
from core.text import squeeze

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


@told_plainly()
def add(
    code: str,
    name: str,
    parent: str | None = None,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    successors: tuple[str, ...] = (),
) -> UnitRow:
    """Add a unit. Adding one that is there already with the same name and parent changes nothing.

    Raises UsageError: a code that is none, no name, an unknown parent or successor, the code taken by another unit.
    """
    name = squeeze(clean(name))
    if not _CODE.fullmatch(code):
        raise UsageError(f"{code!r} is no unit code: letters, digits, dots and dashes, at most 64 (like H61.12.3)")
    if not 0 < len(name) <= 400:
        raise UsageError("a unit needs a name of at most 400 characters")
    with transaction.atomic():
        above = _get(parent) if parent else None
        unit, new = Unit.objects.get_or_create(
            code=code, defaults={"name": name, "parent": above, "valid_from": valid_from, "valid_to": valid_to}
        )
        if not new:
            if (unit.name, unit.parent_id) != (name, above.pk if above else None):
                raise UsageError(f"there is a unit {code} already: {unit.name}")
            return _row(unit)
        ChainHead.objects.create(unit=unit)
        unit.successors.set([_get(successor) for successor in successors])
        events.append_to(unit.pk, "unit.added", f"unit:{code}", {"name": name, "parent": parent})
        return _row(unit)


@told_plainly()
def listing() -> tuple[UnitRow, ...]:
    """All units, by code."""
    units = Unit.objects.select_related("parent").prefetch_related("successors").order_by("code")
    return tuple(_row(unit) for unit in units)


@told_plainly()
def require(code: str) -> UnitRow:
    """The unit with this code; raises UsageError when there is none."""
    return _row(_get(code))


def with_descendants(code: str) -> frozenset[str]:
    """The codes of a unit and of all units below it; raises UsageError for an unknown one."""
    below: dict[str | None, list[str]] = {}
    for unit in listing():
        below.setdefault(unit.parent, []).append(unit.code)
    found: set[str] = set()
    waiting = [require(code).code]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(below.get(current, []))
    return frozenset(found)


def _get(code: str) -> Unit:
    try:
        return Unit.objects.select_related("parent").get(code=code)
    except Unit.DoesNotExist:
        raise UsageError(f"unknown unit {code}: see `sohoa units list`, or add it with `sohoa units add`") from None


def _row(unit: Unit) -> UnitRow:
    successors = tuple(sorted(s.code for s in unit.successors.all()))
    return UnitRow(
        unit.code, unit.name, unit.parent.code if unit.parent else None, unit.valid_from, unit.valid_to, successors
    )
