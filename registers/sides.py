"""The two things that are held against each other: a digitized result and a line of a register, each with what its
comparison needs worked out once. Nothing here knows a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache

from catalog.paper_facts import PaperFacts
from catalog.sameness import written_out
from catalog.values import holder_number, iso_date
from catalog.vouching import REGISTER
from core.text import fold_number, fold_words, plain, words
from pipeline import sheet_codes
from registers.keys import holder_key, number_key

_FIGURES = re.compile(r"\d+")
_ANY_DAY = date(2000, 1, 1)
"""Gives a number without a year one, to ask for the running number alone."""


@dataclass(frozen=True, slots=True)
class Name:
    """A holder's name in the forms in which names are compared."""

    key: str
    """`registers.keys.holder_key`; empty: none."""
    accented: str
    """In lower case, with accents, without punctuation and forms of address."""

    @property
    def bare(self) -> bool:
        """Whether there is no accent in it at all: written without, or none is due."""
        return self.accented == self.key


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a paper in the forms in which numbers are compared."""

    key: str
    """Running number and year (`registers.keys.number_key`); empty: one of them is missing."""
    running: str
    """The running number alone; empty: none."""
    letters: str
    """What is written besides figures, folded: of ``577/GPXD`` it is ``gpxd``."""


@dataclass(frozen=True, slots=True)
class Side:
    """What a result or a line says about the paper that it stands for. Empty: it says nothing."""

    unit: str
    """Code of the unit that keeps it, or whose register it stands in."""
    number: Number
    register_number: str
    """Folded."""
    issue_date: date | None
    holder: Name
    co_holder: Name
    ids: frozenset[str]
    document_type: str
    """Folded, abbreviations written out."""
    procedure: str
    dossier: str
    """Folded."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A digitized result."""

    facts: PaperFacts
    side: Side
    doubted: frozenset[str]
    """Names of the fields whose values may well be wrong."""
    register_line: str = ""
    """Folded, of its cover sheet."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of a register as it stands."""

    id: int
    unit: str
    """Code of the unit whose register it is."""
    number: str = ""
    number_key: str = ""
    register_number: str = ""
    document_type: str = ""
    procedure: str = ""
    dossier: str = ""
    issue_date: date | None = None
    doubtful: bool = False
    """Whether its day was guessed."""
    holder: str = ""
    holder_key: str = ""
    co_holder: str = ""
    holder_id: str = ""
    co_holder_id: str = ""
    confidential: str = ""
    result: int | None = None
    """The result that it is linked to."""
    linked_by: str = ""
    """Who said so; empty: the program."""
    changed: datetime | None = None
    """When it was changed last."""
    side: Side = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what comparisons need."""
        made = Side(
            unit=self.unit,
            number=_number(self.number, self.number_key),
            register_number=fold_number(self.register_number),
            issue_date=self.issue_date,
            holder=name(self.holder),
            co_holder=name(self.co_holder),
            ids=_ids((self.holder_id, self.co_holder_id)),
            document_type=kind(self.document_type),
            procedure=procedure(self.procedure),
            dossier=fold_number(self.dossier),
        )
        object.__setattr__(self, "side", made)


def paper(facts: PaperFacts) -> Paper:
    """A result made ready to be compared: what a register settled in it before stands as it was read, in doubt. Else
    what a line said of one field would speak for that very line when another field is looked at.
    """
    facts = _as_read(facts)
    cover = sheet_codes.parse(facts.cover) if facts.cover else None
    issued = iso_date(facts.value("issue_date"))
    number = facts.value("number")
    side = Side(
        unit=facts.unit,
        number=_number(number, number_key(number, issued)),
        register_number=fold_number(facts.value("register_number")),
        issue_date=issued,
        holder=name(facts.value("holder")),
        co_holder=name(facts.value("co_holder")),
        ids=facts.ids,
        document_type=kind(facts.value("document_type")),
        procedure=procedure((cover.procedure if cover else "") or facts.procedure),
        dossier=fold_number((cover.dossier if cover else "") or facts.dossier),
    )
    doubted = frozenset(name for name in facts.fields if facts.doubted(name))
    return Paper(facts, side, doubted, fold_number(cover.register_line) if cover else "")


def _as_read(facts: PaperFacts) -> PaperFacts:
    taken = {
        name: replace(said, value=said.read, review=True)
        for name, said in facts.fields.items()
        if said.source == REGISTER and not said.person
    }
    return replace(facts, fields={**facts.fields, **taken}) if taken else facts


def _number(number: str, key: str) -> Number:
    running = number_key(number, _ANY_DAY).partition("/")[0] if number else ""
    return Number(key, running, letters(number))


@lru_cache(maxsize=8192)
def name(text: str) -> Name:
    """A name as it is compared."""
    key = holder_key(text)
    accented = words(plain(text))
    count = len(key.split())
    return Name(key, " ".join(accented[-count:]) if key else "")


@lru_cache(maxsize=4096)
def letters(number: str) -> str:
    """What a number holds besides figures, folded, without signs: of ``12/2019/QĐ-UBND`` it is ``qdubnd``."""
    return _FIGURES.sub("", fold_words(number)).replace(" ", "").removeprefix("so")


@lru_cache(maxsize=4096)
def kind(text: str) -> str:
    """A type of document as it is compared."""
    return written_out(text) if text else ""


@lru_cache(maxsize=4096)
def procedure(code: str) -> str:
    """The part of a procedure's code that is the same in all provinces: of ``1.004873.000.00.00.H61`` the first two."""
    return ".".join(fold_number(code).split(".")[:2])


def _ids(numbers: Iterable[str]) -> frozenset[str]:
    return frozenset(holder_number(number) for number in numbers if number)
