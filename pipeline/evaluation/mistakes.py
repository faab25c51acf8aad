"""The mistakes of a document with all that helps to understand them: what was read where, and how it looks there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.evaluation.crops import Crops
from pipeline.evaluation.scoring import Found, Judged, Mistake, Scored
from pipeline.records import FIELD_NAMES, Evidence, ProcessedDocument

_KINDS = {kind: place for place, kind in enumerate(Mistake)}
_FIELDS = {name: place for place, name in enumerate(FIELD_NAMES)}


@dataclass(frozen=True, slots=True)
class SeenMistake:
    """A field that is wrong, as it looks."""

    document: str
    profile: str
    field: Judged
    kind: Mistake
    confidence: float | None
    """None where no value was found."""
    evidence: Evidence | None
    """None where no value was found."""
    picture: bytes
    """A JPEG of the place where the value was read, or of the head of the first page; empty: none was asked for."""
    framed: bool
    """Whether the picture shows the place of the evidence."""


def found_in(document: ProcessedDocument) -> Found:
    """What the scoring needs to know of a document."""
    values = {field.name: field.value for field in document.assessment.fields}
    return Found(document.text, values, frozenset(document.assessment.review))


def mistakes(
    scored: Scored, document: ProcessedDocument | None = None, crops: Crops | None = None
) -> list[SeenMistake]:
    """The mistakes in a document; without `document` those of one that could not be read."""
    fields = {field.name: field for field in document.assessment.fields} if document else {}
    seen = []
    for judged in scored.fields:
        kind = judged.mistake
        if kind is None:
            continue
        field = fields.get(judged.name)
        evidence = field.evidence if field else None
        framed = evidence is not None and evidence.box is not None
        seen.append(
            SeenMistake(
                document=scored.entry.id,
                profile=scored.entry.profile,
                field=judged,
                kind=kind,
                confidence=field.confidence if field else None,
                evidence=evidence,
                picture=_picture(evidence, crops) if crops else b"",
                framed=framed,
            )
        )
    return seen


def worst_first(seen: Iterable[SeenMistake]) -> list[SeenMistake]:
    """By kind, the silent ones first, then by field and document: the same order each time."""
    return sorted(
        seen, key=lambda m: (_KINDS[m.kind], _FIELDS.get(m.field.name, len(_FIELDS)), m.field.name, m.document)
    )


def _picture(evidence: Evidence | None, crops: Crops) -> bytes:
    if evidence is None:
        return crops.head()
    return crops.around(evidence.page, evidence.box) if evidence.box else crops.head(evidence.page)
