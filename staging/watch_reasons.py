"""Why a file in a watched folder was refused, in the words of those who stand at the scanner."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_REASONS = {
    "bomb": "Tệp phình to bất thường khi mở. Hãy tạo lại bằng chương trình khác.",
    "broken": "Tệp bị hỏng. Hãy quét hoặc xuất lại.",
    "changed": "Tệp vẫn còn thay đổi trong khi đọc. Hãy chờ ghi xong rồi chép lại vào thư mục.",
    "empty": "Tệp rỗng. Hãy quét lại.",
    "encrypted": "Tệp có mật khẩu. Hãy lưu lại không có mật khẩu rồi chép lại vào thư mục.",
    "infected": "Phần mềm diệt vi-rút phát hiện mã độc. Không mở tệp này và báo cho quản trị.",
    "link": "Đây là liên kết, không phải tệp. Hãy chép chính tệp đó vào thư mục.",
    "no-pages": "Tệp không có trang nào. Hãy quét hoặc xuất lại.",
    "not-a-file": "Đây không phải là tệp. Chỉ đặt tệp và thư mục vào đây.",
    "too-big": "Tệp quá lớn. Hãy tách nhỏ, hoặc nhờ quản trị tăng max_file_bytes.",
    "too-many-pages": "Tệp có quá nhiều trang. Hãy tách nhỏ, hoặc nhờ quản trị tăng max_pages.",
    "too-many-pixels": "Trang quá nhiều điểm ảnh. Hãy quét với độ phân giải thấp hơn.",
    "too-slow": "Tệp mở quá lâu. Hãy tạo lại bằng chương trình khác.",
    "truncated": "Tệp bị thiếu phần cuối (chép hoặc quét dở dang). Hãy chép hoặc quét lại.",
    "unknown-type": "Không phải PDF, TIFF, JPEG hay PNG. Hãy lưu thành một trong các loại này.",
    "unscanned": "Chưa kiểm tra được vi-rút. Hãy báo quản trị xem phần mềm diệt vi-rút, rồi chép lại vào thư mục.",
    "unreadable": "Không đọc được tệp. Hãy cho chương trình quyền đọc tệp này.",
}
"""Reason of the door → what is wrong, and what to do."""


def note(name: str, reason: str, message: str, time: datetime) -> str:
    """The text of the file that is laid beside a refused one; `message` is the door's own line, for the technician."""
    said = _REASONS.get(reason, "Tệp không nhận được.")
    return f"{name}\n\n{said}\n\n{time.astimezone(_ZONE):%d/%m/%Y %H:%M}  [{reason}] {message}\n"
