"""What a row says, or why it is not taken: the column, what stands there, the reason."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.states import Standing
from catalog.values import today
from registers.keys import holder_key, number_key
from registers.records import Trouble
from tests.registers.support import OTHER, UNIT, read, sheet
from tests.spreadsheets import making

HEADER = (
    *("Số, ký hiệu", "Ngày cấp", "Họ và tên", "CCCD", "Loại giấy tờ", "Ngày hết hạn", "Thời hạn", "Trạng thái"),
    *("Mã hồ sơ", "Ngày tiếp nhận", "Ngày trả kết quả", "Mã đơn vị"),
)
GOOD = ("577/GP", "05/03/2019", "Bà Lê Thị Bưởi", "087185001234", "Giấy phép", "", "", "", "", "", "", "")


def row(**changes: object) -> tuple[object, ...]:
    """GOOD with some cells changed, by the letters of their columns."""
    return tuple(changes.get(chr(ord("A") + at), cell) for at, cell in enumerate(GOOD))


@pytest.fixture(autouse=True)
def set_up(sqlite: None) -> None:
    from tests.registers import support

    support.set_up()


@pytest.fixture
def sqlite(sqlite_url: str) -> object:
    from tests.catalog.support import use_database

    with use_database(sqlite_url):
        yield


@pytest.mark.parametrize(
    ("changes", "column", "trouble"),
    [
        ({"B": "30/2/2019"}, "B", Trouble.NO_DATE),
        ({"B": "hôm qua"}, "B", Trouble.NO_DATE),
        ({"B": "2019"}, "B", Trouble.ONLY_YEAR),
        ({"B": "3/2019"}, "B", Trouble.ONLY_YEAR),
        ({"B": "01/01/2199"}, "B", Trouble.FUTURE),
        ({"B": "01/01/1930"}, "B", Trouble.TOO_EARLY),
        ({"F": "04/03/2019"}, "F", Trouble.ENDS_BEFORE_ISSUE),
        ({"J": "05/03/2019", "K": "04/03/2019"}, "K", Trouble.RESOLVED_BEFORE_RECEIVED),
        ({"D": "12345"}, "D", Trouble.IDENTITY),
        ({"C": "x" * 4001}, "C", Trouble.TOO_LONG),
        ({"I": "?"}, "I", Trouble.DOSSIER),
        ({"H": "lung tung"}, "H", Trouble.STATUS),
        ({"H": "Hết hiệu lực"}, "H", Trouble.ENDED),
        ({"L": "H99.99"}, "L", Trouble.UNIT_UNKNOWN),
        ({"L": OTHER}, "L", Trouble.UNIT_FOREIGN),
        ({"A": "", "C": "Lê Thị Bưởi", "B": "", "D": ""}, "", Trouble.NOTHING),
    ],
)
def test_a_bad_row_says_where_and_why(
    tmp_path: Path, changes: dict[str, object], column: str, trouble: Trouble
) -> None:
    rows = [row(), row(A="2/GP", L=UNIT), row(A="3/GP", **changes) if "A" not in changes else row(**changes)]
    taken, (bad,) = read(sheet(tmp_path, rows, HEADER), allowed={UNIT})
    assert len(taken) == 2
    (problem,) = bad.problems
    assert (bad.number, problem.column, problem.trouble) == (4, column, trouble)
    if column and trouble is not Trouble.TOO_LONG:
        assert problem.raw == changes[column]


@pytest.mark.parametrize(
    ("cell", "expected", "doubtful"),
    [
        ("5/3/2019", date(2019, 3, 5), False),
        ("05-03-19", date(2019, 3, 5), True),
        ("03/25/2019", date(2019, 3, 25), True),
        ("ngày 05 tháng 3 năm 2019", date(2019, 3, 5), False),
        (datetime(2019, 3, 5), date(2019, 3, 5), False),
        (43529, date(2019, 3, 5), False),
    ],
)
def test_days_are_read_however_they_are_written(tmp_path: Path, cell: object, expected: date, doubtful: bool) -> None:
    (taken,), bad = read(sheet(tmp_path, [row(B=cell)], HEADER))
    assert taken.line and not bad
    assert (taken.line.issue_date, taken.line.doubtful) == (expected, doubtful)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (87185001234, "087185001234"),
        (40123456, "040123456"),
        ("087 185 001 234", "087185001234"),
        ("CMND 340123456", "340123456"),
        ("340123456; 087185001234", "087185001234"),
        ("B1234567", "B1234567"),
    ],
)
def test_identity_numbers_get_back_what_spreadsheets_took(tmp_path: Path, cell: object, expected: str) -> None:
    (taken,), _bad = read(sheet(tmp_path, [row(D=cell)], HEADER))
    assert taken.line and taken.line.holder_id == expected


def test_validity_comes_from_the_row_and_else_from_its_procedure(tmp_path: Path) -> None:
    rows = [row(), row(A="2/GP", F="31/12/30"), row(A="3/GP", G="12 tháng"), row(A="4/GP", G="đến khi thay đổi")]
    taken, _bad = read(sheet(tmp_path, rows, HEADER))
    ends = [one.line.valid_to for one in taken if one.line]
    assert ends == [None, date(2030, 12, 31), date(2020, 3, 5), None]


def test_a_rule_that_changes_reaches_the_lines_that_say_nothing_themselves(tmp_path: Path) -> None:
    from catalog.models import Procedure
    from registers.models import Line
    from registers.validities import apply_validity
    from tests.registers.support import take

    Procedure.objects.create(code="1.004873", name="Cấp giấy phép xây dựng", validity="12 tháng")
    header = (*HEADER, "Thủ tục")
    rows = [
        (*row(), "Cấp giấy phép xây dựng"),
        (*row(A="2/GP", G="5 năm"), "1.004873.000.00.00.H61"),
        (*row(A="3/GP"), ""),
    ]
    take(sheet(tmp_path, rows, header))
    ends = list(Line.objects.order_by("number").values_list("valid_to", flat=True))
    assert ends == [date(2024, 3, 5), None, date(2020, 3, 5)]
    Procedure.objects.update(validity="2 năm")
    assert apply_validity("1.004873") == 1
    assert Line.objects.get(number="577/GP").valid_to == date(2021, 3, 5)
    assert apply_validity("1.004873") == 0


@pytest.mark.parametrize(
    ("status", "expected"),
    [("Đã thu hồi", Standing.REVOKED), ("HỦY", Standing.REVOKED), ("thay thế", Standing.REPLACED), ("", "in_force")],
)
def test_a_status_is_understood_however_it_is_written(tmp_path: Path, status: str, expected: str) -> None:
    (taken,), _bad = read(sheet(tmp_path, [row(H=status)], HEADER))
    assert taken.line and taken.line.status == expected


def test_a_dossier_at_work_has_no_line_and_one_that_ended_has(tmp_path: Path) -> None:
    code = f"H61.12-{today():%y%m%d}-0001"
    rows = [row(I=code, A="", B="", H="Đang xử lý"), row(I="H61.12-190301-0002"), row(A="9/GP", I="cu/2019/15")]
    taken, bad = read(sheet(tmp_path, rows, HEADER))
    assert not bad
    at_work, ended, old = taken
    assert at_work.line is None and at_work.dossier and at_work.dossier.received == today()
    assert ended.dossier and (ended.dossier.received, ended.dossier.resolved) == (date(2019, 3, 1), date(2019, 3, 5))
    assert old.line and old.line.dossier == "CU/2019/15" and old.dossier is None  # nobody says when it was received


def test_rows_of_several_units_go_into_their_registers(tmp_path: Path) -> None:
    rows = [row(L=UNIT), row(A="2/GP", L=OTHER), row(A="3/GP", L="Ủy ban nhân dân huyện Lấp Vò")]
    taken, _bad = read(sheet(tmp_path, rows, HEADER))
    assert [one.line.unit for one in taken if one.line] == [UNIT, OTHER, OTHER]


def test_headings_sums_and_signatures_between_rows_are_no_rows(tmp_path: Path) -> None:
    rows = [row(), ("", "", "", "", "Tổng cộng: 1", *[""] * 7)]
    taken, bad = read(sheet(tmp_path, rows, HEADER))
    assert (len(taken), bad) == (1, [])


def test_merged_days_count_for_each_of_their_rows(tmp_path: Path) -> None:
    path = making.xlsx(tmp_path / "a.xlsx", [HEADER, row(), row(A="2/GP", B=None), row(A="3/GP", B=None)], ["B2:B4"])
    taken, _bad = read(path)
    assert {one.line.issue_date for one in taken if one.line} == {date(2019, 3, 5)}


def test_confidential_lines_are_known_by_their_type(tmp_path: Path) -> None:
    (taken,), _bad = read(sheet(tmp_path, [row(E="Phiếu lý lịch tư pháp")], HEADER))
    assert taken.line and taken.line.confidential == "criminal_record"


def test_an_old_text_in_tcvn3_comes_in_as_unicode(tmp_path: Path) -> None:
    """From bytes to the line: ``NguyÔn ThÞ Hoµ`` is what an office's program wrote in 1999."""
    from spreadsheets.legacy import TCVN3

    back = {vietnamese: written for written, vietnamese in TCVN3.items()}

    def old(text: str) -> str:
        return "".join(back.get(sign, sign) for sign in text)

    names = ("Nguyễn Thị Hòa", "Trần Văn Đức", "Lê Thị Bưởi", "Phạm Quỳnh Giang")
    rows = [(f"{n}/QĐ", "05/03/1999", name, "Quyết định giao đất") for n, name in enumerate(names, start=1)]
    header = ("Số, ký hiệu", "Ngày ban hành", "Họ và tên", "Trích yếu")
    text = making.lines([[old(str(cell)) for cell in one] for one in (header, *rows)])
    path = tmp_path / "so cu.csv"
    path.write_bytes(text.encode("cp1252"))
    taken, bad = read(path)
    assert not bad
    assert [one.line.holder for one in taken if one.line] == list(names)
    assert {one.line.number_key for one in taken if one.line} == {f"{n}/1999" for n in range(1, 5)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1258"])
def test_other_encodings_come_in_as_unicode(tmp_path: Path, encoding: str) -> None:
    import unicodedata

    text = making.lines([HEADER, row()])
    if encoding == "cp1258":  # tones are letters of their own there
        marks = "\u0300\u0301\u0303\u0309\u0323"
        apart = (unicodedata.normalize("NFD", sign) for sign in text)
        text = "".join(
            unicodedata.normalize("NFC", one.translate(dict.fromkeys(map(ord, marks))))
            + "".join(c for c in one if c in marks)
            for one in apart
        )
    path = tmp_path / "so.csv"
    path.write_bytes(text.encode(encoding))
    (taken,), _bad = read(path)
    assert taken.line and taken.line.holder == "Bà Lê Thị Bưởi"


@given(st.text(max_size=80), st.none() | st.dates())
def test_keys_are_short_and_stay_the_same_for_any_text(text: str, day: date | None) -> None:
    key, name = number_key(text, day), holder_key(text)
    assert len(key) <= 64 and len(name) <= 200
    assert holder_key(name) in {name, holder_key(holder_key(name))}
    assert number_key(f"  {text}", day) == key


@pytest.mark.parametrize(
    ("number", "expected"),
    [("0577/GPXD", "577/2019"), ("577/2018/QĐ-UBND", "577/2018"), ("12A/QĐ", "12a/2019"), ("x", ""), ("000/QĐ", "")],
)
def test_a_number_is_looked_up_by_its_running_number_and_year(number: str, expected: str) -> None:
    assert number_key(number, date(2019, 3, 5)) == expected


def test_forms_of_address_are_no_part_of_a_name() -> None:
    for name in ("Hộ ông: Nguyễn Văn Ất", "NGUYEN VAN AT", "ông Nguyễn Văn Ất"):
        assert holder_key(name) == "nguyen van at"
    assert holder_key("Chu Văn An") == "chu van an"
