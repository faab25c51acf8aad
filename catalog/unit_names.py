"""What units are called, and were called before; units found again by any of their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog.configuration import told_plainly
from catalog.models import Unit, UnitName
from core.text import fold_words


@dataclass(frozen=True, slots=True)
class FormerName:
    """What a unit was called before."""

    name: str
    until: date
    """Last day on which it had this name."""
    decision: str
    """Number of the decision that gave it another one; empty: not told."""


@told_plainly()
def history(code: str) -> tuple[FormerName, ...]:
    """The former names of a unit, the last one first; none for an unknown unit."""
    found = UnitName.objects.filter(unit__code=code).order_by("-until", "-pk")
    return tuple(FormerName(name.name, name.until, name.decision) for name in found)


@told_plainly()
def former() -> dict[str, tuple[str, ...]]:
    """Code → former names, the last one first, of the units that have any."""
    found: dict[str, list[str]] = {}
    for code, name in UnitName.objects.order_by("-until", "-pk").values_list("unit__code", "name"):
        found.setdefault(code, []).append(name)
    return {code: tuple(names) for code, names in found.items()}


@told_plainly()
def known_as() -> dict[str, tuple[str, ...]]:
    """Code → all names of each unit, the present one first."""
    old = former()
    return {code: (name, *old.get(code, ())) for code, name in Unit.objects.values_list("code", "name")}


@told_plainly()
def on(day: date) -> dict[str, str]:
    """Code → what each unit was called on a day."""
    names = dict(Unit.objects.values_list("code", "name"))
    later = UnitName.objects.filter(until__gte=day).order_by("-until", "-pk")  # the one that ended soonest comes last
    return names | dict(later.values_list("unit__code", "name"))


@told_plainly()
def find(said: str) -> tuple[str, ...]:
    """The codes of the units with this code, or else of those of which a name, old or new, holds these words."""
    names, words = known_as(), fold_words(said)
    codes = [code for code in names if code.casefold() == said.casefold()]
    if codes or not words:
        return tuple(sorted(codes))
    return tuple(sorted(code for code, known in names.items() if any(words in fold_words(name) for name in known)))
