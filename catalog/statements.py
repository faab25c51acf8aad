"""What others say about results (the index of bought-in work, a register), beside what was read on them.

Neither is put over the other in silence. Where both say the same, two who did not know of each other agree, and the
field is settled; what came in after the reading may have been made from it, by one person alone, and settles nothing.
Where they differ a person looks at both. Where nothing was read, the statement stands in the field
with its source and waits for a person. What a person has looked at stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from catalog import checks, confidential, editing, fields, fingerprints, versions
from catalog.configuration import told_plainly
from catalog.models import Field, Result, Statement
from catalog.refusals import Refusal, RefusedChangeError
from catalog.sameness import same
from catalog.states import State
from catalog.values import clip, digest, now
from pipeline.records import FIELD_NAMES

INDEX = "index"
"""Source of what an index of bought-in work says."""
TOGETHER = 0.99
"""Least confidence of a value that was read and is stated by somebody who did not know of the reading."""
ALONE = 0.5
"""Confidence of a value that is stated and was not found on the paper."""


class Verdict(StrEnum):
    """How a statement stands to the field."""

    SAME = "same"
    DIFFERENT = "different"
    ONLY_STATED = "only_stated"
    """Nothing was read: the field holds what is stated."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """What a source says about a field, and how that stands to what the field says now."""

    name: str
    value: str
    source: str
    time: datetime
    verdict: Verdict
    present: str = ""
    """What the field says now; empty: nothing."""


@told_plainly()
def state(
    id: int, values: Mapping[str, str], source: str, actor: str, came: datetime | None = None
) -> dict[str, Verdict]:
    """Keep what `source` says about the fields of a result, and settle or question them by it.

    `came`: when that came in; None: just now. Only what was there before the result was read settles a field.
    Empty values say nothing. The same a second time changes nothing. Raises NotFoundError, RefusedChangeError for
    what cannot be the value of a field.
    """
    wanted = {name: value for name, text in values.items() if (value := checked(name, text))}
    with editing.locked(id, actor) as result:
        before = dict(Statement.objects.filter(result=result, source=source).values_list("name", "value"))
        news = {name: value for name, value in wanted.items() if before.get(name) != value}
        present = {field.name: field for field in result.fields.order_by("pk")}
        if not news:
            return {name: _verdict(present.get(name), name, value) for name, value in wanted.items()}
        time, unknowing = now(), came is not None and came < result.recorded
        for name, value in news.items():
            kept = {"value": value, "time": time}
            Statement.objects.update_or_create(result=result, name=name, source=clip(source, 32), defaults=kept)
        told: dict[str, object] = {"source": source, "stated": sorted(news), "values": digest(news)}
        found = {name: _verdict(present.get(name), name, value) for name, value in wanted.items()}
        changed = [
            field
            for name, value in news.items()
            if (field := _moved(result, present.get(name), name, value, found[name], source, unknowing))
        ]
        if changed:
            versions.keep(result, time)
            write(result, changed, present)
            editing.write(result, "result.stated", told | {"edition": result.edition, "state": result.state})
        else:
            editing.tell(result, "result.stated", told)
        return found


@told_plainly()
def of_result(id: int) -> tuple[StatementRow, ...]:
    """What others say about a result, beside what its fields say now, in the order of the fields."""
    return of_results([id]).get(id, ())


@told_plainly()
def of_results(ids: Collection[int]) -> dict[int, tuple[StatementRow, ...]]:
    """The same for several results; those about which nobody says anything are missing."""
    wanted = list(ids)
    present = {(field.result_id, field.name): field for field in Field.objects.filter(result__in=wanted)}
    found: dict[int, list[StatementRow]] = {}
    for row in Statement.objects.filter(result__in=wanted).order_by("pk"):
        field = present.get((row.result_id, row.name))
        verdict = _verdict(field, row.name, row.value)
        now_there = field.value if field else ""
        shown = StatementRow(row.name, row.value, row.source, row.time.astimezone(UTC), verdict, now_there)
        found.setdefault(row.result_id, []).append(shown)
    order = {name: place for place, name in enumerate(FIELD_NAMES)}
    return {id: tuple(sorted(rows, key=lambda row: order.get(row.name, 99))) for id, rows in found.items()}


def checked(name: str, text: str) -> str:
    """A value as the field `name` takes it; empty: it says nothing. Raises RefusedChangeError."""
    if name not in FIELD_NAMES:
        raise RefusedChangeError(Refusal.UNKNOWN_FIELD, f"there is no field {name!r}", name)
    return checks.value(name, text)


def _verdict(field: Field | None, name: str, value: str) -> Verdict:
    if field is None or not (field.actor or field.ocr_value):  # empty, or with what somebody stated before
        return Verdict.ONLY_STATED
    return Verdict.SAME if same(name, field.value, value) else Verdict.DIFFERENT


def _moved(
    result: Result, field: Field | None, name: str, value: str, verdict: Verdict, source: str, unknowing: bool
) -> Field | None:
    """The field with what follows from the statement, not saved yet; None: it stays as it is. `unknowing`: whoever
    stated it could not know what was read.
    """
    if field is not None and field.actor:
        return None
    if verdict is Verdict.ONLY_STATED:
        field = field or fields.missing(result, name)
        field.value, field.source, field.confidence, field.review = value, clip(source, 32), ALONE, True
        return field
    assert field is not None
    if verdict is Verdict.DIFFERENT:
        if field.review:
            return None
        field.review = True
        return field
    if not unknowing or (not field.review and field.confidence >= TOGETHER):
        return None
    field.review, field.confidence = False, max(field.confidence, TOGETHER)
    return field


def write(result: Result, changed: list[Field], present: dict[str, Field]) -> None:
    """Keep the changed ones of a result's fields, and what follows from them; the result itself is not saved yet."""
    for field in changed:
        field.save()
        present[field.name] = field
    editing.conclude(result, present.values())
    if result.in_review:
        result.state = State.TO_REVIEW.value
    elif result.state == State.TO_REVIEW:
        result.state = State.ACCEPTED.value
        fingerprints.again(result)  # nobody has to look at it from now on, so it may be drawn for a sample
    if not result.confidential:
        result.confidential = confidential.of({f.name: f.value for f in present.values()}, result.text).value
    fields.keep_numbers(result)
    result.edition += 1
