"""A report as a PDF (A4, landscape) in the form of an office's paper: head after Nghị định 30/2020, tables whose heads
are repeated on each page, page n of m, and what the figures mean at the end.

Nothing here is looked at as mark-up, and letters that the font lacks are printed as ``?``. The same report gives the
same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import fontpkg
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    HRFlowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from catalog.values import HERE
from core.drawing import DRAWING
from core.text import nfc
from quotas import report_words as words
from quotas.dossier_facts import PARTS, Figure, Indicator
from quotas.report_records import Report, UnitFigures, points, rate
from quotas.report_xlsx import explanations

_PLAIN, _BOLD = "sohoa-report", "sohoa-report-bold"
_WEIGHTS = {_PLAIN: 400, _BOLD: 600}
_FAMILY = "Be Vietnam Pro"
"""Made for Vietnamese, free to embed (OFL-1.1)."""
_PAGE = landscape(A4)
_LEFT, _RIGHT, _TOP, _BOTTOM = 25 * mm, 15 * mm, 18 * mm, 16 * mm
_WIDTH = _PAGE[0] - _LEFT - _RIGHT - 12
"""Of a table: reportlab's frames have 6 points of padding on either side."""
_LONGEST = 300
"""Characters of a name that are printed."""
_NUMBER_SIZE = 7.5
_GRID = colors.HexColor("#5a6570")
_SHADE = colors.HexColor("#eef1f4")


def document(report: Report, digest: str = "") -> bytes:
    """`report` as a PDF; `digest`: of the report as it was given out (empty: it was not)."""
    made = BytesIO()
    with DRAWING:
        content = [*_head(report), *_indicators(report), *_numbers(report), *_archive(report)]
        content += _explanations(report, digest)
        footer = f"{report.name} – {words.period(report.period)}"
        template = SimpleDocTemplate(
            made,
            pagesize=_PAGE,
            invariant=1,
            title=f"{words.TITLE} – {words.period(report.period)}",
            leftMargin=_LEFT,
            rightMargin=_RIGHT,
            topMargin=_TOP,
            bottomMargin=_BOTTOM,
        )
        template.build(content, canvasmaker=lambda *args, **options: _Numbered(footer, *args, **options))
    return made.getvalue()


