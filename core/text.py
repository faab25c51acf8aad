"""The one set of rules for Vietnamese text: what counts as the same string.

Three strengths of sameness are used in sohoa:

* `nfc`: the canonical form in which text crosses every boundary.
* `plain`: case and writing habits ignored, accents kept (``UỶ BAN`` = ``Ủy ban``, ``Ð`` = ``Đ``).
* `fold`: accents ignored too, for search without accents and tolerant matching.
"""

from __future__ import annotations

import re
import unicodedata

_LOOKALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})

_LOOKALIKE = re.compile("[ÐðƉɖ]")

_OLD_TONES = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split()
_NEW_TONES = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()
_TO_NEW_TONE = dict(zip(_OLD_TONES, _NEW_TONES, strict=True))
_TONE = re.compile(r"(?<!q)(" + "|".join(_OLD_TONES) + r")(?!\w)")
_DOUBLED = re.compile("ĐÐ|ÐĐ")
_SPACES = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[\W_]+")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")


def nfc(text: str) -> str:
    """`text` in Unicode NFC, with look-alikes of Đ (U+00D0, U+0189) turned into Đ (U+0110)."""
    normal = unicodedata.normalize("NFC", text)
    if normal.isascii() or not _LOOKALIKE.search(normal):  # to look is a tenth of the work of translating
        return normal
    return normal.translate(_LOOKALIKES)


def undouble(text: str) -> str:
    """`text` as OCR wrote it with ``ĐÐ`` (Đ followed by its look-alike U+00D0) turned into one Đ.

    To be applied before `nfc`, which makes both letters the same: ``QLĐĐ`` keeps its two.
    """
    return _DOUBLED.sub("Đ", text)


def squeeze(text: str) -> str:
    """`text` with each run of white space turned into one space, and none at the ends."""
    return _SPACES.sub(" ", text).strip()


def plain(text: str) -> str:
    """`text` in lower case with the newer place of tone marks (``hoà`` → ``hòa``); accents stay."""
    return _TONE.sub(lambda m: _TO_NEW_TONE[m[1]], nfc(text).casefold())


def fold(text: str) -> str:
    """`text` without case and accents: NFC → casefold → marks stripped → đ→d. Punctuation stays."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", nfc(text).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).replace("đ", "d")


def words(text: str) -> list[str]:
    """The words of `text` in order, punctuation dropped, case and accents kept."""
    return [w for w in _PUNCTUATION.split(nfc(text)) if w]


def fold_words(text: str) -> str:
    """`fold` of `text` with punctuation turned into single spaces."""
    return _PUNCTUATION.sub(" ", fold(text)).strip()


def fold_number(text: str) -> str:
    """A document number, ID or code as one folded token: ``1234 / QĐ-UBND`` → ``1234/qd-ubnd``."""
    return _SPACES.sub("", fold(text))


def slug(text: str, longest: int = 60) -> str:
    """`text` for file names: ``1234/QĐ-UBND`` → ``1234-qd-ubnd``; nothing but ``a-z``, ``0-9`` and single dashes."""
    return _NOT_IN_SLUGS.sub("-", fold(text)).strip("-")[:longest].strip("-")
