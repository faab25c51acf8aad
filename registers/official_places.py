"""The official lists of places before and since 2025-07-01 (vietnamadminunits), as units: which People's Committees a
province had, and which came after each of them.

Codes stand below that of the province's own unit (`H61`): ``H61.30235`` for a commune of today, ``H61.D876`` for a
district, ``H61.D876.30235`` for one of its communes, ``H61.P82`` for a province that went into this one; the numbers
are those of the General Statistics Office, as the lists have them. A unit that is there already under the same name
keeps its own code. The lists cannot say for whom the papers of a commune that was split are, nor who took over from
districts: that is asked, and what they guess is marked as a guess.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from catalog.records import UnitRow
from catalog.unit_lists import Entry
from core.errors import ServiceError, UsageError
from core.text import fold_words, nfc

REFORM = date(2025, 7, 1)
"""Districts ended; provinces and communes merged."""
_LAST = REFORM - timedelta(days=1)
_KINDS = ("thành phố", "thị xã", "thị trấn", "huyện", "quận", "tỉnh", "phường", "xã", "đặc khu")
_NEW = "SELECT provinceKey, wardKey, ward, wardCode FROM admin_units WHERE provinceCode = ? ORDER BY wardCode"
_OLD = (
    "SELECT provinceKey || '_' || districtKey || '_' || coalesce(wardKey, ''), provinceKey, province, provinceCode,"
    " district, districtCode, coalesce(ward, ''), coalesce(wardCode, '') FROM admin_units_legacy"
    " ORDER BY districtCode, wardCode"
)


@dataclass(frozen=True, slots=True)
class Split:
    """A commune that was split among several: whose its results are, somebody has to say."""

    code: str
    name: str
    candidates: tuple[tuple[str, str], ...]
    """Code and name of each commune that got a part."""
    main: str
    """Code of the one that the list takes for the main one: a guess."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the lists say of a province."""

    entries: tuple[Entry, ...]
    splits: tuple[Split, ...]
    districts: tuple[str, ...]
    """Codes of the districts: that the province took over from them is a guess."""


@dataclass(frozen=True, slots=True)
class _Old:
    """A commune before the reform (of islands: the district itself, without a commune)."""

    key: str
    province_key: str
    province: str
    province_code: str
    district: str
    district_code: str
    ward: str
    ward_code: str


def provinces() -> tuple[tuple[str, str], ...]:
    """Code and name of each province of today, by name. Raises ServiceError."""
    with _opened() as rows:
        found = rows.execute("SELECT DISTINCT provinceCode, province FROM admin_units").fetchall()
    return tuple(sorted(((code, nfc(name)) for code, name in found), key=lambda pair: fold_words(pair[1])))


def plan(province: str, root: str, organisation: Iterable[UnitRow]) -> Plan:
    """What the lists say of the province with this code (``82``), below the unit `root`; `organisation`: all units
    there are.

    Raises UsageError for an unknown province, ServiceError where the lists are not here.
    """
    names = dict(provinces())
    if province not in names:
        raise UsageError(f"unknown province {province}: one of {', '.join(f'{c} {n}' for c, n in names.items())}")
    known = {unit.code: unit for unit in organisation}
    made = _Making(province, root)
    entries = [*made.new_communes(), *made.old_provinces(names[province]), *made.old_districts(), *made.old_communes()]
    if root not in known:
        entries.insert(0, Entry(0, root, committee(names[province])))
    own = _own_codes(entries, root, known)
    entries = [_coded(replace(entry, row=at), own, known) for at, entry in enumerate(entries, start=1)]
    splits = [
        replace(
            split,
            code=own.get(split.code, split.code),
            candidates=tuple((own.get(code, code), name) for code, name in split.candidates),
            main=own.get(split.main, split.main),
        )
        for split in made.splits
    ]
    open_ones = [split for split in splits if split.code not in known or known[split.code].valid_to is None]
    districts = tuple(own.get(code, code) for code in made.districts)
    return Plan(tuple(entries), tuple(open_ones), districts)


