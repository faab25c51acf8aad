"""Filters among the words that are typed; no index needed."""

from __future__ import annotations

from datetime import date

import pytest

from indexing.query import Filters, split_filters
from indexing.typed_filters import TypedFilter, typed_filters

JAN, DEC = date(2012, 1, 1), date(2012, 12, 31)


@pytest.mark.parametrize(
    ("typed", "rest", "filters"),
    [
        ('loại:"giấy khai sinh" năm:2012 Lan', "Lan", Filters("giấy khai sinh", date_from=JAN, date_to=DEC)),
        ("Lan loai:“giay khai sinh”", "Lan", Filters("giay khai sinh")),
        ("LĨNH VỰC:hộ_tịch đơn vị: H61.1 đất", "đất", Filters(sector="hộ_tịch", unit="H61.1")),
        ("năm:2015-2010", "", Filters(date_from=date(2010, 1, 1), date_to=date(2015, 12, 31))),
        ("từ:1/3/2012 đến:2015 x", "x", Filters(date_from=date(2012, 3, 1), date_to=date(2015, 12, 31))),
        ("từ:2012-03-01", "", Filters(date_from=date(2012, 3, 1))),
        ("hiệu lực:còn hạn lan", "lan", Filters(validity=frozenset({"valid"}))),
        ("hieu luc:con lan", "lan", Filters(validity=frozenset({"valid"}))),
        ("hiệu lực:hết hiệu lực:thu_hồi", "", Filters(validity=frozenset({"expired", "revoked"}))),
        ("trạng thái:cần xem an", "an", Filters(states=frozenset({"to_review"}))),
        ('state:"đã duyệt"', "", Filters(states=frozenset({"verified"}))),
        ("trả:bưu điện", "", Filters(delivered=frozenset({"post"}))),
        # not filters
        ("năm 2012 loại đất", "năm 2012 loại đất", Filters()),
        ('"loại: đất ở" x', '"loại: đất ở" x', Filters()),
        ("phân loại:abc năm:", "phân năm:", Filters("abc")),
        ("", "", Filters()),
        ("năm:abcd lan", "lan", Filters(unknown=("năm:abcd",))),
        ("năm:0000 đến:31/02/2015", "", Filters(unknown=("năm:0000", "đến:31/02/2015"))),
        ("trạng thái:xyz hiệu lực:?", "", Filters(unknown=("trạng thái:xyz", "hiệu lực:?"))),
    ],
)
def test_filters_are_taken_out_of_the_words(typed: str, rest: str, filters: Filters) -> None:
    assert split_filters(typed) == (rest, filters)


@pytest.mark.parametrize("typed", ['loại:"' * 500, "năm: " * 500, '"' * 999, "loại:\x00\ud800", "a:b:c:d", ":" * 2_000])
def test_hostile_filters_are_answered(typed: str) -> None:
    rest, filters = split_filters(typed)
    assert len(rest) <= 1_000
    assert isinstance(filters, Filters)


def test_each_filter_is_told_with_all_that_was_typed_besides() -> None:
    assert typed_filters('Lan năm:2012 loại:"giấy khai sinh" 577') == (
        TypedFilter("year", "năm:2012", 'Lan loại:"giấy khai sinh" 577'),
        TypedFilter("type", 'loại:"giấy khai sinh"', "Lan năm:2012 577"),
    )
    assert [one.typed for one in typed_filters('năm:abc "loại:đất" trả:?')] == ["năm:abc", "trả:?"]
