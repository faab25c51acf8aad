"""What is said about units: why one cannot be changed like that, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.unit_rules import Fault
from web import wording

FAULTS: Mapping[Fault, object] = {
    Fault.CODE: gettext_lazy("This is no code: letters, digits, dots and dashes, 64 at most."),
    Fault.NAME: gettext_lazy("A unit needs a name of at most 400 characters."),
    Fault.PARENT: gettext_lazy("There is no such unit to stand above it."),
    Fault.CIRCLE: gettext_lazy("It would stand below itself."),
    Fault.BACKWARDS: gettext_lazy("It would end before it began."),
    Fault.SUCCESSOR: gettext_lazy("There is no such unit to come after it."),
    Fault.SUCCESSION: gettext_lazy("It would come after itself."),
    Fault.GONE: gettext_lazy("A unit that is to come after it does not live on the day after its last day."),
    Fault.ENDED: gettext_lazy("It has ended already: take that back first."),
    Fault.LIVING: gettext_lazy("It has not ended."),
    Fault.LATE: gettext_lazy("Its end was not told today: name the decision by which it goes on."),
    Fault.DAY: gettext_lazy(
        "On that day it cannot have got another name: it had not begun, or had another name later."
    ),
    Fault.TWICE: gettext_lazy("Its code stands in the list twice."),
    Fault.DATE: gettext_lazy("This is no day: write it like 01/07/2025."),
    Fault.AMBIGUOUS: gettext_lazy("A unit is meant by a name that several have, or none: give its code."),
}


def told(kind: str, data: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """What happened, in a sentence; `names`: code → name of the units that may be named."""
    return ": ".join(filter(None, (wording.event_name(kind), detail(kind, data, names))))


def detail(kind: str, data: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The same without the name of the event."""
    text = _detail(kind, data, names)
    if decision := data.get("decision"):
        text += " " + _("(decision %(number)s)") % {"number": decision}
    return text.strip()


def _detail(kind: str, data: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if kind == "unit.renamed":
        since = {"before": data["before"], "name": data["name"], "day": _day(data["from"])}
        return _("“%(before)s” has been “%(name)s” since %(day)s") % since
    if kind == "unit.moved":
        above = [_named(data[key], names) for key in ("before", "parent")]
        return _("from %(before)s to %(parent)s") % {"before": above[0], "parent": above[1]}
    if kind == "unit.ended":
        after = ", ".join(_named(code, names) for code in data["successors"]) or _("nobody")
        return _("last day %(day)s; taken over by %(units)s") % {"day": _day(data["last_day"]), "units": after}
    if kind == "unit.took_over":
        return ", ".join(_named(code, names) for code in data["from"])
    return str(data.get("name") or "")


def _named(code: str | None, names: Mapping[str, str]) -> str:
    if not code:
        return _("none")
    return f"{names[code]} ({code})" if code in names else code


def _day(day: str | None) -> str:
    return f"{date.fromisoformat(day):%d/%m/%Y}" if day else "–"
