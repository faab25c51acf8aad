"""A spreadsheet of units: code, name, what it stands below, its life, and who came after it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from catalog.unit_lists import Entry
from catalog.unit_rules import Fault
from registers import official_lists
from registers.official_lists import Listed, Sheet, columns

__all__ = ["NEEDED", "TITLES", "columns", "read"]

TITLES: Mapping[str, str] = {
    "code": "mã; mã đơn vị; mã định danh; mã cơ quan; mã định danh đơn vị; mã định danh cơ quan; code; unit",
    "name": "tên; tên đơn vị; tên cơ quan; đơn vị; cơ quan; name",
    "parent": "trực thuộc; đơn vị cấp trên; cơ quan cấp trên; đơn vị chủ quản; cơ quan chủ quản; mã đơn vị cấp trên; "
    "mã cấp trên; cấp trên; mã cha; đơn vị cha; mã đơn vị cha; parent",
    "valid_from": "từ ngày; ngày thành lập; ngày bắt đầu; thành lập; hoạt động từ; ngày hiệu lực; from; valid from",
    "valid_to": "đến ngày; ngày kết thúc; ngày giải thể; ngày chấm dứt; giải thể; hoạt động đến; to; valid to",
    "successors": "đơn vị kế tục; đơn vị kế thừa; đơn vị tiếp nhận; đơn vị mới; sáp nhập vào; nhập vào; "
    "mã đơn vị kế tục; mã đơn vị mới; kế tục; kế thừa; successors; successor",
    "decision": "quyết định; nghị quyết; số quyết định; số nghị quyết; căn cứ; căn cứ pháp lý; văn bản; decision",
}
"""Meaning of a column → titles."""
NEEDED = frozenset({"code", "name"})


def read(path: Path, said: Mapping[str, str]) -> tuple[Sheet, tuple[Entry, ...]]:
    """The sheet, and what it says of units. Raises RefusedSheetError and UsageError (`official_lists.read`)."""
    sheet = official_lists.read(path, TITLES, NEEDED, said)
    return sheet, tuple(_entry(row) for row in sheet.rows)


def _entry(row: Listed) -> Entry:
    """What a row says; an empty cell says nothing."""
    days = {}
    fault = None
    for name in ("valid_from", "valid_to"):
        try:
            days[name] = row.day(name)
        except ValueError:
            fault = Fault.DATE
    return Entry(
        row=row.row,
        code=row.text("code"),
        name=row.text("name") or None,
        parent=row.text("parent") or None,
        valid_from=days.get("valid_from"),
        valid_to=days.get("valid_to"),
        successors=row.several("successors") or None,
        decision=row.text("decision"),
        fault=fault,
    )
