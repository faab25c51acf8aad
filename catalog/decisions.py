"""What people decide about a recorded result: its fields are corrected or confirmed, it is replaced or revoked.

Each change keeps the version before it (`catalog.versions`), writes its event and tells search in one transaction.
`seen`, wherever it is asked for, is the edition that the caller showed to the person: when somebody else was quicker,
RefusedChangeError(STALE) is raised and nothing is changed; None: whatever stands there. `actor` is a user name. Rights
are the caller's business. All raise NotFoundError for an unknown result and RefusedChangeError for what cannot be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC

from django.db import transaction

from catalog import checks, confidential, editing, fields, versions
from catalog.configuration import told_plainly
from catalog.life import ChangeKind, ChangeRow, Decision, Undone
from catalog.locks import in_turn
from catalog.models import Change, Field, Result
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Standing
from catalog.values import clip, day_of, digest, now, today

_EVENTS = {
    ChangeKind.CORRECT: "result.corrected",
    ChangeKind.CONFIRM: "result.confirmed",
    ChangeKind.REPLACE: "result.replaced",
    ChangeKind.REVOKE: "result.revoked",
}


@told_plainly()
def correct(id: int, changes: Mapping[str, str], decision: Decision, actor: str, *, seen: int | None = None) -> int:
    """Put other values in the place of fields (`FIELD_NAMES`) and facts (`checks.FACTS`); gives the new edition.

    Values are checked (dates ISO, identity numbers, periods) and kept in NFC; an empty one says that the paper has
    none. What OCR read stays beside a corrected value. A result that turns out to be of a confidential kind becomes
    so; only naming ``confidential`` itself opens one.
    """
    decision = checks.decision(decision)
    with editing.locked(id, actor, seen) as result:
        present = {field.name: field for field in result.fields.order_by("pk")}
        before = {name: field.value for name, field in present.items()}
        wanted = checks.changes(changes, before | _facts(result))
        new = {
            name: value
            for name, value in wanted.items()
            if (before | _facts(result)).get(name, "") != value or (name in present and present[name].review)
        }
        if not new:
            raise RefusedChangeError(Refusal.NOTHING_CHANGED, "all of this stands there already")
        return _decide(result, ChangeKind.CORRECT, actor, decision, lambda: _put(result, present, new, actor), new)


@told_plainly()
def confirm(id: int, names: Iterable[str], actor: str, *, seen: int | None = None) -> int:
    """A person looked at these fields and found them right (an empty one: the paper has none); gives the edition.

    When nothing is left to look at, the result is verified. Confirming what is confirmed already changes nothing.
    """
    wanted = dict.fromkeys(names)
    with editing.locked(id, actor, seen) as result:
        present = {field.name: field for field in result.fields.order_by("pk")}
        for name in wanted:
            if name not in present:
                raise RefusedChangeError(Refusal.UNKNOWN_FIELD, f"result {id} has no field {name!r}", name)
        new = [present[name] for name in wanted if present[name].review or not present[name].actor]
        if not new:
            return result.edition

        def look() -> None:
            for field in new:
                field.review, field.actor = False, clip(actor, 200)
                field.save(update_fields=["review", "actor"])
            _follow(result, present)

        return _decide(result, ChangeKind.CONFIRM, actor, None, look, [field.name for field in new])


@told_plainly()
def replace(id: int, by: int, decision: Decision, actor: str, *, seen: int | None = None) -> int:
    """The result `by` takes the place of this one; gives the new edition.

    Refused: a result that is not in force, one replaced by itself (also by way of others), or by a revoked one.
    """
    decision = checks.decision(decision)
    with transaction.atomic():
        in_turn("replace")  # two at once could close a circle that neither of them sees
        editing.lock_all([id, by])
        with editing.locked(id, actor, seen) as result:
            _in_force(result)
            if by == id:
                raise RefusedChangeError(Refusal.SAME, "a result cannot replace itself", "by")
            other = Result.objects.only("status", "replaced_by_id").filter(pk=by).first()
            if other is None:
                raise RefusedChangeError(Refusal.NO_RESULT, f"there is no result {by}", "by")
            if other.status == Standing.REVOKED:
                raise RefusedChangeError(Refusal.REPLACEMENT_REVOKED, f"result {by} is revoked itself", "by")
            if id in _replacing(other):
                message = f"result {by} was replaced by this one, directly or by way of others"
                raise RefusedChangeError(Refusal.CIRCLE, message, "by")

            def act() -> None:
                result.status, result.replaced_by = Standing.REPLACED.value, other

            return _decide(result, ChangeKind.REPLACE, actor, decision, act, by=by)


@told_plainly()
def revoke(id: int, decision: Decision, actor: str, *, seen: int | None = None) -> int:
    """The result holds no longer; gives the new edition. Refused for one that is not in force."""
    decision = checks.decision(decision)
    with editing.locked(id, actor, seen) as result:
        _in_force(result)

        def act() -> None:
            result.status = Standing.REVOKED.value

        return _decide(result, ChangeKind.REVOKE, actor, decision, act)


@told_plainly()
def undo(id: int, change: int, actor: str, reason: str) -> int:
    """Take back a change of today, the last one that stands; gives the new edition. A second call changes nothing.

    The day is counted in Asia/Ho_Chi_Minh. The version that is taken back stays readable like any other.
    """
    reason = checks.reason(reason)
    with editing.locked(id, actor) as result:
        made = Change.objects.filter(pk=change, result=result).first()
        if made is None:
            raise RefusedChangeError(Refusal.NO_RESULT, f"result {id} has no change {change}")
        if made.undone is not None:
            return result.edition
        if day_of(made.time) != today():
            raise RefusedChangeError(Refusal.NOT_TODAY, "only what was decided today can be undone: decide anew")
        if Change.objects.filter(result=result, undone=None, pk__gt=made.pk).exists():
            raise RefusedChangeError(Refusal.NOT_LAST, "something was changed after it: undo that first")
        time = now()
        versions.keep(result, time)
        present = versions.restore(result, made.edition - 1)
        result.fields.all().delete()
        Field.objects.bulk_create(present)
        editing.conclude(result, present)
        fields.keep_numbers(result)
        result.edition += 1
        made.undone, made.undone_by, made.undone_reason = time, clip(actor, 200), reason
        made.save(update_fields=["undone", "undone_by", "undone_reason"])
        told = {"change": made.pk, "kind": made.kind, "edition": result.edition, "reason": digest(reason)}
        editing.write(result, "result.undone", told | {"fields": editing.fields_digest(present)})
        return result.edition


@told_plainly()
def changes(id: int) -> tuple[ChangeRow, ...]:
    """All changes of a result, oldest first, undone ones too; without any for one that never changed."""
    made = list(Change.objects.filter(result_id=id).order_by("pk"))
    standing = [change.pk for change in made if change.undone is None]
    return tuple(_row(change, last=standing[-1:] == [change.pk]) for change in made)


def _decide(
    result: Result,
    kind: ChangeKind,
    actor: str,
    decision: Decision | None,
    act: Callable[[], None],
    names: Iterable[str] = (),
    by: int | None = None,
) -> int:
    """Keep the version before, `act`, and write down what was done; gives the new edition."""
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
    editing.write(result, _EVENTS[kind], _told(result, change))
    return result.edition


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


def _facts(result: Result) -> dict[str, str]:
    return {name: getattr(result, name) for name in checks.FACTS}


def _put(result: Result, present: dict[str, Field], new: Mapping[str, str], actor: str) -> None:
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
        _follow(result, present)
    if "confidential" not in new and not result.confidential:
        values = {name: field.value for name, field in present.items()}
        result.confidential = confidential.of(values, result.text).value


def _follow(result: Result, present: Mapping[str, Field]) -> None:
    """Set what follows from fields that a person was at work on."""
    editing.conclude(result, present.values())
    editing.looked_at(result)
    fields.keep_numbers(result)


def _in_force(result: Result) -> None:
    if result.status != Standing.IN_FORCE:
        message = f"result {result.pk} is {result.status} already; undo that first, if it was wrong"
        raise RefusedChangeError(Refusal.NOT_IN_FORCE, message)


def _replacing(result: Result) -> set[int]:
    """The results that took the place of `result`, one after the other."""
    found: set[int] = set()
    following = result.replaced_by_id
    while following is not None and following not in found:
        found.add(following)
        following = Result.objects.filter(pk=following).values_list("replaced_by_id", flat=True)[0]
    return found


def _row(change: Change, last: bool) -> ChangeRow:
    undone = Undone(change.undone.astimezone(UTC), change.undone_by, change.undone_reason) if change.undone else None
    return ChangeRow(
        id=change.pk,
        result=change.result_id,
        kind=ChangeKind(change.kind),
        decision=Decision(change.number, change.date, change.reason) if change.date else None,
        fields=tuple(change.fields),
        by=change.by_id,
        edition=change.edition,
        actor=change.actor,
        time=change.time.astimezone(UTC),
        undone=undone,
        undoable=last and day_of(change.time) == today(),
    )
