"""How surely a line of a register is a digitized result: evidence of each field in bits, added up (Fellegi and Sunter).

A field on which a result and its own line agree so with probability `m`, and two that have nothing to do with each
other with probability `u`, gives log2(m / u) bits: above 0 for, below 0 against. A name is worth the less, the more
lines bear it. Handwritten numbers are often read as plausible wrong ones, so a number that is under review says little
when it differs.

Evidence about the person (name, identity number) is no evidence about the paper: the same person holds several.
So beside the sum stands `Match.paper`, what number, date, dossier and register number say alone, less what a type of
document says against it.

All weights: ``./run measure matching``. Pure functions; nothing here knows a database.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import log2

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from catalog.paper_facts import UnitFamilies
from registers.sides import LineFacts, Name, Paper, Side

SURE = 21.0
"""Bits from which on a line is taken for the result, if nothing else comes near."""
MARGIN = 6.0
"""Bits by which it must be better than the next one."""
PAPER = 3.5
"""Bits that must speak for this very paper, and not just for its holder."""
PLAUSIBLE = 10.0
"""Bits from which on a person is asked. All four: ``./run measure matching``."""
_POPULATION = 200_000
"""Lines that the frequency of a name is seen against."""
_RAREST = 1 / 16_384


class Agreement(StrEnum):
    """How a field of a result stands to the same field of a line."""

    SAME = "same"
    LETTERS = "letters"
    """The same running number and year with other letters."""
    RUNNING = "running"
    """The same running number, of a year that one side does not tell."""
    ACCENTS = "accents"
    """The same name, without accents on one side."""
    MARKS = "marks"
    """Names that differ in accents alone, both written with some."""
    SLIP = "slip"
    """One character or figure differs; of a day: either the day, the month or the year."""
    SLIPS = "slips"
    """A few do, for the length."""
    PART = "part"
    """One name holds all words of the other."""
    SWAPPED = "swapped"
    """Day and month have changed places."""
    LINKED = "linked"
    """Another identity number of the same person."""
    FAMILY = "family"
    """A unit that came before or after."""
    NEAR = "near"
    """A unit above or below."""
    ALIKE = "alike"
    OTHER_KIND = "other_kind"
    """Identity numbers of nine and of twelve digits, which cannot be compared."""
    OTHER = "other"
    MISSING = "missing"
    """One side says nothing."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one field says."""

    field: str
    agreement: Agreement
    bits: float


@dataclass(frozen=True, slots=True)
class Match:
    """A line held against a result."""

    line: int
    score: float
    """Bits for it, less those against it."""
    paper: float
    """Of these, what is about this very paper and not about its holder."""
    reasons: tuple[Reason, ...]

    def without(self, field: str) -> Match:
        """The same, had nobody looked at one field."""
        left = tuple(reason for reason in self.reasons if reason.field != field)
        return _match(self.line, left)

    def agreement(self, field: str) -> Agreement:
        """How one field stands."""
        return next((reason.agreement for reason in self.reasons if reason.field == field), Agreement.MISSING)