def decided(plan: Plan, chosen: Mapping[str, Iterable[str]], decision: str = "") -> tuple[Entry, ...]:
    """The entries with what somebody said of each split (its code → the successors that take it over).

    Raises UsageError where a split is left open, or goes to a commune that got no part of it.
    """
    answers: dict[str, tuple[str, ...]] = {}
    for split in plan.splits:
        answer = tuple(chosen.get(split.code, ()))
        if not answer or not set(answer) <= {code for code, _name in split.candidates}:
            raise UsageError(f"{split.name} ({split.code}) was split: say which of its successors take it over")
        answers[split.code] = answer
    return tuple(
        replace(entry, successors=answers.get(entry.code, entry.successors), decision=decision)
        for entry in plan.entries
    )


def committee(place: str) -> str:
    """The name of a place's People's Committee: ``Xã Tân Hòa`` → ``Ủy ban nhân dân xã Tân Hòa``."""
    place = nfc(place)
    kind = next((kind for kind in _KINDS if place.lower().startswith(kind + " ")), "")
    return f"Ủy ban nhân dân {kind}{place[len(kind) :]}"


class _Making:
    """Makes the entries of one province, in the order of the lists."""

    def __init__(self, province: str, root: str) -> None:
        self._root = root
        with _opened() as rows:
            found = [tuple(map(nfc, row)) for row in rows.execute(_NEW, [province])]
            old = {one.key: one for one in (_Old(*map(nfc, row)) for row in rows.execute(_OLD))}
        self._key = found[0][0]
        self._new = [(key, name, code) for _province, key, name, code in found]
        whole, split = _converter()
        self._after: dict[str, list[str]] = {}
        for key, before in whole.get(self._key, {}).items():
            for one in before:
                self._after[one] = [key]
        self._guess: dict[str, str] = {}
        for one, parts in split.get(self._key, {}).items():
            self._after[one] = [str(part["newWardKey"]) for part in parts]
            self._guess[one] = next((str(p["newWardKey"]) for p in parts if p["isDefaultNewWard"]), self._after[one][0])
        self._old = [old[key] for key in old if key in self._after]
        self._names = {key: name for key, name, _code in self._new}
        self._codes = {key: f"{root}.{code}" for key, _name, code in self._new}
        self._unchanged = self._same()
        self.splits: list[Split] = []
        self.districts: list[str] = []

    def _same(self) -> dict[str, str]:
        """Communes of today that are an old one under its name, whole and alone → that one."""
        before: dict[str, list[_Old]] = {}
        for one in self._old:
            for key in self._after[one.key]:
                before.setdefault(key, []).append(one)
        return {
            key: ones[0].key
            for key, ones in before.items()
            if len(ones) == 1 and len(self._after[ones[0].key]) == 1 and ones[0].ward == self._names[key]
        }

    def new_communes(self) -> Iterator[Entry]:
        for key, name, _code in self._new:
            begun = None if key in self._unchanged else REFORM
            yield Entry(0, self._codes[key], committee(name), self._root, begun)

    def old_provinces(self, name: str) -> Iterator[Entry]:
        merged = {one.province_code: one.province for one in self._old if one.province_key != self._key}
        for code, old in merged.items():
            yield self._ended(self._province(code), committee(old), self._root, (self._root,))

    def old_districts(self) -> Iterator[Entry]:
        for one in {one.district_code: one for one in self._old}.values():
            code, alone = self._district(one), [o for o in self._old if o.district_code == one.district_code]
            whole = not one.ward and len(alone) == 1  # an island: the district itself became the commune of today
            after = tuple(self._codes[key] for key in self._after[one.key]) if whole else (self._root,)
            if not whole:
                self.districts.append(code)
            parent = self._root if one.province_key == self._key else self._province(one.province_code)
            yield self._ended(code, committee(one.district), parent, after)

    def old_communes(self) -> Iterator[Entry]:
        same = set(self._unchanged.values())
        for one in self._old:
            if not one.ward or one.key in same:
                continue
            code, after = f"{self._district(one)}.{one.ward_code}", self._after[one.key]
            if len(after) > 1:
                candidates = tuple((self._codes[key], committee(self._names[key])) for key in after)
                guess = self._codes[self._guess[one.key]]
                self.splits.append(Split(code, committee(one.ward), candidates, guess))
            yield self._ended(code, committee(one.ward), self._district(one), tuple(self._codes[key] for key in after))

    def _ended(self, code: str, name: str, parent: str, successors: tuple[str, ...]) -> Entry:
        return Entry(0, code, name, parent, None, _LAST, successors)

    def _province(self, code: str) -> str:
        return f"{self._root}.P{code}"

    def _district(self, one: _Old) -> str:
        return f"{self._root}.D{one.district_code}"


