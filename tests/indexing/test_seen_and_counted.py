"""What may be seen, what is counted, validity on a day, paging without end: alike on both backends."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from catalog.validity import on
from core.errors import UsageError
from indexing import Delete, Query, SearchDocument, SearchIndex, Upsert, Visible
from indexing.records import FACETS, VALIDITIES

Make = Callable[..., SearchDocument]
DAY = date(2026, 1, 15)


def ids(index: SearchIndex, text: str = "", **asked: object) -> list[int]:
    return sorted(hit.id for hit in index.search(Query(text, limit=100, **asked)).hits)  # type: ignore[arg-type]


@pytest.fixture
def guarded(index: SearchIndex, make: Make) -> SearchIndex:
    """Results of two units, some of them confidential, all with the same word."""
    kinds = ["", "", "criminal_record", "adoption", "secret", ""]
    index.apply(
        [
            Upsert(
                make(10 * unit + number, unit=f"U{unit}", confidential=kind, text="chung", document_type=f"Loại {kind}")
            )
            for unit in (1, 2)
            for number, kind in enumerate(kinds)
        ]
    )
    return index


@pytest.mark.parametrize("text", ["", "chung", "chunh", '"chung"', "chung hẳn"])
@pytest.mark.parametrize(
    ("visible", "wanted"),
    [
        (None, [10, 11, 12, 13, 14, 15, 20, 21, 22, 23, 24, 25]),
        (Visible(None), [10, 11, 15, 20, 21, 25]),
        (Visible(frozenset({"U1"})), [10, 11, 15]),
        (Visible(frozenset()), []),
        (Visible(frozenset(), (("adoption", None),)), [13, 23]),
        (Visible(frozenset({"U1"}), (("criminal_record", frozenset({"U2"})),)), [10, 11, 15, 22]),
        (Visible(frozenset({"U2"}), (("secret", None), ("adoption", frozenset()))), [14, 20, 21, 24, 25]),
        (Visible(None, (("open", None), ("made up", None))), [10, 11, 15, 20, 21, 25]),
    ],
)
def test_only_what_may_be_seen_is_found_counted_and_totalled(
    guarded: SearchIndex, text: str, visible: Visible | None, wanted: list[int]
) -> None:
    if text == "chunh":
        wanted = []  # texts have no near words
    hits = guarded.search(Query(text, visible=visible, facets=("unit", "document_type"), limit=100))
    assert sorted(hit.id for hit in hits.hits) == wanted
    assert hits.total == len(wanted)
    assert sum(count for _, count in hits.facets["unit"]) == len(wanted)
    assert sum(count for _, count in hits.facets["document_type"]) == len(wanted)
    small = guarded.search(Query(text, visible=visible, facets=("unit", "document_type"), limit=1))
    assert dict(small.facets) == dict(hits.facets)


def test_a_deleted_result_is_neither_seen_nor_counted(guarded: SearchIndex) -> None:
    guarded.apply([Delete(10, 5)])
    hits = guarded.search(Query(facets=FACETS, limit=3))
    assert hits.total == 11
    assert dict(hits.facets["unit"]) == {"U1": 5, "U2": 6}


SPANS = [
    make_
    for issued in (None, date(2020, 1, 1), date(2026, 6, 1))
    for ends in (None, date(2021, 1, 1), DAY, date(2030, 1, 1))
    for status in ("in_force", "revoked", "replaced")
    for make_ in [{"issue_date": issued, "valid_from": issued, "valid_to": ends, "status": status}]
] + [
    {"issue_date": date(2020, 1, 1), "valid_from": DAY, "valid_to": DAY, "status": "in_force"},
    {"issue_date": date(2020, 1, 1), "valid_from": None, "valid_to": None, "status": "in_force"},
    {"issue_date": None, "valid_from": date(2027, 1, 1), "valid_to": None, "status": "in_force"},
]


@pytest.mark.parametrize("limit", [100, 5])
def test_validity_on_a_day_is_what_the_catalog_says(index: SearchIndex, make: Make, limit: int) -> None:
    documents = [make(number, text="chung", **span) for number, span in enumerate(SPANS)]
    index.apply([Upsert(document) for document in documents])
    for day in (DAY, date(2021, 1, 1), date(2021, 1, 2), date(2019, 12, 31), date(2026, 6, 1), date(2035, 1, 1)):
        truth = {name: [number for number, span in enumerate(SPANS) if on(day, **span) == name] for name in VALIDITIES}
        for name, wanted in truth.items():
            assert ids(index, "chung", validity=frozenset({name}), day=day) == wanted
        hits = index.search(Query("chung", facets=("validity",), day=day, limit=limit))
        assert dict(hits.facets["validity"]) == {name: len(found) for name, found in truth.items() if found}
        both = frozenset({"valid", "expired"})
        assert ids(index, validity=both, day=day) == sorted(truth["valid"] + truth["expired"])
    assert ids(index, validity=frozenset()) == []
    assert ids(index, validity=frozenset({"nonsense"})) == []


def test_facets_are_counted_over_all_results_of_the_search(index: SearchIndex, make: Make) -> None:
    shared = {"text": "chung", "sector": "Hộ tịch"}
    index.apply(
        [Upsert(make(n, **shared, document_type="QUYẾT ĐỊNH", issue_date=date(2012, 1, 1))) for n in range(25)]
        + [Upsert(make(n, **shared, document_type="Công văn", state="verified")) for n in range(25, 40)]
        + [Upsert(make(n, text="khác", document_type="Công văn")) for n in range(40, 45)]
    )
    hits = index.search(Query("chung", facets=FACETS, limit=2))
    assert hits.total == 40
    assert hits.total_exact
    assert hits.facets["document_type"] == (("Quyết định", 25), ("Công văn", 15))
    assert hits.facets["sector"] == (("Hộ tịch", 40),)
    assert hits.facets["year"] == (("2012", 25),)
    assert hits.facets["state"] == (("accepted", 25), ("verified", 15))
    assert hits.facets["unit"] == (("H61", 40),)
    assert hits.facets["validity"] == (("valid", 25), ("unknown", 15))
    everything = index.search(Query(facets=("document_type",), limit=0))
    assert everything.facets["document_type"] == (("Quyết định", 25), ("Công văn", 20))
    assert index.search(Query("chung")).facets == {}
    assert index.search(Query("nirgends", facets=("unit",))).facets == {"unit": ()}
    with pytest.raises(UsageError, match="there is no facet"):
        index.search(Query(facets=("holder",)))


def test_filters_on_state_and_delivery(index: SearchIndex, make: Make) -> None:
    index.apply(
        [
            Upsert(make(1, state="to_review", delivered="post", tracking="EA 123 456 789 VN")),
            Upsert(make(2, state="verified", delivered="counter")),
            Upsert(make(3)),
        ]
    )
    assert ids(index, states=frozenset({"to_review"})) == [1]
    assert ids(index, states=frozenset({"verified", "accepted"})) == [2, 3]
    assert ids(index, states=frozenset()) == []
    assert ids(index, delivered=frozenset({"post"})) == [1]
    assert ids(index, "ea123456789vn") == [1]


@pytest.mark.parametrize("text", ["", "chung", "chung hẳn"])
def test_a_cursor_walks_through_all_results_once(index: SearchIndex, make: Make, text: str) -> None:
    index.apply([Upsert(make(n, text="chung " * (1 + n % 7))) for n in range(100)])
    query = Query(text, limit=9)
    whole = [hit.id for hit in index.search(replace(query, limit=100)).hits]
    hits = index.search(query)
    walked = [hit.id for hit in hits.hits]
    while hits.cursor is not None:
        assert hits.total == 100
        hits = index.search(replace(query, cursor=hits.cursor))
        walked += [hit.id for hit in hits.hits]
    assert walked == whole
    assert len(set(walked)) == 100


def test_a_cursor_of_another_search_is_refused(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(n, text="chung")) for n in range(5)])
    cursor = index.search(Query("chung", limit=2)).cursor
    assert cursor is not None
    for wrong in (cursor[:-4], cursor + "AAAA", "", "x", "?" * 9_000, "bnVsbA", "WzFd"):
        with pytest.raises(UsageError, match="another search"):
            index.search(Query("chung", limit=2, cursor=wrong))
    with pytest.raises(UsageError, match="another search"):
        index.search(Query("chung", limit=2, cursor=cursor, visible=None, units=frozenset({"H61"})))
    with pytest.raises(UsageError, match="not both"):
        index.search(Query("chung", limit=2, cursor=cursor, offset=2))
    assert len(index.search(Query("chung", limit=3, facets=("unit",), cursor=cursor)).hits) == 3


def test_a_cursor_does_not_carry_rights(guarded: SearchIndex) -> None:
    cursor = guarded.search(Query("chung", limit=3)).cursor
    hits = guarded.search(Query("chung", limit=100, cursor=cursor, visible=Visible(frozenset({"U1"}))))
    assert {hit.id for hit in hits.hits} <= {10, 11, 15}


def test_linked_identity_numbers_find_the_results_of_the_same_person(index: SearchIndex, make: Make) -> None:
    index.apply(
        [
            Upsert(make(1, ids=("294120747",), linked_ids=("086048647397",))),
            Upsert(make(2, ids=("086048647397",), linked_ids=("294120747",))),
            Upsert(make(3, ids=("086048647398",))),
        ]
    )
    for typed, first in (("294120747", 1), ("086 048 647 397", 2)):
        hits = index.search(Query(typed))
        assert hits.hits[0].id == first
        assert (hits.total, hits.near) == (2, False)


@pytest.mark.parametrize(
    ("place", "forged"),
    [
        (3, float("nan")),
        (3, float("inf")),
        (3, "1"),
        (4, 1 << 63),
        (4, -1),
        (4, "9" * 5_000),
        (4, 1.5),
        (5, "\ud800"),
        (5, "٣"),
        (5, 3),
    ],
)
def test_a_forged_cursor_is_refused(index: SearchIndex, make: Make, place: int, forged: object) -> None:
    index.apply([Upsert(make(n, text="chung")) for n in range(5)])
    cursor = index.search(Query("chung", limit=2)).cursor
    assert cursor is not None
    said = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    said[place] = forged
    wrong = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    with pytest.raises(UsageError, match="another search"):
        index.search(Query("chung", limit=2, cursor=wrong))
