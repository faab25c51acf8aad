"""The two backends under one name, and a handful of results to find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from indexing import SearchDocument, SearchIndex, open_index

EMPTY = SearchDocument(
    id=0,
    version=1,
    unit="H61",
    number="",
    document_type="",
    issuer="",
    issue_date=None,
    subject="",
    holder="",
    co_holder="",
    ids=(),
    signer="",
    sector="",
    source="",
    first_page=1,
    last_page=1,
    text="",
)

Make = Callable[..., SearchDocument]


@pytest.fixture
def make() -> Make:
    """A document with the given fields, all others empty."""

    def _make(id_: int, /, **given: object) -> SearchDocument:
        return replace(EMPTY, id=id_, **given)  # type: ignore[arg-type]

    return _make


@pytest.fixture(params=["embedded", "elastic"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str, Path]:
    """What `open_index` takes, of an index of this test alone."""
    if request.param == "embedded":
        return "embedded:", "sohoa", tmp_path / "index"
    return request.getfixturevalue("es_url"), request.getfixturevalue("es_index"), tmp_path


@pytest.fixture
def fresh(address: tuple[str, str, Path]) -> Iterator[SearchIndex]:
    """Where no index was ever made."""
    with open_index(*address) as opened:
        yield opened


@pytest.fixture
def index(fresh: SearchIndex) -> SearchIndex:
    """An empty index."""
    fresh.rebuild([])
    return fresh


@pytest.fixture
def results(make: Make) -> list[SearchDocument]:
    """Ten results as they come from a box of old papers."""
    return [
        make(
            1,
            unit="H61.1",
            number="1234/QĐ-UBND",
            document_type="Quyết định",
            issuer="Ủy ban nhân dân huyện Lai Vung",
            issue_date=date(2015, 10, 27),
            subject="cho phép chuyển mục đích sử dụng đất",
            holder="Nguyễn Thị Oanh",
            ids=("294120747",),
            signer="Đỗ A Toản",
            sector="Đất đai",
            source="hop-01.pdf",
            text="QUYẾT ĐỊNH\nSố: 1234/QĐ-UBND\nCho phép hộ bà Nguyễn Thị Oanh, số 294120747,\n"
            "chuyển mục đích sử dụng 759 m² đất trồng cây lâu năm sang đất ở tại nông thôn.",
        ),
        make(
            2,
            unit="H61.2",
            number="577/GPXD",
            document_type="Giấy phép xây dựng",
            issuer="Phòng Kinh tế và Hạ tầng",
            issue_date=date(2018, 3, 5),
            holder="Trần Văn Hòa",
            ids=("012345678901",),
            sector="Xây dựng",
            source="hop-01.pdf",
            text="GIẤY PHÉP XÂY DỰNG\nSố: 577/GPXD\nCăn cứ Quyết định số 1234/QĐ-UBND ngày 27 tháng 10 năm 2015\n"
            "Cấp cho ông Trần Văn Hòa được xây nhà ở riêng lẻ.",
        ),
        make(
            3,
            unit="H61.1",
            number="BX 123456",
            document_type="Giấy chứng nhận quyền sử dụng đất",
            issue_date=date(2014, 1, 15),
            holder="Lê Hoa",
            co_holder="Phạm Văn Tư",
            ids=("CH01234", "0101234567-001"),
            sector="Đất đai",
            source="hop-02.tif",
            text="GIẤY CHỨNG NHẬN\nquyền sử dụng đất\nBX 123456\nBà Lê Hoa và ông Phạm Văn Tư",
        ),
        make(
            4,
            unit="H61.1",
            number="1234/2016/QĐ-UBND",
            document_type="Quyết định",
            issue_date=date(2016, 2, 1),
            holder="Lê Hòa",
            sector="Đất đai",
            text="QUYẾT ĐỊNH về việc thu hồi đất. Ông Lê Hòa.",
        ),
        make(
            5,
            unit="H61.2",
            number="41N8033112",
            document_type="Giấy chứng nhận đăng ký hộ kinh doanh",
            issue_date=date(2019, 7, 9),
            holder="Nguyễn Văn Lân",
            ids=("338545270",),
            linked_ids=("086196285689",),
            dossier="000.00.53.H48-220921-0099",
            sector="Đăng ký kinh doanh",
            text="HỘ KINH DOANH Tạp hóa Oanh Oanh. Chủ hộ: Nguyễn Văn Lân. Bán tạp hóa, nước giải khát.",
        ),
        make(
            6,
            unit="H61.3",
            number="470/TLKT-BS",
            document_type="Trích lục khai tử",
            issue_date=date(2020, 12, 31),
            holder="Nguyễn Văn Lan",
            sector="Hộ tịch",
            dossier="H61.12.3-230420-0001",
            tracking="EA123456789VN",
            text="TRÍCH LỤC KHAI TỬ (BẢN SAO) Họ tên: Nguyễn Văn Lan. Nơi cư trú cuối cùng: ấp Tân Lộc.",
        ),
        make(
            7,
            unit="H61.3",
            document_type="Công văn",
            subject="trả lời đơn của bà Oanh",
            text="V/v trả lời đơn. Kính gửi: bà Oanh.",
        ),
        make(8, unit="H61.3", document_type="Thông báo", text="Thông báo về đất ở. Oanh vàng hót trên cành."),
        make(9, unit="H61.4", document_type="Thông báo", text="Thông báo. Dat o khong dau, ban danh may cu."),
        make(10, unit="H61.4", number="12/TB", document_type="Thông báo", text="Thông báo số 12 về việc khác."),
    ]


@pytest.fixture
def filled(fresh: SearchIndex, results: list[SearchDocument]) -> SearchIndex:
    """An index of the ten results."""
    fresh.rebuild(results)
    return fresh
