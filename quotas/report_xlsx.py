"""A report as a workbook: real numbers, rates and totals as formulas with their values, ready to be printed.

Names and codes are data: they are written as texts, so that one which begins with ``=`` never becomes a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from catalog.values import HERE
from quotas import report_words as words
from quotas.dossier_counts import Figures
from quotas.dossier_facts import PARTS, Figure, Indicator
from quotas.report_records import Report, UnitFigures, points, rate

INDICATORS, NUMBERS, ARCHIVE, NOTES = "Chỉ số", "Số liệu", "Độ phủ kho lưu trữ", "Giải thích"
"""Names of the sheets."""
FIRST_ROW = 7
"""Row (from 0) of the first unit in each table."""
_HEAD_ROW = 5
_UNIT_COLUMNS = 3
_ORDER = tuple(Figure)
_A4 = 9


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of the sheet of numbers."""

    row: UnitFigures
    at: int
    """Number of the sheet's row, from 0."""
    last: int
    """Last row of the unit and those below it; the same as `at` where its figures are numbers."""
    own: bool = False
    """Whether it tells of the unit alone, under the sum of the unit and those below it."""


def workbook(report: Report, digest: str = "") -> bytes:
    """`report` as an xlsx file; `digest`: of the report as it was given out (empty: it was not)."""
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(made, options)
    time = report.time.astimezone(HERE).replace(tzinfo=None)
    book.set_properties({"title": words.TITLE, "subject": words.period(report.period), "created": time})
    writer = _Writer(book, report)
    writer.indicators()
    writer.numbers()
    if report.archive is not None:
        writer.archive()
    writer.notes(digest)
    book.close()
    return made.getvalue()


def placed(report: Report) -> tuple[Placed, ...]:
    """The rows of the sheet of numbers, in order: a unit with others below it has a sum, and a row of its own."""
    return tuple(_placed(report.units))


def _placed(units: Sequence[UnitFigures]) -> Iterator[Placed]:
    below = [sum(1 for _ in _subtree(units, n)) for n in range(len(units))]
    sums = [count > 1 for count in below]
    at = FIRST_ROW
    for n, row in enumerate(units):
        size = below[n] + sum(sums[n : n + below[n]])
        yield Placed(row, at, at + size - 1)
        if sums[n]:
            yield Placed(row, at + 1, at + 1, own=True)
        at += 2 if sums[n] else 1


def _subtree(units: Sequence[UnitFigures], start: int) -> Iterator[UnitFigures]:
    yield units[start]
    for row in units[start + 1 :]:
        if row.depth <= units[start].depth:
            return
        yield row


