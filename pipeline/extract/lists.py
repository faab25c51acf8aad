"""The lists in `pipeline/data`, read once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz, process

from core.text import fold_words, nfc


@lru_cache
def lines(name: str) -> tuple[str, ...]:
    """The entries of ``pipeline/data/<name>``, NFC, in order; comments and empty lines left out."""
    text = files("pipeline.data").joinpath(name).read_text(encoding="utf-8")
    return tuple(nfc(line).strip() for line in text.splitlines() if line.strip() and line[0] != "#")


@lru_cache
def _by_folded(name: str) -> dict[str, str]:
    return {fold_words(entry): entry for entry in lines(name)}


def nearest(name: str, text: str, least: float) -> tuple[str, float] | None:
    """The entry of a list that is most like `text` without accents, and how like (0–100).

    None where nothing reaches `least`.
    """
    table = _by_folded(name)
    found = process.extractOne(fold_words(text), list(table), scorer=fuzz.ratio, score_cutoff=least)
    return (table[found[0]], float(found[1])) if found else None
