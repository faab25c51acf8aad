"""Lines into the register: each compared with the one that it was before, then written, all with a few statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from registers import bulk, making
from registers.identity import plain
from registers.keys import number_key
from registers.making import SAYS_VALIDITY, Facts, Procedures
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
    touched: set[int] = field(default_factory=set)
    """Row ids of those that change."""
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
    `given`: what the columns of the file mean (None: what a line leaves empty is not known). What is not told stays as
    it was.
    """
    found, rules = Compared(), _Rules()
    there = _there([line for line in lines if line.unit in begun], ids, given)
    for told in lines:
        before = there.get((ids[told.unit], told.key))
        if before is None:
            found.new.append(told)
            continue
        if before["key"] != told.key:
            found.others.add(before["pk"])
        line = _filled(told, before, _said(told) if given is None else given, rules)
        if before["key"] != line.key:
            found.moved.append((before["pk"], line.key))
        if all(before[name] == getattr(line, name) for name in TOLD):
            found.same.append(before["pk"])
            continue
        found.changed.append(line)
        found.touched.add(before["pk"])
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


class _Rules:
    """The procedures of the catalog, asked for once somebody needs them."""

    def __init__(self) -> None:
        self._known: Procedures | None = None

    def __call__(self) -> Procedures:
        """They."""
        self._known = self._known or making.procedures()
        return self._known


def _said(line: NewLine) -> frozenset[str]:
    """What a line of the interface tells however it is filled in: its status, and how long it is valid, if anything."""
    return frozenset({"status", *(SAYS_VALIDITY if line.values.keys() & set(SAYS_VALIDITY) else ())})


def _filled(
    line: NewLine, before: Mapping[str, Any], given: frozenset[str], rules: Callable[[], Procedures]
) -> NewLine:
    """The line with what was not told as it was before."""
    kept = {name: before[name] for name in _COLUMNS if name not in given and not getattr(line, name) and before[name]}
    if "number" in kept or (kept.keys() & {"dossier", "document_type", "issuer", "issue_date"} and not line.dossier):
        kept["key"] = before["key"]
    if kept.keys() & {"number", "issue_date"}:  # and what follows from them
        kept["number_key"] = number_key(kept.get("number", line.number), kept.get("issue_date", line.issue_date))
    if "issue_date" in kept:
        kept["doubtful"] = before["doubtful"]
    values = {name: text for name, text in before["values"].items() if name not in given} | dict(line.values)
    if not given & set(SAYS_VALIDITY) and before["values"].keys() & set(SAYS_VALIDITY):
        kept["valid_to"] = before["valid_to"]
    elif kept.keys() & {"procedure", "issue_date", "valid_from"} and not line.values.keys() & set(SAYS_VALIDITY):
        told = {name: kept.get(name, getattr(line, name)) for name in ("procedure", "issue_date", "valid_from")}
        kept["valid_to"] = making.last_day(Facts(line.unit, **told), rules())
    if "status" not in given:
        kept["status"] = before["status"]
    if "holder" in kept:
        kept["holder_key"] = before["holder_key"]
    return replace(line, **kept, confidential=line.confidential or before["confidential"], values=values)


def _there(
    lines: Sequence[NewLine], ids: Mapping[str, int], given: frozenset[str] | None
) -> dict[tuple[int, str], dict[str, Any]]:
    """Unit and key of a line → what the register says of it now."""
    if not lines:
        return {}
    units = {ids[line.unit] for line in lines}
    rows = Line.objects.filter(unit__in=units, key__in=[line.key for line in lines]).values(*_READ)
    found = {(row["unit_id"], row["key"]): row for row in rows}
    lost = [line for line in lines if line.number_key and (ids[line.unit], line.key) not in found]
    return found | _moved(lost, ids, {row["pk"] for row in found.values()}, given)


def _moved(
    lost: Sequence[NewLine], ids: Mapping[str, int], taken: set[int], given: frozenset[str] | None
) -> dict[tuple[int, str], dict[str, Any]]:
    """The same of lines that were known by number and year, and have a dossier now, or the other way round; or of which
    type or issuer are not told this time.
    """
    if not lost:
        return {}
    units = {ids[line.unit] for line in lost}
    rows = Line.objects.filter(unit__in=units, number_key__in={line.number_key for line in lost}).values(*_READ)
    known: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in rows:
        known.setdefault((row["unit_id"], row["number_key"]), []).append(row)
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for line in lost:
        there = known.get((ids[line.unit], line.number_key), ())
        old = [row for row in there if row["pk"] not in taken and _same_number(line, row, given)]
        if len(old) == 1:
            found[ids[line.unit], line.key] = old[0]
            taken.add(old[0]["pk"])
    return found


def _same_number(line: NewLine, row: Mapping[str, Any], given: frozenset[str] | None) -> bool:
    """Whether a line is one that is there by issuer, type, number and year. Each type counts its own numbers, so where
    type or issuer are not told, day or holder must be the same.
    """
    if row["dossier"] and line.dossier and row["dossier"] != line.dossier:
        return False
    untold = [n for n in ("issuer", "document_type") if n not in (given or ()) and row[n] and not getattr(line, n)]
    names = ("issuer", "document_type", "number", "issue_date")
    here = plain(**{name: getattr(line, name) for name in names} | dict.fromkeys(untold, ""))
    there = plain(**{name: row[name] for name in names} | dict.fromkeys(untold, ""))
    day = line.issue_date is not None and line.issue_date == row["issue_date"]
    return here == there and (not untold or day or (bool(line.holder_key) and line.holder_key == row["holder_key"]))
