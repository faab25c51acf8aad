"""What is told again, by less of it or by somebody else: nothing is doubled, nothing that was known is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog import procedures
from registers import importing, linking, listing, pushing, withdrawing
from registers.listing import Sight, Wanted
from registers.making import Facts
from registers.models import Line
from tests.registers.matching import line, linked, outcome, result
from tests.registers.support import HEADER, OTHER, ROWS, UNIT, sheet, take

pytestmark = pytest.mark.usefixtures("register")
DAY = date(2019, 3, 5)


def one() -> Line:
    return Line.objects.get(number="577/GPXD")


def test_a_file_without_the_types_doubles_nothing_and_the_types_stay(tmp_path: Path) -> None:
    take(sheet(tmp_path))
    kept = {line.key: line.document_type for line in Line.objects.all()}
    fewer = sheet(tmp_path, [row[:5] + row[6:] for row in ROWS], HEADER[:5] + HEADER[6:])
    for _time in range(2):
        counts = take(fewer).counts
        assert (counts.new, counts.changed, counts.same, counts.missing) == (0, 0, 3, 0)
    assert {line.key: line.document_type for line in Line.objects.all()} == kept
    assert take(sheet(tmp_path)).counts.same == 3


def test_without_its_type_a_number_of_another_day_and_holder_is_another_line(tmp_path: Path) -> None:
    take(sheet(tmp_path))
    row = (1, "577/GPXD", "9/9/2019", "Võ Văn Khác", "", "Nhà ở riêng lẻ")
    assert take(sheet(tmp_path, [row], HEADER[:5] + HEADER[6:])).counts.new == 1


def test_the_last_day_that_a_procedure_gives_stays_where_a_file_does_not_name_the_procedure(tmp_path: Path) -> None:
    procedures.add("1.004873", "Cấp giấy phép xây dựng")
    procedures.change(replace(procedures.require("1.004873"), validity="12 tháng"), "quan.tri")
    with_procedure = (*HEADER, "Mã thủ tục")
    take(sheet(tmp_path, [(*row, "1.004873") for row in ROWS], with_procedure))
    assert one().valid_to is not None and one().procedure == "1.004873"
    before = one().valid_to
    take(sheet(tmp_path))
    assert (one().procedure, one().valid_to) == ("1.004873", before)


def test_what_the_software_does_not_tell_stays_as_the_file_said(tmp_path: Path) -> None:
    header = (*HEADER, "Số tờ", "Ghi chú")
    take(sheet(tmp_path, [(*row, 4, "hộp 7") for row in ROWS], header))
    before = one()
    assert before.values["note"] == "hộp 7"
    told = Facts(UNIT, number="577/GPXD", document_type="Giấy phép xây dựng", issue_date=DAY, validity="12 tháng")
    pushed = pushing.push(UNIT, [told], "token:mcdt")
    assert (pushed.new, pushed.changed) == (0, 1)
    after = one()
    assert after.pk == before.pk
    assert after.values == {**before.values, "validity": "12 tháng"}
    for name in ("holder", "holder_key", "holder_id", "subject", "seen_id"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.valid_to is not None
    assert pushing.push(UNIT, [told], "token:mcdt").same == 1


def test_a_place_that_is_none_leads_to_the_beginning(tmp_path: Path) -> None:
    take(sheet(tmp_path))
    for after in ("2019-13-45:1", "2019-03-05", ":x", "x"):
        assert len(listing.lines(UNIT, Sight(None), Wanted(), after).rows) == 3


def test_of_what_is_gone_from_a_file_each_withdraws_what_they_see(tmp_path: Path) -> None:
    header = (*HEADER, "Đơn vị")
    secret = (9, "9/LLTP", "06/03/2019", "Mai Kín", "", "Phiếu lý lịch tư pháp", "")
    rows = [(*ROWS[0], UNIT), (*ROWS[1], OTHER), (*ROWS[2], OTHER), (*secret, UNIT)]
    more = [(1, "1/GPXD", *ROWS[0][2:], UNIT), (2, "2/GPXD", *ROWS[1][2:], OTHER)]
    last = [(*secret[:1], "10/LLTP", *secret[2:], UNIT), (*ROWS[0][:1], "3/GPXD", "08/03/2019", *ROWS[0][3:], UNIT)]
    take(sheet(tmp_path, rows + more + last, header), {"H": "unit"})
    done = take(sheet(tmp_path, [rows[0], rows[1], rows[2], *last], header), {"H": "unit"})
    assert importing.missing(importing.Import.objects.get(pk=done.id)).count() >= 2
    withdrawn = withdrawing.withdraw_missing(done.id, "nhập nhầm", "van.thu", Sight({UNIT}))
    gone = set(Line.objects.exclude(withdrawn=None).values_list("number", "unit__code"))
    assert gone == {("1/GPXD", UNIT)} and withdrawn.lines == 1
    withdrawing.withdraw_missing(done.id, "nhập nhầm", "quan.tri", Sight(None, {"criminal_record": None}))
    assert set(Line.objects.exclude(withdrawn=None).values_list("number", flat=True)) == {"1/GPXD", "2/GPXD", "9/LLTP"}


def test_a_line_of_the_software_has_those_results_alone_looked_at_again_that_it_could_be(tmp_path: Path) -> None:
    line(number="1/QĐ", holder="Lê Thị Xa", holder_id="", day=date(2001, 1, 1))
    said = [
        {},
        {"number": "9/X", "issue_date": "2001-02-03", "holder": "Lê Văn Sáu", "holder_id": "340123456"},
        {"number": "8/X", "issue_date": "2001-02-04", "holder": "Lê Văn Bảy", "holder_id": ""},
    ]
    alike, by_id, other = (result(**values) for values in said)
    elsewhere = result(unit=OTHER, number="577/GPXD", holder="Võ Văn Khác", holder_id="", issue_date="2019-03-06")
    while linking.catch_up():
        pass
    assert {outcome(id) for id in (alike, by_id, other, elsewhere)} == {"none"}
    told = Facts(UNIT, number="577/GPXD", issue_date=DAY, holder="Nguyễn Thị Hòa", holder_id="087185001234")
    pushing.push(UNIT, [told, Facts(UNIT, number="70/X", issue_date=DAY, holder_id="340123456")], "token:mcdt")
    assert linking.pending(10) == [alike, by_id]
    linking.catch_up()
    assert linked(alike) and outcome(by_id) == "none"


def test_a_result_that_waits_for_a_person_is_looked_at_again_when_a_line_that_it_could_be_is_told_otherwise() -> None:
    twins = [Facts(UNIT, dossier=code, holder="Nguyễn Thị Hòa", issue_date=DAY) for code in ("D1", "D2")]
    pushing.push(UNIT, twins, "token:mcdt")
    one = result(number="", holder_id="", review=("number",))
    linking.catch_up()
    assert outcome(one) == "unsure"
    pushing.push(UNIT, [Facts(UNIT, dossier="D1", holder="Trần Văn Ba", issue_date=date(2011, 2, 3))], "token:mcdt")
    assert linking.pending(10) == [one]
    linking.catch_up()
    assert linked(one) == Line.objects.get(dossier="D2").pk
