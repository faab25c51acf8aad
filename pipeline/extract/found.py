"""From matched words to a `Field` with evidence and confidence."""

from __future__ import annotations

from collections.abc import Sequence

from core.text import nfc, squeeze
from ocr.records import Word
from pipeline.extract.flow import Piece, box_of
from pipeline.records import Evidence, Field

_HANDWRITING, _SUGGESTION = 0.5, 0.5
"""From which `Word.pen` a value was written by hand, and how far it is trusted then: it is a suggestion."""


def certainty(words: Sequence[Word]) -> float:
    """How sure the engine was of `words`, 0–1: half the mean, half the weakest."""
    confidences = [w.confidence for w in words]
    return (sum(confidences) / len(confidences) + min(confidences)) / 2


def field(name: str, value: str, piece: Piece, belief: float) -> Field | None:
    """The field `name` with `value`, read from `piece`; None for an empty value.

    `belief` (0–1) is how far the rule and the value's own checks are trusted; it is multiplied with
    the engine's certainty of the words.
    """
    value = squeeze(nfc(value))
    if not value:
        return None
    if any(word.pen > _HANDWRITING for word in piece.words):
        belief *= _SUGGESTION
    confidence = round(belief * certainty(piece.words), 4)
    return Field(name, value, confidence, Evidence(piece.page, box_of(piece.words), piece.text))


def checked(name: str, value: str, piece: Piece, likeness: float) -> Field | None:
    """The field `name` with a `value` from a list; `likeness` (0–1) is how like it is to what was read.

    A whole phrase of a closed list is surer than its weakest word.
    """
    sure = field(name, value, piece, likeness)
    if sure is None:
        return None
    return Field(name, sure.value, round(max(sure.confidence, likeness - 0.02), 4), sure.evidence)


def concluded(name: str, value: str, source: Field, belief: float) -> Field:
    """A field that follows from another one (source "rule"), with that one's evidence."""
    evidence = Evidence(source.evidence.page, source.evidence.box, source.evidence.text, "rule")
    return Field(name, squeeze(nfc(value)), round(min(belief, source.confidence), 4), evidence)


def joined(pieces: Sequence[Piece]) -> Piece:
    """Pieces of one page (at least one) as one."""
    return Piece(
        " ".join(p.text for p in pieces),
        tuple(w for p in pieces for w in p.words),
        pieces[0].page,
        pieces[0].start,
        pieces[-1].end,
    )
