"""How a decision is carried out, whoever decides what: the version before is kept, something is done to the locked
result, and what was done is written down. For `catalog.decisions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from catalog import checks, confidential, editing, fields, versions
from catalog.life import ChangeKind, Decision
from catalog.models import Change, Field, Result
from catalog.values import clip, digest, now

_EVENTS = {
    ChangeKind.CORRECT: "result.corrected",
    ChangeKind.CONFIRM: "result.confirmed",
    ChangeKind.REVIEW: "result.reviewed",
    ChangeKind.REPLACE: "result.replaced",
    ChangeKind.REVOKE: "result.revoked",
    ChangeKind.SET_ASIDE: "result.set_aside",
}


def decide(
    result: Result,
    kind: ChangeKind,
    actor: str,
    decision: Decision | None,
    act: Callable[[], None],
    names: Iterable[str] = (),
    by: int | None = None,
    more: Mapping[str, object] | None = None,
) -> int:
    """Keep the version before, `act`, and write down what was done; gives the new edition.

    `names` are those of the fields and facts that are meant, `by` the result that takes the place of this one, and
    `more` what the event tells besides.
    """
    time = now()
    versions.keep(result, time)
    act()
    result.edition += 1
    change = Change.objects.create(
        result=result,
        kind=kind.value,
        number=decision.number if decision else "",
        date=decision.date if decision else None,
        reason=decision.reason if decision else "",
        fields=sorted(names),
        edition=result.edition,
        by_id=by,
        actor=clip(actor, 200),
        time=time,
    )
    editing.write(result, _EVENTS[kind], {**_told(result, change), **(more or {})})
    return result.edition


def facts(result: Result) -> dict[str, str]:
    """What can be corrected besides fields, as it stands."""
    return {name: getattr(result, name) for name in checks.FACTS}


def put(result: Result, present: dict[str, Field], new: Mapping[str, str], actor: str) -> None:
    """Write the corrected values of fields and facts."""
    for name, value in new.items():
        if name in checks.FACTS:
            setattr(result, name, value)
            continue
        field = present.setdefault(name, fields.missing(result, name))
        if field.value != value:
            field.value, field.source, field.confidence = value, fields.PERSON, 1.0
        field.review, field.actor = False, clip(actor, 200)
        field.save()
    if new.keys() - set(checks.FACTS):
        follow(result, present)
    if "confidential" not in new and not result.confidential:
        values = {name: field.value for name, field in present.items()}
        result.confidential = confidential.of(values, result.text).value


def follow(result: Result, present: Mapping[str, Field]) -> None:
    """Set what follows from fields that a person was at work on."""
    editing.conclude(result, present.values())
    editing.looked_at(result)
    fields.keep_numbers(result)


def _told(result: Result, change: Change) -> dict[str, object]:
    told: dict[str, object] = {
        "change": change.pk,
        "edition": change.edition,
        "state": result.state,
        "fields": editing.fields_digest(result.fields.order_by("pk")),
    }
    if change.date:
        told |= {"decision": change.number, "date": change.date.isoformat(), "reason": digest(change.reason)}
    if change.fields:
        told["names"] = change.fields
    if change.by_id:
        told["by"] = change.by_id
    return told
