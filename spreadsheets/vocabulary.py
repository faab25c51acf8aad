"""What columns of Vietnamese offices' tables are called. Names of meanings are those of fields where there is one.

Titles are compared folded (no accents, no case, no punctuation), the way people write them: in full, shortened, with
their number in brackets. Collected from public forms of registers (sổ theo dõi, sổ cấp giấy phép, mục lục hồ sơ of
Nghị định 30/2020) and from memory; a title that is not here is a line to add.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.text import fold_words

_TITLES = {
    "line": "stt; tt; so tt; so thu tu; thu tu; no",
    "number": "số; số ký hiệu; số và ký hiệu; số, ký hiệu văn bản; số văn bản; số hiệu; số quyết định; số giấy phép; "
    "số qđ; số gp; số gcn; số giấy chứng nhận; số kết quả; ký hiệu; số kh; số/ký hiệu; số vb; số gpxd; số công văn; "
    "số, ký hiệu; số và ký hiệu văn bản; số hiệu văn bản; số quyết định/giấy phép; number; sokyhieu; so ky hieu vb",
    "issue_date": "ngày; ngày ban hành; ngày cấp; ngày ký; ngày tháng; ngày văn bản; ngày tháng năm; ngày qđ; "
    "ngày quyết định; ngày tháng năm văn bản; ngày tháng văn bản; ngày, tháng, năm; ngày bh; ngày vb; ngày phát hành; "
    "ngày cấp phép; ngày tháng năm cấp; ngày cấp giấy; date; issue date; ngay thang vb; ngày tháng năm ban hành",
    "holder": "họ và tên; họ tên; tên; người được cấp; chủ hộ; chủ đầu tư; chủ sử dụng; người nộp; tên người nộp; "
    "tên tổ chức; tên tổ chức cá nhân; họ tên chủ hộ; người đề nghị; cá nhân tổ chức; tổ chức cá nhân; đương sự; "
    "người nộp hồ sơ; chủ hồ sơ; tên chủ hồ sơ; tên công dân; công dân; người sử dụng đất; tên chủ sử dụng; holder; "
    "họ tên người được cấp; họ chữ đệm tên; họ, chữ đệm, tên; tên người được cấp; hộ và tên; chủ sở hữu; hoten",
    "holder_id": "cmnd; cccd; số cmnd; số cccd; cmnd/cccd; số định danh; số định danh cá nhân; số giấy tờ tùy thân; "
    "số cmnd/cccd; căn cước; số căn cước; số căn cước công dân; mã số thuế; mst; giấy tờ tùy thân; số cmt; cmt; id; "
    "chứng minh nhân dân; số chứng minh nhân dân; cmtnd; số đdcn; căn cước công dân; socmnd; socccd; mã định danh",
    "holder_birth_date": "ngày sinh; năm sinh; ngày tháng năm sinh; sinh ngày; ngày, tháng, năm sinh; ns",
    "co_holder": "vợ chồng; vợ/chồng; họ tên vợ/chồng; người đồng sở hữu; họ tên vợ; họ tên chồng; vợ; chồng; "
    "người thứ hai; bên thứ hai",
    "co_holder_id": "cmnd vợ chồng; cccd vợ chồng; số cmnd vợ/chồng; số cccd vợ/chồng; cccd vợ/chồng; cmnd/cccd vợ",
    "subject": "trích yếu; trích yếu nội dung; nội dung; về việc; v/v; tên loại và trích yếu nội dung văn bản; "
    "tên loại và trích yếu nội dung; trích yếu nội dung văn bản; tiêu đề; tên hồ sơ; tiêu đề hồ sơ; nội dung văn bản; "
    "trích yếu văn bản; tên văn bản; tên công trình; subject; trichyeu",
    "document_type": "loại văn bản; tên loại; loại; loại giấy tờ; tên loại văn bản; loại kết quả; loại hồ sơ; "
    "loại giấy; loại giấy phép; tên giấy tờ; loại tài liệu; type; loai vb; tên kết quả",
    "issuer": "cơ quan ban hành; nơi ban hành; cơ quan; đơn vị ban hành; tác giả; tác giả văn bản; cơ quan cấp; "
    "nơi cấp; đơn vị cấp; cơ quan ban hành văn bản; issuer; cqbh; tên cơ quan; đơn vị; cơ quan giải quyết",
    "signer": "người ký; họ tên người ký; người ký văn bản; lãnh đạo ký; signer; nguoiky",
    "expiry_date": "ngày hết hạn; hạn đến; có giá trị đến; ngày hết hiệu lực; hiệu lực đến; hết hạn; thời hạn đến; "
    "giá trị đến ngày",
    "validity": "thời hạn; hiệu lực; thời hạn hiệu lực; thời hạn giấy phép; thời hạn sử dụng",
    "register_number": "số vào sổ; số đăng ký; số vào sổ cấp gcn; số vào sổ cấp giấy; sổ số; số vào sổ đăng ký; "
    "số vào sổ cấp giấy chứng nhận",
    "sector": "lĩnh vực; nhóm lĩnh vực; ngành; lĩnh vực tthc; sector",
    "file": "tên file; file; tên tệp; tên tập tin; tệp; tập tin; đường dẫn; tên file pdf; file pdf; tên file scan; "
    "file scan; tệp tin; tên tệp tin; file đính kèm; link; đường dẫn file; path; filename; tenfile; tên tệp pdf; "
    "tên file ảnh; file số hóa; tên file số hóa; mã file",
    "dossier": "mã hồ sơ; số hồ sơ; mã hs; số biên nhận; mã biên nhận; số hs; mã số hồ sơ; mahoso; dossier",
    "procedure": "thủ tục; tên thủ tục; mã thủ tục; mã tthc; thủ tục hành chính; tên tthc; tthc",
    "box": "hộp; hộp số; số hộp; thùng; thùng số; hòm; cặp; cặp số; box; cặp/hộp; hộp/cặp số; cặp hộp số",
    "shelf": "kệ; giá; giá kệ; giá số; kệ số; tầng; vị trí kệ; shelf; kệ/giá; kho",
    "position": "vị trí; vị trí trong hộp; hồ sơ số; tờ số; từ tờ; số thứ tự trong hộp; position; đvbq; số đvbq",
    "pages": "số trang; số tờ; trang; tờ; số lượng trang; số lượng tờ; pages; sotrang; số trang/tờ; số tờ/trang",
    "received": "ngày nhận; ngày tiếp nhận; ngày nhận hồ sơ; ngày tiếp nhận hồ sơ; thời gian tiếp nhận; ngày nộp; "
    "ngày nộp hồ sơ; thời điểm tiếp nhận; received",
    "resolved": "ngày trả; ngày trả kết quả; ngày giải quyết; ngày giải quyết xong; ngày hoàn thành; ngày kết thúc; "
    "ngày trả kết quả thực tế; ngày có kết quả; thời gian trả kết quả; ngày trả kq; thời điểm trả kết quả; "
    "ngày kết thúc xử lý; resolved",
    "due": "ngày hẹn trả; hạn trả; ngày hẹn; ngày hẹn trả kết quả; hạn xử lý; hạn giải quyết; ngày hẹn trả kq",
    "status": "trạng thái; tình trạng; tình trạng hiệu lực; trạng thái hiệu lực; trạng thái hồ sơ; tình trạng hồ sơ; "
    "tình trạng xử lý; thu hồi; thu hồi, thay thế; tình trạng giấy phép; trạng thái xử lý; status",
    "components": "số thành phần; số thành phần hồ sơ; số lượng thành phần hồ sơ; tổng số thành phần hồ sơ; số tphs; "
    "số giấy tờ; số loại giấy tờ; số lượng giấy tờ",
    "component_names": "thành phần hồ sơ; danh mục thành phần hồ sơ; giấy tờ kèm theo; tphs; hồ sơ gồm; "
    "các giấy tờ kèm theo; thành phần hồ sơ gồm; tên thành phần hồ sơ",
    "unit": "mã đơn vị; mã cơ quan; mã định danh đơn vị; mã định danh cơ quan; đơn vị tiếp nhận; đơn vị xử lý; "
    "đơn vị thụ lý; cơ quan tiếp nhận; cơ quan thụ lý; ubnd xã; phường xã; xã phường; tên đơn vị; mã dv",
    "phone": "điện thoại; số điện thoại; sđt; đt; số đt; di động; số di động; điện thoại liên hệ; phone",
    "note": "ghi chú; gc; note; chú thích; ý kiến",
}

MEANINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(dict.fromkeys(fold_words(title) for title in titles.split(";") if title.strip()))
        for name, titles in _TITLES.items()
    }
)
"""What a column can mean → the titles that say so, folded."""


def folded(title: str) -> str:
    """A title as it is compared: accents, case, punctuation and a number in brackets behind it aside."""
    words = fold_words(title).split()
    while len(words) > 1 and words[-1].isdecimal():
        words.pop()
    return " ".join(words)
