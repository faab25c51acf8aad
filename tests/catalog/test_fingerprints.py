"""Results that may be the same paper are found through indexes, each once it was recorded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog import batches, fingerprints, provenance, results, units
from catalog.sketches import Words, keys
from core.errors import NotFoundError
from tests.catalog.support import processed, queries, stored_scan

FORM = (
    "Ủy ban nhân dân xã Tân Hòa chứng nhận đăng ký hộ kinh doanh theo đề nghị của người có tên dưới đây "
    "địa điểm kinh doanh ngành nghề kinh doanh vốn kinh doanh và chịu trách nhiệm trước pháp luật về nội dung đăng ký"
)
HOA = f"{FORM} bà Đỗ Thị Hòa sinh ngày 05/03/1970 số định danh 087190001234 ấp Bình Hưng bán hàng vốn 30.000.000 đồng"
NAM = f"{FORM} ông Lê Văn Nam sinh ngày 17/11/1982 số định danh 087082009876 ấp Long Thành sửa xe vốn 12.500.000 đồng"
MISREAD = HOA.replace("Bình", "8inh").replace("theo đề nghị", "theo de nqhi")
Record = Callable[..., int]


@pytest.fixture
def record(unit: str) -> Record:
    """Record one more result of these words, in a scan of its own."""
    count = iter(range(1, 100))

    def one(text: str = HOA, of: str = unit, content: bytes | None = None, **values: str) -> int:
        scan = stored_scan(batches.open_batch(of, None, "thùng 1"), content=content or b"%%PDF-%d" % next(count))
        return results.record(scan, processed(values=values, last=1, text=text), "key", "words")

    return one


def sketched(*ids: int) -> None:
    for id in ids:
        fingerprints.sketch(id)


def test_the_same_words_read_again_share_keys_and_another_filling_in_shares_fewer() -> None:
    hoa, again, nam = (keys(Words.of((text,)), "") for text in (HOA, MISREAD, NAM))
    assert len(hoa & again) > len(hoa & nam)
    assert Words.of((HOA,)).resemblance(Words.of((MISREAD,))) > 0.8
    assert Words.of((HOA,)).agreement(Words.of((NAM,))) < 0.5


def test_keys_are_the_same_in_each_process_and_fit_the_databases() -> None:
    found = keys(Words.of((HOA,)), "0f" * 32)
    assert found == keys(Words.of((HOA,)), "0f" * 32)
    assert len(found) == 14
    assert all(-(2**63) <= key < 2**63 for key in found)
    assert keys(Words.of(("Số 5",)), "0f" * 32) == frozenset()


def test_a_paper_scanned_again_is_found_and_others_are_not(record: Record) -> None:
    first, other, second = record(), record("Quyết định " * 30), record(MISREAD)
    sketched(first, other, second)
    assert fingerprints.alike(second) == (first,)
    assert fingerprints.alike(other) == ()


def test_new_results_wait_once_to_be_held_against_the_others(record: Record) -> None:
    first, second = record(), record()
    assert fingerprints.fresh(10) == (first, second)
    assert fingerprints.fresh(1) == (first,)
    assert fingerprints.take(first)
    assert not fingerprints.take(first)
    assert fingerprints.fresh(10) == (second,)


def test_the_same_bytes_and_the_same_number_are_found_in_other_units_too(record: Record) -> None:
    units.add("H61.12.4", "Ủy ban nhân dân xã Phong Hòa")
    same = {"issuer": "UBND huyện Lai Vung", "number": "577/GPXD", "issue_date": "2019-03-05"}
    first = record(content=b"%PDF same", **same)
    second = record("khác", of="H61.12.4", content=b"%PDF same")
    third = record("khác nữa", of="H61.12.4", **same | {"number": "577 / gpxd"})
    assert fingerprints.same_bytes(first) == (second,)
    assert fingerprints.same_identity(first) == (third,)
    assert fingerprints.same_identity(second) == ()


def test_what_was_cut_out_of_a_page_is_no_duplicate_of_it(record: Record, batch: int) -> None:
    whole, part = record(content=b"%PDF whole"), record(content=b"%PDF part")
    sketched(whole, part)
    assert fingerprints.alike(part) == (whole,)
    of_whole, of_part = (stored_scan(batch, content=content) for content in (b"%PDF whole", b"%PDF part"))
    provenance.note(of_part, [provenance.PageSource(page=1, scan=of_whole, source_page=1)])
    assert fingerprints.alike(part) == fingerprints.alike(whole) == ()


def test_a_lookup_asks_the_database_a_few_times_whatever_is_found(record: Record) -> None:
    ids = [record(MISREAD) for _ in range(6)]
    sketched(*ids)
    with queries(5):
        assert len(fingerprints.alike(ids[0])) == 5


def test_unknown_results_are_told(unit: str) -> None:
    for call in (fingerprints.texts, fingerprints.sketch, fingerprints.same_bytes):
        with pytest.raises(NotFoundError):
            call(999)