_A = Agreement
_ABOUT_THE_PAPER = frozenset({"number", "issue_date", "dossier", "register_number", "register_line"})
_WEIGHTS: Mapping[tuple[str, Agreement], tuple[float, float]] = {
    ("number", _A.SAME): (0.90, 0.0008),
    ("number", _A.LETTERS): (0.04, 0.0016),
    ("number", _A.RUNNING): (0.90, 0.01),
    ("number", _A.SLIP): (0.005, 0.008),
    ("number", _A.OTHER): (0.005, 0.985),
    ("holder_id", _A.SAME): (0.90, 1 / 200_000),
    ("holder_id", _A.LINKED): (0.90, 1 / 100_000),
    ("holder_id", _A.SLIP): (0.05, 0.0002),
    ("holder_id", _A.OTHER_KIND): (0.10, 0.30),
    ("holder_id", _A.OTHER): (0.03, 0.95),
    ("issue_date", _A.SAME): (0.90, 0.0005),
    ("issue_date", _A.SWAPPED): (0.03, 0.0003),
    ("issue_date", _A.SLIP): (0.03, 0.012),
    ("issue_date", _A.OTHER): (0.04, 0.99),
    ("unit", _A.SAME): (0.80, 0.006),
    ("unit", _A.FAMILY): (0.20, 0.01),
    ("unit", _A.NEAR): (0.05, 0.02),
    ("unit", _A.OTHER): (0.01, 0.98),
    ("document_type", _A.SAME): (0.85, 0.15),
    ("document_type", _A.ALIKE): (0.10, 0.05),
    ("document_type", _A.OTHER): (0.05, 0.80),
    ("procedure", _A.SAME): (0.90, 0.10),
    ("procedure", _A.OTHER): (0.10, 0.90),
    ("dossier", _A.SAME): (0.98, 1 / 1_000_000),
    ("dossier", _A.SLIP): (0.01, 0.001),
    ("dossier", _A.OTHER): (0.01, 0.999),
    ("register_number", _A.SAME): (0.85, 0.002),
    ("register_number", _A.SLIP): (0.08, 0.02),
    ("register_number", _A.OTHER): (0.07, 0.97),
    ("register_line", _A.SAME): (0.90, 0.002),
    ("co_holder", _A.SAME): (0.75, 0.0005),
    ("co_holder", _A.ACCENTS): (0.10, 0.0005),
    ("co_holder", _A.MARKS): (0.05, 0.001),
    ("co_holder", _A.SLIP): (0.10, 0.003),
    ("co_holder", _A.SLIPS): (0.02, 0.02),
    ("co_holder", _A.PART): (0.05, 0.05),
    ("co_holder", _A.OTHER): (0.03, 0.95),
}
"""Field and agreement → `m` and `u`."""
_DOUBTED: Mapping[tuple[str, Agreement], tuple[float, float]] = {
    ("number", _A.SAME): (0.28, 0.01),
    ("number", _A.SLIP): (0.15, 0.01),
    ("number", _A.OTHER): (0.45, 0.985),
    ("issue_date", _A.SLIP): (0.35, 0.012),
    ("issue_date", _A.OTHER): (0.30, 0.99),
    ("holder_id", _A.OTHER): (0.20, 0.95),
    ("holder", _A.OTHER): (0.08, 0.99),
    ("register_number", _A.OTHER): (0.50, 0.97),
}
"""The same, where what was read is under review."""
_NAMES: Mapping[Agreement, tuple[float, float]] = {
    _A.SAME: (0.75, 1.0),
    _A.ACCENTS: (0.30, 1.0),
    _A.MARKS: (0.06, 0.6),
    _A.SLIP: (0.15, 1.5),
    _A.SLIPS: (0.04, 8.0),
    _A.PART: (0.03, 60.0),
}
"""Agreement of holders → `m`, and by how much more often it happens by chance than one name is met again."""
_NEIGHBOURS = 5
_NO_HOLDER = (0.008, 0.99)
_RUNNING = re.compile(r"(\d+)([a-z]?)/(\d+)")


def match(paper: Paper, line: LineFacts, families: UnitFamilies, names: Mapping[str, int]) -> Match:
    """A line held against a result. `names`: holder key → how many lines bear it; one that is missing is rare."""
    one, other, doubted = paper.side, line.side, paper.doubted
    reasons = (
        _reason("number", number(one, other), doubted),
        _holder(one, other, doubted, names),
        _reason("co_holder", _co_holder(one, other), doubted),
        _reason("holder_id", identity(one.ids, paper.facts.other_ids, other.ids), doubted),
        _reason("issue_date", day(one.issue_date, other.issue_date), doubted),
        _reason("unit", unit(one.unit, other.unit, families), doubted),
        _reason("document_type", document_type(one.document_type, other.document_type), doubted),
        _reason("procedure", _plainly(one.procedure, other.procedure), doubted),
        _reason("dossier", _code(one.dossier, other.dossier), doubted),
        _reason("register_number", _code(one.register_number, other.register_number), doubted),
        _reason("register_line", _register_line(paper.register_line, line), doubted),
    )
    return _match(line.id, tuple(reason for reason in reasons if reason.agreement is not Agreement.MISSING))


def number(one: Side, other: Side) -> Agreement:
    """Running number and year, and the letters where both have some."""
    here, there = one.number.key, other.number.key
    if not one.number.running or not other.number.running:
        return Agreement.MISSING
    if not here or not there:
        return Agreement.RUNNING if one.number.running == other.number.running else Agreement.OTHER
    if here == there:
        letters = one.number.letters, other.number.letters
        return Agreement.LETTERS if all(letters) and letters[0] != letters[1] else Agreement.SAME
    first, second = _RUNNING.fullmatch(here), _RUNNING.fullmatch(there)
    return Agreement.SLIP if first and second and _misread(first, second) else Agreement.OTHER


def names(one: Name, other: Name) -> Agreement:
    """Two names: how many characters differ counts by the length of the shorter."""
    if not one.key or not other.key:
        return Agreement.MISSING
    if one.key == other.key:
        if one.accented == other.accented:
            return Agreement.SAME
        return Agreement.ACCENTS if one.bare or other.bare else Agreement.MARKS
    shorter = min(len(one.key), len(other.key))
    allowed = 0 if shorter < 6 else 1 if shorter < 14 else 2 if shorter < 30 else 4
    differ = OSA.distance(one.key, other.key, score_cutoff=allowed)
    if differ <= allowed:
        return Agreement.SLIP if differ <= 1 else Agreement.SLIPS
    few, many = sorted((set(one.key.split()), set(other.key.split())), key=len)
    return Agreement.PART if len(few) > 1 and few < many else Agreement.OTHER


