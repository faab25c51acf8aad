"""Dossiers and their components, from registers and from the one-stop software.

What the software tells of a dossier is the more detailed: a register never undoes it, it only fills in what is
missing. A dossier belongs to the unit that received it first of all; a register of another unit leaves it alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from catalog import events
from catalog.configuration import told_plainly
from catalog.locks import in_turn
from catalog.models import Result, Unit
from catalog.values import now
from core.errors import NotFoundError
from registers import bulk, models, sources
from registers.records import ComponentRow, DossierRow, NewComponent, NewDossier
from registers.refusals import Refusal, RefusedRegisterError
from registers.states import ComponentState, Way

MOST_COMPONENTS = 200
_TOLD = (
    *("unit_id", "procedure", "received", "resolved", "returns_paper", "result_digitized", "shared"),
    *("applicant", "applicant_id"),
)
_LATER = ("procedure", "resolved", "applicant", "applicant_id")
"""What a register may fill in where nobody said it yet."""


class Stored(StrEnum):
    """What became of something that was told."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Some dossiers, by code."""

    rows: tuple[DossierRow, ...]
    next: str
    """The code to go on from; empty: that was all."""


@told_plainly()
def put(given: NewDossier, actor: str, way: Way = Way.API) -> Stored:
    """Write down a dossier as it is now. The same again changes nothing.

    Raises UsageError for an unknown unit, RefusedRegisterError for what cannot be, and for a dossier of another unit.
    """
    with transaction.atomic(), events.acting(actor):
        in_turn(f"dossier:{given.code}")
        return put_inside(given, actor, way)


def put_inside(given: NewDossier, actor: str, way: Way) -> Stored:
    """`put` inside a transaction of the caller."""
    _checked(given)
    source = sources.of_day(given.unit, actor) if way is Way.API else None
    before = models.Dossier.objects.filter(code=given.code).select_related("unit").first()
    if before is not None and before.unit.code != given.unit:
        message = f"dossier {given.code} was received by {before.unit.code}"
        raise RefusedRegisterError(Refusal.OTHER_UNIT, message, "unit")
    told = _values(given, Unit.objects.get(code=given.unit).pk)
    kept = given.components if given.components is not None else None
    if before is not None and _same(before, told, given, kept) and before.way == way.value:
        return Stored.SAME
    time = now()
    gone = (before.withdrawn if before and before.withdrawn else time) if given.withdrawn else None
    row, new = models.Dossier.objects.update_or_create(
        code=given.code,
        defaults=told
        | {
            "way": way.value,
            "imported": source or sources.of_day(given.unit, actor),
            "changed": time,
            "withdrawn": gone,
        },
    )
    if kept is not None:
        row.components.all().delete()
        models.Component.objects.bulk_create(_components(row.pk, kept))
    told_of = {"way": way.value, "components": len(kept or ()), "new": new, "withdrawn": given.withdrawn}
    events.append(given.unit, "dossier.told", f"dossier:{given.code}", told_of)
    return Stored.NEW if new else Stored.CHANGED


def fill(given: Sequence[NewDossier], ids: dict[str, int], source: models.Import, time: datetime) -> int:
    """Dossiers out of a register, inside a transaction; gives how many are new or changed."""
    wanted = _merged(given)
    there = {row.code: row for row in models.Dossier.objects.filter(code__in=list(wanted))}
    new = [one for code, one in wanted.items() if code not in there]
    told = [(one, _values(one, ids[one.unit])) for one in new]
    bulk.insert(
        models.Dossier,
        ("code", *_TOLD, "way", "imported_id", "changed", "withdrawn"),
        (
            (
                *(one.code, *(values[name] for name in _TOLD)),
                *(Way.FILE.value, source.pk, time, time if one.withdrawn else None),
            )
            for one, values in told
        ),
        unique=("code",),  # told by the one-stop software in this very moment: in more detail, so that stays
    )
    changed = [row for code, row in there.items() if _filled(row, wanted[code], ids, source, time)]
    names = [*_TOLD, "imported", "changed", "withdrawn"]
    models.Dossier.objects.bulk_update(
        changed, [name.removesuffix("_id") if name == "unit_id" else name for name in names], batch_size=200
    )
    return len(new) + len(changed)


def count_changes(given: Sequence[NewDossier], ids: dict[str, int]) -> int:
    """How many of them `fill` would write."""
    wanted = _merged(given)
    there = {row.code: row for row in models.Dossier.objects.filter(code__in=list(wanted))}
    changed = sum(_filled(row, wanted[code], ids, None, now()) for code, row in there.items())
    return len(wanted) - len(there) + changed


@told_plainly()
def show(code: str) -> DossierRow:
    """A dossier; raises NotFoundError."""
    found = models.Dossier.objects.filter(code=code)
    rows = _rows(found)
    if not rows:
        raise NotFoundError(f"there is no dossier {code}")
    return rows[0]


