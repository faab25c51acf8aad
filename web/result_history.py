"""The history of a result in plain language: one sentence for each event that a reader understands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from catalog.life import ChangeRow, DeliveryRow
from catalog.records import EventRow
from catalog.states import Manner
from web import wording


@dataclass(frozen=True, slots=True)
class Told:
    """An event for readers."""

    time: datetime
    actor: str
    what: str
    reason: str
    """Why, as the person wrote it; empty: no reason was asked for."""
    change: int | None
    """Id of the change that can be undone now, and that the reader may undo."""
    delivery: int | None
    """The same of a delivery."""


def told(
    events: Iterable[EventRow],
    changes: Iterable[ChangeRow],
    deliveries: Iterable[DeliveryRow],
    undoable: frozenset[int],
    deliveries_undoable: bool,
    others: Collection[int],
) -> list[Told]:
    """The events that a reader understands, newest first. `undoable`: ids of changes that the reader may undo;
    `others`: results that may be named to the reader.
    """
    made = {change.id: change for change in changes}
    handed = {delivery.id: delivery for delivery in deliveries}
    found = []
    for event in reversed(list(events)):
        if event.kind not in wording.EVENTS:
            continue
        change = made.get(_number(event.data.get("change")))
        delivery = handed.get(_number(event.data.get("delivery")))
        first = event.kind not in {"result.undone", "result.delivery_undone"}
        found.append(
            Told(
                time=event.time,
                actor=event.actor,
                what=wording.event_name(event.kind) + _detail(event.data, change, delivery, others),
                reason=_reason(change or delivery, first),
                change=change.id if first and change and change.undoable and change.id in undoable else None,
                delivery=delivery.id if first and delivery and delivery.undoable and deliveries_undoable else None,
            )
        )
    return found


def _detail(
    data: Mapping[str, Any], change: ChangeRow | None, delivery: DeliveryRow | None, others: Collection[int]
) -> str:
    """What follows the name of the event, with the space or colon before it."""
    text = ""
    if names := data.get("names"):
        text += ": " + ", ".join(map(wording.field_name, names))
    if _number(data.get("by")) in others:
        text += " " + _("by result %(number)s") % {"number": data["by"]}
    if data.get("decision"):
        day = date.fromisoformat(data["date"])
        text += " " + _("(decision %(number)s of %(date)s)") % {"number": data["decision"], "date": f"{day:%d/%m/%Y}"}
    if data.get("kind") and change:
        text += f": {wording.CHANGES[change.kind]}"
    if delivery:
        text += f": {handed_over(delivery)}"
    return text


def handed_over(delivery: DeliveryRow) -> str:
    """How something was handed over, to whom and when."""
    words = [str(wording.MANNERS[delivery.manner])]
    if delivery.manner is Manner.POST:
        words.append(delivery.tracking)
    words.append(f"{delivery.date:%d/%m/%Y}")
    if delivery.to:
        words.append(_("to %(person)s") % {"person": delivery.to})
    return ", ".join(words)


def _reason(about: ChangeRow | DeliveryRow | None, first: bool) -> str:
    if about is None:
        return ""
    if not first:
        return about.undone.reason if about.undone else ""
    return about.decision.reason if isinstance(about, ChangeRow) and about.decision else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