def identity(here: Collection[str], linked: Collection[str], there: Collection[str]) -> Agreement:
    """Identity numbers of holders on both sides; `linked` are further ones of the persons on the result."""
    if not here or not there:
        return Agreement.MISSING
    if not set(here).isdisjoint(there):
        return Agreement.SAME
    if not set(linked).isdisjoint(there):
        return Agreement.LINKED
    pairs = [(one, other) for one in here for other in there if len(one) == len(other)]
    if not pairs:
        return Agreement.OTHER_KIND
    return Agreement.SLIP if any(_one_slip(one, other) for one, other in pairs) else Agreement.OTHER


def day(here: date | None, there: date | None) -> Agreement:
    """Days of issue."""
    if here is None or there is None:
        return Agreement.MISSING
    if here == there:
        return Agreement.SAME
    if (here.year, here.month, here.day) == (there.year, there.day, there.month):
        return Agreement.SWAPPED
    alike = (here.year == there.year) + (here.month == there.month) + (here.day == there.day)
    return Agreement.SLIP if alike == 2 else Agreement.OTHER


def unit(here: str, there: str, families: UnitFamilies) -> Agreement:
    """Who keeps the result, and whose register it is."""
    if here == there:
        return Agreement.SAME
    if there in families.of(here):
        return Agreement.FAMILY
    return Agreement.NEAR if families.in_line(here, there) else Agreement.OTHER


def document_type(here: str, there: str) -> Agreement:
    """Types of documents, folded and written out."""
    if not here or not there:
        return Agreement.MISSING
    if here == there:
        return Agreement.SAME
    return Agreement.ALIKE if fuzz.token_set_ratio(here, there) >= 90 else Agreement.OTHER


def _holder(one: Side, other: Side, doubted: Collection[str], known: Mapping[str, int]) -> Reason:
    """The holder, where the other side may have put the co-holder first."""
    pairs = [(one.holder, other.holder), (one.holder, other.co_holder), (one.co_holder, other.holder)]
    found = [(agreement, a.key, b.key) for a, b in pairs if (agreement := names(a, b)) is not Agreement.MISSING]
    if not found:
        return Reason("holder", Agreement.MISSING, 0.0)
    reasons = [_name_reason(agreement, max(known.get(a, 1), known.get(b, 1)), doubted) for agreement, a, b in found]
    return max(reasons, key=lambda reason: reason.bits)


def _name_reason(agreement: Agreement, bearers: int, doubted: Collection[str]) -> Reason:
    if agreement is Agreement.OTHER:
        m, u = _DOUBTED["holder", agreement] if "holder" in doubted else _NO_HOLDER
    else:
        m, more = _NAMES[agreement]
        u = min(max(bearers / _POPULATION, _RAREST) * more, 0.9)
    return Reason("holder", agreement, log2(m / u))


def _co_holder(one: Side, other: Side) -> Agreement:
    found = names(one.co_holder, other.co_holder)
    if found is Agreement.OTHER and names(one.co_holder, other.holder) is not Agreement.OTHER:
        return Agreement.MISSING  # they stand the other way round, which `_holder` has seen
    return found


def _plainly(here: str, there: str) -> Agreement:
    if not here or not there:
        return Agreement.MISSING
    return Agreement.SAME if here == there else Agreement.OTHER


def _code(here: str, there: str) -> Agreement:
    if not here or not there:
        return Agreement.MISSING
    if here == there:
        return Agreement.SAME
    return Agreement.SLIP if len(here) > 3 and _one_slip(here, there) else Agreement.OTHER


def _register_line(said: str, line: LineFacts) -> Agreement:
    """What a cover sheet says is written by hand rules of the office: it can speak for a line, never against it."""
    if said and said in {line.side.register_number, line.side.number.key, line.number.casefold()}:
        return Agreement.SAME
    return Agreement.MISSING


def _one_slip(one: str, other: str) -> bool:
    """Whether one character was misread, left out, put in, or changed places with the next."""
    return OSA.distance(one, other, score_cutoff=1) == 1


def _misread(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether one running number of a year is the other with one figure misread; of numbers that follow each other, as
    papers of one day do, nobody can say that.
    """
    if one[3] != other[3] or max(len(one[1]), len(other[1])) < 3 or abs(int(one[1]) - int(other[1])) <= _NEIGHBOURS:
        return False
    return _one_slip(one[1] + one[2], other[1] + other[2])


def _reason(field: str, agreement: Agreement, doubted: Collection[str]) -> Reason:
    if agreement is Agreement.MISSING:
        return Reason(field, agreement, 0.0)
    told = _DOUBTED.get((field, agreement)) if field in doubted else None
    m, u = told or _WEIGHTS[field, agreement]
    return Reason(field, agreement, log2(m / u))


def _match(line: int, reasons: tuple[Reason, ...]) -> Match:
    paper = sum(reason.bits for reason in reasons if reason.field in _ABOUT_THE_PAPER)
    # Each type counts its own numbers, so the same number of another type says little.
    paper += sum(min(0.0, reason.bits) for reason in reasons if reason.field == "document_type")
    return Match(line, round(sum(reason.bits for reason in reasons), 2), round(paper, 2), reasons)
