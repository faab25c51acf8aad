"""Separator and cover sheets, as a PDF to be printed: A4, black on white, made to be found again on a worn scan.

Each sheet carries the separators' barcode twice (a fold or a streak spoils one of them), a cover a QR code as well,
and in large letters what people need who sort the paper. The texts on paper are Vietnamese, as those who hold it are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

import fontpkg
import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.errors import UsageError
from core.text import nfc
from pipeline.records import SheetCode
from pipeline.sheet_codes import SEPARATOR_TEXT

MOST_SHEETS = 1000
"""Sheets of one file: two reams, and what a browser still shows."""
_FONT, _BOLD = "sohoa-sheet", "sohoa-sheet-bold"
_WIDTH, _HEIGHT = A4
_MIDDLE = _WIDTH / 2
_TEXT_WIDTH = _WIDTH - 50 * mm
_BAR = 0.85 * mm
"""Width of the barcode's narrowest bar: 5 pixels at 150 dpi."""
_BAR_HEIGHT = 24 * mm
_QR_SIDE = 70 * mm
_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""
_MOST_LINES = 2
"""Lines that one value may take: the sheet's letters must stay few (`pipeline.separators.MOST_LETTERS`)."""
_SEPARATOR_TITLE = "TỜ PHÂN CÁCH"
_SEPARATOR_USE = "Đặt tờ này giữa hai hồ sơ trước khi quét. Dùng lại được."
_COVER_TITLE = "TỜ BÌA"
_COVER_USE = "Đặt tờ này ngay trước giấy tờ của hồ sơ."
_UNIT, _PROCEDURE, _DOSSIER, _REGISTER = "Đơn vị", "Thủ tục", "Mã hồ sơ", "Dòng trong sổ"


def separators(count: int) -> bytes:
    """A PDF of `count` separator sheets, all alike. Raises UsageError for a number that cannot be meant."""
    _require(count)
    canvas, made = _canvas()
    for _ in range(count):
        _frame(canvas, _SEPARATOR_TITLE, _SEPARATOR_USE)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def covers(codes: Sequence[SheetCode], names: Mapping[str, str]) -> bytes:
    """A PDF of cover sheets. `names` says what units and procedures are called (code → name), as far as known.

    Raises UsageError for none, or too many.
    """
    _require(len(codes))
    canvas, made = _canvas()
    for number, code in enumerate(codes, 1):
        _frame(canvas, _COVER_TITLE, _COVER_USE)
        _square(canvas, code.text, top=_HEIGHT - 62 * mm)
        _told(canvas, code, names, top=_HEIGHT - 146 * mm)
        canvas.setFont(_FONT, 9)
        canvas.drawRightString(_WIDTH - 20 * mm, 14 * mm, f"{number}/{len(codes)}")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def _require(count: int) -> None:
    if not 1 <= count <= MOST_SHEETS:
        raise UsageError(f"{count} sheets cannot be printed at once: ask for 1 to {MOST_SHEETS}")


def _canvas() -> tuple[Canvas, BytesIO]:
    _fonts()
    made = BytesIO()
    return Canvas(made, pagesize=A4, invariant=1, initialFontName=_FONT), made


def _frame(canvas: Canvas, title: str, use: str) -> None:
    """What every sheet has: title, the barcode at both ends, and what it is for."""
    canvas.setFont(_BOLD, 26)
    canvas.drawCentredString(_MIDDLE, _HEIGHT - 27 * mm, title)
    for bottom in (_HEIGHT - 58 * mm, 34 * mm):
        bars = Code128(
            SEPARATOR_TEXT, barWidth=_BAR, barHeight=_BAR_HEIGHT, quiet=1, lquiet=10 * _BAR, rquiet=10 * _BAR
        )
        bars.drawOn(canvas, _MIDDLE - bars.width / 2, bottom)
    canvas.setFont(_FONT, 12)
    canvas.drawCentredString(_MIDDLE, 22 * mm, use)


def _square(canvas: Canvas, text: str, top: float) -> None:
    """The QR code, drawn as squares; the level that survives a quarter of it being spoiled."""
    rows = [bytes(row) for row in segno.make_qr(text, error="q").matrix_iter(border=_QUIET)]
    side, left = _QR_SIDE / len(rows), _MIDDLE - _QR_SIDE / 2
    for line, row in enumerate(rows):
        for place, dark in enumerate(row):
            if dark:  # a hair wider than the module: no white seam between two of them in any viewer
                canvas.rect(left + place * side, top - (line + 1) * side, side * 1.02, side * 1.02, stroke=0, fill=1)


def _told(canvas: Canvas, code: SheetCode, names: Mapping[str, str], top: float) -> None:
    rows = (
        (_DOSSIER, code.dossier, 20),
        (_REGISTER, code.register_line, 20),
        (_UNIT, _named(code.unit, names), 13),
        (_PROCEDURE, _named(code.procedure, names), 13),
    )
    for label, value, size in rows:
        if not value:
            continue
        canvas.setFont(_FONT, 11)
        canvas.drawCentredString(_MIDDLE, top, label)
        canvas.setFont(_BOLD, size)
        for part in _lines(value, size):
            top -= size * 1.25
            canvas.drawCentredString(_MIDDLE, top, part)
        top -= 8 * mm


def _lines(value: str, size: float) -> list[str]:
    """`value` in at most two lines; what does not fit is cut, for the code has all of it."""
    known = _fonts()
    plain = "".join(c if ord(c) in known else "?" for c in nfc(value))
    parts = [piece for line in simpleSplit(plain, _BOLD, size, _TEXT_WIDTH) for piece in _pieces(line, size)]
    if len(parts) <= _MOST_LINES:
        return parts
    return [*parts[: _MOST_LINES - 1], parts[_MOST_LINES - 1][:-1] + "…"]


def _pieces(line: str, size: float) -> list[str]:
    """A line without spaces to break at is broken anywhere."""
    pieces = [""]
    for letter in line:
        if pieces[-1] and pdfmetrics.stringWidth(pieces[-1] + letter, _BOLD, size) > _TEXT_WIDTH:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _named(code: str, names: Mapping[str, str]) -> str:
    return " – ".join(part for part in (code, names.get(code, "")) if part)


@lru_cache(maxsize=1)
def _fonts() -> frozenset[int]:
    """Make the font known to reportlab; gives the characters that both weights have."""
    characters: list[Any] = []
    for name, weight in ((_FONT, 400), (_BOLD, 600)):
        font = TTFont(name, str(fontpkg.path("Be Vietnam Pro", weight=weight)))
        pdfmetrics.registerFont(font)
        characters.append(font.face.charToGlyph.keys())
    return frozenset(characters[0]) & frozenset(characters[1])
