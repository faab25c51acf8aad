"""What people decide about a recorded result: its fields are corrected or confirmed, it is replaced or revoked.

Each change keeps the version before it (`catalog.versions`), writes its event and tells search in one transaction.
`seen`, wherever it is asked for, is the edition that the caller showed to the person: when somebody else was quicker,
RefusedChangeError(STALE) is raised and nothing is changed; None: whatever stands there. `actor` is a user name. Rights
are the caller's business. All raise NotFoundError for an unknown result and RefusedChangeError for what cannot be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC

from django.db import transaction
from django.db.models import F

from catalog import checks, deciding, editing, fields, versions
from catalog.configuration import told_plainly
from catalog.life import ChangeKind, ChangeRow, Decision, Undone
from catalog.locks import in_turn
from catalog.models import Change, Field, Result
from catalog.refusals import Refusal, RefusedChangeError
from catalog.states import Standing, State
from catalog.values import clip, day_of, digest, now, today


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
        wanted = checks.changes(changes, before | deciding.facts(result))
        new = {
            name: value
            for name, value in wanted.items()
            if (before | deciding.facts(result)).get(name, "") != value or (name in present and present[name].review)
        }
        if not new:
            raise RefusedChangeError(Refusal.NOTHING_CHANGED, "all of this stands there already")

        def act() -> None:
            deciding.put(result, present, new, actor)

        return deciding.decide(result, ChangeKind.CORRECT, actor, decision, act, new)


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
            deciding.follow(result, present)

        return deciding.decide(result, ChangeKind.CONFIRM, actor, None, look, [field.name for field in new])


@told_plainly()
def review(
    id: int,
    values: Mapping[str, str],
    actor: str,
    *,
    seen: int | None = None,
    insisted: Collection[str] = (),
    sampled: bool = False,
    keys: Iterable[str] = (),
) -> int:
    """A person looked these fields up on the paper: what stands there already is confirmed, anything else takes its
    place; gives the new edition. An empty value says that the paper has none.

    No decision is needed, since nobody was told of these values as certain: only while the result is to be reviewed,
    or where it was drawn for a sample (`sampled`); RefusedChangeError(NOT_IN_REVIEW) otherwise. Changed values are
    checked as in `correct`; for the names in `insisted` the person vouches that the paper says so although it cannot be
    right (`checks.INSISTABLE`). `keys`: who entered the same values before, where two have to.
    """
    with editing.locked(id, actor, seen) as result:
        if result.state != State.TO_REVIEW and not sampled:
            raise RefusedChangeError(Refusal.NOT_IN_REVIEW, f"nothing is left to check in result {id}")
        present = {field.name: field for field in result.fields.order_by("pk")}
        new = checks.reviewed(values, {name: field.value for name, field in present.items()}, insisted)
        changed = [name for name, value in new.items() if name not in present or present[name].value != value]
        new = {name: new[name] for name in new if name in changed or present[name].review or not present[name].actor}
        if not new:
            return result.edition

        def act() -> None:
            deciding.put(result, present, new, actor)

        more: dict[str, object] = {"changed": sorted(changed), "sampled": sampled}
        more |= {"insisted": sorted(set(insisted) & set(changed))} if insisted else {}
        more |= {"keys": sorted(set(keys))} if keys else {}
        return deciding.decide(result, ChangeKind.REVIEW, actor, None, act, new, more=more)


@told_plainly()
def replace(id: int, by: int, decision: Decision, actor: str, *, seen: int | None = None) -> int:
    """The result `by` takes the place of this one; gives the new edition.

    Refused: a result that is not in force, one replaced by itself (also by way of others), or by a revoked one.
    """
    return _replace(id, by, ChangeKind.REPLACE, checks.decision(decision), actor, seen)


@told_plainly()
def set_aside(id: int, by: int, actor: str, *, seen: int | None = None) -> int:
    """The result is the same paper as `by`, which stands for both; gives the new edition. No decision is needed, since
    the paper is as valid as before. Refused as `replace`.
    """
    return _replace(id, by, ChangeKind.SET_ASIDE, None, actor, seen)


def unchanged(seen: Mapping[int, int]) -> None:
    """Let nobody change these results until the end of the caller's transaction; RefusedChangeError(STALE) where one
    is not of the edition (id → edition) that a person saw, NotFoundError where there is none.
    """
    in_turn("replace")  # as `_replace` does, before any row is locked
    editing.lock_all(seen)
    for id, edition in seen.items():
        with editing.locked(id, "", edition):
            pass


def _replace(id: int, by: int, kind: ChangeKind, decision: Decision | None, actor: str, seen: int | None) -> int:
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

            return deciding.decide(result, kind, actor, decision, act, by=by)


@told_plainly()
def revoke(id: int, decision: Decision, actor: str, *, seen: int | None = None) -> int:
    """The result holds no longer; gives the new edition. Refused for one that is not in force."""
    decision = checks.decision(decision)
    with editing.locked(id, actor, seen) as result:
        _in_force(result)

        def act() -> None:
            result.status = Standing.REVOKED.value

        return deciding.decide(result, ChangeKind.REVOKE, actor, decision, act)


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
        later = list(Change.objects.filter(result=result, pk__gt=made.pk).values_list("undone", flat=True))
        if None in later or result.edition != _edition_after(made, len(later)):
            raise RefusedChangeError(
                Refusal.NOT_LAST, "something was changed after it: undo that first, or decide anew"
            )
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
    made = list(Change.objects.filter(result_id=id).annotate(newest=F("result__edition")).order_by("pk"))
    standing = [at for at, change in enumerate(made) if change.undone is None][-1:]
    last = [at for at in standing if made[at].newest == _edition_after(made[at], len(made) - at - 1)]
    return tuple(_row(change, last=last == [at]) for at, change in enumerate(made))


def _edition_after(made: Change, undone: int) -> int:
    """The edition of a result to which nothing happened after `made` but so many changes, all of them undone.

    What others say about a result (`catalog.statements`) makes editions, too, and is no change that could be undone.
    """
    return made.edition + 2 * undone


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
