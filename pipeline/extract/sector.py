"""The sector (lĩnh vực) of a result, by its type, abstract and issuer: a table that offices can change."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from core.text import fold_words
from pipeline.extract.found import concluded
from pipeline.records import Field


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Sectors in order of precedence, each with the folded phrases that tell it."""
    rows = tomllib.loads(files("pipeline.data").joinpath("sectors.toml").read_text(encoding="utf-8"))["sector"]
    return tuple(
        (row["name"], tuple(fold_words(p) for p in (*row["phrases"], f"lĩnh vực {row['name']}"))) for row in rows
    )


def sector(kind: Field | None, about: Field | None, number: Field | None, issuer: Field | None) -> Field | None:
    """The field ``sector``: the first sector whose phrase stands in type, abstract, number or issuer."""
    for source, belief in ((kind, 1.0), (about, 0.97), (number, 0.9), (issuer, 0.8)):
        if source is None:
            continue
        text = f" {fold_words(source.value)} "
        for name, phrases in _table():
            if any(f" {phrase} " in text for phrase in phrases):
                return concluded("sector", name, source, belief)
    return None
