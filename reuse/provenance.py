"""What our own pages state: the certificate of provenance in a package, and the last page of a certified copy.

They go to offices and citizens, so they are in Vietnamese, whatever language the pages on the screen are in.
"""

from __future__ import annotations

from datetime import date, datetime

from catalog.dossiers import HERE
from reuse.records import Reuse, Vouched
from reuse.sheet import Sheet

_STATES = {
    "verified": "đã được người kiểm tra",
    "accepted": "máy đọc, độ tin cậy đạt ngưỡng, chưa có người kiểm tra",
    "to_review": "máy đọc, còn trường thông tin chờ kiểm tra",
}


def of_reuse(reuse: Reuse) -> Sheet:
    """The certificate of provenance of a result that a dossier took."""
    what = reuse.vouched
    return Sheet(
        title="Phiếu nguồn gốc kết quả được tái sử dụng",
        lead=(
            f"Tệp kèm theo được lấy nguyên vẹn từ kho kết quả số hóa của {what.unit_name} "
            f"để dùng làm thành phần của hồ sơ {reuse.dossier}."
        ),
        rows=(
            *_document(what),
            ("Đơn vị lưu giữ", f"{what.unit_name} ({what.unit})"),
            ("Mã kết quả trong kho", f"{what.result}, phiên bản {what.edition}"),
            ("Tình trạng thông tin", _STATES.get(what.state, what.state)),
            ("Ngày đưa vào kho", _time(what.recorded)),
            ("Hồ sơ sử dụng", f"{reuse.dossier}, thành phần số {reuse.ordinal}"),
            ("Thủ tục", reuse.procedure),
            ("Đơn vị giải quyết", reuse.unit),
            ("Người trong hồ sơ", reuse.person),
            ("Người lấy", reuse.actor),
            ("Thời điểm lấy", _time(reuse.time)),
            ("Lý do (khi có cảnh báo)", reuse.reason),
            *_bytes(what),
        ),
        notes=("Tệp đúng là tệp đã được cấp khi mã băm SHA-256 tính từ tệp trùng với mã ghi ở trên.",),
    )


def of_copy(what: Vouched, serial: str, actor: str, time: datetime, address: str) -> Sheet:
    """The last page of a certified copy."""
    return Sheet(
        title="Trang nguồn gốc của bản sao",
        lead=f"Các trang trước trang này là bản sao từ kho kết quả số hóa của {what.unit_name}, không thêm, không bớt.",
        rows=(
            *_document(what, holder=False),
            ("Đơn vị lưu giữ", f"{what.unit_name} ({what.unit})"),
            ("Số trang", str(what.pages)),
            ("Mã bản sao", serial),
            ("Người cấp bản sao", actor),
            ("Thời điểm cấp", _time(time)),
            *_bytes(what),
        ),
        address=address,
        address_note=(
            "Quét mã hoặc mở địa chỉ dưới đây để biết số, cơ quan ban hành và ngày ban hành có đúng không, "
            "kết quả còn hiệu lực hay không."
        ),
    )


def _document(what: Vouched, holder: bool = True) -> tuple[tuple[str, str], ...]:
    return (
        ("Loại", what.document_type),
        ("Số, ký hiệu", what.number),
        ("Số vào sổ", what.register_number),
        ("Cơ quan ban hành", what.issuer),
        ("Ngày ban hành", _day(what.issue_date)),
        ("Trích yếu", what.subject),
        ("Người được cấp", what.holder if holder else ""),
        ("Có hiệu lực đến", _day(what.valid_to)),
    )


def _bytes(what: Vouched) -> tuple[tuple[str, str], ...]:
    return (
        ("SHA-256 của tệp lưu trữ", f"{what.archive_sha256} ({what.archive_size} byte)"),
        ("SHA-256 của bản quét gốc", what.original_sha256),
    )


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _time(time: datetime) -> str:
    """Day and time in Vietnam."""
    return f"{time.astimezone(HERE):%d/%m/%Y %H:%M:%S}"
