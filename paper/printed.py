"""What is printed for a box: its label, the list of its papers (mục lục), and the record of handing it over (biên bản).

Texts on paper are Vietnamese, as those who hold it are. Layout after Nghị định 30/2020 (national title, place and date)
and, from memory, the forms that archives use; nothing here is looked at as mark-up, and letters that the font lacks
are printed as ``?``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import fontpkg
import segno
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, A5, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

from core.drawing import DRAWING
from core.text import nfc
from paper import labels

_PLAIN, _BOLD = "sohoa-box", "sohoa-box-bold"
_WEIGHTS = {_PLAIN: 400, _BOLD: 600}
_FAMILY = "Be Vietnam Pro"
"""Made for Vietnamese, free to embed (OFL-1.1)."""
_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""
_LONGEST = 300
"""Characters of a cell that are printed."""
_COLUMNS = (12 * mm, 34 * mm, 22 * mm, 52 * mm, 38 * mm, 14 * mm)
_HEADS = ("STT", "Số, ký hiệu", "Ngày", "Tên loại, trích yếu", "Người được cấp", "Trang")


@dataclass(frozen=True, slots=True)
class Line:
    """One paper of a list."""

    position: int
    number: str = ""
    day: date | None = None
    what: str = ""
    holder: str = ""
    pages: int = 0
    lent: date | None = None
    """Day on which it is due back; None: it lies in the box."""
    closed: bool = False
    """Whether whoever prints the list may not know what it is: it is counted, and nothing more is said."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over a list."""

    unit: str
    """Name of the office."""
    box: str
    shelf: str
    day: date
    above: str = ""
    """Name of the office above it."""


def file_list(head: Head, lines: Sequence[Line]) -> bytes:
    """The list of what lies in a box, to be put into it."""
    with DRAWING:
        title = [_centred("MỤC LỤC VĂN BẢN, TÀI LIỆU", _BOLD, 14), _centred(_where(head), _PLAIN, 11, after=8)]
        content = [_top(head), Spacer(0, 10), *title, _table(lines), Spacer(0, 6), _sum(lines)]
        return _document(content, "Mục lục", head)


def handover(head: Head, lines: Sequence[Line]) -> bytes:
    """The record of handing a box over, with blanks for who gives, who takes and why, and the list behind it."""
    with DRAWING:
        return _handover(head, lines)


def _handover(head: Head, lines: Sequence[Line]) -> bytes:
    text = _style(_PLAIN, 11, after=5)
    dots = "." * 70
    day = f"Hôm nay, ngày {head.day:%d} tháng {_month(head.day)} năm {head.day.year}, chúng tôi gồm:"
    said = [
        _centred("BIÊN BẢN GIAO NHẬN TÀI LIỆU", _BOLD, 14),
        _centred(_where(head), _PLAIN, 11, after=8),
        Paragraph(_safe(day), text),
        Paragraph(_safe(f"Bên giao: {head.unit}"), text),
        Paragraph(_safe(f"Họ và tên: {dots} Chức vụ: {dots[:40]}"), text),
        Paragraph(_safe(f"Bên nhận: {dots}{dots[:46]}"), text),
        Paragraph(_safe(f"Họ và tên: {dots} Chức vụ: {dots[:40]}"), text),
        Paragraph(_safe(f"Lý do giao nhận: {dots}{dots[:35]}"), text),
        Paragraph(_safe(f"Hai bên thống nhất giao nhận {_box(head)}, gồm:"), text),
    ]
    end = (
        "Tình trạng tài liệu: " + dots + dots[:28],
        "Biên bản được lập thành 02 bản, mỗi bên giữ 01 bản.",
    )
    signed = Table(
        [
            [_centred("ĐẠI DIỆN BÊN GIAO", _BOLD, 11), _centred("ĐẠI DIỆN BÊN NHẬN", _BOLD, 11)],
            [_centred("(Ký, ghi rõ họ tên)", _PLAIN, 9), _centred("(Ký, ghi rõ họ tên)", _PLAIN, 9)],
            [Spacer(0, 60), Spacer(0, 60)],
        ],
        colWidths=[sum(_COLUMNS) / 2] * 2,
    )
    signed.setStyle([("FONT", (0, 0), (-1, -1), _PLAIN, 10)])
    closing = [Spacer(0, 6), _sum(lines), *(Paragraph(_safe(line), text) for line in end), Spacer(0, 8), signed]
    return _document(
        [_top(head), Spacer(0, 10), *said, _table(lines), KeepTogether(closing)], "Biên bản giao nhận tài liệu", head
    )


