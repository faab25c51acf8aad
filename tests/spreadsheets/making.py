"""Tables as offices have them, made up."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

HEADER = ("STT", "Số, ký hiệu", "Ngày ban hành", "Họ và tên", "Số CMND/CCCD", "Trích yếu nội dung", "Tên file")
ROWS: tuple[tuple[object, ...], ...] = (
    (1, "577/GPXD", "5/3/2019", "Nguyễn Thị Hòa", 87185001234, "Xây dựng nhà ở riêng lẻ", r"hop1\577.pdf"),
    (2, "12/QĐ-UBND", "06/03/2019", "Trần Văn Đức", "340123456", "Chuyển mục đích sử dụng đất", "hop1/12.PDF"),
    (3, "1203/QĐ-UBND", "17/12/2018", "Lê Thị Bưởi", "", "Cấp lại giấy chứng nhận", "hop1/1203 qđ.pdf"),
)


def xlsx(path: Path, rows: Iterable[Sequence[object]], merged: Iterable[str] = (), sheet: str = "Sheet1") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    for cells in merged:
        page.merge_cells(cells)
    book.save(path)
    return path


def csv(path: Path, rows: Iterable[Sequence[object]], encoding: str = "utf-8", separator: str = ",") -> Path:
    path.write_bytes(lines(rows, separator).encode(encoding))
    return path


def lines(rows: Iterable[Sequence[object]], separator: str = ",") -> str:
    return "".join(separator.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)


def ods(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    """The least of an OpenDocument spreadsheet (OASIS, ODF 1.2)."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{escape(str(cell))}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Bảng 1">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", kind, zipfile.ZIP_STORED)
        file.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?>'
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        file.writestr("content.xml", content)
    return path