def _own_codes(entries: Iterable[Entry], root: str, known: Mapping[str, UnitRow]) -> dict[str, str]:
    """Code made here → code of the unit below `root` that has the same name already, where that is one alone.

    A commune of today is looked for before one that ended; what is there already under the code made here stays.
    """
    below = [unit for unit in known.values() if _stands_below(unit, root, known)]
    by_name: dict[str, list[UnitRow]] = {}
    for unit in below:
        by_name.setdefault(fold_words(unit.name), []).append(unit)
    entries = [entry for entry in entries if entry.code not in known]
    times: dict[tuple[str, bool], int] = {}
    for entry in entries:
        named = (fold_words(entry.name or ""), entry.valid_to is None)
        times[named] = times.get(named, 0) + 1
    own: dict[str, str] = {}
    for entry in sorted(entries, key=lambda entry: entry.valid_to is not None):
        name = fold_words(entry.name or "")
        same = [unit for unit in by_name.get(name, ()) if unit.code not in own.values()]
        fits = [unit for unit in same if entry.valid_to is not None or unit.valid_to is None]
        if len(fits) == 1 and times[name, entry.valid_to is None] == 1:
            own[entry.code] = fits[0].code
    return own


def _coded(entry: Entry, own: Mapping[str, str], known: Mapping[str, UnitRow]) -> Entry:
    """The entry under the codes that units have here; a unit that is there keeps its place and what it is called."""
    code = own.get(entry.code, entry.code)
    after = entry.successors and tuple(own.get(one, one) for one in entry.successors)
    parent = own.get(entry.parent, entry.parent) if entry.parent else entry.parent
    if code not in known:
        return replace(entry, code=code, parent=parent, successors=after)
    if known[code].valid_to is not None:  # who came after it was said already, by the list or by somebody who knows
        return replace(entry, code=code, name=None, parent=None, valid_from=None, valid_to=None, successors=None)
    begun = entry.valid_from if code == entry.code else None
    return replace(entry, code=code, name=None, parent=None, valid_from=begun, successors=after)


def _stands_below(unit: UnitRow, root: str, known: Mapping[str, UnitRow]) -> bool:
    seen, up = set[str](), unit.parent
    while up is not None and up not in seen:
        if up == root:
            return True
        seen.add(up)
        up = known[up].parent if up in known else None
    return False


def _folder() -> Path:
    spec = find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        raise ServiceError("the lists of places are not here: install vietnamadminunits")
    return Path(spec.origin).parent / "data"


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    """The lists as a database, for reading."""
    rows = sqlite3.connect(f"{(_folder() / 'dataset.db').as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield rows
    finally:
        rows.close()


@lru_cache(maxsize=1)
def _converter() -> tuple[dict[str, dict[str, list[str]]], dict[str, dict[str, list[dict[str, object]]]]]:
    """Province → commune of today → old ones that went into it whole; and province → old one → its parts."""
    text = (_folder() / "converter_2025.json").read_text(encoding="utf-8")
    found = json.loads(nfc(text))
    return found["DICT_PROVINCE_WARD_NO_DIVIDED"], found["DICT_PROVINCE_WARD_DIVIDED"]
