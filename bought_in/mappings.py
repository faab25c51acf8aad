"""What the columns of a contractor's indexes mean: said once, remembered for the next index."""

from __future__ import annotations

from collections.abc import Mapping

from bought_in import models
from catalog.configuration import told_plainly
from catalog.values import clean, clip, now
from core.errors import UsageError
from core.text import squeeze

_LONGEST = 200


def contractor(name: str) -> str:
    """A contractor's name as it is kept; raises UsageError for none."""
    name = squeeze(clean(name))
    if not 0 < len(name) <= _LONGEST:
        raise UsageError(f"say who made the index: a name of at most {_LONGEST} characters")
    return name


@told_plainly()
def saved(unit: str, contractor: str) -> dict[str, str]:
    """Folded title → meaning, as people of the unit said last about this contractor; empty: never."""
    found = models.Mapping.objects.filter(unit_id=unit, contractor=contractor).first()
    return {str(title): str(meaning) for title, meaning in found.titles.items()} if found else {}


@told_plainly()
def save(unit: str, contractor: str, titles: Mapping[str, str], actor: str) -> None:
    """Remember this; titles of other indexes of the contractor stay remembered."""
    known = saved(unit, contractor)
    values = {"titles": known | dict(titles), "actor": clip(actor, 200), "time": now()}
    models.Mapping.objects.update_or_create(unit_id=unit, contractor=contractor, defaults=values)


@told_plainly()
def contractors(unit: str) -> tuple[str, ...]:
    """Those whose indexes the unit took before, by name."""
    found = models.Mapping.objects.filter(unit_id=unit).order_by("contractor")
    return tuple(found.values_list("contractor", flat=True))
