"""Made-up results, as many as wanted, the same for the same seed: names, units, types and texts as offices have them.

Names are drawn by how common they are (a third are called Nguyễn), so that as many people share a name as in a
province. A text has 200 words on average (as the development corpus has), of which one in fifty was misread.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from core.text import fold
from indexing import SearchDocument

UNITS = tuple(f"H61.{number}" for number in range(1, 161))
"""Departments, districts and communes of one province; the first ones have more results than the last."""

_SURNAMES = "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lường Vàng Giàng Trịnh".split()
_SURNAME_WEIGHTS = (31, 11, 10, 7, 5, 5, 4, 4, 3, 3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1)
_MALE = "Văn Hữu Đức Công Quốc Minh Thanh Xuân Đình Ngọc Trọng Bá Duy Hoàng Anh Quang".split()
_FEMALE = "Thị Ngọc Kim Bích Thanh Thu Mỹ Hồng Diệu Phương Thùy Minh Tuyết Như Cẩm Ánh".split()
_GIVEN = (
    "Lan Oanh Hòa Hoa Hùng Dũng Sơn Hải Long Tuấn Nam Bình An Cường Đạt Đông Giang Hà Hạnh Hiền Hiếu Hoàn Hương "
    "Huy Huyền Khánh Khoa Kiên Kỳ Lâm Liên Linh Loan Lộc Lợi Luân Lực Ly Mai Mạnh Mến Nga Ngân Nghĩa Ngoan Nguyên "
    "Nhài Nhân Nhung Ninh Phong Phú Phúc Phượng Quân Quế Quyên Quỳnh Sáng Sáu Sen Tài Tâm Tân Thái Thắng Thành Thảo "
    "Thiện Thịnh Thoa Thơm Thuận Thủy Tiến Tình Toàn Trang Trí Trinh Trung Trường Tú Tùng Tuyền Uyên Vân Việt Vinh "
    "Vượng Vy Xuyến Yến Ý Đào Điệp Đoan Ái Bảo Chi Chiến Cúc Danh Diễm Duyên"
).split()
_PLACES = (
    "Lai Vung|Tam Bình|Lấp Vò|Khai Quang|Sa Lông|Trung Hiếu|Vĩnh Thới|Long Hậu|Tân Dương|Hòa Long|Phong Hòa|Định Hòa|"
    "Tân Thành|Mỹ An|Bình Thạnh|Phú Lợi|An Khánh|Đông Xuân|Thạnh Phú|Quảng Lâm|Nậm Kè|Mường Toong|Chung Chải|Hương Sơn"
).split("|")

# type, sector, shape of the number, share, months of validity, confidential kind
_KINDS: tuple[tuple[str, str, str, int, int, str], ...] = (
    ("Giấy chứng nhận quyền sử dụng đất", "Đất đai", "{s} {n6}", 18, 0, ""),
    ("Quyết định", "Đất đai", "{n}/QĐ-UBND", 16, 0, ""),
    ("Giấy khai sinh", "Hộ tịch", "{n}/{y}", 14, 0, ""),
    ("Giấy phép xây dựng", "Xây dựng", "{n}/GPXD", 10, 12, ""),
    ("Giấy chứng nhận kết hôn", "Hộ tịch", "{n}/{y}", 8, 0, ""),
    ("Trích lục khai tử", "Hộ tịch", "{n}/TLKT-BS", 7, 0, ""),
    ("Giấy chứng nhận đăng ký hộ kinh doanh", "Đăng ký kinh doanh", "41N{n6}", 7, 0, ""),
    ("Giấy xác nhận tình trạng hôn nhân", "Hộ tịch", "{n}/UBND-XNTTHN", 6, 6, ""),
    ("Công văn", "Đất đai", "{n}/STNMT-QLĐĐ", 5, 0, ""),
    ("Quyết định", "Bảo trợ xã hội", "{n}/QĐ-LĐTBXH", 4, 0, ""),
    ("Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", "Nông nghiệp", "{n}/{y}/NNPTNT-ĐT", 3, 36, ""),
    ("Phiếu lý lịch tư pháp", "Tư pháp", "{n}/{y}/STP-LLTP", 1, 0, "criminal_record"),
    ("Quyết định", "Hộ tịch", "{n}/QĐ-UBND", 1, 0, "adoption"),
)

_SUBJECTS = (
    "cho phép chuyển mục đích sử dụng đất đối với hộ {p}|thu hồi đất của hộ {p} tại xã {x}|trợ cấp xã hội hàng tháng "
    "đối với {p}|cấp đổi Giấy chứng nhận quyền sử dụng đất cho {p}|công nhận quyền sử dụng đất ở tại xã {x}|phê duyệt "
    "phương án bồi thường, hỗ trợ khi Nhà nước thu hồi đất tại xã {x}|gia hạn thời gian khai thác nước dưới đất|cho "
    "phép tách thửa đất tại ấp Tân Lộc|thay đổi, cải chính hộ tịch cho {p}|cấp phép xây dựng nhà ở riêng lẻ"
).split("|")

_SENTENCES = (
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;|Căn cứ Luật Đất đai ngày 29 tháng 11 năm "
    "{y};|Căn cứ Nghị định số {n}/{y}/NĐ-CP của Chính phủ quy định chi tiết thi hành một số điều của Luật;|Xét đề nghị "
    "của Trưởng phòng Tài nguyên và Môi trường tại Tờ trình số {n}/TTr-TNMT;|Điều 1. Cho phép hộ ông (bà) {p}, thường "
    "trú tại ấp {x}, xã {x}, được chuyển mục đích sử dụng {n} m² đất thuộc thửa đất số {n}, tờ bản đồ số 23.|Điều 2. "
    "Giao Văn phòng Đăng ký đất đai chỉnh lý hồ sơ địa chính, trao Giấy chứng nhận cho người được sử dụng đất.|Người "
    "được cấp phép phải thực hiện đúng nội dung ghi trong giấy phép, thông báo ngày khởi công cho Ủy ban nhân dân xã "
    "{x}.|Quyết định này có hiệu lực kể từ ngày ký; Chánh Văn phòng và các cơ quan có liên quan chịu trách nhiệm thi "
    "hành.|Nơi nhận: như trên; Chi cục Thuế; lưu hồ sơ, văn thư.|Họ và tên: {p}, sinh ngày 12 tháng 8 năm {y}, dân "
    "tộc Kinh, quốc tịch Việt Nam.|Nơi đăng ký: Ủy ban nhân dân xã {x}; người ký: Chủ tịch {p}.|Tên công trình: nhà ở "
    "riêng lẻ; số tầng: 02; diện tích xây dựng tầng trệt: {n} m²; chiều cao công trình: 7,8 m.|Ngành, nghề kinh doanh: "
    "bán lẻ tạp hóa, nước giải khát, lương thực, thực phẩm tại xã {x}.|Hộ gia đình có trách nhiệm nộp tiền sử dụng đất "
    "theo quy định; sử dụng đất đúng mục đích, đúng ranh giới; bảo vệ môi trường.|Giấy này có giá trị trong thời hạn "
    "12 tháng kể từ ngày cấp; quá thời hạn trên phải đề nghị gia hạn.|Trong thời gian cư trú tại xã {x} từ năm {y} đến "
    "nay chưa đăng ký kết hôn với ai.|Tài sản gắn liền với đất: nhà ở, kết cấu gạch, cột bê tông cốt thép, diện tích "
    "sàn {n} m².|Người yêu cầu: {p}, giấy tờ tùy thân số {i}.|Mức trợ cấp hàng tháng là {n}.000 đồng, thời gian hưởng "
    "kể từ tháng 5 năm {y}.|Chủ cơ sở: {p}, địa chỉ sản xuất tại ấp {x}; đủ điều kiện bảo đảm an toàn thực phẩm."
).split("|")

_LETTERS = "aeiouhnmtcgbdlr"
_START = date(1995, 1, 2)
_DAYS = (date(2025, 12, 30) - _START).days


def results(count: int, seed: int = 2026) -> Iterator[SearchDocument]:
    """`count` results, with ids from 1."""
    lots = random.Random(seed)
    for number in range(1, count + 1):
        yield _result(number, lots)


def name(lots: random.Random) -> str:
    """A person's name of three words, or of two or four now and then."""
    middle = lots.choice(_FEMALE if lots.random() < 0.5 else _MALE)
    words = [lots.choices(_SURNAMES, _SURNAME_WEIGHTS)[0], middle, lots.choice(_GIVEN)]
    if (shape := lots.random()) < 0.1:
        words.insert(2, lots.choice(_GIVEN))
    elif shape < 0.15:
        del words[1]
    return " ".join(words)


