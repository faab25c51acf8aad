"""Pages of our own in PDF: a title, a table of what is stated, and a QR code; PDF/A-2b as all that we write.

All values are data and nothing in them is looked at as mark-up. Characters that the font lacks are shown as ``?``:
PDF/A forbids a letter without a shape. The same content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import fontpkg
import pikepdf
import segno
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from core.drawing import DRAWING
from core.text import nfc
from pipeline import pdfa

FAMILY = "Be Vietnam Pro"
"""Made for Vietnamese, free to embed (OFL-1.1)."""
_PLAIN, _BOLD = "sohoa", "sohoa-bold"
_WEIGHTS = {_PLAIN: 400, _BOLD: 600}
_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""
_QR_SIDE = 42 * mm
_WIDTH = A4[0] - 45 * mm - 12
"""Of the text: the page without its margins, and without reportlab's 6 points of padding on either side."""
_LABEL_SHARE = 0.30
_LONGEST_VALUE = 1000
"""Characters of a value that are printed: nothing that was read may make a certificate of a hundred pages."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on a page (on several, where there is much of it)."""

    title: str
    lead: str
    """A paragraph under the title."""
    rows: tuple[tuple[str, str], ...]
    """Label and value; a row without a value is left out."""
    notes: tuple[str, ...] = ()
    """Paragraphs under the table."""
    address: str = ""
    """What the QR code holds, printed beside it as well; empty: no code."""
    address_note: str = ""
    """What is said beside the code."""


def drawn(sheet: Sheet) -> bytes:
    """`sheet` as a PDF that is not PDF/A yet."""
    with DRAWING:
        return _drawn(sheet)


def _drawn(sheet: Sheet) -> bytes:
    content: list[Flowable] = [
        Paragraph(_safe(sheet.title, _BOLD), _style(_BOLD, 15, after=6)),
        Paragraph(_safe(sheet.lead), _style(_PLAIN, 10, after=10)),
        _table(sheet.rows),
        Spacer(0, 10),
        *(Paragraph(_safe(note), _style(_PLAIN, 8.5, after=4)) for note in sheet.notes),
    ]
    if sheet.address:
        content.append(KeepTogether([Spacer(0, 10), _code(sheet.address, sheet.address_note)]))
    made = BytesIO()
    margins = {"leftMargin": 25 * mm, "rightMargin": 20 * mm, "topMargin": 22 * mm, "bottomMargin": 20 * mm}
    SimpleDocTemplate(made, pagesize=A4, invariant=1, **margins).build(content, canvasmaker=_canvas)
    return made.getvalue()


def write(sheet: Sheet, to: Path, identifier: str) -> None:
    """Write `sheet` to `to` as PDF/A-2b."""
    with pikepdf.open(BytesIO(drawn(sheet))) as pdf:
        pdfa.make_conformant(pdf, sheet.title, identifier)
        pdfa.save(pdf, to)


class _Code(Flowable):  # type: ignore[misc]
    """A QR code, drawn as squares."""

    def __init__(self, address: str) -> None:
        super().__init__()
        code = segno.make_qr(address, error="m")
        self._rows = [bytes(row) for row in code.matrix_iter(border=_QUIET)]
        self.width = self.height = _QR_SIDE

    def draw(self) -> None:
        """Draw each run of dark squares of a line as one rectangle."""
        side = _QR_SIDE / len(self._rows)
        self.canv.setFillColor(colors.black)
        for line, row in enumerate(self._rows):
            for start, length in _runs(row):
                bottom = _QR_SIDE - (line + 1) * side
                self.canv.rect(start * side, bottom, length * side, side, stroke=0, fill=1)


def _runs(row: bytes) -> Iterable[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    start = None
    for place, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def _table(rows: Iterable[tuple[str, str]]) -> Table:
    label, value = _style(_PLAIN, 9, colors.HexColor("#4a5560")), _style(_PLAIN, 10)
    cells = [
        [Paragraph(_safe(name), label), Paragraph(_safe(text[:_LONGEST_VALUE]), value)] for name, text in rows if text
    ]
    table = Table(cells, colWidths=[_WIDTH * _LABEL_SHARE, _WIDTH * (1 - _LABEL_SHARE)], splitInRow=1)
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), _PLAIN, 10),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#c8ced4")),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
        ]
    )
    return table


def _code(address: str, note: str) -> Table:
    said = [
        Paragraph(_safe(note), _style(_PLAIN, 10, after=6)),
        Paragraph(_safe(address), _style(_PLAIN, 8, anywhere=True)),
    ]
    table = Table([[_Code(address), said]], colWidths=[_QR_SIDE + 6 * mm, _WIDTH - _QR_SIDE - 6 * mm])
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), _PLAIN, 10),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
        ]
    )
    return table


def _style(
    font: str, size: float, color: Any = colors.black, after: float = 0, anywhere: bool = False
) -> ParagraphStyle:
    """`anywhere`: lines may break inside words, as those of an address must."""
    return ParagraphStyle(
        f"{font}-{size}",
        fontName=font,
        bulletFontName=font,
        fontSize=size,
        leading=size * 1.4,
        textColor=color,
        spaceAfter=after,
        splitLongWords=1,
        wordWrap="CJK" if anywhere else None,
    )


def _safe(text: str, font: str = _PLAIN) -> str:
    """`text` as it may be printed: letters of the font alone, and no mark-up."""
    known = _fonts()[font]
    spaced = (" " if c.isspace() else c for c in nfc(text))
    return escape("".join(c if ord(c) in known else "?" for c in spaced))


def _canvas(*args: Any, **kwargs: Any) -> Canvas:
    """A canvas that begins with our font: the usual one would name Helvetica without embedding it."""
    return Canvas(*args, **kwargs | {"initialFontName": _PLAIN})


@lru_cache(maxsize=1)
def _fonts() -> dict[str, frozenset[int]]:
    """The characters of each font; made known to reportlab on the first call."""
    known = {}
    for name, weight in _WEIGHTS.items():
        font = TTFont(name, str(fontpkg.path(FAMILY, weight=weight)))
        pdfmetrics.registerFont(font)
        known[name] = frozenset(font.face.charToGlyph)
    return known
