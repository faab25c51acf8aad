"""A second mention settles what a pen wrote, and says that it does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ocr.records import Reading
from pipeline.extract import Extraction, extract
from pipeline.records import Field
from tests.extract.writing import BODY, LEFT, MIDDLE, RIGHT, reading

TODAY = date(2026, 1, 15)


def decision(number: str = "Số: /QĐ-UBND", day: str = "ngày tháng 3 năm 2023", *more: str) -> Reading:
    return reading(
        [(LEFT, "ỦY BAN NHÂN DÂN"), (RIGHT, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")],
        [(LEFT, "HUYỆN LẤP VÒ"), (RIGHT, "Độc lập - Tự do - Hạnh phúc")],
        [(LEFT, number), (RIGHT, f"Lấp Vò, {day}")],
        *((RIGHT, line) for line in more),
        (MIDDLE, "QUYẾT ĐỊNH"),
        (MIDDLE, "Về việc giao đất đối với hộ bà Trần Thu Trang"),
        (MIDDLE, "ỦY BAN NHÂN DÂN HUYỆN LẤP VÒ"),
    )


def annex(line: str = "(Kèm theo Quyết định số 512/QĐ-UBND ngày 13 tháng 3 năm 2023)") -> Reading:
    return reading((MIDDLE, "PHỤ LỤC"), (MIDDLE, line), (BODY, "1. Thửa đất số 12"), page=2)


def by_name(extraction: Extraction) -> dict[str, Field]:
    return {f.name: f for f in extraction.fields}


def test_an_annex_tells_number_and_date_that_were_left_to_the_pen() -> None:
    found = by_name(extract([decision(), annex()], TODAY))
    assert (found["number"].value, found["issue_date"].value) == ("512/QĐ-UBND", "2023-03-13")
    assert {found[n].evidence.source for n in ("number", "issue_date")} == {"second mention"}
    assert found["number"].evidence.page == 2


def test_a_mention_is_surer_where_the_head_agrees_with_it() -> None:
    pages = decision("Số: 57 /QĐ-UBND"), annex()
    agreed = by_name(extract(pages, TODAY))["number"]
    alone = by_name(extract([decision("Số: 57"), annex()], TODAY))["number"]
    assert agreed.value == alone.value == "512/QĐ-UBND"
    assert agreed.confidence > alone.confidence


def test_what_the_head_says_in_print_is_not_overruled() -> None:
    found = by_name(extract([decision("Số: 509/QĐ-UBND", "ngày 05 tháng 3 năm 2023"), annex()], TODAY))
    assert (found["number"].value, found["issue_date"].value) == ("509/QĐ-UBND", "2023-03-05")


@pytest.mark.parametrize(
    "line",
    [
        "(Kèm theo Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020)",
        "(Kèm theo Quyết định này)",
        "Căn cứ Quyết định số 512/QĐ-UBND ngày 13 tháng 3 năm 2023",
    ],
)
def test_what_is_enclosed_with_another_paper_tells_nothing(line: str) -> None:
    extraction = extract([decision(), annex(line)], TODAY)
    assert not {"number", "issue_date"} & set(by_name(extraction))
    assert {"number", "issue_date"} <= set(extraction.missing)


def test_the_time_of_a_signature_is_a_suggestion_for_a_date_that_is_missing() -> None:
    found = by_name(
        extract([decision("Số: 509/QĐ-UBND", "ngày tháng 3 năm 2023", "Ngày ký: 14-03-2023 10:21:00")], TODAY)
    )
    assert (found["issue_date"].value, found["issue_date"].evidence.source) == ("2023-03-14", "signature")
    assert found["issue_date"].confidence < 0.8


def test_a_number_of_another_year_than_the_date_makes_both_doubtful() -> None:
    right = by_name(extract([decision("Số: 12/2023/QĐ-UBND", "ngày 05 tháng 3 năm 2023")], TODAY))
    wrong = by_name(extract([decision("Số: 12/2028/QĐ-UBND", "ngày 05 tháng 3 năm 2023")], TODAY))
    for name in ("number", "issue_date"):
        assert right[name].confidence > 0.9
        assert wrong[name].confidence < 0.5


def test_a_mention_in_doubtful_letters_stays_doubtful() -> None:
    blurred = annex()
    blurred = replace(blurred, words=tuple(replace(w, confidence=0.4) for w in blurred.words))
    assert by_name(extract([decision(), blurred], TODAY))["number"].confidence < 0.5
