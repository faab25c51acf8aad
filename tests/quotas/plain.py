"""The same numbers by a plain, slow recount: lists of units, lines and results, looked at one by one. It shares no
code with what it checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass
class PlainUnit:
    code: str
    parent: str | None
    last_day: date | None = None
    heirs: list[str] = field(default_factory=list)


@dataclass
class PlainResult:
    id: int
    unit: str
    recorded: date
    pages: int
    in_review: bool
    status: str = "in_force"
    valid_to: date | None = None
    counts: bool = True


@dataclass
class PlainLine:
    id: int
    unit: str
    issued: date | None
    year: int | None
    valid_to: date | None = None
    status: str = "in_force"
    withdrawn: bool = False
    result: PlainResult | None = None


@dataclass
class PlainBaseline:
    unit: str
    first: date
    last: date
    lines: set[int]


@dataclass
class PlainWorld:
    units: dict[str, PlainUnit] = field(default_factory=dict)
    lines: list[PlainLine] = field(default_factory=list)
    results: list[PlainResult] = field(default_factory=list)
    baselines: list[PlainBaseline] = field(default_factory=list)

    # who answers

    def ended(self, unit: str, day: date) -> bool:
        last = self.units[unit].last_day
        return last is not None and day > last

    def chain(self, unit: str) -> list[str]:
        """The unit, the one above it, and so on."""
        parent = self.units[unit].parent
        return [unit] if parent is None else [unit, *self.chain(parent)]

    def living_above(self, unit: str, day: date) -> list[str]:
        return [up for up in self.chain(unit)[1:] if not self.ended(up, day)]

    def heirs(self, unit: str, day: date, met: tuple[str, ...] = ()) -> set[str]:
        found: set[str] = set()
        for heir in self.units[unit].heirs:
            if heir in (unit, *met):
                continue
            found |= self.heirs(heir, day, (*met, unit)) if self.ended(heir, day) else {heir}
        return found

    def answering(self, unit: str, day: date) -> tuple[str, bool]:
        """Who answers for its lines, and whether they could be apportioned."""
        if not self.ended(unit, day):
            return unit, True
        heirs = sorted(self.heirs(unit, day))
        fallback = (self.living_above(unit, day) or [unit])[0]
        if not heirs:
            return fallback, True
        if len(heirs) == 1:
            return heirs[0], True
        for up in self.chain(heirs[0]):
            if not self.ended(up, day) and all(up in self.chain(heir) for heir in heirs):
                return up, False
        return fallback, False

    def under(self, unit: str, root: str, day: date) -> bool:
        """Whether `unit` is `root`, or counted under it."""
        return unit == root or root in self.living_above(unit, day)

    # which lines

    @staticmethod
    def digitized(line: PlainLine) -> bool:
        return line.result is not None and line.result.counts and not line.result.in_review

    @staticmethod
    def why_not(line: PlainLine, kind: str, day: date) -> str:
        statuses = {line.status, line.result.status if line.result else "in_force"}
        if line.withdrawn:
            return "withdrawn"
        if "revoked" in statuses:
            return "revoked"
        if kind == "new":
            return ""
        if "replaced" in statuses:
            return "replaced"
        last = line.valid_to
        if last is None and line.result is not None:
            last = line.result.valid_to
        return "expired" if last is not None and last < day else ""

    def would_freeze(self, line: PlainLine, first: date, day: date) -> bool:
        before = line.issued < first if line.issued else line.year is not None and line.year < first.year
        there = self.digitized(line) and line.result is not None and line.result.recorded < first
        return before and not there and not self.why_not(line, "old", day)

    def baseline_places(self, unit: str, day: date) -> list[str]:
        answering, _apportioned = self.answering(unit, day)
        return self.chain(answering) + self.chain(unit)

    def freeze(self, unit: str, first: date, last: date, day: date) -> PlainBaseline:
        lines = {
            line.id
            for line in self.lines
            if unit in self.baseline_places(line.unit, day) and self.would_freeze(line, first, day)
        }
        made = PlainBaseline(unit, first, last, lines)
        self.baselines.append(made)
        return made

    def frozen(self, line: PlainLine, kind: str, first: date, last: date, day: date) -> bool:
        if kind == "new":
            return line.issued is not None and first <= line.issued <= last and line.issued <= day
        for place in self.baseline_places(line.unit, day):
            held = [b for b in self.baselines if (b.unit, b.first, b.last) == (place, first, last)]
            if held:
                return line.id in held[-1].lines
        return self.would_freeze(line, first, day)

    # the numbers

    def behind(
        self, root: str, kind: str, first: date, last: date, day: date, own: bool = False
    ) -> dict[str, set[int]]:
        """The ids of the lines behind each number of a unit."""
        found: dict[str, set[int]] = {name: set() for name in ("frozen", "counted", "digitized", "missing", "fallen")}
        for line in self.lines:
            answering, _apportioned = self.answering(line.unit, day)
            if not (answering == root or (not own and self.under(answering, root, day))):
                continue
            if not self.frozen(line, kind, first, last, day):
                continue
            found["frozen"].add(line.id)
            if why := self.why_not(line, kind, day):
                found["fallen"].add(line.id)
                found.setdefault(why, set()).add(line.id)
                continue
            found["counted"].add(line.id)
            found["digitized" if self.digitized(line) else "missing"].add(line.id)
        return found

    def unapportioned(self, root: str, kind: str, first: date, last: date, day: date) -> int:
        own = self.behind(root, kind, first, last, day, own=True)["counted"]
        return sum(line.id in own and not self.answering(line.unit, day)[1] for line in self.lines)

    def kept(self, root: str, day: date) -> tuple[int, int]:
        """Results and pages in the repository."""
        found = [r for r in self.results if r.counts and self.under(self.answering(r.unit, day)[0], root, day)]
        return len(found), sum(result.pages for result in found)
