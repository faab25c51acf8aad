"""What stands on reports, in Vietnamese, as those who read them are: heads of columns, names and definitions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from catalog.values import HERE
from quotas.dossier_facts import Figure, Indicator
from quotas.periods import Period, Span
from quotas.report_records import Archive, Report

TITLE = "BÁO CÁO SỐ HÓA HỒ SƠ, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
NOT_APPLICABLE = "N/A"
OWN = "riêng đơn vị, không gồm đơn vị trực thuộc"

FIGURES: Mapping[Figure, str] = {
    Figure.RECEIVED: "Hồ sơ tiếp nhận",
    Figure.COMPONENTS_NONE: "Chưa số hóa thành phần",
    Figure.COMPONENTS_DIGITIZED: "Đã số hóa thành phần",
    Figure.REUSED: "Tái sử dụng thành phần",
    Figure.REUSED_PORTAL: "Tái sử dụng từ Cổng DVCQG",
    Figure.SHARED: "Chia sẻ với Kho dữ liệu quốc gia",
    Figure.RESOLVED: "Hồ sơ đã giải quyết",
    Figure.RESULTS_NONE: "Chưa số hóa kết quả",
    Figure.RESULTS_DIGITIZED: "Đã số hóa kết quả",
    Figure.PAPER: "Thuộc TTHC có kết quả bản giấy",
    Figure.PAPER_DIGITIZED: "Trong đó có tệp kết quả điện tử",
    Figure.COMPLETE: "Có cả thành phần và tệp kết quả",
}
"""Heads of columns."""

INDICATORS: Mapping[Indicator, str] = {
    Indicator.ELECTRONIC: "Kết quả điện tử",
    Indicator.DIGITIZATION: "Số hóa hồ sơ, kết quả",
    Indicator.REUSE: "Tái sử dụng",
    Indicator.SHARING: "Kết nối, chia sẻ dữ liệu",
}

DEFINITIONS: Mapping[Indicator, str] = {
    Indicator.ELECTRONIC: "Tỷ lệ hồ sơ có kết quả giải quyết điện tử = số hồ sơ đã giải quyết trong kỳ, thuộc "
    "thủ tục có "
    "kết quả bản giấy và có tệp kết quả đính kèm ÷ số hồ sơ đã giải quyết trong kỳ, thuộc thủ tục có kết quả bản giấy.",
    Indicator.DIGITIZATION: "Tỷ lệ số hóa hồ sơ, kết quả = số hồ sơ đã giải quyết trong kỳ có ít nhất một thành "
    "phần hồ "
    "sơ đã số hóa hoặc tái sử dụng và có tệp kết quả đính kèm ÷ số hồ sơ đã giải quyết trong kỳ.",
    Indicator.REUSE: "Tỷ lệ tái sử dụng = số hồ sơ tiếp nhận trong kỳ có ít nhất một thành phần được tái sử "
    "dụng ÷ số "
    "hồ sơ tiếp nhận trong kỳ.",
    Indicator.SHARING: "Tỷ lệ kết nối, chia sẻ = số hồ sơ tiếp nhận trong kỳ có thành phần lấy từ Kho dữ liệu "
    "quốc gia "
    "hoặc có kết quả được đồng bộ liên kết lên đó ÷ số hồ sơ tiếp nhận trong kỳ.",
}

NOTES: tuple[str, ...] = (
    "Căn cứ: Quyết định số 766/QĐ-TTg về Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, "
    "doanh "
    "nghiệp trong thực hiện thủ tục hành chính, dịch vụ công; Nghị định số 107/2021/NĐ-CP; Nghị định số "
    "118/2025/NĐ-CP. "
    "Mẫu số của hai chỉ số đầu là hồ sơ đã giải quyết trong kỳ: hồ sơ chưa giải quyết thì chưa thể có tệp kết quả.",
    "Mọi số liệu tính theo hồ sơ. Không tính hồ sơ đã rút khỏi danh sách (tiếp nhận nhầm, hủy). Hồ sơ tiếp nhận "
    "ở kỳ "
    "trước, giải quyết trong kỳ này được tính vào hồ sơ đã giải quyết của kỳ này.",
    "Tệp kết quả đính kèm: do phần mềm một cửa báo đã có, hoặc là kết quả trong kho ghi mã hồ sơ này, hoặc được "
    "nối với "
    "dòng sổ theo dõi ghi mã hồ sơ này, và không còn trường nào chờ kiểm tra. Kết quả quét từ kho lưu trữ chỉ "
    "được tính "
    "khi số hóa ngay trong năm giải quyết hồ sơ; số hóa muộn hơn là số hóa hồi cố, chỉ tính vào độ phủ kho lưu trữ.",
    "Tái sử dụng: thành phần mà phần mềm một cửa báo là tái sử dụng, hoặc hồ sơ có kết quả được dùng lại theo "
    "sổ tái sử "
    "dụng. Thành phần tái sử dụng cũng là thành phần đã số hóa.",
    "Tỷ lệ lấy hai chữ số thập phân, tính bằng phần trăm; mẫu số bằng 0 thì ghi N/A.",
    "Số liệu của đơn vị đã kết thúc hoạt động tính cho đơn vị kế thừa vào ngày lập báo cáo. Đơn vị đã chia tách "
    "thành "
    "nhiều đơn vị thì số liệu tính riêng cho cơ quan cấp trên gần nhất, không phân bổ.",
)

ARCHIVE = "Độ phủ kho lưu trữ"
ARCHIVE_COLUMNS = ("Kết quả cũ trong sổ", "Còn hiệu lực, phải số hóa", "Đã số hóa", "Tỷ lệ (%)")
ARCHIVE_NOTE = (
    "Độ phủ kho lưu trữ = số kết quả cũ đã số hóa ÷ số kết quả cũ (ban hành trước kỳ chỉ tiêu) còn phải số hóa "
    "trong sổ "
    "theo dõi. Không nằm trong bốn chỉ số trên."
)

_SPANS: Mapping[Span, str] = {
    Span.SIX_MONTHS: "6 tháng đầu năm {year}",
    Span.NINE_MONTHS: "9 tháng đầu năm {year}",
    Span.YEAR: "Năm {year}",
}


def period(asked: Period) -> str:
    """The period as it is written: ``Quý III năm 2026``."""
    year = asked.first.year
    if asked.span is Span.MONTH:
        return (
            f"Tháng {asked.first.month:02} năm {year}"
            if asked.first.month < 3
            else f"Tháng {asked.first.month} năm {year}"
        )
    if asked.span is Span.QUARTER:
        return f"Quý {('I', 'II', 'III', 'IV')[asked.first.month // 3]} năm {year}"
    return _SPANS[asked.span].format(year=year)


def days(asked: Period) -> str:
    """Its days: ``Từ ngày 01/07/2026 đến ngày 30/9/2026``."""
    return f"Từ ngày {asked.first:%d/%m/%Y} đến ngày {asked.last:%d/%m/%Y}"


def counted(report: Report) -> str:
    """When it was counted; and, where the period was not over yet, that it was not."""
    time = report.time.astimezone(HERE)
    told = f"Số liệu tính lúc {time:%H:%M} ngày {time:%d/%m/%Y}"
    return f"{told}, khi kỳ báo cáo chưa kết thúc" if report.day <= report.period.last else told


def archive_source(archive: Archive) -> str:
    """Where the coverage comes from."""
    of = f"kết quả ban hành trước ngày {archive.first:%d/%m/%Y}"
    if archive.live:
        how = "tính trực tiếp khi lập báo cáo, không phải số liệu chốt"
    else:
        how = f"số liệu chốt cuối ngày {archive.day:%d/%m/%Y}"
        how += f", lần tính lại thứ {archive.revision}" if archive.revision else ""
    base = (
        "theo danh mục gốc đã chốt"
        if archive.baseline is not None
        else "theo sổ theo dõi hiện có, chưa chốt danh mục gốc"
    )
    return f"{of}; {how}; {base}"


def scale(most: str, full_from: str) -> str:
    """How an indicator is marked."""
    return f"điểm tối đa {most}, đạt từ {full_from} %; thấp hơn thì điểm = tỷ lệ × {most} ÷ {full_from} %"


def place_and_day(day: date) -> str:
    """Place (to be written by hand) and day, as Nghị định 30/2020 has them."""
    return f"…………, ngày {day:%d} tháng {_month(day)} năm {day.year}"


def _month(day: date) -> str:
    """As Nghị định 30/2020 has it: January and February with a leading zero."""
    return f"{day.month:02}" if day.month <= 2 else f"{day.month}"
