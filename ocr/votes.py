"""Several readings of one line made one: word by word, by how sure they are and how Vietnamese.

Words that agree are surer, words that differ are not sure. A syllable that cannot exist loses against one
that can, however sure the engine is of it: seals and dirt make ``Thann`` of Thanh, seldom the other way.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr.engine import SeenWord
from ocr.options import OcrSettings
from ocr.syllables import is_syllable

DISPUTED = 0.7
"""Largest confidence of a word that no other look read the same."""
OUTVOTED = 0.8
"""Largest confidence of a word that one look read the same and another did not."""
_IMPOSSIBLE = 0.4
"""What a vote for an impossible syllable counts."""
_SIGNS = frozenset("@&#*^~=<>{}[]|$€£©®§_")
_POOR = 0.6
"""Mean confidence under which a first reading does not say how many words there are."""
_SAME_PLACE = 0.5
"""Share of the narrower word's width by which two words of one line lie over each other if they are one."""


def is_unsure(line: Sequence[SeenWord], settings: OcrSettings) -> bool:
    """Whether words are worth another look."""
    return bool(unsure_words(line, settings))


def unsure_words(line: Sequence[SeenWord], settings: OcrSettings) -> list[int]:
    """The places in `line` of words of which the engine is not sure, or which cannot be; signs do not count."""
    return [
        i
        for i, word in enumerate(line)
        if sum(c.isalnum() for c in word.text) > 1
        and (word.confidence < settings.second_look_confidence or not is_possible(word.text))
    ]


def _letters(line: Sequence[SeenWord]) -> int:
    return sum(len(w.text) for w in line)


def is_possible(text: str) -> bool:
    """False for a word of letters that is no Vietnamese syllable, and for small letters beside signs or two capitals.

    Abbreviations in capitals are possible.
    """
    if any(_is_odd(*three) for three in zip(text, text[1:], text[2:] + " ", strict=False)):
        return False
    letters = text.strip(".,;:()\"'“”-")
    if not letters.isalpha() or len(letters) < 2 or (letters.isupper() and letters.isascii()):
        return True
    return is_syllable(letters)


def _is_odd(first: str, second: str, third: str) -> bool:
    """Whether three characters in a row are no print: ``&ià``, ``g#``, ``THh``."""
    if {first, second} & _SIGNS:
        return first.islower() or second.islower()
    return first.isupper() and second.isupper() and third.islower()


def mean_confidence(words: Sequence[SeenWord]) -> float:
    """Mean confidence of `words` (at least one), 0–1."""
    return sum(w.confidence for w in words) / len(words)


def settled(readings: Sequence[Sequence[SeenWord]]) -> list[SeenWord]:
    """The line after all `readings` of it, of which the first decides how long it is.

    Readings that are much longer or shorter do not count. The words are those of the surest reading with
    as many words as the first (of any, where the first is poor), each put to the vote with what the others
    saw in its place.
    """
    first = readings[0]
    length = _letters(first)
    alike = [line for line in readings if line and abs(_letters(line) - length) <= max(2, 0.15 * length)]
    poor = mean_confidence(first) < _POOR
    base = max((line for line in alike if poor or _words(line) == _words(first)), key=mean_confidence)
    others = [line for line in alike if line is not base]
    return [_voted(word, [_there(word, other) for other in others]) for word in base]


def _words(line: Sequence[SeenWord]) -> int:
    return sum(any(c.isalnum() for c in w.text) for w in line)


def _there(word: SeenWord, line: Sequence[SeenWord]) -> SeenWord | None:
    """What `line` has in the place of `word`."""
    best, most = None, 0.0
    for other in line:
        common = min(word.box.right, other.box.right) - max(word.box.left, other.box.left)
        share = common / max(1.0, min(word.box.width, other.box.width))
        alike = min(word.box.width, other.box.width) / max(1.0, word.box.width, other.box.width)
        if share > _SAME_PLACE and share * alike > most:
            best, most = other, share * alike
    return best


def _voted(word: SeenWord, others: Sequence[SeenWord | None]) -> SeenWord:
    seen = [word, *(o for o in others if o is not None)]
    votes: dict[str, float] = {}
    for one in seen:
        votes[one.text] = votes.get(one.text, 0.0) + one.confidence * (1.0 if is_possible(one.text) else _IMPOSSIBLE)
    text = max(votes, key=lambda t: votes[t])
    for_it = sorted((o.confidence for o in seen if o.text == text), reverse=True)
    confidence = for_it[0]
    for more in for_it[1:]:
        confidence = 1 - (1 - confidence) * (1 - more / 2)
    if others and len(for_it) < 1 + len(others):
        confidence = min(confidence, DISPUTED if len(for_it) == 1 else OUTVOTED)
    return SeenWord(text, word.box, confidence, word.place)