def _result(number: int, lots: random.Random) -> SearchDocument:
    kind, sector, shape, _, months, confidential = lots.choices(_KINDS, [kind[3] for kind in _KINDS])[0]
    day = _START + timedelta(days=int(_DAYS * lots.random() ** 0.6))
    holder, place, id_ = name(lots), lots.choice(_PLACES), f"0{lots.randrange(10**10, 10**11)}"
    older = f"{lots.randrange(10**8, 10**9)}"
    blanks = {"p": holder, "x": place, "y": str(day.year), "i": id_, "s": lots.choice(("BX", "AG", "CH", "DA"))}
    code = shape.format(n=lots.randrange(1, 6000), n6=f"{lots.randrange(10**6):06}", **blanks)
    decided = kind in ("Quyết định", "Công văn")
    return SearchDocument(
        id=number,
        version=1,
        unit=UNITS[int(len(UNITS) * lots.random() ** 1.5)],
        number=code,
        document_type=kind,
        issuer=f"Ủy ban nhân dân xã {place}",
        issue_date=day,
        subject=lots.choice(_SUBJECTS).format(n=number, **blanks) if decided else kind,
        holder=holder,
        co_holder=name(lots) if kind == "Giấy chứng nhận kết hôn" else "",
        ids=(id_,) if lots.random() < 0.7 else (older,),
        signer=name(lots),
        sector=sector,
        source=f"hop-{number // 500:05}.pdf",
        first_page=1,
        last_page=1,
        text=_text(code, kind, blanks, lots),
        dossier=f"{UNITS[number % 160]}-{day:%y%m%d}-{number % 10_000:04}",
        linked_ids=(older,) if lots.random() < 0.1 else (),
        confidential=confidential,
        state=lots.choices(("accepted", "verified", "to_review"), (70, 22, 8))[0],
        status=lots.choices(("in_force", "replaced", "revoked"), (97, 2, 1))[0],
        valid_from=day,
        valid_to=day + timedelta(days=30 * months) if months else None,
        delivered=lots.choice(("", "counter", "post", "electronic")),
    )


def _text(code: str, kind: str, blanks: dict[str, str], lots: random.Random) -> str:
    """Header, title, about seven sentences; one word in fifty is misread."""
    body = [lots.choice(_SENTENCES).format(n=lots.randrange(1, 1000), **blanks) for _ in range(lots.randrange(3, 13))]
    head = f"ỦY BAN NHÂN DÂN XÃ {blanks['x'].upper()} CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc"
    words = f"{head} Số: {code} {kind.upper()} {blanks['p']} {' '.join(body)}".split(" ")
    for _ in range(len(words) // 50):
        place = lots.randrange(len(words))
        words[place] = _misread(words[place], lots)
    return " ".join(words)


def _misread(word: str, lots: random.Random) -> str:
    return slip(word, lots) if len(word) > 1 else word


def slip(word: str, lots: random.Random) -> str:
    """`word` with one wrong character: a digit for a digit, a letter for a letter."""
    place = lots.randrange(len(word))
    others = "0123456789" if word[place].isdigit() else _LETTERS
    wrong = lots.choice([other for other in others if other != fold(word[place])])
    return word[:place] + wrong + word[place + 1 :]
