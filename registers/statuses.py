"""What the column "status" of a register says: of the result, or of the dossier in an export of one-stop software."""

from __future__ import annotations

from enum import StrEnum

from catalog.states import Standing
from core.text import fold_words


class Said(StrEnum):
    """What a status means here."""

    IN_FORCE = "in_force"
    REVOKED = "revoked"
    REPLACED = "replaced"
    ENDED = "ended"
    """Not valid any more by the passing of time."""
    AT_WORK = "at_work"
    """The dossier has not ended yet."""
    NO_RESULT = "no_result"
    """The dossier ended, in nothing."""
    CANCELLED = "cancelled"
    """The dossier counts as never received."""


STANDINGS = {Said.REVOKED: Standing.REVOKED, Said.REPLACED: Standing.REPLACED}
WITHOUT_LINE = frozenset({Said.AT_WORK, Said.NO_RESULT, Said.CANCELLED})
_WORDS = {
    Said.REVOKED: "thu hoi; da thu hoi; bi thu hoi; huy; da huy; huy bo; da huy bo; bi huy; bai bo; da bai bo; "
    "vo hieu; thu hoi huy; thu hoi giay phep; thu hoi gcn; revoked",
    Said.REPLACED: "thay the; da thay the; bi thay the; duoc thay the; replaced",
    Said.ENDED: "het hieu luc; da het hieu luc; het han; da het han; qua han su dung; expired",
    Said.IN_FORCE: "con hieu luc; co hieu luc; dang co hieu luc; con han; hieu luc; binh thuong; dang su dung; da cap; "
    "da tra; da tra ket qua; da tra kq; da giai quyet; giai quyet xong; hoan thanh; da hoan thanh; da xong; xong; "
    "da co ket qua; co ket qua; ket thuc; da ket thuc; dung han; som han; truoc han; tre han; khong; "
    "khong thu hoi; da xu ly; da xu ly xong; da phat hanh; da ban hanh; cho tra ket qua; cho tra; in force; "
    "da giai quyet dung han; da giai quyet truoc han; da giai quyet tre han; da giai quyet qua han",
    Said.AT_WORK: "dang xu ly; dang giai quyet; dang thu ly; cho xu ly; moi tiep nhan; da tiep nhan; cho tiep nhan; "
    "cho bo sung; yeu cau bo sung; dung xu ly; tam dung; cho phe duyet; cho ky; chua giai quyet; chua den han",
    Said.NO_RESULT: "tu choi; tu choi giai quyet; tra lai; tra lai ho so; khong giai quyet; khong du dieu kien; "
    "rut ho so; da rut; cong dan rut ho so; dung giai quyet",
    Said.CANCELLED: "huy ho so; da huy ho so; tiep nhan nham; tu choi tiep nhan",
}
_MEANT = {word.strip(): said for said, words in _WORDS.items() for word in words.split(";")}


def understood(text: str) -> Said | None:
    """What a status says, however it is written; None: something that is not known here."""
    return _MEANT.get(fold_words(text))
