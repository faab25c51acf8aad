"""What pages say of how a result agrees with a line of a register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy

from registers.deciding import CROWDED
from registers.link_refusals import Reason
from registers.scoring import Agreement
from web import wording

AGREEMENTS: Mapping[str, object] = {
    Agreement.SAME: gettext_lazy("same"),
    Agreement.LETTERS: gettext_lazy("same figures, other letters"),
    Agreement.RUNNING: gettext_lazy("same figures, year unknown"),
    Agreement.ACCENTS: gettext_lazy("same, accents lost"),
    Agreement.MARKS: gettext_lazy("other accents"),
    Agreement.SLIP: gettext_lazy("nearly the same"),
    Agreement.SLIPS: gettext_lazy("similar"),
    Agreement.PART: gettext_lazy("a part is the same"),
    Agreement.SWAPPED: gettext_lazy("day and month swapped"),
    Agreement.LINKED: gettext_lazy("another number of the same person"),
    Agreement.FAMILY: gettext_lazy("unit before or after a merger"),
    Agreement.NEAR: gettext_lazy("unit above or below"),
    Agreement.ALIKE: gettext_lazy("alike"),
    Agreement.OTHER_KIND: gettext_lazy("cannot be compared"),
    Agreement.OTHER: gettext_lazy("differs"),
    Agreement.MISSING: gettext_lazy("missing on one side"),
    "taken": gettext_lazy("The line is linked to another result already. Is one of the two a second scan?"),
    CROWDED: gettext_lazy("Very many lines lie on this day; the likeliest ones are shown."),
}
GOOD = frozenset({"same", "accents", "linked", "running"})
"""Agreements that speak for a line."""
REASONS: Mapping[Reason, object] = {
    Reason.TAKEN: gettext_lazy("This line is linked to another result. Undo that first, or mark one as a second scan."),
    Reason.DECIDED: gettext_lazy("Somebody else decided this already."),
    Reason.WITHDRAWN: gettext_lazy("This line was withdrawn: there is no such result."),
    Reason.LINKED: gettext_lazy("This result is linked to a line. Undo that first."),
    Reason.NOT_LINKED: gettext_lazy("This result is linked to no line."),
    Reason.NOTHING_TO_UNDO: gettext_lazy("There is nothing to undo here."),
}
_NAMES: Mapping[str, object] = {
    "unit": gettext_lazy("Unit"),
    "procedure": gettext_lazy("Procedure"),
    "dossier": gettext_lazy("Dossier"),
    "register_line": gettext_lazy("Cover sheet"),
}


def field_name(name: str) -> str:
    """A field in which a result and a line are compared."""
    return str(_NAMES[name]) if name in _NAMES else wording.field_name(name)


def told(reasons: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Reasons in words: first what speaks for the line, then what speaks against it."""
    fields = [(name, agreement) for name, agreement in reasons if agreement not in {"taken", CROWDED}]
    ordered = sorted(fields, key=lambda one: one[1] not in GOOD)
    return tuple(f"{field_name(name)}: {AGREEMENTS.get(agreement, agreement)}" for name, agreement in ordered)


def notes(reasons: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What is to be said besides the fields."""
    return tuple(str(AGREEMENTS[agreement]) for _name, agreement in reasons if agreement in {"taken", CROWDED})
