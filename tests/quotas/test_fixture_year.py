"""A year of a made-up province: every figure of its reports, counted once more by hand-written SQL."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.db import connection
from python_calamine import CalamineWorkbook

from core.settings import settings
from quotas import indicators, periods, report_pdf, report_xlsx
from quotas.dossier_facts import Figure
from quotas.periods import Period, Span
from quotas.report_records import Report
from tests.catalog.support import use_database
from tests.quotas import province

PERIODS = [one for span in Span for one in periods.of_year(province.YEAR, span)]

_ANY = "SELECT 1 FROM registers_component c WHERE c.dossier_id = d.id AND c.state IN "
_LEDGER = "d.code IN (SELECT dossier FROM reuse_reuse WHERE undone IS NULL)"
_TOUCHED = f"(EXISTS ({_ANY} ('digitized', 'reused', 'reused_portal')) OR {_LEDGER})"
_GOOD = """
    NOT r.in_review
    AND r.id NOT IN (SELECT result_id FROM catalog_carrier)
    AND r.id NOT IN (SELECT result_id FROM catalog_change WHERE kind = 'set_aside' AND undone IS NULL)
    AND (r.origin <> 'backlog' OR r.recorded < {midnight})
"""
_FILE = f"""(
    d.result_digitized
    OR d.code IN (SELECT r.dossier FROM catalog_result r WHERE {_GOOD})
    OR d.code IN (
        SELECT l.dossier FROM registers_line l JOIN catalog_result r ON r.id = l.result_id
        WHERE l.withdrawn IS NULL AND {_GOOD}
    )
)"""
_PAPER = """(
    d.returns_paper AND d.procedure NOT IN (SELECT code FROM catalog_procedure WHERE NOT returns_paper)
)"""
SQL = {
    Figure.RECEIVED: ("received", "1 = 1"),
    Figure.COMPONENTS_NONE: ("received", f"NOT {_TOUCHED}"),
    Figure.COMPONENTS_DIGITIZED: ("received", _TOUCHED),
    Figure.REUSED: ("received", f"(EXISTS ({_ANY} ('reused', 'reused_portal')) OR {_LEDGER})"),
    Figure.REUSED_PORTAL: ("received", f"EXISTS ({_ANY} ('reused_portal'))"),
    Figure.SHARED: ("received", f"(d.shared OR EXISTS ({_ANY} ('reused_portal')))"),
    Figure.RESOLVED: ("resolved", "1 = 1"),
    Figure.RESULTS_NONE: ("resolved", f"NOT {_FILE}"),
    Figure.RESULTS_DIGITIZED: ("resolved", _FILE),
    Figure.PAPER: ("resolved", _PAPER),
    Figure.PAPER_DIGITIZED: ("resolved", f"{_PAPER} AND {_FILE}"),
    Figure.COMPLETE: ("resolved", f"{_TOUCHED} AND {_FILE}"),
}
RATES = {
    "electronic": (Figure.PAPER_DIGITIZED, Figure.PAPER),
    "digitization": (Figure.COMPLETE, Figure.RESOLVED),
    "reuse": (Figure.REUSED, Figure.RECEIVED),
    "sharing": (Figure.SHARED, Figure.RECEIVED),
}


POINTS = "digitization=8, reuse=6, electronic=4@90"


@pytest.fixture
def marks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOHOA_INDICATOR_POINTS", POINTS)
    settings.cache_clear()


@pytest.fixture
def year(database: str, marks: None) -> None:
    province.build()


@pytest.fixture
def small(database: str, marks: None) -> None:
    """The same province with fewer dossiers."""
    province.build(300)


def by_hand(figure: Figure, period: Period) -> dict[str, int]:
    """Code of the unit that received them → how many dossiers."""
    day, condition = SQL[figure]
    zone = "+00" if connection.vendor == "postgresql" else ""
    condition = condition.format(midnight=f"'2025-12-31 17:00:00{zone}'")
    sql = f"""
        SELECT u.code, COUNT(*) FROM registers_dossier d JOIN catalog_unit u ON u.id = d.unit_id
        WHERE d.withdrawn IS NULL AND d.{day} >= '{period.first}' AND d.{day} <= '{period.last}' AND {condition}
        GROUP BY u.code
    """
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return dict(cursor.fetchall())


def own_by_hand(period: Period) -> dict[str, dict[Figure, int]]:
    """Code of the unit that answers today → its own figures."""
    found: dict[str, dict[Figure, int]] = {}
    for figure in Figure:
        for unit, number in by_hand(figure, period).items():
            row = found.setdefault(province.ANSWERS.get(unit, unit), {})
            row[figure] = row.get(figure, 0) + number
    return found


def with_below(own: dict[str, dict[Figure, int]]) -> dict[str, dict[Figure, int]]:
    found: dict[str, dict[Figure, int]] = {}
    for unit, row in own.items():
        up: str | None = unit
        while up is not None:
            above = found.setdefault(up, {})
            for figure, number in row.items():
                above[figure] = above.get(figure, 0) + number
            up = province.PARENTS[up]
    return found


def hundredth(part: int, whole: int) -> str | None:
    """Percent as a reader would work it out with a pencil."""
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)) if whole else None


def test_every_figure_of_every_period_is_what_sql_written_by_hand_finds(year: None) -> None:
    from quotas import report_json

    seen = {figure: 0 for figure in Figure}
    for period in PERIODS:
        own, told = own_by_hand(period), report_json.plain(indicators.figures(province.ROOT, period))
        everything = with_below(own)
        assert {row["code"] for row in told["units"]} == {c for c, _n, _p in province.UNITS if c != "H62"}
        for row in told["units"]:
            for figure in Figure:
                where = (period.code, row["code"], figure)
                assert row["own"][figure] == own.get(row["code"], {}).get(figure, 0), where
                assert row["all"][figure] == everything.get(row["code"], {}).get(figure, 0), where
                seen[figure] += row["own"][figure]
            for name, (part, whole) in RATES.items():
                numbers = everything.get(row["code"], {})
                assert row["indicators"][name] == hundredth(numbers.get(part, 0), numbers.get(whole, 0))
    assert min(seen.values()) > 100, "a figure that nothing makes up proves nothing"


def test_the_part_of_a_unit_that_was_split_is_told_as_not_apportioned(small: None) -> None:
    report = indicators.figures(province.ROOT, periods.year(province.YEAR))
    split = by_hand(Figure.RECEIVED, report.period)["H61.20.3"]
    assert report.whole.unapportioned.received == split > 0
    assert all(row.unapportioned.received == 0 for row in report.units[1:])


def test_a_report_of_a_commune_has_its_own_dossiers_and_those_of_the_communes_that_it_came_from(small: None) -> None:
    report = indicators.figures("H61.50", periods.year(province.YEAR))
    expected = with_below(own_by_hand(report.period))["H61.50"]
    assert [row.unit for row in report.units] == ["H61.50", "H61.50.1"]
    assert {figure: report.whole.all.of(figure) for figure in Figure} == expected


def test_points_follow_the_rate_up_to_the_full_mark(year: None) -> None:
    from quotas import report_json

    points = set()
    for period in PERIODS:
        for row in report_json.plain(indicators.figures(province.ROOT, period))["units"]:
            for name, most, full in (("digitization", 8, 80), ("reuse", 6, 80), ("electronic", 4, 90)):
                part, whole = (row["all"][figure] for figure in RATES[name])
                expected = None
                if whole:
                    exact = min(Decimal(most), Decimal(100 * part * most) / (whole * full))
                    expected = str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
                assert row["points"][name] == expected
                points.add(expected)
            assert "sharing" not in row["points"]
    assert None in points and "8.00" in points and len(points) > 20


def test_the_lists_behind_the_figures_hold_as_many_dossiers_as_the_figures_say(small: None) -> None:
    from quotas import dossier_lists

    period = periods.year(province.YEAR)
    report, last = indicators.figures(province.ROOT, period), 0
    for row, own_only in [(report.whole, False), (report.whole, True), *((row, False) for row in report.units[1:])]:
        for figure in Figure:
            wanted = dossier_lists.Wanted(row.unit, period, figure, own_only)
            found, expected = dossier_lists.listing(wanted, limit=10_000), (row.own if own_only else row.all).of(figure)
            assert len(found) == expected, (row.unit, figure)
    while page := dossier_lists.listing(dossier_lists.Wanted(province.ROOT, period, Figure.RECEIVED), last, 7):
        assert len(page) <= 7 and page[0].id > last
        last = page[-1].id


def test_a_report_asks_the_database_as_often_for_one_unit_as_for_ten(small: None) -> None:
    from django.test.utils import CaptureQueriesContext

    asked = []
    for root in ("H61.53", province.ROOT):
        with CaptureQueriesContext(connection) as queries:
            indicators.figures(root, periods.year(province.YEAR))
        asked.append(len(queries))
    assert asked[0] == asked[1]


@dataclass(frozen=True)
class Made:
    """A report, and what SQL by hand says of its period: with units below."""

    report: Report
    expected: dict[str, dict[Figure, int]]


@pytest.fixture(scope="module")
def made(empty_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    path = tmp_path_factory.mktemp("year") / "catalog.sqlite3"
    shutil.copyfile(empty_catalog, path)
    with pytest.MonkeyPatch.context() as patch, use_database(f"sqlite:///{path}"):
        patch.setenv("SOHOA_INDICATOR_POINTS", POINTS)
        settings.cache_clear()
        province.build()
        report = indicators.figures(province.ROOT, periods.parse("2025-q3"))
        return Made(report, with_below(own_by_hand(report.period)))


def test_the_workbook_holds_every_figure_as_a_number_and_every_rate_as_a_formula(made: Made) -> None:
    content = report_xlsx.workbook(made.report, "ab" * 32)
    expected = made.expected
    formulas = openpyxl.load_workbook(BytesIO(content))
    values = CalamineWorkbook.from_filelike(BytesIO(content))
    assert formulas.sheetnames == ["Chỉ số", "Số liệu", "Độ phủ kho lưu trữ", "Giải thích"]
    first = report_xlsx.FIRST_ROW
    numbers = values.get_sheet_by_name("Số liệu").to_python(skip_empty_area=False)
    rows = {row[1]: row[3:15] for row in reversed(numbers[first:])}
    for unit, row in rows.items():
        assert row == [expected.get(unit, {}).get(figure, 0) for figure in Figure], unit
    rates = values.get_sheet_by_name("Chỉ số").to_python(skip_empty_area=False)[first:]
    assert [row[1] for row in rates] == [row.unit for row in made.report.units]
    for row in rates:
        column, told = 3, expected.get(row[1], {})
        for name, (part, whole) in RATES.items():
            pair = told.get(part, 0), told.get(whole, 0)
            assert tuple(row[column : column + 2]) == pair
            assert row[column + 2] == (float(hundredth(*pair) or 0) if pair[1] else "N/A")
            column += 3 if name == "sharing" else 4


def test_the_formulas_of_the_workbook_give_the_values_that_it_holds(made: Made) -> None:
    content = report_xlsx.workbook(made.report)
    sheets = {sheet.title: sheet for sheet in openpyxl.load_workbook(BytesIO(content))}
    cached = {sheet.title: sheet for sheet in openpyxl.load_workbook(BytesIO(content), data_only=True)}
    calculator, checked = Calculator(sheets), 0
    for title, sheet in sheets.items():
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.data_type == "f":
                    checked += 1
                    assert calculator.value(title, cell.coordinate) == cached[title][cell.coordinate].value
    assert checked > 150


def test_names_that_look_like_formulas_are_texts_in_the_workbook(made: Made) -> None:
    book = openpyxl.load_workbook(BytesIO(report_xlsx.workbook(made.report)))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == province.ODD]
    assert len(found) == 3 and {cell.data_type for cell in found} == {"s"}


def test_the_workbook_is_set_up_to_be_printed(made: Made) -> None:
    book = openpyxl.load_workbook(BytesIO(report_xlsx.workbook(made.report)))
    for sheet in book:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert "&P" in str(sheet.oddFooter.right.text) and not sheet.protection.sheet
    for name in book.sheetnames[:3]:
        assert book[name].freeze_panes == "D8" and book[name].print_title_rows == "$6:$7"


def test_the_pdf_says_every_figure_and_no_page_is_blank_or_cut_off(made: Made) -> None:
    document = pypdfium2.PdfDocument(report_pdf.document(made.report, "ab" * 32))
    pages = [page.get_textpage().get_text_bounded() for page in document]
    text = " ".join(" ".join(pages).split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text and "Quý III năm 2025" in text and "ab" * 32 in text
    assert all(f"Trang {n}/{len(pages)}" in page for n, page in enumerate(pages, 1))
    expected = made.expected
    for row in made.report.units:
        told = expected.get(row.unit, {})
        numbers = " ".join(f"{told.get(figure, 0):,}".replace(",", ".") for figure in Figure)
        assert numbers in text, row.unit
        for part, whole in RATES.values():
            rate = hundredth(told.get(part, 0), told.get(whole, 0))
            assert (rate.replace(".", ",") if rate else "N/A") in text
    for page in document:
        picture = page.render(scale=1).to_pil().convert("L")
        left, top, right, bottom = picture.point(lambda shade: 255 * (shade < 128)).getbbox() or (0, 0, 0, 0)
        assert right - left > picture.width // 2, "blank"
        assert left > 20 and top > 20 and picture.width - right > 20 and picture.height - bottom > 10, "cut off"


class Calculator:
    """Works out the few kinds of formulas that reports hold, by itself."""

    def __init__(self, sheets: dict[str, Any]) -> None:
        self._sheets = sheets

    def value(self, sheet: str, place: str) -> Any:
        import re

        said = self._sheets[sheet][place].value
        if not (isinstance(said, str) and said.startswith("=") and self._sheets[sheet][place].data_type == "f"):
            return said
        if elsewhere := re.fullmatch(r"='(.+)'!([A-Z]+\d+)", said):
            return self.value(elsewhere[1], elsewhere[2])
        if summed := re.fullmatch(r"=SUBTOTAL\(9,([A-Z]+)(\d+):[A-Z]+(\d+)\)", said):
            places = [f"{summed[1]}{row}" for row in range(int(summed[2]), int(summed[3]) + 1)]
            return sum(self._sheets[sheet][one].value for one in places if self._sheets[sheet][one].data_type != "f")
        rate = re.fullmatch(r'=IF\(([A-Z]+\d+)=0,"N/A",(.+)\)', said)
        assert rate, said
        whole = self.value(sheet, rate[1])
        if whole == 0:
            return "N/A"
        limit, inner = Decimal("Infinity"), rate[2]
        if capped := re.fullmatch(r"MIN\(([\d.]+),(.+)\)", inner):
            limit, inner = Decimal(capped[1]), capped[2]
        simple = re.fullmatch(r"ROUND\(([A-Z]+\d+)\*100/([A-Z]+\d+),2\)", inner)
        marked = re.fullmatch(r"ROUND\(([A-Z]+\d+)\*100\*([\d.]+)/\(([A-Z]+\d+)\*([\d.]+)\),2\)", inner)
        if simple:
            part, exact = simple[1], Decimal(100) / whole
        else:
            assert marked, said
            part, exact = marked[1], Decimal(100) * Decimal(marked[2]) / (whole * Decimal(marked[4]))
        rounded = (Decimal(self.value(sheet, part)) * exact).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return float(min(limit, rounded))


def test_a_period_that_has_not_begun_and_a_unit_that_ended_have_no_report(small: None) -> None:
    from core.errors import UsageError

    with pytest.raises(UsageError, match="has not begun"):
        indicators.figures(province.ROOT, periods.year(date.today().year + 1))
    with pytest.raises(UsageError, match=r"H61\.20\.1 has ended: its dossiers are counted under H61\.50"):
        indicators.figures("H61.20.1", periods.year(province.YEAR))
    with pytest.raises(UsageError, match="unknown unit H99"):
        indicators.figures("H99", periods.year(province.YEAR))
