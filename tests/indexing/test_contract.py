"""What both backends must do alike: changes, versions, filters, paging, snippets, rebuilding."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from core.errors import ServiceError, UsageError
from indexing import Delete, Query, SearchDocument, SearchIndex, Upsert, open_index

Make = Callable[..., SearchDocument]


def ids(index: SearchIndex, text: str = "", **filters: object) -> list[int]:
    return [hit.id for hit in index.search(Query(text, **filters)).hits]  # type: ignore[arg-type]


def test_changes_are_seen_by_the_next_search_of_any_process(
    index: SearchIndex, address: tuple[str, str, Path], make: Make
) -> None:
    index.apply([Upsert(make(1, text="một"))])
    with open_index(*address) as other:
        assert ids(other, "một") == [1]
        index.apply([Upsert(make(2, text="một hai"))])
        assert ids(other, "hai") == [2]
        assert other.count() == 2
        assert other.exists()
        other.check()


def test_where_no_index_was_made_all_calls_say_what_to_do(fresh: SearchIndex, make: Make) -> None:
    assert not fresh.exists()
    assert fresh.count() == 0
    for call in (lambda: fresh.search(Query("một")), fresh.check, lambda: fresh.apply([Upsert(make(1))])):
        with pytest.raises(ServiceError, match=r"there is no search index .*: run `sohoa reindex`"):
            call()
    fresh.apply([])
    assert not fresh.exists()
    assert fresh.rebuild([]) == 0
    assert fresh.exists()
    fresh.check()


def test_late_and_repeated_changes_do_no_harm(index: SearchIndex, make: Make) -> None:
    newer, older = make(1, version=7, text="mới"), make(1, version=3, text="cũ")
    for change in (Upsert(newer), Upsert(newer), Upsert(older), Delete(1, 6)):
        index.apply([change])
        assert ids(index, "mới") == [1]
        assert ids(index, "cũ") == []
    assert index.count() == 1


def test_of_several_changes_at_once_the_highest_version_wins(index: SearchIndex, make: Make) -> None:
    index.apply(
        [Upsert(make(1, version=2, text="hai")), Upsert(make(1, version=3, text="ba")), Upsert(make(1, text="một"))]
    )
    assert (ids(index, "ba"), ids(index, "hai"), ids(index, "một")) == ([1], [], [])


def test_a_deleted_result_stays_deleted_until_a_newer_version(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(1, version=1, text="bí mật")), Upsert(make(2, text="khác"))])
    index.apply([Delete(1, 5)])
    index.apply([Upsert(make(1, version=4, text="bí mật"))])
    assert ids(index, "bí mật") == []
    assert ids(index) == [2]
    assert index.count() == 1
    index.apply([Upsert(make(1, version=6, text="công khai"))])
    assert ids(index) == [2, 1]
    assert ids(index, "công khai") == [1]


def test_deleting_what_was_never_there_does_nothing_but_is_remembered(index: SearchIndex, make: Make) -> None:
    index.apply([Delete(9, 2)])
    index.apply([Upsert(make(9, version=1, text="muộn"))])
    assert index.count() == 0


def test_results_that_are_the_same_come_latest_recorded_first(index: SearchIndex, make: Make) -> None:
    for start in (40, 1, 20):  # several commits, so several files or segments
        index.apply([Upsert(make(id_, text="giống nhau")) for id_ in range(start, start + 15)])
    wanted = sorted([*range(40, 55), *range(1, 16), *range(20, 35)], reverse=True)
    assert ids(index, "giống", limit=100) == wanted
    assert ids(index, limit=100) == wanted
    paged = [id_ for offset in range(0, 45, 7) for id_ in ids(index, "giống", limit=7, offset=offset)]
    assert paged == wanted


def test_filters(filled: SearchIndex) -> None:
    assert sorted(ids(filled, units=frozenset({"H61.1"}))) == [1, 3, 4]
    assert sorted(ids(filled, units=frozenset({"H61.1", "H61.4"}))) == [1, 3, 4, 9, 10]
    assert ids(filled, units=frozenset()) == []
    assert ids(filled, units=frozenset({"H61"})) == []
    assert sorted(ids(filled, document_type="Quyết định")) == [1, 4]
    assert sorted(ids(filled, document_type="quyet  dinh")) == [1, 4]
    assert sorted(ids(filled, sector="ĐẤT ĐAI")) == [1, 3, 4]
    assert sorted(ids(filled, date_from=date(2016, 2, 1))) == [2, 4, 5, 6]
    assert sorted(ids(filled, date_to=date(2015, 10, 27))) == [1, 3]
    assert ids(filled, date_from=date(2015, 10, 27), date_to=date(2015, 10, 27)) == [1]
    assert ids(filled, date_from=date(2021, 1, 1), date_to=date(2020, 1, 1)) == []
    assert ids(filled, "oanh", units=frozenset({"H61.3"}), document_type="công văn") == [7]


def test_old_dates_are_found_too(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(1, issue_date=date(1951, 3, 2))), Upsert(make(2, issue_date=date(1, 1, 1)))])
    assert ids(index, date_to=date(1960, 1, 1)) == [2, 1]
    assert ids(index, date_from=date(1950, 1, 1), date_to=date(1960, 1, 1)) == [1]


def test_paging_knows_the_total(filled: SearchIndex) -> None:
    first = filled.search(Query("thông báo", limit=2))
    rest = filled.search(Query("thông báo", limit=2, offset=2))
    assert (first.total, rest.total) == (3, 3)
    assert sorted(hit.id for hit in (*first.hits, *rest.hits)) == [8, 9, 10]
    assert filled.search(Query("thông báo", limit=0)) == filled.search(Query("thông báo", limit=0, offset=9))
    assert filled.search(Query("thông báo", limit=0)).total == 3
    assert filled.search(Query(limit=0)).total == 10
    assert filled.search(Query("thông báo", offset=50)).hits == ()


@pytest.mark.parametrize(("limit", "offset"), [(-1, 0), (1, -1), (10_001, 0), (1, 10_000)])
def test_windows_out_of_bounds_are_refused(filled: SearchIndex, limit: int, offset: int) -> None:
    with pytest.raises(UsageError):
        filled.search(Query("thông báo", limit=limit, offset=offset))


def test_snippets_mark_the_words_found_without_accents_too(filled: SearchIndex) -> None:
    (hit, *_) = filled.search(Query("chuyen muc dich")).hits
    marked = [piece.text for piece in hit.highlights[0].pieces if piece.match]
    assert marked == ["chuyển", "mục", "đích"]
    assert "chuyển mục đích sử dụng" in hit.highlights[0].text


def test_snippets_are_plain_text(index: SearchIndex, make: Make) -> None:
    index.apply([Upsert(make(1, text="<b>đất</b> &amp; \x1b[31m\x00\u202enhà\f<script>"))])
    (hit,) = index.search(Query("đất nhà")).hits
    assert [piece.text for piece in hit.highlights[0].pieces if piece.match] == ["đất", "nhà"]
    assert "<b>" in hit.highlights[0].text
    assert not set("\x1b\x00\u202e\f\n") & set(hit.highlights[0].text)


HOSTILE = [
    "a" * 10_000,
    "từ " * 5_000,
    "1/" * 5_000,
    '"' * 10_000,
    "1 " * 5_000,
    "AND OR NOT ( ) : /",
    "a* b? c~2 d^5",
    'number:"1234" OR id:[1 TO 9]',
    "\\",
    '{"match_all": {}}',
    "<script>alert(1)</script>",
    "\x00\x01\x1b[31m",
    "\ud800",
    "đ\u0301\u0301\u0301\u0301",
    "\u0301",
    "ﬁ ﷺ ｱ ß İ",
    "٣٤ ²³ ½",
    "((((" * 100,
    ".*.*.*.*",
    "-1 +1 !x",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_queries_are_answered(filled: SearchIndex, typed: str) -> None:
    hits = filled.search(Query(typed))
    assert 0 <= len(hits.hits) <= hits.total <= 10


def test_hostile_documents_are_indexed(index: SearchIndex, make: Make) -> None:
    index.apply(
        [
            Upsert(make(1, text="\x00\x01\ud800 sạch", number="/", holder="'\"\\", ids=("", "---"))),
            Upsert(make(2, text="x" * 100_000 + " sau", number="1" * 40_000, holder="a " * 40_000)),
            Upsert(make(3, text="", version=0, issue_date=date(9999, 12, 31))),
            Upsert(make(2**62, text="to lớn")),
        ]
    )
    assert index.count() == 4
    assert (ids(index, "sạch"), ids(index, "sau"), ids(index, "to lớn")) == ([1], [2], [2**62])


def test_a_long_text_is_found_at_its_end_with_a_snippet(index: SearchIndex, make: Make) -> None:
    text = "căn cứ luật đất đai và nghị định của chính phủ\n" * 30_000 + "người đứng đơn là bà Huyền Trân"
    index.apply([Upsert(make(1, text=text))])
    (hit,) = index.search(Query("huyen tran")).hits
    assert [piece.text for piece in hit.highlights[0].pieces if piece.match] == ["Huyền", "Trân"]


def test_rebuilding_replaces_everything(filled: SearchIndex, address: tuple[str, str, Path], make: Make) -> None:
    with open_index(*address) as reader:
        assert reader.count() == 10
        assert filled.rebuild([make(70, text="mới tinh"), make(71, text="mới toanh")]) == 2
        assert sorted(ids(reader)) == [70, 71]
    filled.apply([Upsert(make(72, text="sau đó"))])
    assert sorted(ids(filled)) == [70, 71, 72]
    assert filled.rebuild([]) == 0
    assert ids(filled) == []
    filled.check()


def test_a_rebuild_forgets_old_deletions_and_keeps_versions(index: SearchIndex, make: Make) -> None:
    index.apply([Delete(1, 9)])
    index.rebuild([make(1, version=4, text="có lại")])
    index.apply([Upsert(make(1, version=3, text="cũ"))])
    assert ids(index, "có lại") == [1]


def test_searches_go_on_while_the_index_is_rebuilt(filled: SearchIndex, make: Make) -> None:
    half, go_on = threading.Event(), threading.Event()

    def stream() -> Iterator[SearchDocument]:
        yield make(70, text="mới")
        half.set()
        assert go_on.wait(60)
        yield make(71, text="mới")

    builder = threading.Thread(target=filled.rebuild, args=(stream(),))
    builder.start()
    try:
        assert half.wait(60)
        assert ids(filled, "294120747") == [1]
        assert filled.count() == 10
    finally:
        go_on.set()
        builder.join(60)
    assert sorted(ids(filled)) == [70, 71]


def test_no_search_fails_at_the_moment_of_the_switch(filled: SearchIndex, make: Make) -> None:
    done = threading.Event()
    failures: list[BaseException] = []
    answers: set[int] = set()

    def ask() -> None:
        while not done.is_set():
            try:
                answers.add(filled.search(Query("chung")).total)
            except BaseException as error:
                failures.append(error)
                return

    filled.rebuild([make(1, text="chung")])
    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for size in (2, 3, 4, 5):
            assert filled.rebuild([make(id_, text="chung") for id_ in range(size)]) == size
    finally:
        done.set()
        for asker in askers:
            asker.join(60)
    assert failures == []
    assert answers <= {1, 2, 3, 4, 5}


def test_a_rebuild_that_fails_leaves_the_old_index(filled: SearchIndex, make: Make) -> None:
    def broken() -> Iterator[SearchDocument]:
        yield make(70, text="mới")
        raise ValueError("the catalog went away")

    with pytest.raises(ValueError, match="the catalog went away"):
        filled.rebuild(broken())
    assert filled.count() == 10
    assert ids(filled, "294120747") == [1]
    filled.apply([Upsert(make(11, text="vẫn ghi được"))])
    assert filled.rebuild([make(1, text="lần hai")]) == 1


def test_an_id_that_comes_twice_in_a_rebuild_is_found_once(index: SearchIndex, make: Make) -> None:
    assert index.rebuild([make(1, version=1, text="cũ"), make(1, version=2, text="mới")]) == 1
    assert (ids(index, "mới"), ids(index, "cũ")) == ([1], [])


def test_several_threads_write_at_once(index: SearchIndex, make: Make) -> None:
    failures: list[BaseException] = []

    def write(start: int) -> None:
        try:
            for id_ in range(start, start + 5):
                index.apply([Upsert(make(id_, text="song song"))])
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200, 300)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert failures == []
    assert index.count() == 20


def test_errors_and_reprs_hold_nobodys_data(make: Make) -> None:
    document = make(1, holder="Nguyễn Thị Oanh", ids=("294120747",), text="bí mật")
    for shown in (repr(document), repr(Upsert(document)), repr(Query("Nguyễn Thị Oanh"))):
        assert not any(part in shown for part in ("Oanh", "294120747", "bí mật"))
