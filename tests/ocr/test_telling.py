"""Which words of a line identify a result."""

from __future__ import annotations

import pytest

from ocr.engine import SeenWord
from ocr.records import Box
from ocr.telling import telling_words


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Hoàng A Toản", "Hoàng A Toản"),
        ("1. Họ và tên: BÙI HỮU DỀNH Giới tính: Nam", "BÙI HỮU DỀNH Giới"),
        ("của bà Lý Thị Nhài, sinh năm 1960", "Lý Thị Nhài,"),
        ("Số Căn cước công dân: 011163101622", "011163101622"),
        ("Số: 12/QĐ-UBND", "12/QĐ-UBND"),
        ("Lai Vung, ngày 05 tháng 3 năm 2019", "05 3 2019"),
        ("thuộc chức năng đất ở hiện trạng", ""),
        ("Căn cứ Luật Đất đai", ""),
    ],
)
def test_names_identity_numbers_numbers_and_dates_tell(line: str, told: str) -> None:
    words = [SeenWord(w, Box(0, 0, 1, 1), 0.9, (1, 1, 1)) for w in line.split()]
    places = sorted(set(telling_words(words)))
    assert " ".join(words[i].text for i in places) == told
