"""A list of units, as offices keep it: checked as a whole, then taken over as a whole or not at all.

What a list does not say stays as it is; units that it does not name stay, too. The same list once more changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Max

from catalog import events, unit_rules, units
from catalog.configuration import told_plainly
from catalog.models import ChainHead, Unit, UnitName
from catalog.records import UnitRow
from catalog.unit_changes import changing, decision_of, name_fault, name_of, write_ends, write_name
from catalog.unit_rules import Fault, RefusedUnitError
from core.errors import UsageError
from core.text import fold_words


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list says of one unit. None: it does not say."""

    row: int
    """Number of its row in the list, for people."""
    code: str
    name: str | None = None
    parent: str | None = None
    """Code or name of the unit above it; empty: none."""
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] | None = None
    """Codes or names."""
    decision: str = ""
    fault: Fault | None = None
    """What was wrong with the row already when it was read."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be taken."""

    row: int
    code: str
    fault: Fault
    message: str
    """A line for people."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What taking a list over would do."""

    new: tuple[UnitRow, ...]
    changed: tuple[tuple[UnitRow, UnitRow], ...]
    """As it is, and as it will be."""
    same: int
    bad: tuple[Bad, ...]
    """Anything here: nothing is taken."""


class RefusedListError(UsageError):
    """Rows of a list are wrong, so nothing of it was taken."""

    def __init__(self, bad: Sequence[Bad]) -> None:
        first = "; ".join(f"row {one.row} ({one.code}): {one.message}" for one in bad[:3])
        super().__init__(f"{len(bad)} rows cannot be taken, so nothing was: {first}")
        self.bad = tuple(bad)


@told_plainly()
def check(entries: Iterable[Entry], renamed: date) -> Checked:
    """What would be taken over, and which rows stand in the way. `renamed`: since when units that are called otherwise
    in the list are called so.
    """
    return _checked(tuple(entries), {unit.code: unit for unit in units.listing()}, renamed)


@told_plainly()
def take(entries: Iterable[Entry], renamed: date, actor: str) -> Checked:
    """Take a list over: all of it, with an event for each change, or nothing. Raises RefusedListError."""
    entries = tuple(entries)
    decisions = {entry.code: entry.decision for entry in entries}
    with changing(actor) as before:
        checked = _checked(entries, before, renamed)
        if checked.bad:
            raise RefusedListError(checked.bad)
        _add(checked.new)
        for old, new in checked.changed:
            _change(old, new, renamed, decisions[new.code])
        ending: dict[str, list[UnitRow]] = {}
        unended = [replace(unit, valid_to=None, successors=()) for unit in checked.new]
        for old, new in (*zip(unended, checked.new, strict=True), *checked.changed):
            if (old.valid_to, old.successors) != (new.valid_to, new.successors):
                ending.setdefault(decisions[new.code], []).append(new)
        for decision, rows in ending.items():
            write_ends(rows, decision)
        return checked


def _checked(entries: Sequence[Entry], before: Mapping[str, UnitRow], renamed: date) -> Checked:
    twice = {code for code, times in Counter(entry.code for entry in entries).items() if times > 1}
    bad, after = [], dict(before)
    resolve = _Resolver(entries, before)
    former = dict(UnitName.objects.values_list("unit__code").annotate(Max("until")))
    for entry in entries:
        try:
            if entry.code in twice:
                raise RefusedUnitError(Fault.TWICE, entry.code, "its code stands in the list twice")
            old, new = before.get(entry.code), _wanted(entry, before.get(entry.code), resolve)
            fault = old and old.name != new.name and name_fault(old, renamed, former.get(entry.code))
            if fault:
                raise fault
            after[entry.code] = new
        except RefusedUnitError as error:
            bad.append(Bad(entry.row, entry.code, error.fault, str(error)))
        except UsageError as error:
            bad.append(Bad(entry.row, entry.code, Fault.NAME, str(error)))
    rows = {entry.code: entry.row for entry in entries}
    if not bad:  # else what follows from the bad ones would be told of good ones
        known = {code: error.fault for code, error in unit_rules.faults(before).items()}
        wrong = {code: e for code, e in unit_rules.faults(after).items() if known.get(code) != e.fault}
        bad = [Bad(rows.get(code, 0), code, error.fault, str(error)) for code, error in wrong.items()]
    new_ones = tuple(unit for code, unit in after.items() if code not in before)
    changed = tuple((before[code], unit) for code, unit in after.items() if code in before and before[code] != unit)
    same = sum(code in before and before[code] == after[code] for code in rows)
    return Checked(new_ones, changed, same, tuple(sorted(bad, key=lambda one: one.row)))


