"""One result in full: as JSON for scripts, and as text for people."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cli.terminal import print_pairs, print_table, say
from cli.texts import _, label

if TYPE_CHECKING:
    from catalog.records import EventRow, FieldRow, Shown, StoredObject

_DATES = {"issue_date", "holder_birth_date", "expiry_date"}
_HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def as_dict(shown: Shown) -> dict[str, object]:
    """What ``sohoa show --json`` prints."""
    row = shown.row
    return {
        "id": str(row.id),
        "unit": row.unit,
        "batch": shown.batch,
        "source": row.source,
        "pages": [row.first_page, row.last_page],
        "fields": shown.values,
        "confidence": {f.name: round(f.confidence, 4) for f in shown.fields if f.value},
        "evidence": {f.name: _evidence(f) for f in shown.fields if f.value},
        "review": list(shown.review),
        "text": shown.text,
        "original": _object(shown.original),
        "archive": _object(shown.archive),
        "words": _object(shown.words) if shown.words else None,
        "events": [_event(event) for event in shown.events],
        "duplicates": [str(other) for other in shown.duplicates],
        "pipeline_version": shown.pipeline_version,
        "recorded": shown.recorded.isoformat(),
    }


def _evidence(field: FieldRow) -> dict[str, object]:
    box = field.box.as_list() if field.box else None
    return {"page": field.page, "box": box, "text": field.text, "source": field.source}


def _object(stored: StoredObject) -> dict[str, object]:
    return {"key": stored.key, "sha256": stored.sha256, "size": stored.size, "media_type": stored.media_type}


def _event(event: EventRow) -> dict[str, object]:
    return {
        "sequence": event.sequence,
        "time": event.time.isoformat(),
        "actor": event.actor,
        "kind": event.kind,
        "subject": event.subject,
        "data": dict(event.data),
        "hash": event.hash,
    }


def print_shown(shown: Shown) -> None:
    """Print the fields, where they come from, the files and what happened."""
    row = shown.row
    print_table(
        [_("Field"), _("Value"), _("Confidence"), _("Check"), _("Page")],
        [
            (label(f.name), _for_people(f), _percent(f), _("yes") if f.review else "", f.page or "")
            for f in shown.fields
        ],
        right=(2, 4),
    )
    say()
    print_pairs(
        {
            _("ID"): row.id,
            _("Unit"): row.unit,
            _("Batch"): shown.batch,
            _("File"): _("{name}, pages {first}–{last}").format(
                name=row.source, first=row.first_page, last=row.last_page
            ),
            _("Original"): f"{shown.original.key} ({shown.original.size:,} B)",
            _("Archive PDF"): f"{shown.archive.key} ({shown.archive.size:,} B)",
        }
        | ({_("Words (ALTO)"): f"{shown.words.key} ({shown.words.size:,} B)"} if shown.words else {})
        | ({_("Same number"): ", ".join(map(str, shown.duplicates))} if shown.duplicates else {})
    )
    say()
    for event in shown.events:
        say(f"{local(event.time)}  {event.kind}  {event.actor}")


def day(value: date | None) -> str:
    """A date as people write it here: 05/03/2019; empty for none."""
    return f"{value:%d/%m/%Y}" if value else ""


def _field(field: FieldRow) -> tuple[object, ...]:
    check = _("yes") if field.review else ""
    return label(field.name), _for_people(field), _percent(field), check, field.page or ""


def _for_people(field: FieldRow) -> str:
    """The value, dates as people write them here."""
    if field.name not in _DATES:
        return field.value
    try:
        return day(date.fromisoformat(field.value))
    except ValueError:
        return field.value


def _percent(field: FieldRow) -> str:
    return f"{field.confidence:.0%}" if field.value else ""


def local(time: datetime) -> str:
    """A moment as the clock in Vietnam shows it."""
    return f"{time.astimezone(_HERE):%d/%m/%Y %H:%M}"
