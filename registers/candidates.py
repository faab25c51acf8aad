"""Lines of registers that may be a result's: those that share a key with it. A handful of queries for many results.

Keys are looked for from the tightest to the widest: code of the dossier, identity numbers, number with year, day of
issue, name. Numbers, days and common names repeat in every unit, so they count within the family of the result's unit
alone. Where more lines of a day lie there than can be held against a result, those that look most like it are taken,
and what had to be left out is told (`Found.crowded`), never passed over in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet
from rapidfuzz import fuzz, process

from catalog.paper_facts import UnitFamilies
from catalog.values import digest
from registers.models import Line
from registers.records import NewLine
from registers.sides import LineFacts, Paper

CROWD = 300
"""Lines of one key that are held against a result; of more only the likeliest are."""
RARE = 40
"""Bearers of a name up to which lines of all units count: more say too little without number, day or identity number,
which are looked for anyway.
"""
_IN_SIGHT = 20_000
"""Lines of one day in one unit's family that are looked through for the likeliest."""
_LIKELIEST = 40
_LIKE_AT_LEAST = 70
"""Of 100 (`rapidfuzz.fuzz.ratio`)."""
_AT_ONCE = 400
"""Values in one query."""
_FAMILIES_AT_ONCE = 25
_Keys = Callable[[Paper], set[Any]]


@dataclass(slots=True)
class Found:
    """The lines that share a key with one result."""

    lines: set[int] = field(default_factory=set)
    crowded: set[str] = field(default_factory=set)
    """Keys (``issue_date``) that more lines share than were looked at."""


@dataclass(frozen=True, slots=True)
class Block:
    """Results and the lines that may be theirs."""

    found: Mapping[int, Found]
    """Result → its lines."""
    lines: Mapping[int, LineFacts]
    names: Mapping[str, int]
    """Holder key → how many lines bear it, anywhere."""


def find(papers: Sequence[Paper], families: UnitFamilies) -> Block:
    """The lines that may be these results', withdrawn ones left out."""
    search = _Search(papers, families)
    search.by_codes()
    search.by_ids()
    search.by_numbers()
    search.by_days()
    names = search.by_names()
    wanted = set[int]().union(*(one.lines for one in search.found.values()))
    lines = {line.id: line for line in facts(wanted, families)}
    return Block(search.found, lines, names)


def facts(ids: Iterable[int], families: UnitFamilies) -> Iterator[LineFacts]:
    """Lines as they stand, withdrawn ones left out."""
    codes = {pk: code for code, pk in families.rows.items()}
    columns = (
        "pk", "unit_id", "number", "number_key", "register_number", "document_type", "procedure", "dossier",
        "issue_date", "doubtful", "holder", "holder_key", "co_holder", "holder_id", "co_holder_id", "confidential",
        "result_id", "linked_by", "changed",
    )  # fmt: skip
    for part in _parts(ids):
        for pk, unit, *rest in _standing().filter(pk__in=part).values_list(*columns):
            yield LineFacts(pk, codes[unit], *rest)


def keys(paper: Paper) -> frozenset[str]:
    """What a line would have to have one of to be found for a result."""
    ways = {"dossier": _dossiers, "id": _ids, "number": _numbers, "day": _days, "name": _names}
    return frozenset(_key(way, value) for way, found in ways.items() for value in found(paper))


@dataclass(frozen=True, slots=True)
class LineKeys:
    """What lines are found by."""

    anywhere: frozenset[str]
    near: frozenset[str]
    """For results of their unit's family alone."""


def keys_of(lines: Iterable[NewLine]) -> LineKeys:
    """Of lines that were just written."""
    told = list(lines)
    said: dict[str, set[Any]] = {
        "dossier": {line.dossier for line in told},
        "id": {id for line in told for id in (line.holder_id, line.co_holder_id)},
        "number": {line.number_key for line in told},
        "day": {line.issue_date for line in told},
        "name": {line.holder_key for line in told},
    }
    said = {way: values - {"", None} for way, values in said.items()}
    rare = {name for name, count in _bearers(said["name"]).items() if count <= RARE}
    wide = {"dossier": said["dossier"], "id": said["id"], "name": rare}
    close = {"number": said["number"], "day": said["day"], "name": said["name"] - rare}
    anywhere, near = (
        frozenset(_key(way, value) for way, values in some.items() for value in values) for some in (wide, close)
    )
    return LineKeys(anywhere, near)


def swapped(day: date) -> date | None:
    """`day` with day and month in each other's place; None: there is no such day, or it is the same."""
    if day.day > 12 or day.day == day.month:
        return None
    return date(day.year, day.day, day.month)