class _Numbered(Canvas):  # type: ignore[misc]
    """A canvas whose pages say at their foot which of how many they are; that is known when all are drawn."""

    def __init__(self, footer: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"initialFontName": _PLAIN})
        self._sohoa_footer, self._sohoa_pages = footer, list[dict[str, Any]]()

    def showPage(self) -> None:  # noqa: N802, RUF100 - reportlab's name
        """Keep the page until all are drawn."""
        self._sohoa_pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw all feet, and write the file."""
        pages = self._sohoa_pages
        for number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            self.setFont(_PLAIN, 8)
            self.drawString(_LEFT + 6, 9 * mm, _letters(self._sohoa_footer, _PLAIN)[:120])
            self.drawRightString(_PAGE[0] - _RIGHT - 6, 9 * mm, f"Trang {number}/{len(pages)}")
            super().showPage()
        super().save()


def _head(report: Report) -> list[Flowable]:
    left = [_centred(report.above.upper(), _PLAIN, 10)] if report.above else []
    left += [_centred(report.name.upper(), _BOLD, 10), _rule(25 * mm)]
    day = report.time.astimezone(HERE).date()
    right = [
        _centred("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _BOLD, 10),
        _centred("Độc lập - Tự do - Hạnh phúc", _BOLD, 10),
        _rule(48 * mm),
        _centred(words.place_and_day(day), _PLAIN, 10, before=6),
    ]
    top = Table([[left, right]], colWidths=[_WIDTH * 0.45, _WIDTH * 0.55])
    top.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), _PLAIN, 10),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("ALIGN", (0, 0), (-1, -1), "CENTER"),
        ]
    )
    period = f"{words.period(report.period)} ({words.days(report.period).lower()})"
    return [
        top,
        Spacer(0, 12),
        _centred(words.TITLE, _BOLD, 13),
        _centred(period, _PLAIN, 11),
        _centred(words.counted(report), _PLAIN, 9, after=8),
    ]


def _rule(width: float) -> HRFlowable:
    return HRFlowable(width=width, thickness=0.6, color=colors.black, spaceBefore=3, spaceAfter=2)


def _indicators(report: Report) -> list[Flowable]:
    scales = report.scales
    upper: list[Any] = ["STT", "Đơn vị"]
    lower: list[Any] = ["", ""]
    spans, column, widths = [(0, 0, 0, 1), (1, 0, 1, 1)], 2, list[float]()
    for name in Indicator:
        heads = ["Tử số", "Mẫu số", "Tỷ lệ (%)", *(["Điểm"] if name in scales else [])]
        upper += [words.INDICATORS[name], *[""] * (len(heads) - 1)]
        lower += heads
        spans.append((column, 0, column + len(heads) - 1, 0))
        widths += [15.5 * mm, 15.5 * mm, 12 * mm, *([10 * mm] if name in scales else [])]
        column += len(heads)
    rows = [_unit_cells(row, n) + _rates(row, report) for n, row in enumerate(report.units, 1)]
    return [
        *_heading("I. Bốn chỉ số"),
        _table([upper, lower], rows, [10 * mm, _WIDTH - 10 * mm - sum(widths), *widths], spans, report),
        Spacer(0, 10),
    ]


def _rates(row: UnitFigures, report: Report) -> list[str]:
    cells = []
    for name in Indicator:
        cells += [_count(row.all.of(figure)) for figure in PARTS[name]]
        cells.append(_decimal(rate(row.all, name)))
        if name in report.scales:
            cells.append(_decimal(points(row.all, name, report.scales)))
    return cells


def _numbers(report: Report) -> list[Flowable]:
    width = 15.2 * mm
    heads = ["STT", "Đơn vị", *(words.FIGURES[figure] for figure in Figure)]
    rows = [
        _unit_cells(row, n) + [_count(row.all.of(figure)) for figure in Figure] for n, row in enumerate(report.units, 1)
    ]
    widths = [10 * mm, _WIDTH - 10 * mm - width * len(Figure), *[width] * len(Figure)]
    return [
        *_heading("II. Số liệu theo đơn vị (số hồ sơ, gồm các đơn vị trực thuộc)"),
        _table([heads], rows, widths, [], report),
        Spacer(0, 10),
    ]


def _archive(report: Report) -> list[Flowable]:
    if report.archive is None:
        return []
    rows = []
    for n, row in enumerate(report.units, 1):
        count = row.archive
        told = ["–"] * 4
        if count is not None:
            told = [*map(_count, (count.frozen, count.counted, count.digitized)), _decimal(count.share)]
        rows.append(_unit_cells(row, n) + told)
    widths = [10 * mm, _WIDTH - 10 * mm - 4 * 32 * mm, *[32 * mm] * 4]
    return [
        *_heading(f"III. {words.ARCHIVE} (không thuộc bốn chỉ số)"),
        _paragraph(words.archive_source(report.archive).capitalize() + ".", 8.5),
        _table([["STT", "Đơn vị", *words.ARCHIVE_COLUMNS]], rows, widths, [], report),
        Spacer(0, 10),
    ]


def _explanations(report: Report, digest: str) -> list[Flowable]:
    return [*_heading("Giải thích"), *(_paragraph(text, 9) for text in explanations(report, digest))]


def _table(
    heads: Sequence[Sequence[str]],
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    spans: Sequence[tuple[int, int, int, int]],
    report: Report,
) -> LongTable:
    shown = [[_centred(text, _BOLD, 7.5) if text else "" for text in head] for head in heads]
    table = LongTable([*shown, *rows], colWidths=list(widths), repeatRows=len(heads))
    last = len(heads) - 1
    summed = [n + len(heads) for n, row in enumerate(report.units) if row.depth == 0]
    table.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), _PLAIN, _NUMBER_SIZE),
            *(("FONT", (0, n), (-1, n), _BOLD, _NUMBER_SIZE) for n in summed),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
            ("ALIGN", (0, 0), (0, -1), "RIGHT"),
            ("GRID", (0, 0), (-1, -1), 0.4, _GRID),
            ("BACKGROUND", (0, 0), (-1, last), _SHADE),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
            *(("SPAN", (left, top), (right, bottom)) for left, top, right, bottom in spans),
        ]
    )
    return table


def _unit_cells(row: UnitFigures, number: int) -> list[Any]:
    font = _PLAIN if row.depth else _BOLD
    style = _style(font, 8, indent=min(row.depth, 8) * 5)
    return [str(number), Paragraph(_safe(row.name[:_LONGEST], font), style)]


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _decimal(number: Any) -> str:
    return words.NOT_APPLICABLE if number is None else f"{number:.2f}".replace(".", ",")


def _heading(text: str) -> list[Flowable]:
    """A heading that has room for some lines under it; to be kept with a whole table would leave a page empty."""
    return [CondPageBreak(45 * mm), Paragraph(_safe(text, _BOLD), _style(_BOLD, 10.5, before=4, after=4))]


def _paragraph(text: str, size: float) -> Paragraph:
    return Paragraph(_safe(text, _PLAIN), _style(_PLAIN, size, after=4))


def _centred(text: str, font: str, size: float, after: float = 0, before: float = 0) -> Paragraph:
    return Paragraph(_safe(text, font), _style(font, size, after=after, before=before, align=TA_CENTER))


def _style(
    font: str, size: float, after: float = 0, before: float = 0, align: int = 0, indent: float = 0
) -> ParagraphStyle:
    _fonts()
    return ParagraphStyle(
        f"{font}-{size}-{align}-{indent}",
        fontName=font,
        bulletFontName=font,
        fontSize=size,
        leading=size * 1.35,
        alignment=align,
        spaceBefore=before,
        spaceAfter=after,
        leftIndent=indent,
        splitLongWords=1,
    )


def _safe(text: str, font: str) -> str:
    """`text` as it may be printed: letters of the font alone, and no mark-up."""
    return escape(_letters(text, font))


def _letters(text: str, font: str) -> str:
    spaced = (" " if c.isspace() else c for c in nfc(text))
    return "".join(c if ord(c) in _fonts()[font] else "?" for c in spaced)


@lru_cache(maxsize=1)
def _fonts() -> dict[str, frozenset[int]]:
    """The characters of each font; made known to reportlab on the first call."""
    known = {}
    for name, weight in _WEIGHTS.items():
        font = TTFont(name, str(fontpkg.path(_FAMILY, weight=weight)))
        pdfmetrics.registerFont(font)
        known[name] = frozenset(font.face.charToGlyph)
    return known
