"""What reading a table gives: frozen records, and the one way to refuse a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from core.errors import RefusedError

Cell = str | int | float | bool | date | datetime | time | None
"""A cell's value; None: empty. Texts are NFC, without spaces around them, and never empty. Of formulas the value that
was saved with them; nothing is ever computed."""


class Refusal(StrEnum):
    """Why a file is not read as a table; the `reason` of a `RefusedSheetError`."""

    MISSING = "missing"
    EMPTY = "empty"
    KIND = "kind"
    """Neither xlsx, xls, ods nor a text with columns."""
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOO_BIG = "too_big"
    """The file itself, what it unpacks to, its rows or its columns."""
    TOO_SLOW = "too_slow"
    NO_SHEET = "no_sheet"
    NO_HEADER = "no_header"
    ENCODING = "encoding"
    """A text in no encoding that we know."""


class RefusedSheetError(RefusedError):
    """A file that cannot be read as a table, with the remedy in its message."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        super().__init__(refusal.value, message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much. A province's register of a year has some 10⁵ rows of 20 columns."""

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 1_000_000_000
    """Of the parts of an xlsx or ods file together, as the file itself says."""
    rows: int = 300_000
    columns: int = 400
    cell_characters: int = 32_767
    """Excel's own limit; the rest of a longer text is dropped."""
    memory_bytes: int = 900_000_000
    """Address space of the process that unpacks a workbook."""
    seconds: int = 120
    """Of that process's work."""


class Encoding(StrEnum):
    """How Vietnamese letters were written down."""

    UNICODE = "unicode"
    TCVN3 = "tcvn3"
    """TCVN 5712 as the ABC fonts (`.VnTime`) use it: one byte a letter, capitals by another font."""
    VNI = "vni"
    """VNI Windows (`VNI-Times`): a letter, then its marks as a letter of their own."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Which encoding something is in, with the evidence."""

    encoding: Encoding
    good: int
    """Words with letters beyond ASCII that are Vietnamese syllables when read so."""
    words: int
    """Words with letters beyond ASCII that were looked at."""
    example: str = ""
    """One of them: as it stands there, and as it is read, like ``NguyÔn → Nguyễn``."""

    @property
    def share(self) -> float:
        """0–1; 1 where there was nothing to judge by."""
        return self.good / self.words if self.words else 1.0


@dataclass(frozen=True, slots=True)
class Bytes:
    """The encoding of a text file's bytes, with how it was found out."""

    codec: str
    """Name for Python: ``utf-8-sig``, ``utf-16-le``, ``cp1258``, ``cp1252``, …"""
    why: str
    """``mark`` (the file says so), ``valid`` (nothing else fits), ``words`` (its words are Vietnamese read so)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    number: int
    """Its number in the sheet, from 1, as the spreadsheet program shows it."""
    cells: tuple[Cell, ...]
    """As many as the header has columns."""
    more: bool = False
    """Whether something stands to the right of the last column: a separator inside of a value, seldom more values."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    index: int
    """Its place in `Row.cells`, from 0."""
    letter: str
    """Its name in the sheet, like ``C``."""
    title: str
    """What its header says, over several rows of it joined by `` / ``; empty: nothing."""
    encoding: Guess
    samples: tuple[str, ...]
    """Its first values that are not empty, as texts."""


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a table stands."""

    first: int
    """Its first row in the sheet, from 1; 0: the table has none."""
    last: int
    columns: tuple[Column, ...]
