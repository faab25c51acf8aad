"""Periods, holds and disposals on the pages: two people, foreign units, and what is left of a result that is gone."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from catalog import events, results
from preservation.retention import disposals, executing, holds, objects
from tests.preservation.retention.support import over
from tests.web import library

SignIn = Callable[[str], Client]
UNIT = "H61.12"
DECISION = {"number": "9/QĐ-UBND", "date": "2026-01-05", "signer": "Trần Văn Bình"}


def _text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.fixture
def first(sign_in: SignIn) -> Client:
    return sign_in("quan.tri")


@pytest.fixture
def second(sign_in: SignIn) -> Client:
    return sign_in("quan.tri.huyen")


def test_from_a_period_to_a_page_that_says_by_which_decision_it_is_gone(
    first: Client, second: Client, sign_in: SignIn, permit: int
) -> None:
    assert "Không có kết quả đến hạn" in _text(first, f"/retention/due/?unit={UNIT}")
    period = {"unit": UNIT, "type": "", "years": "1", "clock": "issued", "basis": "Thông tư 10/2022/TT-BNV"}
    assert first.post("/retention/set/", period).status_code == 302
    assert "Thông tư 10/2022/TT-BNV" in _text(second, f"/retention/?unit={UNIT}")  # it holds below, too
    assert f"/results/{permit}/" in _text(second, f"/retention/due/?unit={UNIT}&count=1")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(second.get(f"/retention/due/table/?unit={UNIT}"))))  # type: ignore[arg-type]
    assert permit in [row[0].value for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert events.listing(UNIT, 1)[0].data["what"] == "retention_due.xlsx"

    page = second.post("/disposals/propose/", {"unit": UNIT, "type": ""})["Location"]
    number = int(page.split("/")[-2])
    assert "Bạn là người đề nghị" in second.post(f"{page}decide/", DECISION).content.decode()
    assert "Người quản trị thứ hai" not in _text(first, page)
    assert first.post(f"{page}decide/", {**DECISION, "date": "2999-01-01"}).status_code == 422
    assert first.post(f"{page}decide/", DECISION).status_code == 302
    assert "có thể rút lại" in _text(second, page)

    over(number)
    executing.execute(number, "disposal")
    answer = first.get(reverse("result", args=[permit]))
    assert answer.status_code == 410 and "9/QĐ-UBND" in answer.content.decode()
    assert sign_in("noi.khac").get(reverse("result", args=[permit])).status_code == 404
    for name in ("archive", "original", "words", "thumbnail", "result_correct"):
        assert first.get(reverse(name, args=[permit])).status_code == 410, name
    for path in ("/", "/reuse/", "/quotas/", "/batches/", "/review/", "/paper/", "/deeds/", page, "/disposals/"):
        html = first.get(path)
        assert html.status_code == 200 and "Nguyễn Thị Hòa" not in html.content.decode(), path


def test_a_hold_shows_on_the_result_and_its_reason_to_administrators_alone(
    first: Client, sign_in: SignIn, permit: int
) -> None:
    path = f"/retention/holds/?unit={UNIT}&result={permit}"
    assert f'value="{permit}"' in _text(first, path)
    given = {"unit": UNIT, "results": str(permit), "reason": "thụ lý 12/TLST"}
    assert first.post("/retention/holds/", given).status_code == 302
    page = reverse("result", args=[permit])
    assert "thụ lý 12/TLST" in _text(first, page)
    seen = _text(sign_in("mot.cua"), page)
    assert "Bị phong tỏa từ" in seen and "thụ lý" not in seen
    refused = first.post("/disposals/", {"unit": UNIT, "results": str(permit), "reason": "phiếu 3"})
    assert refused.status_code == 422 and "phong tỏa" in refused.content.decode()
    (hold,) = holds.of_result(permit)
    assert first.post(f"/retention/holds/{hold.id}/lift/", {"reason": ""}).status_code == 302
    assert holds.of_result(permit)
    first.post(f"/retention/holds/{hold.id}/lift/", {"reason": "vụ án đã xong"})
    assert not holds.of_result(permit)


@pytest.mark.parametrize("typed", ["abc", "1 -2", "999999", "9" * 30, "٣"])
def test_numbers_that_are_none_hold_and_propose_nothing(first: Client, permit: int, typed: str) -> None:
    for path in ("/retention/holds/", "/disposals/"):
        answer = first.post(path, {"unit": UNIT, "results": typed, "reason": "lý do"})
        assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert not holds.listing() and not disposals.listing()


def test_what_is_another_units_is_not_there(second: Client, sign_in: SignIn, site: Path, tmp_path: Path) -> None:
    elsewhere = library.put(replace(library.PERMIT, unit="H61.13", name="k.pdf"), tmp_path / "elsewhere")
    made = disposals.propose_these("H61.13", [elsewhere], {}, "ai.do", "phiếu")
    held = holds.place("H61.13", [elsewhere], "vụ án", "ai.do")
    for path in (
        f"/disposals/{made.id}/",
        "/retention/?unit=H61.13",
        "/retention/due/?unit=H61",
        "/disposals/?unit=H61",
    ):
        assert second.get(path).status_code == 404, path
    for path in (
        f"/disposals/{made.id}/decide/",
        f"/disposals/{made.id}/withdraw/",
        f"/retention/holds/{held.id}/lift/",
    ):
        assert second.post(path, DECISION | {"reason": "x"}).status_code == 404, path
    for path in ("/retention/holds/", "/disposals/"):
        answer = second.post(path, {"unit": UNIT, "results": str(elsewhere), "reason": "x"})
        assert answer.status_code == 422
    assert disposals.find(made.id).stage == "proposed" and len(holds.of_result(elsewhere)) == 1


def test_secret_results_are_due_for_those_alone_who_may_see_them(first: Client, second: Client, record: int) -> None:
    period = {"unit": UNIT, "type": "", "years": "1", "clock": "issued", "basis": "Thông tư"}
    first.post("/retention/set/", period)
    path = f"/results/{record}/"
    assert path in _text(first, f"/retention/due/?unit={UNIT}")
    assert path not in _text(second, f"/retention/due/?unit={UNIT}")
    made = disposals.propose_these(UNIT, [record], {"criminal_record": None}, "ai.do", "phiếu")
    assert path not in _text(second, f"/disposals/{made.id}/")


def test_a_disposed_result_is_not_found_by_search(first: Client, permit: int) -> None:
    from flows.disposal import tell_search

    assert f"/results/{permit}/" in _text(first, "/?q=577")
    made = disposals.propose_these(UNIT, [permit], {}, "ai.do", "phiếu")
    disposals.decide(made.id, disposals.Decision("9/QĐ", results.show(permit).recorded.date(), "Bình"), "quan.tri")
    over(made.id)
    executing.execute(made.id, "disposal")
    objects.sweep(objects.stores())
    tell_search()
    assert f"/results/{permit}/" not in _text(first, "/?q=577")
