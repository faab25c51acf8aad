"""What a person may type into a result: checked and brought into the form in which it is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date

from stdnum.exceptions import ValidationError
from stdnum.vn import mst

from catalog import validity
from catalog.confidential import Confidential
from catalog.life import Decision
from catalog.refusals import Refusal, RefusedChangeError
from catalog.values import clean, iso_date, today
from core.text import squeeze
from pipeline.records import FIELD_NAMES, SheetCode

FACTS = ("dossier", "confidential")
"""What can be corrected besides fields."""
_LONGEST = 4000
_LONGEST_NUMBER = 200
_LONGEST_REASON = 2000
_DATES = frozenset({"issue_date", "expiry_date", "holder_birth_date"})
_IDS = frozenset({"holder_id", "co_holder_id"})
_EARLIEST = date(1945, 9, 2)
"""No paper of this state is older."""
_EARLIEST_BIRTH = date(1850, 1, 1)
INSISTABLE = frozenset({Refusal.IDENTITY, Refusal.PERIOD, Refusal.ENDS_BEFORE_ISSUE})
"""What a paper may say although it cannot be right: a person who sees it there has it kept as it stands."""
_PERSONAL = re.compile("[0-9]{9}|[0-9]{12}")
_DOSSIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_-]{2,99}")


def typed(text: str) -> str:
    """What a person typed: NFC, spaces squeezed, without characters that no keyboard types."""
    text = clean(text)
    if not text.isprintable():  # seldom: spared those millions of cells that registers have
        text = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text)
    return squeeze(text)


def decision(given: Decision) -> Decision:
    """The decision with its texts cleaned; raises RefusedChangeError for one that is none."""
    number = typed(given.number)
    if not number:
        raise RefusedChangeError(Refusal.DECISION_NUMBER, "the decision has no number: give it", "decision_number")
    if len(number) > _LONGEST_NUMBER:
        raise RefusedChangeError(Refusal.TOO_LONG, "the decision's number is too long", "decision_number")
    if not _EARLIEST <= given.date <= today():
        message = f"a decision of {given.date} cannot be: give the date that stands on it"
        raise RefusedChangeError(Refusal.DECISION_DATE, message, "decision_date")
    return Decision(number, given.date, reason(given.reason))


def reason(text: str) -> str:
    """A reason, cleaned; raises RefusedChangeError for none."""
    text = typed(text)
    if not text:
        raise RefusedChangeError(Refusal.REASON, "say why", "reason")
    if len(text) > _LONGEST_REASON:
        raise RefusedChangeError(Refusal.TOO_LONG, f"a reason has at most {_LONGEST_REASON} characters", "reason")
    return text


def reviewed(given: Mapping[str, str], before: Mapping[str, str], insisted: Collection[str] = ()) -> dict[str, str]:
    """`changes` of fields alone, at the review desk: what stands there already is taken as it is, and fields that were
    not there and stay empty are left out.
    """
    for name in given:
        if name not in FIELD_NAMES:
            raise RefusedChangeError(Refusal.UNKNOWN_FIELD, f"there is no field {name!r}", name)
    kept = {name: text for name, text in before.items() if name in given}
    same = {name: text for name, text in kept.items() if typed(text) == typed(given[name])}
    other = {name: text for name, text in given.items() if name not in same and (name in before or typed(text))}
    checked = changes(other, before, insisted)
    return {name: same[name] if name in same else checked[name] for name in given if name in same or name in checked}


def changes(given: Mapping[str, str], before: Mapping[str, str], insisted: Collection[str] = ()) -> dict[str, str]:
    """Name → new value as it is kept, of the fields and FACTS in `given`; `before` holds all present values.

    Raises RefusedChangeError for the first value that cannot be; of those named in `insisted`, not for INSISTABLE.
    """
    checked = {name: _insisted(name, text, name in insisted) for name, text in given.items()}
    after = {**before, **checked}
    issued, ends = iso_date(after.get("issue_date", "")), iso_date(after.get("expiry_date", ""))
    touched = {"issue_date", "expiry_date"} & checked.keys()
    if issued and ends and ends < issued and touched and not touched & set(insisted):
        message = f"the last day of validity ({ends}) is before the day of issue ({issued})"
        raise RefusedChangeError(Refusal.ENDS_BEFORE_ISSUE, message, "expiry_date")
    return checked


def _insisted(name: str, text: str, insisted: bool) -> str:
    try:
        return value(name, text)
    except RefusedChangeError as error:
        if insisted and error.refusal in INSISTABLE:
            return typed(text)
        raise


def of_cover(code: SheetCode | None) -> str:
    """The dossier's code that a cover sheet names; empty where it names none, or something that is none."""
    try:
        return value("dossier", code.dossier) if code else ""
    except RefusedChangeError:
        return ""


def value(name: str, text: str) -> str:
    """The value of a field or fact as it is kept; empty: the paper has none."""
    if name not in FIELD_NAMES and name not in FACTS:
        raise RefusedChangeError(Refusal.UNKNOWN_FIELD, f"there is no field {name!r}", name)
    text = typed(text)
    if len(text) > _LONGEST:
        raise RefusedChangeError(Refusal.TOO_LONG, f"{name} has more than {_LONGEST} characters", name)
    if not text:
        return ""
    if name in _DATES:
        return _date(name, text)
    if name in _IDS:
        return identity_number(text, name)
    if name == "validity" and validity.period(text) is None:
        message = f"{text!r} is no period: write it like “12 tháng”, “5 năm” or “không thời hạn”"
        raise RefusedChangeError(Refusal.PERIOD, message, name)
    if name == "confidential" and text not in set(Confidential):
        raise RefusedChangeError(Refusal.CONFIDENTIAL, f"there is no kind {text!r} of confidential results", name)
    if name == "dossier" and not _DOSSIER.fullmatch(text):
        raise RefusedChangeError(Refusal.DOSSIER, f"{text!r} is no code of a dossier", name)
    return text


def identity_number(text: str, field: str) -> str:
    """A person's CMND (9 digits) or CCCD (12 digits), or a tax code with its check digit, without spaces and dots."""
    bare = re.sub(r"[ .]", "", text)
    if _PERSONAL.fullmatch(bare):
        return bare
    try:
        return str(mst.format(mst.validate(bare)))
    except ValidationError:
        message = (
            f"{field}: neither a CMND (9 digits), a CCCD (12 digits) nor a tax code (10 digits with a check digit)"
        )
        raise RefusedChangeError(Refusal.IDENTITY, message, field) from None


def personal_number(text: str, field: str) -> str:
    """A person's CMND (9 digits) or CCCD (12 digits), without spaces and dots."""
    bare = re.sub(r"[ .]", "", typed(text))
    if not _PERSONAL.fullmatch(bare):
        message = f"{field}: neither a CMND (9 digits) nor a CCCD (12 digits)"
        raise RefusedChangeError(Refusal.IDENTITY, message, field)
    return bare


def _date(name: str, text: str) -> str:
    found = iso_date(text)
    earliest = _EARLIEST_BIRTH if name == "holder_birth_date" else _EARLIEST
    latest = date.max if name == "expiry_date" else today()
    if found is None or not earliest <= found <= latest:
        raise RefusedChangeError(Refusal.DATE, f"{name}: {text!r} is no date that can stand there", name)
    return found.isoformat()
