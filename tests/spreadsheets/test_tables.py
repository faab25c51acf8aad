"""Tables as offices send them: where the header stands, what columns mean, which row is which."""

from __future__ import annotations

import datetime
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.text import nfc, squeeze
from spreadsheets import legacy, tables, values
from spreadsheets.columns import Why
from spreadsheets.records import Encoding, Limits, Refusal, RefusedSheetError
from tests.spreadsheets import making
from tests.spreadsheets.making import HEADER, ROWS

MEANT = {"line": 0, "number": 1, "issue_date": 2, "holder": 3, "holder_id": 4, "subject": 5, "file": 6}
TITLE = [
    ("ỦY BAN NHÂN DÂN HUYỆN LAI VUNG", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (),
    ("DANH MỤC KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH NĂM 2019",),
    (),
]


def meant(seen: tables.Seen) -> dict[str, int]:
    return {one.name: one.column for one in seen.meanings}


@pytest.mark.parametrize("make", [making.xlsx, making.csv, making.ods])
def test_the_same_table_in_every_format(tmp_path: Path, make: Callable[..., Path]) -> None:
    path = make(tmp_path / "t", [*TITLE, HEADER, *ROWS])
    seen = tables.look(path)
    assert (seen.header.first, seen.header.last) == (5, 5)
    assert meant(seen) == MEANT
    read = list(tables.rows(path, seen))
    assert [row.number for row in read] == [6, 7, 8]
    assert [values.text(row.cells[3]) for row in read] == ["Nguyễn Thị Hòa", "Trần Văn Đức", "Lê Thị Bưởi"]
    assert values.identity(read[0].cells[4]) == "087185001234"
    assert read[2].cells[4] is None


def test_old_excel_files_too() -> None:
    """Written by xlwt 1.3: two sheets, the second with texts of the ABC fonts."""
    path = Path(__file__).with_name("register.xls")
    seen = tables.look(path)
    assert seen.sheets == ("Năm 2019", "Cũ")
    assert meant(seen) == MEANT
    assert [row.cells[1] for row in tables.rows(path, seen)] == [row[1] for row in ROWS]
    old = tables.look(path, "Cũ")
    assert old.encoding.encoding is Encoding.TCVN3
    assert meant(old) == MEANT
    assert next(tables.rows(path, old)).cells[3] == "Nguyễn Thị Hòa"


def test_a_header_of_two_rows_with_merged_cells_and_a_row_of_numbers(tmp_path: Path) -> None:
    rows = [
        ("SỔ THEO DÕI CẤP GIẤY PHÉP", "", "", "", "", ""),
        ("TT", "Chủ đầu tư", "", "Giấy phép xây dựng", "", "Ghi chú"),
        ("", "Họ và tên", "CMND", "Số", "Ngày cấp", ""),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        (1, "Nguyễn Thị Hòa", "340123456", "577/GPXD", "05/03/2019", ""),
    ]
    merged = ["A1:F1", "A2:A3", "B2:C2", "D2:E2", "F2:F3"]
    for path in (making.xlsx(tmp_path / "a.xlsx", rows, merged), making.csv(tmp_path / "a.csv", rows)):
        seen = tables.look(path)
        assert (seen.header.first, seen.header.last) == (2, 4), path
        titles = [column.title for column in seen.header.columns]
        assert titles[1:5] == [
            "Chủ đầu tư / Họ và tên",
            "Chủ đầu tư / CMND",
            "Giấy phép xây dựng / Số",
            "Giấy phép xây dựng / Ngày cấp",
        ]
        assert meant(seen) == {"line": 0, "holder": 1, "holder_id": 2, "number": 3, "issue_date": 4, "note": 5}
        assert [row.number for row in tables.rows(path, seen)] == [5]


def test_a_merged_cell_counts_for_all_its_rows(tmp_path: Path) -> None:
    rows = [("Hộp số", "Số", "Ngày ban hành"), ("12", "1/QĐ", "5/3/2019"), ("", "2/QĐ", "5/3/2019"), ("13", "3/QĐ", "")]
    seen = tables.look(path := making.xlsx(tmp_path / "a.xlsx", rows, ["A2:A3"]))
    assert [row.cells[0] for row in tables.rows(path, seen)] == ["12", "12", "13"]


@pytest.mark.parametrize("offset", [0, 3])
def test_empty_rows_and_columns_are_left_out_and_numbers_stay(tmp_path: Path, offset: int) -> None:
    pad = [""] * offset
    rows: list[Sequence[object]] = [(), (), [*pad, *HEADER], (), [*pad, *ROWS[0]], (), [*pad, *ROWS[1]]]
    seen = tables.look(path := making.xlsx(tmp_path / "a.xlsx", rows))
    assert [row.number for row in tables.rows(path, seen)] == [5, 7]
    number = next(one.column for one in seen.meanings if one.name == "number")
    assert seen.header.columns[number].letter == tables.letter(1 + offset)


def test_headers_without_accents_and_shortened(tmp_path: Path) -> None:
    titles = ("tt", "so_ky_hieu", "NGAY CAP", "ho ten", "so cmnd", "trich yeu", "ten file")
    assert meant(tables.look(making.csv(tmp_path / "a.csv", [titles, *ROWS]))) == MEANT


def test_columns_without_a_header_are_guessed_by_content(tmp_path: Path) -> None:
    rows = [(f"{n}/QĐ-UBND", f"{n}/3/2019", f"34012345{n}", f"a/{n}.pdf") for n in range(1, 8)]
    seen = tables.look(making.csv(tmp_path / "a.csv", rows))
    assert seen.header.first == 0
    assert meant(seen) == {"number": 0, "issue_date": 1, "holder_id": 2, "file": 3}
    assert {one.why for one in seen.meanings} == {Why.CONTENT}


def test_content_speaks_against_a_title(tmp_path: Path) -> None:
    rows = [("Ngày", "Ngày cấp", "Số"), *((f"việc {n}", f"{n}/3/2019", f"{n}/QĐ") for n in ("1", "2", "3", "4"))]
    assert meant(tables.look(making.csv(tmp_path / "a.csv", rows)))["issue_date"] == 1


@pytest.mark.parametrize("write", [legacy.to_tcvn3, legacy.to_vni])
def test_texts_of_old_fonts_in_a_new_workbook(tmp_path: Path, write: Callable[[str], str]) -> None:
    rows = [[write(cell) if isinstance(cell, str) else cell for cell in row] for row in (HEADER, *ROWS)]
    rows[-1][3] = "Lê Thị Bưởi"  # somebody typed this one later
    seen = tables.look(path := making.xlsx(tmp_path / "a.xlsx", rows))
    assert meant(seen) == MEANT
    assert seen.encoding.words and "→" in seen.encoding.example
    read = [row.cells for row in tables.rows(path, seen)]
    assert [cells[3] for cells in read] == [row[3] for row in ROWS]
    assert [cells[1] for cells in read] == [row[1] for row in ROWS]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_found_out(tmp_path: Path, separator: str) -> None:
    rows = [HEADER, *ROWS, (4, "1,2;3", "6/3/2019", 'Lê "Út"'.replace('"', '""'), "", "a\nb", "")]
    seen = tables.look(path := making.csv(tmp_path / "a.csv", rows, separator=separator))
    assert seen.separator == separator
    assert [row.cells[3] for row in tables.rows(path, seen)][3] == 'Lê "Út"'


def test_a_line_that_names_the_separator_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sep=;\r\nSố;Ngày cấp\r\n1/QĐ;5/3/2019\r\n", encoding="utf-8-sig")
    seen = tables.look(path)
    assert [(row.number, row.cells) for row in tables.rows(path, seen)] == [(3, ("1/QĐ", "5/3/2019"))]


def test_a_row_with_more_values_than_columns_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{n}/QĐ,{n % 28 + 1}/3/2019\n" for n in range(1200))
    path.write_text("Số,Ngày cấp\n" + rows + "5,/QĐ,5/3/2019\n", encoding="utf-8")
    assert [row.number for row in tables.rows(path, tables.look(path)) if row.more] == [1202]


def test_formulas_and_macros_do_nothing(tmp_path: Path) -> None:
    rows = [("Số", "Ngày cấp"), ('=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"), ("1/QĐ", "5/3/2019")]
    path = making.xlsx(tmp_path / "a.xlsx", rows)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("xl/vbaProject.bin", b"\0" * 100)
    seen = tables.look(path)
    assert [row.cells for row in tables.rows(path, seen)][-1] == ("1/QĐ", "5/3/2019")


def refused(path: Path, limits: Limits | None = None) -> Refusal:
    with pytest.raises(RefusedSheetError) as caught:
        list(tables.rows(path, tables.look(path, limits=limits or Limits()), limits or Limits()))
    assert str(caught.value)
    return caught.value.refusal


def test_what_is_no_table_is_refused_with_a_reason(tmp_path: Path) -> None:
    def file(content: bytes) -> Path:
        path = tmp_path / f"{len(content)}.xlsx"
        path.write_bytes(content)
        return path

    assert refused(file(b"")) is Refusal.EMPTY
    assert refused(file(b"   \r\n ")) is Refusal.EMPTY
    assert refused(file(b"%PDF-1.7 abc")) is Refusal.KIND
    assert refused(file(b"PK\3\4 no zip")) is Refusal.BROKEN
    assert refused(file(bytes.fromhex("d0cf11e0a1b11ae1") + b"no workbook")) is Refusal.BROKEN
    assert refused(tmp_path / "none.xlsx") is Refusal.MISSING
    assert refused(tmp_path) is Refusal.MISSING
    whole = making.xlsx(tmp_path / "whole.xlsx", [HEADER, *ROWS]).read_bytes()
    assert refused(file(whole[: len(whole) // 2])) is Refusal.BROKEN
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as other:
        other.writestr("word/document.xml", "<x/>")
    assert refused(tmp_path / "other.xlsx") is Refusal.BROKEN
    with pytest.raises(RefusedSheetError, match="no such sheet"):
        tables.look(tmp_path / "whole.xlsx", "Không có")


def test_huge_and_lying_files_are_refused_and_harm_nobody(tmp_path: Path) -> None:
    rows = [HEADER, *ROWS * 40]
    small = Limits(rows=100)
    assert refused(making.xlsx(tmp_path / "a.xlsx", rows), small) is Refusal.TOO_BIG
    assert refused(making.csv(tmp_path / "a.csv", rows), small) is Refusal.TOO_BIG
    assert refused(making.csv(tmp_path / "b.csv", rows), Limits(file_bytes=1000)) is Refusal.TOO_BIG
    assert refused(making.csv(tmp_path / "c.csv", [["x"] * 500]), Limits()) is Refusal.TOO_BIG
    (tmp_path / "d.csv").write_text('a,b\n"' + "x" * 3_000_000, encoding="utf-8")
    assert refused(tmp_path / "d.csv") in {Refusal.TOO_BIG, Refusal.BROKEN}
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    assert refused(bomb, Limits(unpacked_bytes=10_000_000)) is Refusal.TOO_BIG


def test_a_cell_in_the_last_corner_of_a_sheet_does_not_eat_the_memory(tmp_path: Path) -> None:
    path = making.xlsx(tmp_path / "a.xlsx", [HEADER])
    import openpyxl

    book = openpyxl.load_workbook(path)
    book["Sheet1"].cell(1_048_576, 16_384, "x")
    book.save(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refused(path) is Refusal.TOO_BIG
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_locked_workbook_is_said_to_be_locked() -> None:
    """Encrypted with msoffcrypto-tool 6.1."""
    assert refused(Path(__file__).with_name("locked.xlsx")) is Refusal.ENCRYPTED


_TABLE = st.lists(
    st.lists(
        st.one_of(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
            st.integers(-(10**12), 10**12),
            st.dates(datetime.date(1950, 1, 1), datetime.date(2030, 1, 1)),
        ),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(_TABLE)
def test_any_csv_is_read_row_for_row_or_refused(tmp_path: Path, table: list[list[object]]) -> None:
    path = tmp_path / "any.csv"
    text = [[str(cell).replace('"', '""') for cell in row] for row in table]
    path.write_bytes(making.lines(text).encode())
    try:
        seen = tables.look(path)
        rows = list(tables.rows(path, seen))
    except RefusedSheetError:
        return
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    assert all(row.number > seen.header.last and len(row.cells) == len(seen.header.columns) for row in rows)
    assert all(cell == nfc(cell) and cell for row in rows for cell in row.cells if isinstance(cell, str))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from(["Nguyễn Thị Hòa", "12/QĐ-UBND", "5/3/2019", "", "x"])] * 4), max_size=8))
def test_a_workbook_says_what_its_csv_says(tmp_path: Path, table: list[tuple[str, ...]]) -> None:
    rows = [("Số", "Ngày cấp", "Họ tên", "Ghi chú"), *table]
    read = [
        [(row.number, row.cells) for row in tables.rows(path, tables.look(path))]
        for path in (making.xlsx(tmp_path / "same.xlsx", rows), making.csv(tmp_path / "same.csv", rows))
    ]
    assert read[0] == read[1]
    assert [squeeze(values.text(cells[2])) for _number, cells in read[0]] == [row[2] for row in table if any(row)]


_MEASURE = """
import resource, sys
from pathlib import Path
from spreadsheets import tables
path = Path(sys.argv[1])
seen = tables.look(path)
count = sum(1 for _row in tables.rows(path, seen))
own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(count, int(own.split()[1]) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Prints rows and kB. (What `getrusage` says of the process itself begins with the size of whoever started it.)"""


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_100_000_rows_take_less_than_a_minute_and_400_mb(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"big.{kind}"
    rows = (
        (
            n,
            f"{n}/QĐ-UBND",
            f"{n % 28 + 1:02}/03/{1990 + n % 35}",
            "NguyÔn ThÞ Hßa",
            340000000 + n,
            f"việc {n}",
            f"{n}.pdf",
        )
        for n in range(100_000)
    )
    if kind == "xlsx":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Sổ")
        for row in (HEADER, *rows):
            sheet.append(row)
        book.save(path)
    else:
        making.csv(path, [HEADER, *rows])
    begun = time.monotonic()
    root = Path(__file__).parents[2]
    said = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], cwd=root, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.split()
    assert int(said[0]) == 100_000
    assert time.monotonic() - begun < 60
    assert int(said[1]) < 400_000, f"{said[1]} kB"
