"""Cells as texts: numbers that should have been texts get back what the spreadsheet took from them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from core.text import nfc, squeeze
from spreadsheets.records import Cell

_SHORTENED = {8: 9, 11: 12}
"""Digits that are left of a CMND (9) and a CCCD (12) after a spreadsheet took the leading zero."""
_GROUPED = re.compile(r"\d{1,3}([ .,]\d{3})+")


def text(cell: Cell) -> str:
    """What the cell shows: whole numbers without ``.0``, days as ``05/03/2019``, texts in NFC on one line."""
    match cell:
        case None:
            return ""
        case str():
            return squeeze(nfc(cell)).removeprefix("'")
        case bool():
            return "x" if cell else ""
        case int():
            return str(cell)
        case float():
            return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case time():
            return f"{cell:%H:%M}"


def identity(cell: Cell) -> str:
    """An identity number: spaces and dots taken out, leading zeros that a number cell lost put back."""
    shown = text(cell)
    bare = re.sub(r"[\s.\-]", "", shown) if not isinstance(cell, str) or re.fullmatch(r"[\d\s.\-]+", shown) else shown
    if not bare.isdecimal():
        return shown
    return bare.zfill(_SHORTENED.get(len(bare), 0)) if bare[0] != "0" else bare


def count(cell: Cell) -> int | None:
    """A number of things, also one kept as text (``1.234``, ``12 tờ``); None: none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) and 0 <= cell < 10**9 else None
    shown = text(cell)
    if _GROUPED.fullmatch(shown):
        shown = re.sub(r"[ .,]", "", shown)
    found = re.match(r"\d{1,9}(?!\d)", shown)
    return int(found[0]) if found else None
