"""Whether a word can be a Vietnamese syllable: onset + rime + a tone that the rime allows.

A syllable that cannot exist (``Thann``, ``Tr1nh``, ``Nguyêt`` without its tone) is a reading error
nearly for sure; the other way round nothing follows. Rimes after Đoàn Thiện Thuật, Ngữ âm tiếng Việt.
"""

from __future__ import annotations

import re
import unicodedata

from core.text import nfc

_ONSETS = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|b|c|d|đ|g|h|k|l|m|n|p|r|s|t|v|x|"
_OPEN = (
    "ia ya ua ưa uya ai ao au ay âu ây eo êu iu iêu yêu oi ôi ơi ui uôi ươi ưi ưu ươu "
    "oai oay oao oeo uai uao uay uau uây ueo uyu uơ ue".split()
)
"""Rimes that end in a glide or a falling vowel: no consonant follows."""
_NUCLEI = [*"a ă â e ê i o ô ơ u ư y iê yê uô ươ oa oă oe oo uâ uê uy uyê ua uă".split(), *_OPEN]
_CODAS = "ch|ng|nh|c|m|n|p|t|"
_PATTERN = re.compile(rf"^({_ONSETS})({'|'.join(sorted(_NUCLEI, key=len, reverse=True))})({_CODAS})$")
_TONES = {"\u0300": 1, "\u0301": 2, "\u0303": 3, "\u0309": 4, "\u0323": 5}
_STOPS = frozenset({"c", "ch", "p", "t"})


def is_syllable(word: str) -> bool:
    """Whether `word` (any case) is a possible Vietnamese syllable with a possible tone."""
    marks = 0
    tone = 0
    letters = []
    for char in unicodedata.normalize("NFD", nfc(word).lower()):
        if char in _TONES:
            marks += 1
            tone = _TONES[char]
        else:
            letters.append(char)
    match = _PATTERN.match(unicodedata.normalize("NFC", "".join(letters)))
    if match is None or marks > 1:
        return False
    coda = match[3]
    if coda and match[2] in _OPEN and match[1] != "qu" and match[2] != "ua":
        return False
    if coda in _STOPS:
        return tone in (2, 5)
    needs_coda = match[2] in {"ă", "â", "iê", "yê", "uô", "ươ", "oă", "uâ", "uyê", "oo", "uă"}
    return not (needs_coda and not coda)
