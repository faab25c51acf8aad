"""The search page: what is found, what is said when nothing is, and what stands in the address."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from indexing.typed_filters import Filters, split_filters
from tests.web import library
from web.search import Asked


def page(client: Client, **asked: str) -> str:
    response = client.get("/", asked)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_catalog_says_how_to_begin(client: Client) -> None:
    html = page(client)
    assert "Chưa có gì được số hóa" in html
    assert "sohoa ingest" in html


def test_without_words_the_latest_results_are_shown(client: Client, permit: int, birth: int) -> None:
    html = page(client)
    assert html.index(f"/results/{birth}/") < html.index(f"/results/{permit}/")


@pytest.mark.parametrize(
    "words", ["nguyen thi hoa", "Nguyễn Thị Hoà", "577/gpxd", "577 / GPXD", '"giay phep xay dung"']
)
def test_a_result_is_found_without_accents_and_by_number(client: Client, permit: int, birth: int, words: str) -> None:
    html = page(client, q=words)
    assert f"/results/{permit}/" in html
    assert f"/results/{birth}/" not in html


def test_a_card_tells_what_a_clerk_needs(client: Client, permit: int) -> None:
    html = page(client, q="hoa")
    for wanted in ("Giấy phép xây dựng 577/GPXD", "Ủy ban nhân dân huyện Lai Vung", "05/03/2019", "cần kiểm tra"):
        assert wanted in html
    assert "<mark>Hòa</mark>" in html


def test_text_of_documents_is_never_taken_for_html(client: Client, birth: int) -> None:
    html = page(client, q="alert")
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_filters_stand_in_the_address_and_hold(client: Client, permit: int, birth: int) -> None:
    assert f"/results/{permit}/" in page(client, year="2019")
    assert f"/results/{birth}/" not in page(client, year="2019")
    assert f"/results/{permit}/" not in page(client, sector="ho tich")
    assert f"/results/{birth}/" in page(client, type="giấy khai sinh")
    html = page(client, unit="H61.12.3")
    assert f"/results/{birth}/" in html
    assert f"/results/{permit}/" not in html


def test_a_unit_stands_for_those_below_it_too(client: Client, permit: int, birth: int) -> None:
    html = page(client, unit="H61.12")
    assert f"/results/{birth}/" in html
    assert f"/results/{permit}/" in html


def test_results_of_a_unit_that_ended_are_found_by_its_names_old_and_new_and_by_its_successors(
    client: Client, permit: int, birth: int
) -> None:
    from catalog import unit_changes, units

    before = units.require("H61.12.3").name
    unit_changes.rename("H61.12.3", "Ủy ban nhân dân xã Cũ", date(2025, 1, 1), "", "quan.tri")
    units.add("H61.99", "Ủy ban nhân dân xã Mới", valid_from=date(2025, 7, 1))
    unit_changes.end("H61.12.3", date(2025, 6, 30), ["H61.99"], "", "quan.tri")
    for name in ("xã cũ", before, "xã mới", "h61.99", "h61.12.3"):
        assert f"/results/{birth}/" in page(client, q=f'đơn vị:"{name}"'), name
    assert f"/results/{permit}/" not in page(client, q='đơn vị:"xã mới"')
    assert f"/results/{birth}/" in page(client, unit="H61.99")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("hoa năm:2019", True),
        ("hoa nam:2018", False),
        ('loại:"giấy phép xây dựng"', True),
        ('don vi:"lai vung" hoa', True),
        ('đơn vị:"Lấp Vò"', False),
        ("đơn vị:h61.12 577", True),
        ("hiệu lực:còn hoa", True),
        ("trạng thái:cần xem hoa", True),
        ("trạng thái:đã duyệt hoa", False),
    ],
)
def test_filters_may_be_typed_among_the_words(client: Client, permit: int, words: str, found: bool) -> None:
    assert (f"/results/{permit}/" in page(client, q=words)) == found


def test_a_filter_that_means_nothing_is_said_and_left_out(client: Client, permit: int) -> None:
    html = page(client, q="hoa năm:abc")
    assert f"/results/{permit}/" in html
    assert "“năm:abc”" in html


@pytest.mark.parametrize(("language", "first"), [("en", "year:2012"), ("vi", "năm:2012")])
def test_the_help_shows_filters_in_the_reader_s_language_and_each_is_understood(
    client: Client, site: Path, language: str, first: str
) -> None:
    client.cookies["sohoa_language"] = language
    help = page(client).partition("<details")[2].partition("</details>")[0]
    shown = [unescape(typed) for typed in re.findall("<code>(.*?)</code>", help)]
    assert shown[0] == first and len(shown) == 8
    assert ("loại:" in help) == (language == "vi")
    for typed in shown:
        rest, filters = split_filters(typed)
        assert (rest, filters.unknown) == ("", ()) and filters != Filters(), typed


def test_a_part_of_the_page_is_given_to_who_asks_for_the_part(client: Client, permit: int) -> None:
    part = client.get("/", {"q": "hoa"}, headers={"HX-Request": "true", "HX-Target": "found"}).content.decode()
    assert part.lstrip().startswith('<div id="found"')
    assert f"/results/{permit}/" in part
    assert "<html" not in part


def test_a_slip_of_one_letter_is_found_and_said(client: Client, permit: int, birth: int) -> None:
    html = page(client, q="nguyen thi hoq")
    assert f"/results/{permit}/" in html
    assert "khác một ký tự" in html
    assert "gần giống" in html


def test_facets_count_and_lead_to_what_they_count(client: Client, permit: int, birth: int) -> None:
    html = page(client)
    assert 'href="?type=Gi%E1%BA%A5y+khai+sinh"' in html
    narrowed = page(client, type="Giấy khai sinh")
    assert f"/results/{birth}/" in narrowed
    assert f"/results/{permit}/" not in narrowed
    assert "Bỏ các bộ lọc" in narrowed or "bỏ lọc này" in narrowed


def test_nothing_found_within_filters_says_how_many_there_are_without_each(client: Client, permit: int) -> None:
    html = page(client, q="hoa", year="1999", state="to_review")
    assert "bỏ lọc “1999”" in html
    assert 'href="?q=hoa&amp;state=to_review"' in html


def test_nothing_found_says_what_to_loosen(client: Client, permit: int) -> None:
    html = page(client, q="khongcogi", year="2019")
    assert "Không tìm thấy" in html
    assert 'href="?q=khongcogi"' in html


def test_a_typed_filter_is_offered_for_removal_like_a_clicked_one(client: Client, permit: int) -> None:
    html = page(client, q="nguyễn thị hòa năm:1999")
    assert "bỏ lọc “năm:1999”</a>: 1 kết quả" in html
    assert f'href="?{urlencode({"q": "nguyễn thị hòa"})}"' in html
    html = unescape(page(client, q='hoa loại:"giấy phép xây dựng" năm:1999', state="verified"))
    assert "bỏ mọi bộ lọc</a>: 1 kết quả" in html and 'href="?q=hoa"' in html
    assert "bỏ lọc “" not in html, "no single one of them is enough"


def test_a_typed_value_that_no_result_has_is_named_as_perhaps_misspelt(client: Client, permit: int) -> None:
    html = unescape(page(client, q='hoa loại:"giấy phép xây đựnk" đơn vị:"Lai Vunk"'))
    assert 'Không có kết quả nào ứng với “loại:"giấy phép xây đựnk"”' in html
    assert '“đơn vị:"Lai Vunk"”' in html
    assert "ứng với" not in page(client, q='hoa loại:"giấy phép xây dựng" năm:1999')


def test_a_hundred_typed_filters_are_answered_with_a_few_searches(
    client: Client, permit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web import loosening

    asked: list[object] = []
    monkeypatch.setattr(loosening, "_total", lambda one, _seen: asked.append(one) or 0)
    page(client, q="loại:a " * 70)
    assert 0 < len(asked) <= 21


def test_how_results_were_handed_over_is_clicked_as_it_is_typed(client: Client, permit: int, birth: int) -> None:
    from catalog import deliveries
    from catalog.states import Manner

    assert 'href="?delivered=counter"' in page(client)
    assert "Không tìm thấy" in page(client, delivered="counter")
    deliveries.deliver(permit, Manner.COUNTER, "", date(2020, 1, 2), "Nguyễn Thị Hòa", "test")
    library.index_all()
    html = page(client, delivered="counter")
    assert f"/results/{permit}/" in html and f"/results/{birth}/" not in html
    assert html.partition('class="chosen"')[2].partition(">")[2].startswith('<a href="?" rel="nofollow">tại quầy')
    assert "bỏ lọc “qua bưu chính công ích”</a>: 1 kết quả" in page(client, q="hoa", delivered="post")


@pytest.mark.parametrize(
    "asked",
    [
        {"page": "0"},
        {"delivered": "pigeon"},
        {"page": "-1"},
        {"page": "99999999999999999999"},
        {"page": "x"},
        {"year": "20l9"},
        {"year": "٢٠١٩"},
        {"year": "9999"},
        {"unit": "no such unit"},
        {"q": "\x00\x1b[31m" + "a" * 5000},
        {"q": '" OR ( * ~ ] {'},
        {"q": "%"},
        {"type": "'; DROP TABLE"},
    ],
)
def test_any_address_gets_a_page(client: Client, permit: int, asked: dict[str, str]) -> None:
    page(client, **asked)


def test_many_results_come_in_pages_without_gaps(client: Client, site: Path, tmp_path: Path) -> None:
    ids = {library.put(_numbered(n), tmp_path / str(n)) for n in range(25)}
    first, second = page(client, q="giay khai sinh"), page(client, q="giay khai sinh", page="2")
    shown = [{i for i in ids if f'"/results/{i}/?q=' in html} for html in (first, second)]
    assert [len(part) for part in shown] == [20, 5]
    assert shown[0] | shown[1] == ids
    assert 'rel="next"' in first
    assert 'rel="next"' not in second


def test_the_number_of_queries_does_not_grow_with_the_results(client: Client, site: Path, tmp_path: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    library.put(_numbered(0), tmp_path / "0")
    page(client)  # the first one notes that somebody is there
    few = queries()
    for n in range(1, 15):
        library.put(_numbered(n), tmp_path / str(n))
    assert queries() == few


def _numbered(number: int) -> library.Paper:
    return dataclasses.replace(library.BIRTH, name=f"{number}.pdf", text=f"GIẤY KHAI SINH\nSố {number}/KS")


def test_the_address_of_another_page_keeps_what_was_asked() -> None:
    asked = Asked.of({"q": "a b", "unit": "H61", "year": "2019", "page": "3"})
    assert asked.address(page=4) == "?q=a+b&unit=H61&year=2019&page=4"
    assert asked.address(filters=False) == "?q=a+b"
