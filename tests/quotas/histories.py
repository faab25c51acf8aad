"""Random histories: each step is done to the tables and to the plain world beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

from django.db import transaction
from hypothesis import strategies as st

from catalog import organisation, units
from catalog.models import Result, Unit
from catalog.values import now
from quotas import baselines, counting, lists, periods, snapshots
from quotas.lists import Asked
from quotas.states import Kind, Which, Why
from registers.models import Line
from tests.quotas import rows
from tests.quotas.plain import PlainLine, PlainResult, PlainUnit, PlainWorld

PERIODS = (periods.year(2026), periods.parse("2026-q1"))
_BEGIN = date(2026, 2, 10)
Step = tuple[str, int, int, int]
_NUMBER = st.integers(0, 999)


class Twins:
    """The tables, and the plain world beside them."""

    def __init__(self) -> None:
        self.plain = PlainWorld()
        self.day = _BEGIN
        for code, parent in (("P", None), ("P.A", "P"), ("P.B", "P"), ("P.A.1", "P.A"), ("P.A.2", "P.A"), ("Q", None)):
            self._add(code, parent)

    def do(self, steps: Sequence[Step]) -> None:
        for name, *numbers in steps:
            getattr(self, name)(*numbers)

    # steps

    def imported(self, unit: int, when: int, what: int) -> None:
        """A line comes with a register: mostly with a day, now and then with a year alone or with neither."""
        code = self._unit(unit)
        issued = None if what % 7 == 0 else date(2025, 6, 1) + timedelta(when % 300)
        year = None if what % 14 == 0 else 2024 + when % 4
        key = {} if issued else {"number_key": f"5/{year}" if year else ""}
        valid = _BEGIN + timedelta(what - 100) if what % 3 == 0 else None
        made = rows.line(code, issued, valid_to=valid, **key)
        self.plain.lines.append(PlainLine(made, code, issued, year, valid))

    def scanned(self, at: int, pages: int, what: int) -> None:
        """A result is recorded, and mostly known to be a line's."""
        code = self._unit(at)
        free = [line for line in self.plain.lines if line.result is None]
        valid = _BEGIN + timedelta(what - 100) if what % 4 == 0 else None
        review, count = what % 3 == 0, pages % 8 + 1
        day = date(2025, 12, 20) if what % 6 == 1 else self.day
        made = rows.result(code, day, pages=count, in_review=review, valid_to=valid)
        result = PlainResult(made, code, day, count, review, valid_to=valid)
        self.plain.results.append(result)
        if free and what % 5:
            line = free[at % len(free)]
            line.result = result
            Line.objects.filter(pk=line.id).update(result=made)

    def reviewed(self, at: int, what: int, _rest: int) -> None:
        """Nothing of a result is to be reviewed any more, or something is again."""
        if result := self._result(at):
            result.in_review = what % 4 == 0
            Result.objects.filter(pk=result.id).update(in_review=result.in_review)

    def unlinked(self, at: int, _what: int, _rest: int) -> None:
        """A result turns out not to be the line's."""
        if line := self._line(at):
            line.result = None
            Line.objects.filter(pk=line.id).update(result=None)

    def put_aside(self, at: int, what: int, _rest: int) -> None:
        """A result turns out to be a mere sheet, or a second scan."""
        result = self._result(at)
        if result and result.counts:
            result.counts = False
            (rows.carrier if what % 2 else rows.set_aside)(result.id)

    def decided(self, at: int, what: int, _rest: int) -> None:
        """A result is revoked or replaced, or that is undone."""
        if result := self._result(at):
            result.status = ("revoked", "replaced", "in_force")[what % 3]
            Result.objects.filter(pk=result.id).update(status=result.status)

    def told(self, at: int, what: int, _rest: int) -> None:
        """The register says of a line that it was revoked or replaced, or is in force after all."""
        if line := self._line(at):
            line.status = ("revoked", "replaced", "in_force")[what % 3]
            Line.objects.filter(pk=line.id).update(status=line.status)

    def withdrawn(self, at: int, what: int, _rest: int) -> None:
        """There is no such line, or there is after all."""
        if line := self._line(at):
            line.withdrawn = what % 3 > 0
            Line.objects.filter(pk=line.id).update(withdrawn=now() if line.withdrawn else None)

    def corrected(self, at: int, what: int, when: int) -> None:
        """Validity or day of issue are corrected, of the line or of the result that it is."""
        valid = None if what % 3 == 0 else _BEGIN + timedelta(when - 200)
        line = self._line(at)
        if line and what % 4 == 1:
            line.issued = date(2025, 6, 1) + timedelta(when % 500)
            Line.objects.filter(pk=line.id).update(issue_date=line.issued)
        elif line and what % 2:
            line.valid_to = valid
            Line.objects.filter(pk=line.id).update(valid_to=valid)
        elif result := self._result(at):
            result.valid_to = valid
            Result.objects.filter(pk=result.id).update(valid_to=valid)

    def founded(self, at: int, _what: int, _rest: int) -> None:
        """A new unit under another."""
        if len(self.plain.units) < 14:
            self._add(f"N.{len(self.plain.units)}", self._unit(at))

    def merged(self, at: int, into: int, when: int) -> None:
        """A unit ends and has one successor, or none."""
        heir = self._unit(into)
        self._end(self._unit(at), [heir] if when % 5 else [], when)

    def split(self, at: int, into: int, when: int) -> None:
        """A unit ends and has several successors."""
        self._end(self._unit(at), [self._unit(into), self._unit(into + 1), self._unit(into + when % 3)], when)

    def frozen(self, at: int, which: int, _rest: int) -> None:
        """The old results of a period are frozen for a unit and those below."""
        unit, period = self._unit(at), PERIODS[which % len(PERIODS)]
        with patch("quotas.baselines.today", lambda: self.day):
            made = baselines.freeze(unit, period, "an", "once more")
        plain = self.plain.freeze(unit, period.first, period.last, self.day)
        assert made.lines == len(plain.lines)
        assert {r.id for r in lists.every(self._asked(unit, Kind.OLD, period, Which.FROZEN, baseline=made.id), {})} == (
            plain.lines
        )

    def passed(self, days: int, what: int, _rest: int) -> None:
        """Days pass: mostly few, now and then months."""
        self.day += timedelta(days % 90 if what % 4 == 0 else days % 5)

    def looked(self, at: int, what: int, _rest: int) -> None:
        """Somebody looks in between."""
        self.check(self._unit(at), Kind.OLD if what % 2 else Kind.NEW, PERIODS[what % len(PERIODS)])

    # comparing

    def check_all(self) -> None:
        """Every unit in every period; the lists of one of them; and a snapshot."""
        chance = len(self.plain.lines) + 3 * len(self.plain.results)
        with self._known_organisation():
            for at, (kind, period) in enumerate((kind, period) for kind in Kind for period in PERIODS):
                for root in self.plain.units:
                    if not self.plain.living_above(root, self.day):
                        self._counts(root, kind, period)
                if at == chance % 4:
                    self.check(self._unit(chance), kind, period)
        with patch("quotas.snapshots.today", lambda: self.day), self._known_organisation():
            snapshots.take(self.day, "an", "once more")
        for kind in Kind:
            found = snapshots.newest("P", kind, PERIODS[0])
            if found is not None and found.day == self.day:
                live = counting.count("P", kind, PERIODS[0], self.day)
                told = {row.unit: (row.own, row.all, row.results, row.pages, row.unapportioned) for row in found.units}
                for row in live.units:
                    if row.unit in told or row.all.frozen or row.results:
                        assert told[row.unit] == (row.own, row.all, row.results, row.pages, row.unapportioned)

    def check(self, root: str, kind: Kind, period: periods.Period) -> None:
        """The counts of all units under `root`, and the lists behind those of `root`."""
        with self._known_organisation():
            self._counts(root, kind, period)
            for own in (False, True):
                self._lists(root, kind, period, own)

    def _counts(self, root: str, kind: Kind, period: periods.Period) -> None:
        place = (kind.value, period.first, period.last, self.day)
        standing = counting.count(root, kind, period, self.day)
        assert standing.top.unit == root
        shown = {row.unit for row in standing.units}
        assert len(shown) == len(standing.units)
        for row in standing.units:
            for own, count in ((True, row.own), (False, row.all)):
                ids = self.plain.behind(row.unit, *place, own=own)
                plain = tuple(len(ids[name]) for name in ("frozen", "counted", "digitized"))
                assert (count.frozen, count.counted, count.digitized) == plain, (row.unit, own, kind, period.code)
            assert row.unapportioned == self.plain.unapportioned(row.unit, *place)
            assert (row.results, row.pages) == self.plain.kept(row.unit, self.day)
        for unit in self.plain.units:
            if unit not in shown and self.plain.under(unit, root, self.day):
                assert not self.plain.behind(unit, *place)["frozen"], unit

    def _lists(self, root: str, kind: Kind, period: periods.Period, own: bool) -> None:
        behind = self.plain.behind(root, kind.value, period.first, period.last, self.day, own)
        for which in Which:
            asked = self._asked(root, kind, period, which, own_only=own)
            assert [row.id for row in lists.every(asked, {}, at_once=7)] == sorted(behind[which.value]), which
        for why in Why:
            asked = self._asked(root, kind, period, Which.FALLEN, own_only=own, why=why)
            assert {row.id for row in lists.every(asked, {})} == behind.get(why.value, set()), why

    def _known_organisation(self) -> AbstractContextManager[object]:
        """Nobody changes the organisation inside, so it is read once."""
        known = organisation.whole()
        return patch("quotas.selection.organisation.whole", lambda: known)

    # helpers

    def _asked(self, root: str, kind: Kind, period: periods.Period, which: Which, **more: Any) -> Asked:
        return Asked(root, kind, period, which, day=self.day, **more)

    def _add(self, code: str, parent: str | None) -> None:
        units.add(code, f"Đơn vị {code}", parent)
        self.plain.units[code] = PlainUnit(code, parent)

    def _end(self, unit: str, heirs: list[str], when: int) -> None:
        plain = self.plain.units[unit]
        plain.last_day, plain.heirs = self.day + timedelta(when % 40 - 20), heirs
        row = Unit.objects.get(code=unit)
        row.valid_to = plain.last_day
        row.save(update_fields=["valid_to"])
        row.successors.set(Unit.objects.filter(code__in=heirs))

    def _unit(self, at: int) -> str:
        return list(self.plain.units)[at % len(self.plain.units)]

    def _line(self, at: int) -> PlainLine | None:
        return self.plain.lines[at % len(self.plain.lines)] if self.plain.lines else None

    def _result(self, at: int) -> PlainResult | None:
        return self.plain.results[at % len(self.plain.results)] if self.plain.results else None


_STEPS: dict[Callable[..., None], int] = {
    Twins.imported: 8,
    Twins.scanned: 6,
    Twins.reviewed: 2,
    Twins.unlinked: 1,
    Twins.put_aside: 1,
    Twins.decided: 2,
    Twins.told: 2,
    Twins.withdrawn: 1,
    Twins.corrected: 2,
    Twins.founded: 1,
    Twins.merged: 1,
    Twins.split: 1,
    Twins.frozen: 2,
    Twins.passed: 2,
    Twins.looked: 1,
}


NAMES = tuple(step.__name__ for step, often in _STEPS.items() for _ in range(often))
"""Names of steps, each as often as it is to happen."""


def histories(longest: int = 60) -> st.SearchStrategy[list[Step]]:
    """Steps with numbers that say who and what is meant."""
    step = st.tuples(st.sampled_from(NAMES), _NUMBER, _NUMBER, _NUMBER)
    return st.lists(step, min_size=5, max_size=longest)


def live(history: Sequence[Step]) -> None:
    """Live through one history and compare everything; nothing of it is left afterwards."""
    with transaction.atomic():
        twins = Twins()
        twins.do(history)
        twins.check_all()
        transaction.set_rollback(True)
