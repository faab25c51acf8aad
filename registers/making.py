"""A line made of what is known of it, whoever said so: its keys, its kind, its last day of validity worked out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog import confidential, validity
from catalog.configuration import told_plainly
from catalog.models import Procedure
from catalog.states import Standing
from catalog.validity import Period
from core.text import fold_words
from registers.identity import key
from registers.keys import holder_key, number_key
from registers.records import NewLine

SAYS_VALIDITY = ("expiry_date", "validity")
"""Values of a line that say how long it is valid; without them its procedure's rule counts."""
_CODE = re.compile(r"(\d{1,2}\.\d{6})(\.\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody says of a line, each value checked. Empty: nothing."""

    unit: str
    """Code."""
    number: str = ""
    register_number: str = ""
    document_type: str = ""
    subject: str = ""
    sector: str = ""
    issuer: str = ""
    procedure: str = ""
    """Code."""
    dossier: str = ""
    issue_date: date | None = None
    doubtful: bool = False
    holder: str = ""
    co_holder: str = ""
    holder_id: str = ""
    co_holder_id: str = ""
    valid_from: date | None = None
    expiry_date: date | None = None
    validity: str = ""
    """In words."""
    status: Standing = Standing.IN_FORCE
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Procedures:
    """What the catalog says of procedures."""

    periods: Mapping[str, Period | None]
    """Code → how long its results are valid where they say nothing; None: nobody said."""
    returns_paper: Mapping[str, bool]
    names: Mapping[str, str]
    """Folded name → code."""

    def find(self, text: str) -> str:
        """The code of the procedure that is meant by a code (long or short) or a name; empty: nobody knows.

        A code that is not in the catalog is taken all the same: it says which procedure it is.
        """
        if text in self.periods:
            return text
        if found := _CODE.fullmatch(text.strip()):
            return found[1]
        return self.names.get(fold_words(text), "")


@told_plainly()
def procedures() -> Procedures:
    """All procedures as they stand now."""
    rows = list(Procedure.objects.values_list("code", "name", "validity", "returns_paper"))
    return Procedures(
        periods={code: validity.period(text) if text else None for code, _name, text, _paper in rows},
        returns_paper={code: paper for code, _name, _text, paper in rows},
        names={fold_words(name): code for code, name, _text, _paper in rows if name},
    )


def line(facts: Facts, known: Procedures, row: int = 0) -> NewLine | None:
    """The line; None where nothing in it could be known again (`registers.identity`)."""
    known_by = key(
        dossier=facts.dossier,
        number=facts.number,
        register_number=facts.register_number,
        document_type=facts.document_type,
        issuer=facts.issuer,
        issue_date=facts.issue_date,
        holder=facts.holder,
        ids=(facts.holder_id, facts.co_holder_id),
    )
    if not known_by:
        return None
    told = {name: getattr(facts, name) for name in ("number", "document_type", "subject", "sector")}
    return NewLine(
        unit=facts.unit,
        key=known_by,
        **told,
        number_key=number_key(facts.number, facts.issue_date),
        register_number=facts.register_number,
        issuer=facts.issuer,
        procedure=facts.procedure,
        dossier=facts.dossier,
        issue_date=facts.issue_date,
        doubtful=facts.doubtful,
        holder=facts.holder,
        holder_key=holder_key(facts.holder),
        co_holder=facts.co_holder,
        holder_id=facts.holder_id,
        co_holder_id=facts.co_holder_id,
        confidential=confidential.of(told, "").value,
        valid_from=facts.valid_from,
        valid_to=last_day(facts, known),
        status=facts.status.value,
        values=_values(facts),
        row=row,
    )


def last_day(facts: Facts, known: Procedures) -> date | None:
    """Until when it is valid, as it says itself, else as its procedure's rule says; None: no end, or not known."""
    start = facts.valid_from or facts.issue_date
    if facts.expiry_date:
        return facts.expiry_date
    if facts.validity:
        said = validity.period(facts.validity)
        return said.end(start) if said and start else None
    rule = known.periods.get(facts.procedure)
    return rule.end(start) if rule and start else None


def _values(facts: Facts) -> dict[str, str]:
    found = {name: text for name, text in facts.values.items() if text}
    if facts.expiry_date:
        found["expiry_date"] = facts.expiry_date.isoformat()
    if facts.validity:
        found["validity"] = facts.validity
    return found
