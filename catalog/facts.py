"""What results state, as one digest each that their events tell: so a row that is changed behind the program's back
shows.

Threat model: somebody with write access to the database edits a result or a field of it. The newest event about the
result tells the digest of all that it stated after that change; `of` computes it anew. Who edits the event as well
breaks the chain (`catalog.events`). Results whose events are from before that are held against the digest of their
fields alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from catalog.configuration import told_plainly
from catalog.models import Document, Event, Field, Result
from catalog.values import digest

_LEFT_OUT = frozenset(
    {
        "id",
        "document",  # told with its pages
        "text",  # told once, when it is recorded: it never changes
        "version",  # counts for search
        "recorded",
        "urgent",  # follows from `origin`
        "signed_key",  # told by the events of signing
        "signed_sha256",
        "signed_size",
        "signed_as",
    }
)
_COLUMNS = tuple(field.attname for field in Result._meta.concrete_fields if field.name not in _LEFT_OUT)
_PAGES = ("pk", "scan_id", "ordinal", "first_page", "last_page")
_AT_ONCE = 200
_TELL_FIELDS = frozenset(
    f"result.{kind}" for kind in ("recorded", "corrected", "confirmed", "reviewed", "replaced", "revoked", "undone")
)
_CHANGE_UNTOLD = frozenset({"result.stated", "result.vouched", "result.unvouched"})
"""Before events told `of`, these changed fields without a digest of them."""


@dataclass(frozen=True, slots=True)
class Altered:
    """A result that does not state what its events say it does."""

    result: int
    unit: str
    """Code of the unit that keeps it."""
    what: str
    """``facts`` (a field or column), ``text``, or ``events`` (none tells that it was recorded)."""


def of(id: int) -> str:
    """The digest of all that a result states, as it stands in the database."""
    return _of_many([id])[id]


def text_digest(text: str) -> str:
    """The digest of a result's text, told once, in ``result.recorded``."""
    return digest(text)


def altered(unit: str) -> Iterator[Altered]:
    """Results of the unit with code `unit` that do not state what their events tell, by id, a part at a time."""
    last = 0
    while part := _part(unit, last):
        last = part[-1]
        for id in _difference(unit, part):
            for what in _difference(unit, [id]).values():  # again: somebody may have been at it between our two looks
                yield Altered(id, unit, what)


@told_plainly()
def _part(unit: str, last: int) -> list[int]:
    found = Result.objects.filter(unit__code=unit, pk__gt=last).order_by("pk")
    return list(found.values_list("pk", flat=True)[:_AT_ONCE])


@told_plainly()
def _difference(unit: str, ids: list[int]) -> dict[int, str]:
    told = _told(unit, ids)
    states, fields = _of_many(ids), _fields_of(ids)
    texts = dict(Result.objects.filter(pk__in=ids, disposed=None).values_list("pk", "text"))
    found: dict[int, str] = {}
    for id in ids:
        known = told.get(id)
        if known is None:
            found[id] = "events"
        elif (known.facts != states.get(id)) if known.facts else known.fields not in ("", fields.get(id)):
            found[id] = "facts"
        elif known.text and id in texts and known.text != text_digest(texts[id]):
            found[id] = "text"
    return found


@dataclass(slots=True)
class _Told:
    facts: str = ""
    fields: str = ""
    text: str = ""


def _told(unit: str, ids: Collection[int]) -> dict[int, _Told]:
    """What the newest events tell of each."""
    subjects = {f"result:{id}": id for id in ids}
    found: dict[int, _Told] = {}
    rows = Event.objects.filter(unit__code=unit, subject__in=list(subjects)).order_by("sequence")
    for subject, kind, data in rows.values_list("subject", "kind", "data").iterator(chunk_size=500):
        told = json.loads(data)
        known = found.setdefault(subjects[subject], _Told())
        known.facts = told.get("facts", known.facts)
        if kind in _TELL_FIELDS:
            known.fields = told.get("fields", "")
        elif kind in _CHANGE_UNTOLD:
            known.fields = ""
        if kind == "result.recorded":
            known.text = told.get("text", "")
    return found


def _of_many(ids: Collection[int]) -> dict[int, str]:
    fields: dict[int, dict[str, object]] = {}
    rows = Field.objects.filter(result__in=list(ids)).values_list("result_id", "name", "value", "review", "source")
    for id, name, *stated in rows:
        fields.setdefault(id, {})[name] = stated
    columns = list(Result.objects.filter(pk__in=list(ids)).values("pk", "document_id", *_COLUMNS))
    pages = {
        pk: rest for pk, *rest in Document.objects.filter(result__in=[c["pk"] for c in columns]).values_list(*_PAGES)
    }
    return {
        row["pk"]: digest(
            {
                "columns": {name: _plain(row[name]) for name in _COLUMNS},
                "fields": fields.get(row["pk"], {}),
                "pages": pages[row["document_id"]],
            }
        )
        for row in columns
    }


def _fields_of(ids: Collection[int]) -> dict[int, str]:
    """Digests of fields alone, as older events tell them (`catalog.editing.fields_digest`)."""
    fields: dict[int, dict[str, str]] = {id: {} for id in ids}
    for id, name, value in Field.objects.filter(result__in=list(ids)).values_list("result_id", "name", "value"):
        fields[id][name] = value
    return {id: digest(stated) for id, stated in fields.items()}


def _plain(value: object) -> object:
    return value if isinstance(value, (int, list)) else str(value or "")