def label(head: Head, code: str, address: str) -> bytes:
    """The label of a box (A5): what it is called in large letters, and a QR code."""
    made = BytesIO()
    with DRAWING:
        width, height = landscape(A5)
        _fonts()
        canvas = Canvas(made, pagesize=(width, height), initialFontName=_PLAIN, invariant=1)
        canvas.setTitle(f"Nhãn hộp {head.box}")
        canvas.rect(8 * mm, 8 * mm, width - 16 * mm, height - 16 * mm)
        _square(canvas, address or labels.text_of(code, head.box), width - 68 * mm, height - 70 * mm, 54 * mm)
        room = width - 84 * mm
        _fitted(canvas, head.unit, _BOLD, 15, 16 * mm, height - 24 * mm, room)
        canvas.setFont(_PLAIN, 12)
        canvas.drawString(16 * mm, height - 46 * mm, "Hộp số")
        _fitted(canvas, head.box, _BOLD, 54, 16 * mm, height - 68 * mm, room)
        canvas.setFont(_PLAIN, 12)
        canvas.drawString(16 * mm, height - 84 * mm, "Giá, kệ")
        _fitted(canvas, head.shelf or "…………", _BOLD, 28, 16 * mm, height - 96 * mm, width - 32 * mm)
        _fitted(canvas, code, _PLAIN, 11, 16 * mm, 16 * mm, width - 32 * mm)
        canvas.save()
    return made.getvalue()


def _document(content: list[Flowable], title: str, head: Head) -> bytes:
    made = BytesIO()
    margins = {"leftMargin": 25 * mm, "rightMargin": 13 * mm, "topMargin": 18 * mm, "bottomMargin": 18 * mm}

    def footer(canvas: Canvas, _template: object) -> None:
        canvas.setFont(_PLAIN, 8)
        canvas.drawString(25 * mm, 10 * mm, nfc(f"{_box(head)} – {head.unit}")[:110])
        canvas.drawRightString(A4[0] - 13 * mm, 10 * mm, str(canvas.getPageNumber()))

    template = SimpleDocTemplate(made, pagesize=A4, invariant=1, title=f"{title} {head.box}", **margins)
    template.build(content, onFirstPage=footer, onLaterPages=footer, canvasmaker=_canvas)
    return made.getvalue()


