"""Pages of pairs, samples and rates: who sees what, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from catalog import carriers, decisions, results
from catalog.models import Scan
from catalog.states import Standing
from core.sheets import harmless
from review import duplicates
from review.models import Pair
from tests.catalog.support import processed, queries
from tests.catalog.test_fingerprints import HOA
from tests.web import library

SCANS = 4
SEEN = {"seen_first": "1", "seen_second": "1"}
"""Editions, as the page has them."""


@pytest.fixture
def pair(site: Path, tmp_path: Path) -> int:
    """The first of the pairs of a paper that was scanned four times."""
    for number in range(SCANS):
        paper = replace(library.PERMIT, text=f"{HOA} {'x' * number}", pages=1, name=f"{number}.pdf")
        library.put(paper, tmp_path / str(number))
    duplicates.catch_up()
    return int(Pair.objects.order_by("pk")[0].pk)


def test_pairs_are_shown_to_those_who_may_check_both(sign_in: Callable[[str], Client], pair: int) -> None:
    staff, elsewhere = sign_in("van.thu"), sign_in("noi.khac")
    assert staff.get(f"/duplicates/{pair}/").status_code == 200
    assert staff.get("/duplicates/").content.decode().count("<tr>") == SCANS * (SCANS - 1) // 2 + 1
    assert elsewhere.get(f"/duplicates/{pair}/").status_code == 404
    assert staff.get("/duplicates/999/").status_code == 404


def test_a_confidential_pair_does_not_exist_for_who_may_not_see_it(
    sign_in: Callable[[str], Client], site: Path, tmp_path: Path
) -> None:
    for number in range(2):
        paper = replace(library.RECORD, text=f"{library.RECORD.text} {HOA} {number}", name=f"{number}.pdf")
        library.put(paper, tmp_path / str(number))
    duplicates.catch_up()
    [pair] = Pair.objects.all()
    staff, administrator = sign_in("van.thu"), sign_in("quan.tri")
    assert staff.get(f"/duplicates/{pair.pk}/").status_code == 404
    assert f"/duplicates/{pair.pk}/" not in staff.get("/duplicates/").content.decode()
    assert administrator.get(f"/duplicates/{pair.pk}/").status_code == 302, "asks why it is opened"


def test_staff_replace_nothing(sign_in: Callable[[str], Client], pair: int) -> None:
    given = {"verdict": "new_version", "kept": 1, "decision_number": "1", "decision_date": "1/1/2020", "reason": "x"}
    given |= SEEN
    assert sign_in("van.thu").post(f"/duplicates/{pair}/", given).status_code == 404
    assert results.rows([2])[2].status is Standing.IN_FORCE


def test_a_verdict_without_which_one_to_keep_comes_back_with_why(client: Client, pair: int) -> None:
    response = client.post(f"/duplicates/{pair}/", {"verdict": "same", **SEEN})
    assert response.status_code == 200
    assert "Hãy chọn bản đại diện cho cả hai." in response.content.decode()


def test_a_verdict_leads_to_the_next_pair_and_can_be_undone_from_there(client: Client, pair: int) -> None:
    response = client.post(f"/duplicates/{pair}/", {"verdict": "different", **SEEN})
    assert response["Location"].endswith(f"?before={pair}")
    assert f"/duplicates/{pair}/undo/" in client.get(response["Location"]).content.decode()
    client.post(f"/duplicates/{pair}/undo/")
    assert Pair.objects.get(pk=pair).verdict == "open"


def test_nothing_is_decided_over_what_the_person_did_not_see(client: Client, pair: int) -> None:
    page = client.get(f"/duplicates/{pair}/").content.decode()
    assert page.count('name="seen_first" value="1"') == page.count('name="seen_second" value="1"') == 2
    decisions.confirm(Pair.objects.get(pk=pair).second_id, ["number"], "lan")
    for verdict in ({"verdict": "different"}, {"verdict": "same", "kept": "2"}, {"verdict": "same", "kept": "1"}):
        again = client.post(f"/duplicates/{pair}/", {**verdict, **SEEN})
        assert "đã có người khác thay đổi kết quả này" in again.content.decode(), verdict
        assert 'name="seen_second" value="2"' in again.content.decode(), "it shows what stands there now"
    assert Pair.objects.get(pk=pair).verdict == "open"


def test_a_list_asks_as_much_for_many_as_for_none(client: Client, site: Path, pair: int) -> None:
    client.get("/duplicates/")
    with queries(_asked(client, "/duplicates/?verdict=same") + 1):  # and the rows of those that are there
        client.get("/duplicates/")


def test_regions_that_cannot_be_come_back_with_why(client: Client, permit: int) -> None:
    for box in ("", "1,2,3", "0,0,1,1", "a,b,c,d", "50,50,40,90", "-1,0,50,50", "0,0,nan,50", "0,0,101,50"):
        response = client.post(f"/results/{permit}/pages/1/regions/", {"box": box})
        assert "Hãy kẻ ít nhất một phần" in response.content.decode(), box
    assert client.get(f"/results/{permit}/pages/3/regions/").status_code == 404
    assert carriers.taken(permit) == ()


def test_a_part_of_a_page_is_taken_and_told_on_the_page_of_the_result(client: Client, permit: int) -> None:
    response = client.post(f"/results/{permit}/pages/1/regions/", {"box": ["0,0,100,50", "0,50,100,100"]})
    assert response.status_code == 302
    assert len(carriers.taken(permit)) == 2
    assert "Số kết quả đã lấy ra từ các trang của tệp này: 2" in client.get(f"/results/{permit}/").content.decode()


def test_a_part_that_was_drawn_wrongly_counts_for_none_and_comes_back(client: Client, permit: int) -> None:
    address = f"/results/{permit}/pages/1/regions/"
    client.post(address, {"box": ["0,0,100,50"]})
    part = results.record(Scan.objects.latest("pk").pk, processed(), "key", "words")
    assert "Khoanh sai" in client.get(address).content.decode()
    given = {"carrier": "1", "back": f"{permit}:1"}
    answered = client.post(f"/results/{part}/carrier/", given)
    assert answered["Location"] == address and carriers.among([permit, part]) == {part}
    assert "Tính lại" in client.get(address).content.decode()
    assert client.post(f"/results/{part}/carrier/", {"back": f"{permit}:1"})["Location"] == address
    assert carriers.among([part]) == set()
    for odd in ("x", "1:2:3", "-1:1", "9" * 30 + ":1", ""):
        assert client.post(f"/results/{part}/carrier/", {"back": odd})["Location"].startswith(f"/results/{part}/")


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@x", "\tx"])
def test_no_name_becomes_a_formula_in_a_table(text: str) -> None:
    assert harmless(text) == f"'{text}"
    assert harmless("Nguyễn Văn A") == "Nguyễn Văn A"


def test_days_that_cannot_be_give_the_usual_ones(client: Client, site: Path) -> None:
    for query in ("by=x", "by=field&first=1/2&last=", "by=unit&first=1/1/2030&last=1/1/2020"):
        assert client.get(f"/samples/rates/?{query}").status_code == 200
        assert client.get(f"/samples/rates.csv?{query}").status_code == 200


def _asked(client: Client, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)
