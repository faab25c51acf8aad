"""What is checked while a person types at the review desk, in the reader's language.

The rules are those of the catalog (`catalog.checks`, what a result may say) and of the reading (`pipeline.extract.ids`,
what an identity number tells of its holder); nothing is decided in the browser. A *fault* must be put right. A
*warning* does not block: who sees it on the paper confirms it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog import checks, habits
from catalog.refusals import RefusedChangeError
from catalog.values import iso_date, today
from core.text import fold
from pipeline.extract.ids import Flaw, flaw
from review import suggestions, typed
from web.refusals import REFUSALS
from web.result_papers import as_written

DATES = frozenset({"issue_date", "expiry_date", "holder_birth_date"})
_IDS = {"holder_id": "holder_birth_date", "co_holder_id": ""}
"""Field → the one that says when the same person was born."""
_NAMES = frozenset({"holder", "co_holder", "signer"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be said of a typed text."""

    value: str
    """As it would be kept; with a fault, as it was typed."""
    shown: str
    """As people write it here: what the program understood."""
    fault: str
    """Why it cannot be kept; empty: it can."""
    warnings: tuple[str, ...]
    """What speaks against it."""


@dataclass(frozen=True, slots=True)
class About:
    """The result that a text is typed for."""

    result: int
    unit: str
    read: Mapping[str, str]
    """What its fields say at present."""


def check(name: str, text: str, typed_values: Mapping[str, str], about: About) -> Checked:
    """Check what was typed for field `name`; `typed_values` are the texts of all fields at this moment."""
    values = {other: understood(other, given) for other, given in typed_values.items()}
    value = understood(name, text)
    if not value:
        empty = (_("Empty: the paper says nothing here?"),)
        return Checked("", "", "", empty)
    try:
        value = checks.value(name, value)
    except RefusedChangeError as error:
        told = str(REFUSALS[error.refusal])
        if error.refusal in checks.INSISTABLE:
            return Checked(value, value, "", (told,))
        if name in DATES:
            told = _("This is no day that can stand there. Type it like 050319 or 5/3/2019.")
        return Checked(value, as_written(name, value), told, ())
    warnings = tuple(_warnings(name, value, {**about.read, **values, name: value}, about))
    return Checked(value, as_written(name, value), "", warnings)


def understood(name: str, text: str) -> str:
    """The text as the catalog takes it: days as ISO 8601 where they are understood, all else as it was typed."""
    text = checks.typed(text)
    if name in DATES and (day := typed.day(text, today(), ahead=name == "expiry_date")):
        return day.isoformat()
    return text


def _warnings(name: str, value: str, values: Mapping[str, str], about: About) -> Iterator[str]:
    if name in DATES:
        yield from _of_day(name, values)
    elif name in _IDS:
        yield from _of_identity_number(value, values.get(_IDS[name], ""))
    elif name == "number":
        yield from _of_number(value, values, about)
    elif name in _NAMES and re.search(r"\d", value):
        yield _("A name with figures in it.")


def _of_day(name: str, values: Mapping[str, str]) -> Iterator[str]:
    issued, ends, born = (
        iso_date(values.get(field, "")) for field in ("issue_date", "expiry_date", "holder_birth_date")
    )
    if name in {"issue_date", "expiry_date"} and issued and ends and ends < issued:
        yield _("The last day of validity is before the day of issue.")
    if name in {"issue_date", "holder_birth_date"} and issued and born and born > issued:
        yield _("The holder would be born after the day of issue.")
    if name == "holder_birth_date" and (told := _identity_year(values)) and born and told != born.year:
        yield _("The holder's ID tells another year of birth: %(year)s.") % {"year": told}


def _identity_year(values: Mapping[str, str]) -> int | None:
    """The year of birth that the holder's ID tells; None: it tells none."""
    number = values.get("holder_id", "")
    if not re.fullmatch(r"\d{12}", number, re.ASCII):
        return None
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def _of_identity_number(number: str, born: str) -> Iterator[str]:
    day = iso_date(born)
    if len(number) not in {9, 12}:
        return  # a tax code, whose check digit is right
    found = flaw(number, day.year if day else None)
    if found is Flaw.PROVINCE:
        yield _("No province has the code %(code)s.") % {"code": number[:3]}
    elif found is Flaw.FUTURE:
        yield _("By this number the holder is not born yet.")
    elif found is Flaw.BIRTH_YEAR and day:
        yield _("The number tells another year of birth than %(year)s.") % {"year": day.year}


def _of_number(value: str, values: Mapping[str, str], about: About) -> Iterator[str]:
    if not re.search(r"\d", value):
        yield _("A number without figures.")
    rest = typed.rest_of(value)
    usual = suggestions.rests_of(about.unit, values)
    if rest and (other := _spelt_otherwise(rest, usual)):
        yield _("Here one usually writes %(usual)s.") % {"usual": other}
    same = habits.same(
        about.unit,
        values.get("issuer", ""),
        values.get("document_type", ""),
        value,
        values.get("issue_date", ""),
        about.result,
    )
    if same:
        yield _("Another result of this unit has the same number in the same year: %(ids)s.") % {
            "ids": ", ".join(map(str, same))
        }


def _spelt_otherwise(rest: str, usual: Iterable[str]) -> str:
    """The usual way to write the same letters, where `rest` differs from all of them; empty: there is none."""
    usual = tuple(usual)
    if rest in usual:
        return ""
    return next((other for other in usual if fold(other) == fold(rest)), "")
