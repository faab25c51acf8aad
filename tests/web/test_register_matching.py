"""Pages where people say which line of a register a result is, and the lists of what is missing either way."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from catalog.models import Event
from registers import linking, verdicts
from registers.models import Candidate, Line, Looked
from tests.registers.matching import line, linked, outcome
from tests.web import library, unsure_results

UNIT = "H61.12"


@pytest.fixture
def waiting(site: Path, tmp_path: Path) -> int:
    """A result that waits for a person."""
    result = unsure_results.put(tmp_path)
    assert outcome(result) == "unsure"
    return result


def lines_of(result: int) -> list[int]:
    return list(Candidate.objects.filter(result=result).order_by("-score").values_list("line", flat=True))


def test_it_stands_beside_the_lines_that_could_be_it(sign_in: Callable[[str], Client], waiting: int) -> None:
    staff = sign_in("van.thu")
    assert "Lương" not in staff.get("/registers/unsure/").content.decode()
    page = staff.get(f"/registers/unsure/{waiting}/").content.decode()
    assert "Lương Thị Khuyên 0" in page and "900/GPXD" in page and "700/GPXD" in page
    assert f"/results/{waiting}/pages/1.jpg" in page
    assert page.count('type="radio"') == 3


def test_it_does_not_exist_for_those_who_keep_no_registers_there(
    sign_in: Callable[[str], Client], waiting: int
) -> None:
    for name in ("mot.cua", "noi.khac"):
        person = sign_in(name)
        assert person.get("/registers/unsure/").status_code == 404
        assert person.get(f"/registers/unsure/{waiting}/").status_code == 404
        assert person.post(f"/registers/unsure/{waiting}/", {"line": "0"}).status_code == 404
    assert outcome(waiting) == "unsure"


def test_a_line_is_chosen_and_that_is_undone(sign_in: Callable[[str], Client], waiting: int) -> None:
    staff, chosen = sign_in("van.thu"), lines_of(waiting)[1]
    assert staff.post(f"/registers/unsure/{waiting}/", {"line": str(chosen)}).status_code == 302
    assert linked(waiting) == chosen
    page = staff.get(f"/results/{waiting}/").content.decode()
    assert f"/registers/lines/{chosen}/" in page
    assert staff.post(f"/registers/unsure/{waiting}/undo/").status_code == 302
    assert linked(waiting) is None and outcome(waiting) == "unsure"


def test_it_is_said_to_be_in_no_register_and_listed_so(sign_in: Callable[[str], Client], waiting: int) -> None:
    staff = sign_in("van.thu")
    staff.post(f"/registers/unsure/{waiting}/", {"line": "0"})
    assert outcome(waiting) == "not_listed"
    assert "900/GPXD" in staff.get(f"/registers/unlisted/?unit={UNIT}").content.decode()


def test_nothing_chosen_and_a_line_that_was_not_offered_change_nothing(
    sign_in: Callable[[str], Client], waiting: int
) -> None:
    staff = sign_in("van.thu")
    foreign = line(number="1/X", holder="Lê Văn Sáu")
    assert staff.post(f"/registers/unsure/{waiting}/", {}).status_code == 200
    assert staff.post(f"/registers/unsure/{waiting}/", {"line": str(foreign)}).status_code == 404
    assert outcome(waiting) == "unsure"


def test_who_comes_second_is_told(sign_in: Callable[[str], Client], waiting: int) -> None:
    staff, (first, second) = sign_in("van.thu"), lines_of(waiting)
    verdicts.link(waiting, first, "nguoi.khac")
    Candidate.objects.filter(line=second).update(verdict="")
    answer = staff.post(f"/registers/unsure/{waiting}/", {"line": str(second)})
    assert answer.status_code == 200 and linked(waiting) == first


def test_a_link_is_undone_on_the_page_of_the_result(sign_in: Callable[[str], Client], waiting: int) -> None:
    verdicts.link(waiting, lines_of(waiting)[0], "nguoi.khac")
    assert sign_in("mot.cua").post(f"/registers/unlink/{waiting}/").status_code == 404
    assert sign_in("van.thu").post(f"/registers/unlink/{waiting}/").status_code == 302
    assert linked(waiting) is None


def test_what_was_never_scanned_is_listed_and_taken_out_as_a_table_which_is_noted(
    sign_in: Callable[[str], Client], waiting: int
) -> None:
    staff = sign_in("van.thu")
    line(number="=1+1", holder="Trần Văn Mười")
    line(number="2/X", holder="Kín", confidential="adoption")
    page = staff.get(f"/registers/missing/?unit={UNIT}").content.decode()
    assert "Trần Văn Mười" in page and "Kín" not in page and "Khuyên" not in page
    answer = staff.get(f"/registers/missing.xlsx?unit={UNIT}")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Trần Văn Mười"]
    assert str(sheet["A2"].value).startswith("'=")
    noted = Event.objects.get(kind="export.made")
    assert '"rows":1' in noted.data and "Mười" not in noted.data
    assert staff.get("/registers/missing.xlsx?unit=H61.13").status_code == 404


def test_what_was_never_scanned_is_taken_out_as_csv_too_and_noted(
    sign_in: Callable[[str], Client], waiting: int
) -> None:
    staff = sign_in("van.thu")
    line(number="=1+1", holder='Trần "Mười", và vợ', subject="+84\n2")
    line(number="2/X", holder="Kín", confidential="adoption")
    answer = staff.get(f"/registers/missing.csv?unit={UNIT}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="register-missing.csv"' in answer["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf"), "spreadsheet programs know by it that it is UTF-8"
    [_titles, row] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert row[:2] == ["'=1+1", "05/03/2019"] and row[3] == 'Trần "Mười", và vợ' and row[5] == "'+84\n2"
    noted = Event.objects.get(kind="export.made")
    assert "register-missing.csv" in noted.data and '"rows":1' in noted.data and "Mười" not in noted.data
    for address in ("missing.csv?unit=H61.13", "missing.csv?unit=H99", "unlisted.csv?unit=H61.13"):
        assert staff.get(f"/registers/{address}").status_code == 404, address
    page = staff.get(f"/registers/missing/?unit={UNIT}").content.decode()
    assert f"/registers/missing.csv?unit={UNIT}" in page and f"/registers/missing.xlsx?unit={UNIT}" in page


def test_what_is_in_no_register_is_taken_out_without_names_of_secret_results(
    sign_in: Callable[[str], Client], waiting: int, tmp_path: Path
) -> None:
    record = library.put(replace(library.RECORD, pages=1), tmp_path / "record")
    linking.catch_up()
    assert Looked.objects.get(result=record).outcome == "none"
    answer = sign_in("quan.tri").get(f"/registers/unlisted.xlsx?unit={UNIT}")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    holders = {row[0]: row[4] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert holders[record] is None
    text = sign_in("quan.tri").get(f"/registers/unlisted.csv?unit={UNIT}").content.decode("utf-8-sig")
    assert {row[0]: row[4] for row in csv.reader(io.StringIO(text, newline=""))}[str(record)] == ""
    staff = sign_in("van.thu").get(f"/registers/unlisted/?unit={UNIT}").content.decode()
    assert "1203" not in staff


def test_lines_that_may_not_be_seen_are_counted_and_not_shown(sign_in: Callable[[str], Client], waiting: int) -> None:
    secret = lines_of(waiting)[0]
    Line.objects.filter(pk=secret).update(confidential="adoption")
    page = sign_in("van.thu").get(f"/registers/unsure/{waiting}/").content.decode()
    assert page.count('type="radio"') == 2
    assert sign_in("van.thu").post(f"/registers/unsure/{waiting}/", {"line": str(secret)}).status_code == 404