def _top(head: Head) -> Table:
    """The office on the left, the national title on the right; place and date under it."""
    left = [_centred(head.above.upper(), _PLAIN, 10)] if head.above else []
    left.append(_centred(head.unit.upper(), _BOLD, 10))
    right = [
        _centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _BOLD, 10),
        _centred("Độc lập - Tự do - Hạnh phúc", _BOLD, 10),
        _centred(f"…………, ngày {head.day:%d} tháng {_month(head.day)} năm {head.day.year}", _PLAIN, 10, before=6),
    ]
    table = Table([[left, right]], colWidths=[sum(_COLUMNS) * 0.42, sum(_COLUMNS) * 0.58])
    table.setStyle([("FONT", (0, 0), (-1, -1), _PLAIN, 10), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table


def _table(lines: Sequence[Line]) -> LongTable:
    small, right = _style(_PLAIN, 9), _style(_PLAIN, 9, align=TA_RIGHT)
    rows: list[list[Any]] = [[_centred(head, _BOLD, 9) for head in _HEADS]]
    for line in lines:
        out = f"đang cho mượn, hẹn trả {line.lent:%d/%m/%Y}" if line.lent else ""
        what = " – ".join(
            filter(None, ("(tài liệu hạn chế)" if line.closed else line.what[: _LONGEST - len(out)], out))
        )
        cells = (line.number, f"{line.day:%d/%m/%Y}" if line.day else "", what, line.holder)
        texts = [Paragraph(_safe(text[:_LONGEST]), small) for text in cells]
        pages = Paragraph(str(line.pages) if line.pages else "", right)
        rows.append([Paragraph(str(line.position), right), *texts, pages])
    table = LongTable(rows, colWidths=list(_COLUMNS), repeatRows=1)
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), _PLAIN, 9),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#5a6570")),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eef1f4")),
            ("LEFTPADDING", (0, 0), (-1, -1), 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return table


def _sum(lines: Sequence[Line]) -> Paragraph:
    """How many papers and pages there are; what is lent is told apart, since nobody can hand it over."""
    there = [line for line in lines if line.lent is None]
    told = f"Tổng cộng: {len(there)} văn bản, tài liệu; {sum(line.pages for line in there)} trang."
    if gone := len(lines) - len(there):
        told += f" Ngoài ra {gone} văn bản, tài liệu đang cho mượn, không có trong hộp."
    return Paragraph(_safe(told), _style(_BOLD, 10, after=4))


def _where(head: Head) -> str:
    return _box(head)[:1].upper() + _box(head)[1:]


def _box(head: Head) -> str:
    return f"hộp số {head.box}" + (f", giá/kệ {head.shelf}" if head.shelf else "")


def _month(day: date) -> str:
    """As Nghị định 30/2020 has it: January and February with a leading zero."""
    return f"{day.month:02}" if day.month <= 2 else str(day.month)


def _fitted(canvas: Canvas, text: str, font: str, size: float, left: float, bottom: float, room: float) -> None:
    """Draw a line, smaller where it is too long, cut where even that does not help."""
    text = "".join(c if ord(c) in _fonts()[font] else "?" for c in nfc(text))
    while size > 9 and pdfmetrics.stringWidth(text, font, size) > room:
        size -= 1
    while len(text) > 1 and pdfmetrics.stringWidth(text, font, size) > room:
        text = text[:-2] + "…"
    canvas.setFont(font, size)
    canvas.drawString(left, bottom, text)


def _square(canvas: Canvas, text: str, left: float, bottom: float, side: float) -> None:
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix_iter(border=_QUIET)]
    module = side / len(rows)
    for at, row in enumerate(rows):
        for place, dark in enumerate(row):
            if dark:
                canvas.rect(left + place * module, bottom + side - (at + 1) * module, module, module, stroke=0, fill=1)


def _centred(text: str, font: str, size: float, after: float = 0, before: float = 0) -> Paragraph:
    return Paragraph(_safe(text, font), _style(font, size, after=after, before=before, align=TA_CENTER))


def _style(font: str, size: float, after: float = 0, before: float = 0, align: int = 0) -> ParagraphStyle:
    _fonts()
    return ParagraphStyle(
        f"{font}-{size}-{align}",
        fontName=font,
        bulletFontName=font,
        fontSize=size,
        leading=size * 1.4,
        alignment=align,
        spaceBefore=before,
        spaceAfter=after,
        splitLongWords=1,
    )


def _safe(text: str, font: str = _PLAIN) -> str:
    """`text` as it may be printed: letters of the font alone, and no mark-up."""
    spaced = (" " if c.isspace() else c for c in nfc(text))
    return escape("".join(c if ord(c) in _fonts()[font] else "?" for c in spaced))


def _canvas(*args: Any, **options: Any) -> Canvas:
    """A canvas that begins with our font: the usual one would name Helvetica without embedding it."""
    return Canvas(*args, **options | {"initialFontName": _PLAIN})


@lru_cache(maxsize=1)
def _fonts() -> dict[str, frozenset[int]]:
    """The characters of each font; made known to reportlab on the first call."""
    known = {}
    for name, weight in _WEIGHTS.items():
        font = TTFont(name, str(fontpkg.path(_FAMILY, weight=weight)))
        pdfmetrics.registerFont(font)
        known[name] = frozenset(font.face.charToGlyph)
    return known
