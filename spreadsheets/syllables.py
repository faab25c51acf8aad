"""Whether a word can be a Vietnamese syllable: what tells a right guess of an encoding from a wrong one.

Rules of spelling as taught in school: an onset, a rhyme out of a fixed list, and a tone; syllables that end in c, ch,
p or t take two tones only. Old and new places of the tone mark both count (``hoà``, ``hòa``).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from core.text import nfc

_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_STOPPED = ("c", "ch", "p", "t")
_ONSETS = frozenset(
    ["", *"b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()]
)  # fmt: skip
_RHYMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay
    ăc ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong
    op ot
    ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut uy uya uych uyên uyêt uynh
    uyt uyu uyn uêt uên
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yê yêm yên yêng yêt yêu ynh yt ych ym yp
    """.split()
)
_AFTER_QU = frozenset(rhyme[1:] for rhyme in _RHYMES if rhyme[0] in "ou" and rhyme[1:]) | {"ăp", "ơi", "it", "inh"}
"""What is written ``oan`` elsewhere is ``an`` here: the u of qu is its first sound."""


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether `word`, in any case, is spelt as a Vietnamese syllable."""
    word = nfc(word).lower()
    bare, tone = _parted(word)
    if tone is None:
        return False
    return any(_fits(bare[:length], bare[length:], tone) for length in (3, 2, 1, 0) if length < len(bare))


def _parted(word: str) -> tuple[str, str | None]:
    """The word without its tone mark, and the tone (empty: level); None where it has several tones."""
    marks = [c for c in unicodedata.normalize("NFD", word) if c in _TONES]
    if len(marks) > 1:
        return word, None
    rest = "".join(c for c in unicodedata.normalize("NFD", word) if c not in _TONES)
    return nfc(rest), _TONES[marks[0]] if marks else ""


def _fits(onset: str, rhyme: str, tone: str) -> bool:
    if onset not in _ONSETS:
        return False
    if onset == "qu" and rhyme not in _AFTER_QU:
        return False
    if onset != "qu" and rhyme not in _RHYMES and not (onset == "gi" and rhyme.removeprefix("ê") in ("ng", "m", "n")):
        return False
    return tone in ("sắc", "nặng") if rhyme.endswith(_STOPPED) else True