class _Writer:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, report: Report) -> None:
        self._book, self._report = book, report
        self._rows = placed(report)
        edge = {"border": 1, "border_color": "#5A6570", "valign": "vcenter"}
        font = {"font_name": "Times New Roman", "font_size": 12}
        self._plain = book.add_format(font | {"text_wrap": True, "valign": "top"})
        self._title = book.add_format(font | {"bold": True, "font_size": 14})
        self._head = book.add_format(
            font | edge | {"bold": True, "text_wrap": True, "align": "center", "bg_color": "#EEF1F4"}
        )
        self._formats: dict[tuple[str, bool, int], Any] = {}
        self._base = font | edge

    def _format(self, kind: str, strong: bool = False, indent: int = 0) -> Any:
        """Format of a cell that holds a ``text``, a ``count`` or a ``rate``."""
        key = (kind, strong, indent)
        if key not in self._formats:
            looks: dict[str, dict[str, Any]] = {
                "text": {"text_wrap": True, "indent": indent},
                "count": {"num_format": "#,##0"},
                "rate": {"num_format": "0.00", "align": "right"},
            }
            self._formats[key] = self._book.add_format(self._base | looks[kind] | {"bold": strong})
        return self._formats[key]

    def _sheet(self, name: str, widths: Sequence[float], title: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.4, top=0.7, bottom=0.7)
        sheet.set_header(f"&C&9{words.TITLE.replace('&', '&&')}")
        sheet.set_footer("&L&9&A&R&9Trang &P/&N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, self._report.name, self._title)
        sheet.write_string(1, 0, title, self._title)
        period = f"{words.period(self._report.period)} ({words.days(self._report.period)})"
        sheet.write_string(2, 0, period, self._book.add_format({"font_name": "Times New Roman", "font_size": 12}))
        sheet.write_string(3, 0, words.counted(self._report), self._book.add_format({"italic": True}))
        return sheet

    def _table(self, sheet: Any, columns: int) -> None:
        sheet.freeze_panes(FIRST_ROW, _UNIT_COLUMNS)
        sheet.repeat_rows(_HEAD_ROW, FIRST_ROW - 1)
        for column, text in enumerate(("STT", "Mã đơn vị", "Đơn vị")):
            sheet.merge_range(_HEAD_ROW, column, FIRST_ROW - 1, column, text, self._head)
        sheet.print_area(0, 0, sheet.dim_rowmax or FIRST_ROW, columns - 1)

    def _unit(self, sheet: Any, at: int, number: int | None, row: UnitFigures, name: str, strong: bool) -> None:
        if number is None:
            sheet.write_blank(at, 0, None, self._format("count", strong))
        else:
            sheet.write_number(at, 0, number, self._format("count", strong))
        sheet.write_string(at, 1, row.unit, self._format("text", strong))
        sheet.write_string(at, 2, name, self._format("text", strong, min(row.depth, 10)))

    def numbers(self) -> None:
        """Each unit's figures; sums of a unit with those below it leave sums inside of them out (SUBTOTAL)."""
        sheet = self._sheet(NUMBERS, [6, 14, 44, *[12] * len(_ORDER)], "Số liệu theo đơn vị (số hồ sơ)")
        for column, figure in enumerate(_ORDER, _UNIT_COLUMNS):
            sheet.merge_range(_HEAD_ROW, column, FIRST_ROW - 1, column, words.FIGURES[figure], self._head)
        number = 0
        for one in self._rows:
            summed, number = one.last > one.at, number + (not one.own)
            name = f"{one.row.name} ({words.OWN})" if one.own else one.row.name
            self._unit(sheet, one.at, None if one.own else number, one.row, name, summed)
            for column, figure in enumerate(_ORDER, _UNIT_COLUMNS):
                if summed:
                    cells = f"{xl_rowcol_to_cell(one.at + 1, column)}:{xl_rowcol_to_cell(one.last, column)}"
                    value = one.row.all.of(figure)
                    sheet.write_formula(
                        one.at, column, f"=SUBTOTAL(9,{cells})", self._format("count", True), value=value
                    )
                else:
                    sheet.write_number(one.at, column, one.row.own.of(figure), self._format("count"))
        self._table(sheet, _UNIT_COLUMNS + len(_ORDER))

    def indicators(self) -> None:
        """Numerator and denominator (out of the numbers), rate, and points where the indicator gives any."""
        widths, scales = [6, 14, 44], self._report.scales
        for name in Indicator:
            widths += [12, 12, 10, *([9] if name in scales else [])]
        sheet = self._sheet(INDICATORS, widths, words.TITLE)
        starts, column = {}, _UNIT_COLUMNS
        for name in Indicator:
            starts[name] = column
            heads = ["Tử số", "Mẫu số", "Tỷ lệ (%)", *(["Điểm"] if name in scales else [])]
            sheet.merge_range(_HEAD_ROW, column, _HEAD_ROW, column + len(heads) - 1, words.INDICATORS[name], self._head)
            for place, text in enumerate(heads):
                sheet.write_string(FIRST_ROW - 1, column + place, text, self._head)
            column += len(heads)
        for number, one in enumerate((one for one in self._rows if not one.own), 1):
            at, strong = FIRST_ROW + number - 1, one.last > one.at
            self._unit(sheet, at, number, one.row, one.row.name, strong)
            for name in Indicator:
                self._indicator(sheet, (at, starts[name]), one, name, strong)
        self._table(sheet, column)

    def _indicator(self, sheet: Any, cell: tuple[int, int], one: Placed, name: Indicator, strong: bool) -> None:
        at, column = cell
        figures: Figures = one.row.all
        for place, figure in enumerate(PARTS[name]):
            source = xl_rowcol_to_cell(one.at, _UNIT_COLUMNS + _ORDER.index(figure))
            formula = f"='{NUMBERS}'!{source}"
            sheet.write_formula(at, column + place, formula, self._format("count", strong), value=figures.of(figure))
        part, whole = xl_rowcol_to_cell(at, column), xl_rowcol_to_cell(at, column + 1)
        self._rate(sheet, (at, column + 2), f"ROUND({part}*100/{whole},2)", whole, rate(figures, name), strong)
        if scale := self._report.scales.get(name):
            formula = f"MIN({scale.most},ROUND({part}*100*{scale.most}/({whole}*{scale.full_from}),2))"
            marks = points(figures, name, self._report.scales)
            self._rate(sheet, (at, column + 3), formula, whole, marks, strong)

    def _rate(
        self, sheet: Any, cell: tuple[int, int], formula: str, whole: str, value: Decimal | None, strong: bool
    ) -> None:
        """A formula that says N/A where `whole` is zero."""
        shown = words.NOT_APPLICABLE if value is None else float(value)
        guarded = f'=IF({whole}=0,"{words.NOT_APPLICABLE}",{formula})'
        sheet.write_formula(*cell, guarded, self._format("rate", strong), value=shown)

    def archive(self) -> None:
        """Coverage of the archive, with units below."""
        archive = self._report.archive
        assert archive is not None
        sheet = self._sheet(ARCHIVE, [6, 14, 60, 16, 16, 16, 12], words.ARCHIVE)
        sheet.write_string(4, 0, words.archive_source(archive))
        for column, text in enumerate(words.ARCHIVE_COLUMNS, _UNIT_COLUMNS):
            sheet.merge_range(_HEAD_ROW, column, FIRST_ROW - 1, column, text, self._head)
        for number, row in enumerate(self._report.units, 1):
            at, count = FIRST_ROW + number - 1, row.archive
            self._unit(sheet, at, number, row, row.name, row.depth == 0)
            if count is None:
                for column in range(_UNIT_COLUMNS, _UNIT_COLUMNS + 4):
                    sheet.write_string(at, column, "–", self._format("rate"))
                continue
            for column, value in enumerate((count.frozen, count.counted, count.digitized), _UNIT_COLUMNS):
                sheet.write_number(at, column, value, self._format("count", row.depth == 0))
            whole, part = (xl_rowcol_to_cell(at, _UNIT_COLUMNS + n) for n in (1, 2))
            self._rate(sheet, (at, 6), f"ROUND({part}*100/{whole},2)", whole, count.share, row.depth == 0)
        self._table(sheet, 7)

    def notes(self, digest: str) -> None:
        """What the figures mean, and what the report stands on."""
        sheet = self._sheet(NOTES, [130], "Giải thích chỉ số")
        for at, text in enumerate(explanations(self._report, digest), 5):
            sheet.write_string(at, 0, text, self._plain)


def explanations(report: Report, digest: str) -> list[str]:
    """Paragraphs that say what the figures mean, for workbook and PDF."""
    told = [f"{words.INDICATORS[name]}: {words.DEFINITIONS[name]}{_scale(report, name)}" for name in Indicator]
    told += words.NOTES
    if report.archive is not None:
        told.append(f"{words.ARCHIVE_NOTE} Nguồn: {words.archive_source(report.archive)}.")
    if digest:
        told.append(f"Mã băm SHA-256 của báo cáo đã phát hành: {digest}")
    return told


def _scale(report: Report, name: Indicator) -> str:
    scale: Mapping[str, str] | None = None
    if (found := report.scales.get(name)) is not None:
        scale = {"most": str(found.most), "full_from": str(found.full_from)}
    return f" Chấm điểm: {words.scale(**scale)}." if scale else ""
