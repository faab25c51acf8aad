"""Numbers as readers of a language write them: ``1.234,5`` in Vietnamese."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_FORMATS = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " ₫"]},
}


def form(language: str) -> dict[str, Any]:
    """How numbers are written, as d3-format wants it; of a language that is not known, as in English."""
    return dict(_FORMATS.get(language, _FORMATS["en"]))


def number(value: float | Decimal, language: str, decimals: int = 0) -> str:
    """A number with so many decimals, half up."""
    known = form(language)
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded:,f}".translate(str.maketrans({",": known["thousands"], ".": known["decimal"]}))
