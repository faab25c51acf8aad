"""Filters that are typed among the words: ``loại:"giấy khai sinh" năm:2012 hiệu lực:còn``, with accents or without.

| Typed | Filter |
| --- | --- |
| ``loại:`` ``type:`` | type of document |
| ``lĩnh vực:`` ``sector:`` | sector |
| ``đơn vị:`` ``unit:`` | unit, a code or a name as it was typed |
| ``năm:2012`` ``năm:2010-2015`` ``year:`` | years of issue |
| ``từ:01/03/2012`` ``đến:2015`` ``from:`` ``to:`` | first and last day of issue |
| ``trạng thái:`` ``state:`` | ``cần xem``, ``đã duyệt``, ``tự động`` |
| ``hiệu lực:`` ``validity:`` | ``còn``, ``hết``, ``chưa``, ``thu hồi``, ``thay thế``, ``không rõ`` |
| ``trả:`` ``delivered:`` | ``trực tiếp``, ``bưu chính``, ``điện tử`` |

A value is one word, or stands in quotes. What stands in quotes itself is a phrase, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.text import nfc, squeeze
from indexing.words import aligned, key

_NAMES = {
    "type": ("loai", "type"),
    "sector": ("linh vuc", "sector"),
    "unit": ("don vi", "unit"),
    "year": ("nam", "year"),
    "from": ("tu", "tu ngay", "from"),
    "to": ("den", "den ngay", "to"),
    "state": ("trang thai", "state"),
    "validity": ("hieu luc", "validity"),
    "delivered": ("tra", "tra ket qua", "delivered"),
}
_STATES = {
    "to_review": ("can xem", "can xem lai", "can kiem tra", "cho xem", "cho duyet", "chua duyet", "to review"),
    "verified": ("da duyet", "da xem", "da kiem tra", "da xac nhan", "verified"),
    "accepted": ("tu dong", "da nhan", "accepted"),
}
_VALIDITIES = {
    "valid": ("con", "con hieu luc", "con han", "dang hieu luc", "valid"),
    "expired": ("het", "het hieu luc", "het han", "expired"),
    "not_yet": ("chua", "chua co", "chua co hieu luc", "chua den han", "not yet"),
    "revoked": ("thu hoi", "da thu hoi", "bi thu hoi", "revoked"),
    "replaced": ("thay the", "da thay the", "bi thay the", "replaced"),
    "unknown": ("khong ro", "chua ro", "unknown"),
}
_DELIVERIES = {
    "counter": ("truc tiep", "tai quay", "quay", "counter"),
    "post": ("buu chinh", "buu dien", "post"),
    "electronic": ("dien tu", "truc tuyen", "electronic"),
}


def _codes(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {said: code for code, ways in words.items() for said in ways}


_WORDS = {"state": _codes(_STATES), "validity": _codes(_VALIDITIES), "delivered": _codes(_DELIVERIES)}
_KEYS = _codes(_NAMES)
_SAID = {said for words in _WORDS.values() for said in words}


def _any_of(words: Mapping[str, str] | set[str]) -> str:
    return "|".join(word.replace(" ", "[ _]") for word in sorted(words, key=len, reverse=True))


_FILTER = re.compile(
    rf"(?<!\S)(?P<key>{_any_of(_KEYS)}) ?: ?"
    rf'(?:"(?P<quoted>[^"]*)"?|(?P<said>{_any_of(_SAID)})(?!\w| ?:)|(?P<word>[^\s",;]+))'
    r'|"[^"]*"?'
)
_WHOLE = {"type": "document_type", "sector": "sector", "unit": "unit"}
_SETS = {"state": "states", "validity": "validity", "delivered": "delivered"}
_DAYS = {"from": "date_from", "to": "date_to"}
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_YEARS = re.compile(r"(\d{4})(?: ?(?:-|–|\.\.) ?(\d{4}))?")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What was typed as filters; None or empty: nothing."""

    document_type: str = ""
    sector: str = ""
    unit: str = ""
    """As it was typed: a code, a name or a part of one."""
    date_from: date | None = None
    date_to: date | None = None
    states: frozenset[str] | None = None
    validity: frozenset[str] | None = None
    delivered: frozenset[str] | None = None
    unknown: tuple[str, ...] = ()
    """Filters whose value means nothing (``năm:abc``), as they were typed; they filter nothing."""


@dataclass(frozen=True, slots=True)
class TypedFilter:
    """One filter among what was typed."""

    name: str
    """``type``, ``sector``, ``unit``, ``year``, ``from``, ``to``, ``state``, ``validity`` or ``delivered``."""
    typed: str
    """As it was typed, name and value."""
    rest: str
    """All that was typed besides."""


def split_filters(text: str) -> tuple[str, Filters]:
    """The words of `text` without the filters typed among them, and the filters; never fails.

    Of a filter that comes twice, the last one counts; states, validities and deliveries add up.
    """
    clean = _clean(text)
    rest, filters, place = [], Filters(), 0
    for name, value, whole in _found(clean):
        filters = _with(filters, name, clean[value], clean[whole])
        rest.append(clean[place : whole.start])
        place = whole.stop
    return squeeze(" ".join([*rest, clean[place:]])), filters


def typed_filters(text: str) -> tuple[TypedFilter, ...]:
    """The filters typed in `text` one by one, also those whose value means nothing; never fails."""
    clean = _clean(text)
    return tuple(
        TypedFilter(name, clean[whole], squeeze(f"{clean[: whole.start]} {clean[whole.stop :]}"))
        for name, _value, whole in _found(clean)
    )


def _clean(text: str) -> str:
    return squeeze(nfc(text[:_LONGEST]).translate(_QUOTES))


def _found(clean: str) -> Iterator[tuple[str, slice, slice]]:
    """Of each filter its name, and where its value and all of it stand."""
    for match in _FILTER.finditer(aligned(clean)):
        if match["key"] is not None:
            group = next(name for name in ("quoted", "said", "word") if match[name] is not None)
            yield _KEYS[match["key"].replace("_", " ")], slice(*match.span(group)), slice(*match.span())


def _with(filters: Filters, name: str, value: str, typed: str) -> Filters:
    """`filters` and one more."""
    changed: dict[str, Any] = {}
    if name in _WHOLE:
        changed = {_WHOLE[name]: value}
    elif name in _WORDS and (code := _WORDS[name].get(key(value))):
        field = _SETS[name]
        changed = {field: (getattr(filters, field) or frozenset()) | {code}}
    elif name == "year" and (years := _years(value)):
        changed = {"date_from": years[0], "date_to": years[1]}
    elif name in _DAYS and (day := _day(value, last=name == "to")):
        changed = {_DAYS[name]: day}
    return replace(filters, **(changed or {"unknown": (*filters.unknown, typed)}))


def _years(value: str) -> tuple[date, date] | None:
    match = _YEARS.fullmatch(value.strip())
    if match is None:
        return None
    first, last = sorted((int(match[1]), int(match[2] or match[1])))
    return (date(first, 1, 1), date(last, 12, 31)) if first else None


def _day(value: str, *, last: bool) -> date | None:
    """A day, first day first; of a year its first or its last day."""
    if years := _years(value):
        return years[1] if last else years[0]
    match = _DAY.fullmatch(value.strip())
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else date.fromisoformat(value.strip())
    except ValueError:
        return None
