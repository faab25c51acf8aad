"""Where lines and dossiers come from: one row for each file, and one a day and unit for the interface."""

from __future__ import annotations

from catalog.values import clip, day_of, now, today
from core.errors import UsageError
from registers.models import Import
from registers.states import Way


def of_day(unit: str, actor: str) -> Import:
    """The row for what comes by the interface today, inside a transaction."""
    found = Import.objects.filter(unit_id=unit, way=Way.API.value).order_by("-pk").first()
    if found is not None and day_of(found.time) == today():
        return found
    if not unit:
        raise UsageError("a unit is needed")
    return Import.objects.create(
        unit_id=unit, way=Way.API.value, name=f"{today():%Y-%m-%d}", actor=clip(actor, 200), time=now()
    )
