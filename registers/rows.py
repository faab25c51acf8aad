"""One row of a register: a line and its dossier, or the reasons why not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from catalog import checks, dossiers
from catalog.confidential import of as kind_of
from catalog.refusals import RefusedChangeError
from catalog.states import Standing
from catalog.values import today
from core.text import fold_words
from registers import columns, making, places
from registers.making import Facts, Procedures
from registers.places import Places
from registers.records import Bad, NewDossier, Problem, Taken, Trouble
from registers.statuses import STANDINGS, WITHOUT_LINE, Said, understood
from spreadsheets import dates, values
from spreadsheets.meant import Table
from spreadsheets.records import Cell, Row

LONGEST = {"number": 200, "register_number": 200, "dossier": 100, "procedure": 1000, "status": 200, "unit": 400}
"""Characters of a value, where it is not `LONGEST_OTHER`."""
LONGEST_OTHER = 4000
EARLIEST = date(1945, 9, 2)
"""No paper of this state is older."""
LATEST = date(2199, 12, 31)
_TELLING = ("number", "register_number", "dossier", "holder", "issue_date")
_TEXTS = ("number", "register_number", "document_type", "subject", "sector", "issuer", "holder", "co_holder")
_KEPT = ("signer", "box", "shelf", "position", "pages", "note", "components", "component_names")
_IDS = re.compile(r"[;,/\n]| (?:và|va|-) ")
_PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{6,8}")
_CROSS = frozenset({"x", "co", "v", "1"})
_AHEAD = timedelta(days=50 * 365)
"""Of a two-digit year of expiry: ``31/12/45`` is still to come."""


@dataclass(frozen=True, slots=True)
class Order:
    """Whose register it is, and for which units whoever imports it may do so."""

    unit: str
    """Code; lines of rows that name no unit belong to it."""
    allowed: Collection[str] | None
    """Codes; None: all."""


class Reader:
    """Reads the rows of one register."""

    def __init__(self, table: Table, order: Order) -> None:
        self._meanings = {name: at for at, name in table.meanings.items()}
        self._letters = {name: table.seen.header.columns[at].letter for at, name in table.meanings.items()}
        self._order = order
        self.places: Places = places.known()
        self.procedures: Procedures = making.procedures()
        self.today = today()
        self.marked = columns.marked(table)

    def read(self, row: Row) -> Taken | Bad | None:
        """What the row says; None: nothing that a register is about (a heading in between, a sum, a signature)."""
        given = {name: cell for name, at in self._meanings.items() if (cell := row.cells[at]) is not None}
        if not any(name in given for name in _TELLING) and len(given) < 3:
            return None
        reading = _Reading(self, self._letters, given)
        if row.more:
            reading.trouble("", Trouble.TOO_MANY_CELLS)
        taken = reading.taken(row.number, self._order)
        if reading.problems or taken is None:
            return Bad(row.number, tuple(reading.problems), reading.short(), reading.kind())
        return taken


class _Reading:
    """The values of one row, and what is wrong with them."""

    def __init__(self, reader: Reader, letters: Mapping[str, str], given: Mapping[str, Cell]) -> None:
        self._reader, self._letters, self._given = reader, letters, given
        self.problems: list[Problem] = []
        self._doubtful = False

    def trouble(self, name: str, trouble: Trouble) -> None:
        """Note that something is not as it must be."""
        raw = values.text(self._given.get(name))[:200] if name else ""
        self.problems.append(Problem(name, self._letters.get(name, ""), raw, trouble))

    def text(self, name: str) -> str:
        """A value as a text of one line, empty for none."""
        cell = self._given.get(name)
        if cell is None:
            return ""
        found = checks.typed(values.text(cell))
        if len(found) > LONGEST.get(name, LONGEST_OTHER):
            self.trouble(name, Trouble.TOO_LONG)
            return ""
        return found

    def day(self, name: str, last: date, pivot: date) -> date | None:
        """A day, at most `last`."""
        cell = self._given.get(name)
        if cell is None:
            return None
        found = dates.parse(cell, LATEST, pivot=pivot)
        if found.value is None or not EARLIEST <= found.value <= last:
            self.trouble(name, _trouble(found, last))
            return None
        if found.doubt not in {None, dates.Doubt.SERIAL}:
            self._doubtful = True
        return found.value

    def identity(self, name: str) -> str:
        """An identity number, the newer one where two stand in a cell."""
        cell = self._given.get(name)
        if cell is None:
            return ""
        parts = [part for part in _IDS.split(cell) if part.strip()] if isinstance(cell, str) else [cell]
        found = [number for part in parts if (number := _identity(part, name))]
        if len(found) != len(parts) or not found:
            self.trouble(name, Trouble.IDENTITY)
            return ""
        return max(found, key=len)

    def status(self) -> Said:
        """What its status means; in force where it says nothing."""
        text = self.text("status")
        if not text:
            return Said.IN_FORCE
        if self._reader.marked and fold_words(text) in _CROSS:
            return Said.REVOKED
        found = understood(text)
        if found is None:
            self.trouble("status", Trouble.STATUS)
        return found or Said.IN_FORCE

    def unit(self, order: Order) -> str:
        """The code of the unit that it belongs to."""
        text = self.text("unit")
        if not text:
            return order.unit
        code = self._reader.places.find(text)
        if not code:
            self.trouble("unit", Trouble.UNIT_UNKNOWN)
        elif order.allowed is not None and code not in order.allowed:
            self.trouble("unit", Trouble.UNIT_FOREIGN)
        return code or order.unit

    def dossier(self) -> str:
        """The code of its dossier."""
        text = dossiers.tidied(self.text("dossier"))
        try:
            return checks.value("dossier", text)
        except RefusedChangeError:
            self.trouble("dossier", Trouble.DOSSIER)
            return ""

    def taken(self, number: int, order: Order) -> Taken | None:
        """All of it; None where something is wrong, which is noted."""
        now = self._reader.today
        said, unit, dossier = self.status(), self.unit(order), self.dossier()
        received, resolved = self.day("received", now, now), self.day("resolved", now, now)
        issued, ends = self.day("issue_date", now, now), self.day("expiry_date", LATEST, now + _AHEAD)
        if issued and ends and ends < issued:
            self.trouble("expiry_date", Trouble.ENDS_BEFORE_ISSUE)
        if received and resolved and resolved < received:
            self.trouble("resolved", Trouble.RESOLVED_BEFORE_RECEIVED)
        procedure = self.text("procedure")
        texts: dict[str, Any] = {name: self.text(name) for name in _TEXTS}
        facts = Facts(
            unit=unit,
            **texts,
            procedure=self._reader.procedures.find(procedure),
            dossier=dossier,
            issue_date=issued,
            doubtful=self._doubtful,
            holder_id=self.identity("holder_id"),
            co_holder_id=self.identity("co_holder_id"),
            expiry_date=ends,
            validity=self.text("validity"),
            status=STANDINGS.get(said, Standing.IN_FORCE),
            values=self._values(procedure),
        )
        whole = self._dossier(
            facts, received, resolved or (issued if said not in WITHOUT_LINE else None), said
        )  # a result that is there was given out
        if said in WITHOUT_LINE:
            if whole is None and not self.problems:
                self.trouble("", Trouble.NOTHING)
            return Taken(number, None, whole) if whole and not self.problems else None
        made = making.line(facts, self._reader.procedures, number)
        if made is None and not self.problems:
            self.trouble("", Trouble.NOTHING)
        if made is not None and said is Said.ENDED and (made.valid_to is None or made.valid_to >= now):
            self.trouble("status", Trouble.ENDED)
        return Taken(number, made, whole) if made and not self.problems else None

    def short(self) -> str:
        """What the row says, in a line."""
        shown = (values.text(self._given.get(name))[:80] for name in ("number", "issue_date", "holder", "dossier"))
        return " · ".join(filter(None, shown))

    def kind(self) -> str:
        """Which confidential kind it is of."""
        told = {name: values.text(self._given.get(name)) for name in ("number", "document_type", "subject", "sector")}
        return kind_of(told, "").value

    def _values(self, procedure: str) -> dict[str, str]:
        found = {name: text for name in _KEPT if (text := self.text(name))}
        if procedure:
            found["procedure"] = procedure
        if born := self._given.get("holder_birth_date"):
            found["holder_birth_date"] = values.text(born)[:100]
        return found

    def _dossier(self, facts: Facts, received: date | None, resolved: date | None, said: Said) -> NewDossier | None:
        """Its dossier; None where it names none, or nobody can say when it was received."""
        if not facts.dossier:
            return None
        try:
            received = received or dossiers.parse(facts.dossier, self._reader.today).day
        except dossiers.DossierCodeError:
            if received is None:
                return None
        return NewDossier(
            code=facts.dossier,
            unit=facts.unit,
            received=received,
            resolved=resolved if resolved and resolved >= received else None,
            procedure=facts.procedure,
            returns_paper=self._reader.procedures.returns_paper.get(facts.procedure),
            applicant=facts.holder,
            applicant_id=facts.holder_id,
            withdrawn=said is Said.CANCELLED,
        )


def _identity(part: Cell, name: str) -> str:
    """An identity or tax number, or that of a passport; empty: it is none."""
    shown = values.identity(part)
    try:
        return checks.identity_number(shown, name)
    except RefusedChangeError:
        bare = re.sub(r"[\s.\-]", "", shown).upper()
        digits = re.sub(r"^\D+", "", shown)  # ``CMND 340123456``
        if _PASSPORT.fullmatch(bare):
            return bare
        if digits != shown and re.fullmatch(r"[0-9]{9}|[0-9]{12}", digits):
            return digits
        return ""


def _trouble(found: dates.Day, last: date) -> Trouble:
    if found.value is not None:
        return Trouble.FUTURE if found.value > last else Trouble.TOO_EARLY
    if found.problem in {dates.Problem.ONLY_YEAR, dates.Problem.ONLY_MONTH}:
        return Trouble.ONLY_YEAR
    return Trouble.NO_DATE