class _Search:
    """One search for the lines of several results."""

    def __init__(self, papers: Sequence[Paper], families: UnitFamilies) -> None:
        self._papers = papers
        self.found = {paper.facts.id: Found() for paper in papers}
        units = {paper.side.unit for paper in papers}
        self._family = {
            unit: frozenset(families.rows[code] for code in families.of(unit) if code in families.rows)
            for unit in units
        }
        """Code of a unit → row ids of its family."""

    def by_codes(self) -> None:
        """Lines of the same dossier."""
        wanted = _grouped(self._papers, _dossiers)
        for part in _parts(wanted):
            for pk, code in _with("dossier").filter(dossier__in=part).values_list("pk", "dossier"):
                self._add(pk, wanted[code])

    def by_ids(self) -> None:
        """Lines with an identity number of one of the holders, or another one of the same person."""
        wanted = _grouped(self._papers, _ids)
        for column in ("holder_id", "co_holder_id"):
            for part in _parts(wanted):
                for pk, id in _with(column).filter(**{f"{column}__in": part}).values_list("pk", column):
                    self._add(pk, wanted[id])

    def by_numbers(self) -> None:
        """Lines of the unit's family with the same running number and year."""
        wanted = _grouped(self._papers, _numbers)
        for clause in self._by_family(_numbers, "number_key"):
            for pk, key, unit in _standing().filter(clause).values_list("pk", "number_key", "unit_id"):
                self._add(pk, self._related(wanted[key], unit))

    def by_days(self) -> None:
        """Lines of the unit's family from the same day, or from that with day and month swapped."""
        wanted = _grouped(self._papers, _days)
        for clause in self._by_family(_days, "issue_date"):
            counted = _standing().filter(clause).order_by().values_list("issue_date", "unit_id").annotate(Count("pk"))
            crowds = {(day, unit): count for day, unit, count in counted if count > CROWD}
            rows = _standing().filter(clause)
            if crowds:
                rows = rows.exclude(_any(Q(issue_date=day, unit=unit) for day, unit in crowds))
            for pk, day, unit in rows.values_list("pk", "issue_date", "unit_id"):
                self._add(pk, self._related(wanted[day], unit))
            for (day, unit), count in crowds.items():
                self._likeliest(day, unit, count, self._related(wanted[day], unit))

    def by_names(self) -> dict[str, int]:
        """Lines with the holder's name; gives how many lines bear each of the names."""
        wanted = _grouped(self._papers, _names)
        bearers = _bearers(wanted)
        for part in _parts(key for key, count in bearers.items() if count <= RARE):
            for pk, key in _with("holder_key").filter(holder_key__in=part).values_list("pk", "holder_key"):
                self._add(pk, wanted[key])
        many = {key for key, count in bearers.items() if count > RARE}
        for clause in self._by_family(lambda paper: _names(paper) & many, "holder_key"):
            for pk, key, unit in _standing().filter(clause).values_list("pk", "holder_key", "unit_id"):
                self._add(pk, self._related(wanted[key], unit))
        return bearers

    def _likeliest(self, day: date, unit: int, count: int, papers: list[Paper]) -> None:
        """Of a day on which a great many lines lie, those whose holders look most like the result's."""
        for paper in papers:
            self.found[paper.facts.id].crowded.add("issue_date")
        if count > _IN_SIGHT:
            return
        rows = _standing().filter(issue_date=day, unit=unit).values_list("pk", "holder_key")
        there = {pk: key for pk, key in rows if key}
        for paper in papers:
            if key := paper.side.holder.key:
                best = process.extract(key, there, scorer=fuzz.ratio, limit=_LIKELIEST, score_cutoff=_LIKE_AT_LEAST)
                self.found[paper.facts.id].lines.update(pk for _key, _score, pk in best)

    def _related(self, papers: Iterable[Paper], unit: int) -> list[Paper]:
        """Those of the results into whose unit's family a unit belongs."""
        return [paper for paper in papers if unit in self._family[paper.side.unit]]

    def _by_family(self, keys: _Keys, column: str) -> Iterator[Q]:
        """Conditions for the lines of each unit's family with one of the keys of the unit's results."""
        by_unit: dict[str, set[Any]] = defaultdict(set)
        for paper in self._papers:
            by_unit[paper.side.unit] |= keys(paper)
        clauses = [
            Q(unit__in=sorted(self._family[unit]), **{f"{column}__in": part}) & _said(column)
            for unit, wanted in sorted(by_unit.items())
            for part in _parts(wanted)
        ]
        for start in range(0, len(clauses), _FAMILIES_AT_ONCE):
            yield _any(clauses[start : start + _FAMILIES_AT_ONCE])

    def _add(self, line: int, papers: Iterable[Paper]) -> None:
        for paper in papers:
            self.found[paper.facts.id].lines.add(line)


def _key(way: str, value: object) -> str:
    return digest([way, str(value)])[:20]


def _bearers(names: Iterable[str]) -> dict[str, int]:
    """Name → how many lines bear it, anywhere."""
    found: dict[str, int] = {}
    for part in _parts(names):
        counted = Line.objects.filter(~Q(holder_key=""), holder_key__in=part).order_by().values_list("holder_key")
        found |= dict(counted.annotate(Count("pk")))
    return found


def _standing() -> QuerySet[Line]:
    return Line.objects.filter(withdrawn=None)


def _with(column: str) -> QuerySet[Line]:
    """Lines that say something there: said in the words of the index, which databases take only then."""
    return _standing().filter(_said(column))


def _said(column: str) -> Q:
    return Q() if column == "issue_date" else ~Q(**{column: ""})


def _dossiers(paper: Paper) -> set[Any]:
    """The code as it is written, for the index; covers and software write them in capitals."""
    return {text.upper() for text in (paper.side.dossier,) if text}


def _ids(paper: Paper) -> set[Any]:
    """As they are looked up by, and with the capitals of passports, as registers write them."""
    numbers = paper.side.ids | paper.facts.other_ids
    return {*numbers, *(number.upper() for number in numbers)}


def _numbers(paper: Paper) -> set[Any]:
    return {key for key in (paper.side.number.key,) if key}


def _days(paper: Paper) -> set[Any]:
    day = paper.side.issue_date
    return {one for one in (day, swapped(day)) if one} if day else set()


def _names(paper: Paper) -> set[Any]:
    return {key for key in (paper.side.holder.key, paper.side.co_holder.key) if key}


def _grouped(papers: Iterable[Paper], keys: _Keys) -> dict[Any, list[Paper]]:
    """Key → the results that have it."""
    found: dict[Any, list[Paper]] = defaultdict(list)
    for paper in papers:
        for key in keys(paper):
            found[key].append(paper)
    return found


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Values in an order that is always the same, as many at once as a query takes well."""
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _any(clauses: Iterable[Q]) -> Q:
    return reduce(or_, clauses)