@told_plainly()
def listing(units: Collection[str] | None, after: str = "", limit: int = 50) -> DossierPage:
    """Dossiers of these units (None: all), by code, from behind the code `after`."""
    found = models.Dossier.objects.filter(code__gt=after).order_by("code")
    if units is not None:
        found = found.filter(unit__code__in=list(units))
    rows = _rows(found[: limit + 1])
    return DossierPage(rows[:limit], rows[limit - 1].code if len(rows) > limit else "")


def _filled(
    row: models.Dossier, given: NewDossier, ids: dict[str, int], source: models.Import | None, time: datetime
) -> bool:
    """Bring a dossier to what a register says of it, in memory; gives whether that changed anything."""
    if row.unit_id != ids[given.unit]:
        return False
    told = _values(given, ids[given.unit])
    same_file = source is not None and row.imported_id == source.pk
    if row.way == Way.API.value or same_file:
        wanted = {name: told[name] for name in _LATER if told[name] and not getattr(row, name)}
    else:
        keep = {name: getattr(row, name) for name in ("result_digitized", "shared")}
        wanted = {name: value for name, value in (told | keep).items() if getattr(row, name) != value and value != ""}
        wanted = {name: value for name, value in wanted.items() if not (name == "resolved" and value is None)}
    gone = given.withdrawn and row.withdrawn is None
    if not wanted and not gone:
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    row.changed, row.withdrawn = time, time if gone else row.withdrawn
    if source is not None:
        row.imported = source
    return True


def _merged(given: Iterable[NewDossier]) -> dict[str, NewDossier]:
    """Code → dossier; one that ended in several results stands in several rows."""
    found: dict[str, NewDossier] = {}
    for one in given:
        before = found.get(one.code)
        if before is None:
            found[one.code] = one
        elif before.unit == one.unit:
            days = [day for day in (before.resolved, one.resolved) if day]
            found[one.code] = replace(
                before,
                resolved=max(days) if days else None,
                procedure=before.procedure or one.procedure,
                applicant=before.applicant or one.applicant,
                applicant_id=before.applicant_id or one.applicant_id,
                withdrawn=before.withdrawn and one.withdrawn,
            )
    return found


def _checked(given: NewDossier) -> None:
    if not Unit.objects.filter(code=given.unit).exists():
        raise RefusedRegisterError(Refusal.UNIT, f"there is no unit {given.unit}", "unit")
    if given.resolved and given.resolved < given.received:
        raise RefusedRegisterError(Refusal.DAYS, "it was resolved before it was received", "resolved")
    components = given.components or ()
    if len(components) > MOST_COMPONENTS:
        raise RefusedRegisterError(
            Refusal.TOO_MANY, f"a dossier has at most {MOST_COMPONENTS} components", "components"
        )
    named = {one.result for one in components if one.result is not None}
    if named:
        there = set(Result.objects.filter(pk__in=named).values_list("pk", flat=True))
        if named - there:
            raise RefusedRegisterError(Refusal.RESULT, f"there is no result {min(named - there)}", "components")


def _values(given: NewDossier, unit: int) -> dict[str, Any]:
    return {
        "unit_id": unit,
        "procedure": given.procedure,
        "received": given.received,
        "resolved": given.resolved,
        "returns_paper": given.returns_paper if given.returns_paper is not None else True,
        "result_digitized": given.result_digitized,
        "shared": given.shared,
        "applicant": given.applicant,
        "applicant_id": given.applicant_id,
    }


def _same(
    before: models.Dossier, told: dict[str, Any], given: NewDossier, kept: tuple[NewComponent, ...] | None
) -> bool:
    if any(getattr(before, name) != value for name, value in told.items()):
        return False
    if bool(before.withdrawn) != given.withdrawn:
        return False
    if kept is None:
        return True
    rows = before.components.order_by("ordinal").values_list("name", "state", "result_id")
    return list(rows) == [(one.name, one.state.value, one.result) for one in kept]


def _components(dossier: int, kept: Sequence[NewComponent]) -> list[models.Component]:
    return [
        models.Component(dossier_id=dossier, ordinal=at, name=one.name, state=one.state.value, result_id=one.result)
        for at, one in enumerate(kept, start=1)
    ]


def _rows(found: Any) -> tuple[DossierRow, ...]:
    rows = list(found.select_related("unit").prefetch_related("components"))
    return tuple(
        DossierRow(
            code=row.code,
            unit=row.unit.code,
            procedure=row.procedure,
            received=row.received,
            resolved=row.resolved,
            returns_paper=row.returns_paper,
            result_digitized=row.result_digitized,
            shared=row.shared,
            applicant=row.applicant,
            applicant_id=row.applicant_id,
            way=Way(row.way),
            changed=row.changed.astimezone(UTC),
            withdrawn=row.withdrawn.astimezone(UTC) if row.withdrawn else None,
            components=tuple(
                ComponentRow(one.ordinal, one.name, ComponentState(one.state), one.result_id)
                for one in sorted(row.components.all(), key=lambda one: one.ordinal)
            ),
        )
        for row in rows
    )
