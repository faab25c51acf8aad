"""The flags that the public service portal synchronises, for dossiers of a unit and period: a row for each component,
and one for the result of each dossier that was resolved, as JSON lines or csv.

Names of applicants and holders are no part of it. What would say something about a confidential result (its type, what
it replaces) is left out.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from catalog import units
from catalog.configuration import told_plainly
from catalog.models import Result, Unit
from catalog.values import today
from core.errors import UsageError
from core.files import sha256_of
from core.sheets import harmless
from quotas import dossier_facts, responsibility
from quotas.dossier_facts import Figure
from quotas.periods import Period
from registers.models import Component, Dossier, Line
from registers.states import ComponentState
from reuse import entries, metadata

COLUMNS = (
    "MaHoSo",
    "MaDonVi",
    "MaTTHC",
    "Loai",
    "STT",
    "Ten",
    "DuocSoHoa",
    "DuocTaiSuDung",
    "DuocLayTuKhoDMQG",
    "MaKetQuaThayThe",
    "MaGiayToKetQua",
)
_AT_ONCE = 500


class Form(StrEnum):
    """How the rows are written."""

    JSONL = "jsonl"
    """A line of JSON for each row, UTF-8."""
    CSV = "csv"
    """UTF-8 with a mark at the beginning, by which spreadsheet programs know it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written."""

    rows: int
    sha256: str


@told_plainly()
def write(unit: str, period: Period, form: Form, to: Path) -> Written:
    """Write the rows of dossiers received in `period`, of `unit` and all below it; however many, a few at a time.

    Raises UsageError for an unknown unit.
    """
    count = 0
    with to.open("w", encoding="utf-8-sig" if form is Form.CSV else "utf-8", newline="") as file:
        table = csv.writer(file)
        if form is Form.CSV:
            table.writerow(COLUMNS)
        for row in rows(unit, period):
            count += 1
            if form is Form.CSV:
                table.writerow([harmless(value) if isinstance(value := row[name], str) else value for name in COLUMNS])
            else:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return Written(count, sha256_of(to))


def rows(unit: str, period: Period) -> Iterator[Mapping[str, Any]]:
    """The rows, dossier by dossier; raises UsageError for an unknown unit."""
    known = {row.code: row for row in units.listing()}
    if unit not in known:
        raise UsageError(f"unknown unit {unit}: see `sohoa units list`")
    codes = responsibility.on(today(), known).lines_of(unit)
    ids = list(Unit.objects.filter(code__in=codes).values_list("pk", flat=True))
    found = dossier_facts.within(Figure.RECEIVED, period).filter(unit__in=ids).select_related("unit").order_by("pk")
    after = 0
    while part := list(found.filter(pk__gt=after)[:_AT_ONCE]):
        yield from _of_dossiers(part)
        after = part[-1].pk


def _of_dossiers(part: Sequence[Dossier]) -> Iterator[Mapping[str, Any]]:
    components: dict[int, list[Component]] = {}
    kept = Component.objects.filter(dossier__in=part).order_by("dossier", "ordinal")
    for one in kept.select_related("result__unit").prefetch_related("result__replaces__unit"):
        components.setdefault(one.dossier_id, []).append(one)
    codes = [dossier.code for dossier in part]
    taken = set(entries.standing().filter(dossier__in=codes).values_list("dossier", flat=True))
    results = _results(codes)
    for dossier in part:
        for component in components.get(dossier.pk, ()):
            yield _row(dossier, "component", component.ordinal, component.name) | _component(component)
        if dossier.resolved is not None:
            attached = dossier.result_digitized or dossier.code in results
            flags = metadata.flags(digitized=attached, reused=dossier.code in taken, from_portal=False)
            yield _row(dossier, "result", 0, "") | flags | _about(results.get(dossier.code))


def _component(component: Component) -> dict[str, Any]:
    state = ComponentState(component.state)
    flags = metadata.flags(
        digitized=state is not ComponentState.NONE,
        reused=state in (ComponentState.REUSED, ComponentState.REUSED_PORTAL),
        from_portal=state is ComponentState.REUSED_PORTAL,
    )
    return flags | _about(component.result)


def _results(codes: Sequence[str]) -> dict[str, Result]:
    """Code of a dossier → a result of ours that is its file; the one that names it before one that its line is."""
    listed = Line.objects.filter(dossier__in=codes, withdrawn=None, result__isnull=False, result__in=_settled())
    by_line = dict(listed.values_list("dossier", "result"))
    found = {row.pk: row for row in _told(_settled().filter(pk__in=by_line.values()))}
    results = {code: found[result] for code, result in by_line.items()}
    return results | {row.dossier: row for row in _told(_settled().filter(dossier__in=codes))}


def _settled() -> QuerySet[Result]:
    return Result.objects.filter(dossier_facts.settled()).order_by("pk")


def _told(found: QuerySet[Result]) -> QuerySet[Result]:
    return found.select_related("unit").prefetch_related("replaces__unit")


def _about(result: Result | None) -> dict[str, Any]:
    """What is said of a result itself; nothing of a confidential one."""
    if result is None or result.confidential:
        return {"MaKetQuaThayThe": None, "MaGiayToKetQua": None}
    before = ",".join(f"{one.unit.code}.{one.pk}" for one in result.replaces.all() if not one.confidential)
    return {"MaKetQuaThayThe": before or None, "MaGiayToKetQua": metadata.type_code(result.document_type)}


def _row(dossier: Dossier, kind: str, ordinal: int, name: str) -> dict[str, Any]:
    return {
        "MaHoSo": dossier.code,
        "MaDonVi": dossier.unit.code,
        "MaTTHC": dossier.procedure or None,
        "Loai": kind,
        "STT": ordinal,
        "Ten": name or None,
    }
