"""Names of administrative units, old and new, to check what was read against (vietnamadminunits)."""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from core.text import fold_words, nfc, plain

_QUERIES = (
    "SELECT DISTINCT province FROM admin_units_legacy",
    "SELECT DISTINCT district FROM admin_units_legacy",
    "SELECT DISTINCT ward FROM admin_units_legacy",
    "SELECT DISTINCT province FROM admin_units",
    "SELECT DISTINCT ward FROM admin_units",
)


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    """Folded ``level name`` → the spellings that exist, e.g. ``xa sa long`` → {``Xã Sa Lông``}."""
    spec = find_spec("vietnamadminunits")
    if spec is None or spec.origin is None:
        return {}
    base = Path(spec.origin).parent / "data" / "dataset.db"
    connection = sqlite3.connect(f"{base.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        found: dict[str, set[str]] = {}
        for query in _QUERIES:
            for (name,) in connection.execute(query):
                if name:
                    found.setdefault(fold_words(name), set()).add(nfc(name))
    finally:
        connection.close()
    return {key: frozenset(names) for key, names in found.items()}


def check(place: str) -> tuple[str, float]:
    """The spelling of a place such as ``xã Sa Lông``, and how far it can be trusted (0–1).

    A place of the lists is trusted; one that differs from a single listed place in accents only is
    taken to be that one. A known place with more words after it loses them (dirt, a stamp); what no list
    knows stays as it is, and is doubted.
    """
    spellings = _names().get(fold_words(place), frozenset())
    if any(plain(s) == plain(place) for s in spellings):
        return place, 1.0
    if len(spellings) == 1:
        level, _, name = next(iter(spellings)).partition(" ")
        words = place.split()
        proper = f"{level} {name}".split()
        return " ".join([*(w.lower() for w in proper[: _level_words(words)]), *proper[_level_words(words) :]]), 0.96
    words = place.split()
    known = next(
        (n for n in range(len(words) - 1, _level_words(words), -1) if fold_words(" ".join(words[:n])) in _names()), 0
    )
    return (check(" ".join(words[:known]))[0], _CUT) if known else (place, _UNKNOWN)


_CUT, _UNKNOWN = 0.7, 0.75
"""How far a place is trusted that lost words, and one that no list knows."""


def _level_words(words: list[str]) -> int:
    """How many words name the level: ``thị trấn``, ``thành phố``, ``thị xã``, ``đặc khu`` are two."""
    return 2 if fold_words(words[0]) in {"thi", "thanh", "dac"} else 1
