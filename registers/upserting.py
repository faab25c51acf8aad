"""Lines into the register: each compared with the one that it was before, then written, all with a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from registers import bulk
from registers.identity import plain
from registers.making import SAYS_VALIDITY
from registers.models import Import, Line
from registers.records import NewLine

TOLD = (
    *("key", "number", "number_key", "register_number", "document_type", "subject", "sector", "issuer", "procedure"),
    *("dossier", "issue_date", "doubtful", "holder", "holder_key", "co_holder", "holder_id", "co_holder_id"),
    *("confidential", "valid_from", "valid_to", "status", "values"),
)
"""What a register says of a line; a line is changed where one of these is."""
_TEXTS = tuple(name for name in TOLD if name != "values")
_WRITTEN = [*TOLD[1:], "imported_id", "row", "seen_id", "changed"]
_UNTOUCHED: dict[str, object] = {
    **{"withdrawn": None, "withdrawn_by": "", "withdrawn_reason": "", "result_id": None},
    **{"score": 0.0, "reasons": [], "linked": None, "linked_by": ""},
}
"""What an import says nothing of: of a new line this, of one that is there it stays."""
_ALL = (*_TEXTS, "unit_id", "values", "imported_id", "row", "seen_id", "first_seen", "changed", *_UNTOUCHED)
_COLUMNS = (
    *("number", "register_number", "document_type", "subject", "sector", "issuer", "procedure", "dossier"),
    *("issue_date", "holder", "co_holder", "holder_id", "co_holder_id", "valid_from"),
)
_READ = ("pk", "unit_id", "result_id", *TOLD)


@dataclass(slots=True)
class Compared:
    """Lines beside those of the register."""

    new: list[NewLine] = field(default_factory=list)
    changed: list[NewLine] = field(default_factory=list)
    same: list[int] = field(default_factory=list)
    """Row ids."""
    moved: list[tuple[int, str]] = field(default_factory=list)
    """Row id of a line that is known by another key from now on, and the key."""
    others: set[int] = field(default_factory=set)
    """Row ids of lines that were known by another key than they are told of by."""
    results: set[int] = field(default_factory=set)
    """Results that are linked to lines that change."""


def compare(
    lines: Sequence[NewLine], ids: Mapping[str, int], begun: frozenset[str], given: frozenset[str] | None = None
) -> Compared:
    """Which lines are new, changed, the same. `ids`: code of a unit → row id; `begun`: units with any line at all;
    `given`: what the columns of the file mean (None: all is told). Of what it has no column for it says nothing, so
    that stays as it was.
    """
    found = Compared()
    there = _there([line for line in lines if line.unit in begun], ids)
    for told in lines:
        before = there.get((ids[told.unit], told.key))
        if before is None:
            found.new.append(told)
            continue
        if before["key"] != told.key:
            found.others.add(before["pk"])
        line = _filled(told, before, given) if given is not None else told
        if before["key"] != line.key:
            found.moved.append((before["pk"], line.key))
        if all(before[name] == getattr(line, name) for name in TOLD):
            found.same.append(before["pk"])
            continue
        found.changed.append(line)
        if before["result_id"]:
            found.results.add(before["result_id"])
    return found


def write(found: Compared, ids: Mapping[str, int], source: Import, time: datetime, *, file: bool = True) -> None:
    """Write them, inside a transaction; `file`: whether they stand in a file."""
    for pk, key in found.moved:
        Line.objects.filter(pk=pk).update(key=key)
    by, seen = source.pk, source.pk if file else None
    rows = (
        (
            *(getattr(line, name) for name in _TEXTS),
            *(ids[line.unit], dict(line.values), by, line.row, seen, time, time),
            *_UNTOUCHED.values(),
        )
        for line in (*found.new, *found.changed)
    )
    written = _WRITTEN if file else [name for name in _WRITTEN if name != "seen_id"]
    bulk.insert(Line, _ALL, rows, unique=("unit_id", "key"), update=written)
    if file and found.same:
        Line.objects.filter(pk__in=found.same).update(seen=source)


def begun(ids: Iterable[int]) -> frozenset[str]:
    """Codes of those units that have a line."""
    return frozenset(Line.objects.filter(unit__in=list(ids)).values_list("unit__code", flat=True).distinct())


def _filled(line: NewLine, before: Mapping[str, Any], given: frozenset[str]) -> NewLine:
    """The line with what the file has no column for as it was before."""
    kept = {name: before[name] for name in _COLUMNS if name not in given and not getattr(line, name) and before[name]}
    if "dossier" in kept:
        kept["key"] = before["key"]
    if "issue_date" in kept:  # and what follows from it
        kept |= {name: before[name] for name in ("number_key", "doubtful")}
    values = {name: text for name, text in before["values"].items() if name not in given} | dict(line.values)
    if not given & set(SAYS_VALIDITY) and before["values"].keys() & set(SAYS_VALIDITY):
        kept["valid_to"] = before["valid_to"]
    if "status" not in given:
        kept["status"] = before["status"]
    if "holder" in kept:
        kept["holder_key"] = before["holder_key"]
    return replace(line, **kept, confidential=line.confidential or before["confidential"], values=values)


def _there(lines: Sequence[NewLine], ids: Mapping[str, int]) -> dict[tuple[int, str], dict[str, Any]]:
    """Unit and key of a line → what the register says of it now."""
    if not lines:
        return {}
    units = {ids[line.unit] for line in lines}
    rows = Line.objects.filter(unit__in=units, key__in=[line.key for line in lines]).values(*_READ)
    found = {(row["unit_id"], row["key"]): row for row in rows}
    lost = [line for line in lines if line.number_key and (ids[line.unit], line.key) not in found]
    return found | _moved(lost, ids, {row["pk"] for row in found.values()})


def _moved(lost: Sequence[NewLine], ids: Mapping[str, int], taken: set[int]) -> dict[tuple[int, str], dict[str, Any]]:
    """The same of lines that were known by number and year, and have a dossier now, or the other way round."""
    if not lost:
        return {}
    units = {ids[line.unit] for line in lost}
    rows = Line.objects.filter(unit__in=units, number_key__in={line.number_key for line in lost}).values(*_READ)
    known: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["pk"] not in taken:
            by = plain(**{name: row[name] for name in ("issuer", "document_type", "number", "issue_date")})
            known.setdefault((row["unit_id"], by), []).append(row)
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for line in lost:
        by = plain(issuer=line.issuer, document_type=line.document_type, number=line.number, issue_date=line.issue_date)
        old = [
            row
            for row in known.get((ids[line.unit], by), ())
            if row["pk"] not in taken and (not row["dossier"] or not line.dossier or row["dossier"] == line.dossier)
        ]
        if len(old) == 1:
            found[ids[line.unit], line.key] = old[0]
            taken.add(old[0]["pk"])
    return found
