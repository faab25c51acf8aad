"""When two values of a field say the same, however each was written. Nothing here knows a database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from catalog.values import clean, holder_number
from core.text import fold, fold_words, plain, squeeze

_SHORT = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "qd": "quyet dinh",
    "gpxd": "giay phep xay dung",
    "gcn": "giay chung nhan",
    "gcnqsdd": "giay chung nhan quyen su dung dat",
    "qsdd": "quyen su dung dat",
    "tp": "thanh pho",
    "tx": "thi xa",
    "tt": "thi tran",
    "tnmt": "tai nguyen va moi truong",
    "stnmt": "so tai nguyen va moi truong",
}
"""Folded abbreviation → what it stands for; in issuers, kinds and subjects."""
_FORM_OF_ADDRESS = re.compile(r"^(?:ông|bà|anh|chị|ông/bà|ông, bà|ông \(bà\))[:.]?\s+")
_OF_NUMBERS = re.compile(r"^so:?(?=\d)")


def same(name: str, one: str, other: str) -> bool:
    """Whether two values of the field `name` say the same.

    Accents count where both sides write any: Hòa and Hóa are two people, and HOA is either. A number without its
    letters (``577``) is taken for the same number with them; letters alone prove nothing.
    """
    one, other = squeeze(clean(one)), squeeze(clean(other))
    if not one or not other:
        return False
    return _RULES.get(name, _words)(one, other)


def _words(one: str, other: str) -> bool:
    return _alike(_written_out(plain(one)), _written_out(plain(other)))


def _names(one: str, other: str) -> bool:
    return _alike(_FORM_OF_ADDRESS.sub("", plain(one)), _FORM_OF_ADDRESS.sub("", plain(other)))


def _alike(one: str, other: str) -> bool:
    """Whether two texts in `plain` form are the same; accents are forgiven to a side that has none at all."""
    words, others = (re.findall(r"\w+", text) for text in (one, other))
    if words == others:
        return True
    if fold_words(one) != fold_words(other):
        return False
    return fold(one) == one or fold(other) == other


def written_out(text: str) -> str:
    """A type of document or an issuer folded, abbreviations in full: what two ways of writing it have in common."""
    return " ".join(_SHORT.get(word, word) for word in fold_words(text).split())


def _written_out(text: str) -> str:
    """Abbreviations in full, without accents where one was written out: nobody says which it had."""
    words = re.findall(r"\w+", text)
    if not any(fold(word) in _SHORT for word in words):
        return text
    return " ".join(_SHORT.get(fold(word), fold(word)) for word in words)


def _number(one: str, other: str) -> bool:
    first, second = _bare_number(one), _bare_number(other)
    if first == second:
        return True
    short, long = sorted((first, second), key=len)
    return short.isdecimal() and re.match(r"\d+", long) is not None and re.match(r"\d+", long)[0] == short  # type: ignore[index]


def _bare_number(text: str) -> str:
    folded = _OF_NUMBERS.sub("", re.sub(r"\s+", "", fold(text)))
    return re.sub(r"^0+(?=\d)", "", folded)


def _identity(one: str, other: str) -> bool:
    return holder_number(one) == holder_number(other)


def _exactly(one: str, other: str) -> bool:
    return one == other


_RULES: Mapping[str, Callable[[str, str], bool]] = {
    "number": _number,
    "register_number": _number,
    "issue_date": _exactly,
    "expiry_date": _exactly,
    "holder_birth_date": _exactly,
    "holder_id": _identity,
    "co_holder_id": _identity,
    "holder": _names,
    "co_holder": _names,
    "signer": _names,
}