def _wanted(entry: Entry, old: UnitRow | None, resolve: _Resolver) -> UnitRow:
    """The unit as the list wants it; raises RefusedUnitError, UsageError."""
    code = entry.code
    if entry.fault is not None:
        raise RefusedUnitError(entry.fault, code, f"what it says of {code} cannot be understood ({entry.fault.value})")
    if not units.CODE.fullmatch(code):
        raise RefusedUnitError(Fault.CODE, code, f"{code!r} is no unit code")
    decision_of(entry.decision)
    new = old or UnitRow(code, "", None, None, None, ())
    if entry.name is not None or old is None:
        new = replace(new, name=name_of(code, entry.name or ""))
    if entry.parent is not None:
        new = replace(new, parent=resolve(code, entry.parent) if entry.parent else None)
    if entry.valid_from is not None:
        new = replace(new, valid_from=entry.valid_from)
    if entry.valid_to is not None:
        new = replace(new, valid_to=entry.valid_to)
    if entry.successors is not None:
        new = replace(new, successors=tuple(sorted({resolve(code, name) for name in entry.successors})))
    if old and old.valid_to and (old.valid_to, old.successors) != (new.valid_to, new.successors):
        raise RefusedUnitError(Fault.ENDED, code, f"{code} ended otherwise already: take that back first")
    return new


class _Resolver:
    """Finds the unit that a list means by a code or a name, among those there are and those that it names."""

    def __init__(self, entries: Iterable[Entry], before: Mapping[str, UnitRow]) -> None:
        self._names: dict[str, set[str]] = {}
        known = {code: unit.name for code, unit in before.items()}
        known |= {entry.code: entry.name for entry in entries if entry.name}
        self._codes = known.keys() | {entry.code for entry in entries}
        for code, name in known.items():
            self._names.setdefault(fold_words(name), set()).add(code)

    def __call__(self, code: str, text: str) -> str:
        """The code that is meant by `text` in the row of `code`; raises RefusedUnitError."""
        if text in self._codes:
            return text
        found = self._names.get(fold_words(text), set()) - {code}
        if len(found) != 1:
            raise RefusedUnitError(Fault.AMBIGUOUS, code, f"{text!r} is no code, and the name of {len(found)} units")
        return next(iter(found))


def _add(new: Sequence[UnitRow]) -> None:
    """Write new units: first all rows, as one may stand below another that comes later."""
    Unit.objects.bulk_create(
        Unit(code=unit.code, name=unit.name, valid_from=unit.valid_from, valid_to=unit.valid_to) for unit in new
    )
    wanted = {unit.code for unit in new} | {unit.parent for unit in new if unit.parent}
    rows = {row.code: row for row in Unit.objects.filter(code__in=wanted)}
    ChainHead.objects.bulk_create(ChainHead(unit=rows[unit.code]) for unit in new)
    for unit in new:
        if unit.parent:
            rows[unit.code].parent = rows[unit.parent]
    Unit.objects.bulk_update([rows[unit.code] for unit in new if unit.parent], ["parent"], batch_size=500)
    for unit in new:
        data = {"name": unit.name, "parent": unit.parent}
        events.append_to(rows[unit.code].pk, "unit.added", f"unit:{unit.code}", data)


def _change(old: UnitRow, new: UnitRow, renamed: date, decision: str) -> None:
    """Write what a list says otherwise than before, but for ends."""
    if old.name != new.name:
        write_name(old, new.name, renamed, decision)
    if old.parent != new.parent:
        Unit.objects.filter(code=old.code).update(parent=Unit.objects.get(code=new.parent) if new.parent else None)
        events.append(old.code, "unit.moved", f"unit:{old.code}", {"parent": new.parent, "before": old.parent})
    if old.valid_from != new.valid_from:
        Unit.objects.filter(code=old.code).update(valid_from=new.valid_from)
        first = {"valid_from": str(new.valid_from), "before": {"valid_from": str(old.valid_from)}}
        events.append(old.code, "unit.changed", f"unit:{old.code}", {"name": new.name, **first})
