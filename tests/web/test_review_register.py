"""What the register says stands ready at the review desk, ahead of what else is suggested."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from catalog.models import Unit
from registers import verdicts
from registers.models import Candidate, Line
from review.models import Lease
from tests.registers.matching import line, outcome
from tests.web import unsure_results

UNIT = "H61.12"
MARK = "theo sổ:"


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with override("vi"):
        yield


@pytest.fixture
def waiting(site: Path, tmp_path: Path) -> int:
    """A document in the queue that could be either of two lines."""
    result = unsure_results.put(tmp_path)
    assert outcome(result) == "unsure"
    return result


def shown(client: Client, result: int) -> str:
    Lease.objects.all().delete()
    answer = client.get(f"/results/{result}/review/")
    assert answer.status_code == 200
    return answer.content.decode()


def suggested(page: str, name: str) -> list[tuple[str, str, str]]:
    """Digit, value and text of what is suggested for a field."""
    entry = page.partition(f'data-name="{name}"')[2].partition("data-name=")[0]
    found = re.findall(r'data-(?:value|rest)="([^"]*)"><kbd>(\d)</kbd>(.*?)</button>', entry, re.DOTALL)
    return [(digit, html.unescape(value), html.unescape(re.sub("<[^>]*>", "", text))) for value, digit, text in found]


def test_lines_that_could_be_it_are_suggested_first_with_the_line_they_come_from(
    sign_in: Callable[[str], Client], waiting: int
) -> None:
    offered = Candidate.objects.filter(result=waiting).order_by("-score", "pk")
    first, second = offered.values_list("line__number", flat=True)
    page = shown(sign_in("van.thu"), waiting)
    numbers = suggested(page, "number")
    assert [value for _digit, value, _text in numbers[:2]] == [first, second]
    assert all(f"{MARK} {value}" in text for _digit, value, text in numbers[:2])
    assert [digit for digit, _value, _text in numbers] == [str(place) for place in range(1, len(numbers) + 1)]
    assert len(numbers) > 2, "what may follow the figures of the number"
    days = suggested(page, "issue_date")
    assert [value for _digit, value, _text in days] == ["09/04/2018"]
    assert f"{MARK} {first}, {second}" in days[0][2], "what both say stands there once"
    assert "Các dòng trong sổ theo dõi có thể khớp:" in page
    for row in Line.objects.filter(candidates__result=waiting):
        assert f'href="/registers/lines/{row.pk}/"' in page


def test_of_a_linked_line_every_field_is_suggested(sign_in: Callable[[str], Client], waiting: int) -> None:
    said = {
        "number": "901/GPXD", "register_number": "CH 00901", "holder": "Lương Thị Khuyên", "holder_id": "087185001234",
        "co_holder": "Võ Văn Tám", "co_holder_id": "087185009999", "subject": "Xây nhà ở riêng lẻ",
        "document_type": "Giấy phép xây dựng có thời hạn",
    }  # fmt: skip
    chosen = line(day=date(2018, 4, 10), doubtful=True, **said)
    verdicts.link(waiting, chosen, "van.thu")
    page = shown(sign_in("van.thu"), waiting)
    for name, value in said.items():
        assert suggested(page, name)[0][1] == value, name
        assert MARK in suggested(page, name)[0][2], name
    assert suggested(page, "issue_date")[0][1] == "10/04/2018"
    assert "suy đoán" in suggested(page, "issue_date")[0][2]
    assert [value for _digit, value, _text in suggested(page, "number") if value.startswith(("700", "900"))] == []
    assert "Dòng trong sổ theo dõi:" in page


def test_the_next_document_comes_with_its_line_too(sign_in: Callable[[str], Client], waiting: int) -> None:
    Lease.objects.all().delete()
    page = sign_in("van.thu").post("/review/next/", {"part": "1"}).content.decode()
    assert f"{MARK} 900/GPXD" in html.unescape(page)


def test_confidential_lines_are_for_those_who_may_see_them(sign_in: Callable[[str], Client], waiting: int) -> None:
    secret = Line.objects.get(number="700/GPXD")
    Line.objects.filter(pk=secret.pk).update(confidential="adoption", holder="Người Kín", co_holder="Kín Hơn")
    page = shown(sign_in("van.thu"), waiting)
    assert "900/GPXD" in page
    for hidden in ("700/GPXD", "Người Kín", "Kín Hơn", f"/registers/lines/{secret.pk}/"):
        assert hidden not in page, hidden


def test_who_keeps_no_register_there_is_told_nothing_of_it(sign_in: Callable[[str], Client], waiting: int) -> None:
    Line.objects.update(unit=Unit.objects.get(code="H61.13"))
    page = shown(sign_in("van.thu"), waiting)
    assert MARK not in page and "700/GPXD" not in page and "sổ theo dõi có thể khớp" not in page


def test_without_a_line_nothing_is_claimed(sign_in: Callable[[str], Client], permit: int) -> None:
    page = shown(sign_in("van.thu"), permit)
    assert MARK not in page and "trong sổ theo dõi" not in page


def test_what_a_register_says_is_text_and_nothing_else(sign_in: Callable[[str], Client], waiting: int) -> None:
    Line.objects.filter(number="900/GPXD").update(subject='"><script>alert(1)</script>', holder="A & B")
    page = shown(sign_in("van.thu"), waiting)
    assert "<script>alert" not in page
    assert '"><script>alert(1)</script>' in [value for _digit, value, _text in suggested(page, "subject")]


def test_one_question_a_document_however_many_lines(
    sign_in: Callable[[str], Client], waiting: int, tmp_path: Path
) -> None:
    staff = sign_in("van.thu")

    def asked() -> list[str]:
        shown(staff, waiting)
        with CaptureQueriesContext(connection) as found:
            shown(staff, waiting)
        return [str(query["sql"]) for query in found if "registers_line" in str(query["sql"])]

    two = asked()
    values = Candidate.objects.filter(result=waiting).values("result_id", "score", "reasons", "time")[0]
    for number in range(6):
        Candidate.objects.create(**values, line_id=line(number=f"{number}/X"))
    assert len(two) == len(asked()) == 1
